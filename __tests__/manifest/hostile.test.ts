import { describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import { checkManifests } from '../../src/manifest/check.ts'
import { corpus } from './corpus.ts'
import { mutatedTexts } from './mutation.ts'
import { fileOf, soundFile } from './sample.ts'

const SEEDS = [
  soundFile([
    ['daily', 'a.py:f'],
    ['hourly', 'b.py:f'],
  ]),
  ...corpus()
    .filter((file) => file.bytes.length < 4000)
    .map((file) => Buffer.from(file.bytes).toString()),
]

/** Checks a file and holds what the check promises of any: it ends, it throws nothing, each finding has its place. */
function check(bytes: Uint8Array): void {
  const { findings, manifests } = checkManifests([fileOf(bytes)])
  expect(manifests.length === 1 || findings.some(({ severity }) => severity === 'error')).toBe(true)
  for (const { message, position } of findings) {
    expect(position.line).toBeGreaterThanOrEqual(1)
    expect(position.column).toBeGreaterThanOrEqual(1)
    expect(message).not.toMatch(/[\n\r]/)
    expect(message.length).toBeLessThan(1000)
  }
}

describe('the check of any bytes ends, throws nothing, and has an error or a model', () => {
  test('arbitrary bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), check), { numRuns: 1000 })
  })

  test('arbitrary texts', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => check(Buffer.from(text))),
      { numRuns: 1000 },
    )
  })

  test('texts of nothing but the signs of YAML', () => {
    const unit = fc.constantFrom(
      ...'[]{},:-?&*!|>%@`"\'#<=~ \n\ta1'.split(''),
      '{{ $A }}',
      '<<: ',
      '\n  ',
      '---\n',
      ': ',
    )
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 60 }), (text) => check(Buffer.from(text))),
      { numRuns: 2000 },
    )
  })

  test('real files with wounds', () => {
    fc.assert(
      fc.property(mutatedTexts(SEEDS), (text) => check(Buffer.from(text))),
      { numRuns: 1000 },
    )
  })

  test('values of any shape where a field is wanted', () => {
    const value = fc.json({ maxDepth: 3 })
    const key = fc.constantFrom('name', 'entrypoint', 'work_pool', 'pull', 'build', 'push', 'version', 'other')
    const entry = fc.array(fc.tuple(key, value), { maxLength: 6 })
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 3 }), entry, (deployments, top) => {
        const shown = (pairs: [string, string][]): string => `{${pairs.map(([k, v]) => `"${k}": ${v}`).join(', ')}}`
        check(Buffer.from(`{"deployments": [${deployments.map(shown).join(', ')}], ${shown(top).slice(1)}`))
      }),
      { numRuns: 500 },
    )
  })
})

import { describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import { checkManifests } from '../../src/manifest/check.ts'
import { MOST_PROBLEMS } from '../../src/manifest/rules/model.ts'
import { refusalsOf } from '../../src/manifest/schema/prefect-yaml.ts'
import { onceEach } from '../../src/manifest/schema/shape.ts'
import { corpus } from './corpus.ts'
import { grammaticalTrees } from './differential/grammar.ts'
import { mutatedTrees } from './differential/mutate.ts'
import { treeOf, written } from './differential/tree.ts'
import { mutatedTexts } from './mutation.ts'
import { fileOf, manifestFrom, soundFile } from './sample.ts'

const SEEDS = [
  soundFile([
    ['daily', 'a.py:f'],
    ['hourly', 'b.py:f'],
  ]),
  ...corpus()
    .filter((file) => file.bytes.length < 4000)
    .map((file) => Buffer.from(file.bytes).toString()),
]

const SOUND_TREE = treeOf(manifestFrom(SEEDS[0] ?? '').root)

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

  test('bad values that aliases name a hundred thousand times', () => {
    const many = (text: string): string => Array.from({ length: 100 }, () => text).join(', ')
    const bad = '&bad {interval: x, other: 1, duration: x, within: x, severity: 1, 1: 2}'
    const fields = ['schedules', 'sla', 'triggers', 'pull'].map((field) => `{${field}: *list}`)
    const text = `x: ${bad}\ny: &list [${many('*bad')}]\ndeployments: [${many(fields.join(', '))}]\n`
    check(Buffer.from(text))
    const { findings } = checkManifests([fileOf(text)])
    expect(findings.filter(({ rule }) => rule === 'schedule-interval')).toHaveLength(1)
    // It is not that they are told once: they are looked at once.
    expect([...refusalsOf(manifestFrom(text).root, onceEach())].length).toBeLessThan(20)
  })

  test('more faults than anybody reads', () => {
    const text = `deployments: [${Array.from({ length: 500 }, () => '{version: 1, parameters: {1: 2}, sla: [{}]}').join(', ')}]\n`
    check(Buffer.from(text))
    const { findings } = checkManifests([fileOf(text)])
    for (const id of ['field-type', 'key-not-a-text', 'field-missing']) {
      expect(findings.filter(({ rule }) => rule === id)).toHaveLength(MOST_PROBLEMS + 1)
    }
  })

  test('values of any shape where the model wants its own', () => {
    const tree = fc.oneof(mutatedTrees([SOUND_TREE]), grammaticalTrees)
    fc.assert(
      fc.property(tree, (one) => check(Buffer.from(written(one)))),
      { numRuns: 500 },
    )
  })
})

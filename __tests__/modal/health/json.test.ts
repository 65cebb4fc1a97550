import { describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import { unmetJson, unwellStatus } from '../../../src/modal/health/json.ts'

describe('JSON expectations', () => {
  const scalar = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null))

  test('hold for every value of a document, by its path', () => {
    const tree = fc.letrec<{ node: unknown }>((tie) => ({
      node: fc.oneof(
        { maxDepth: 3 },
        scalar,
        fc.dictionary(fc.string(), tie('node'), { maxKeys: 4 }),
        fc.array(tie('node'), { maxLength: 3 }),
      ),
    })).node
    fc.assert(
      fc.property(tree, (document) => {
        const text = JSON.stringify(document)
        for (const [path, value] of leaves(document)) {
          expect(unmetJson(text, { [path]: value })).toBeUndefined()
          const other = value === 'other' ? 'another' : 'other'
          // Two paths may be spelt the same; then either value is right.
          const same = leaves(document).filter(([one]) => one === path)
          if (same.length === 1) expect(unmetJson(text, { [path]: other })).not.toBeUndefined()
        }
      }),
    )
  })

  test.each([
    ['{"a.b":1,"a":{"b":2}}', { 'a.b': 1 }],
    ['{"a.b":1,"a":{"b":2}}', { 'a.b': 2 }],
    ['{"a":{"b.c":{"d":3}}}', { 'a.b.c.d': 3 }],
    ['{"list":[{"n":1}]}', { 'list.0.n': 1 }],
    ['{"__proto__":{"x":1}}', { '__proto__.x': 1 }],
    ['{"":{"":1}}', { '.': 1 }],
  ])('%s holds %j', (text, wanted) => {
    expect(unmetJson(text, wanted)).toBeUndefined()
  })

  test.each([
    ['{}', { toString: null }],
    ['{}', { '__proto__.constructor': null }],
    ['[1,2]', { length: 2 }],
    ['"text"', { length: 4 }],
    ['"text"', { 0: 't' }],
    ['null', { a: null }],
  ])('%s does not hold %j', (text, wanted) => {
    expect(unmetJson(text, wanted)).toMatchObject({ kind: 'missing' })
  })

  test('only an own, top-level `status` of an object counts', () => {
    expect(unwellStatus('{"__proto__":{"status":"down"}}')).toBeUndefined()
    expect(unwellStatus('[{"status":"down"}]')).toBeUndefined()
    expect(unwellStatus('{"status":{"deep":1}}')).toEqual({ status: { deep: 1 } })
  })
})

/** Every scalar of a document with its dotted path, except the document itself. */
function leaves(node: unknown, above: readonly string[] = []): (readonly [string, string | number | boolean | null])[] {
  if (typeof node === 'object' && node !== null) {
    return Object.entries(node).flatMap(([key, inner]) => leaves(inner, [...above, key]))
  }
  const isScalar = node === null || typeof node === 'string' || typeof node === 'number' || typeof node === 'boolean'
  return above.length === 0 || !isScalar ? [] : [[above.join('.'), node]]
}

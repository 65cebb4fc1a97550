import { fc, test as property } from '@fast-check/jest'
import { describe, expect, test } from '@jest/globals'
import { idsIn, routeOf } from '../../../src/prefect/rehearsal/routes.ts'
import { secretLeaves } from '../../../src/prefect/rehearsal/secret-leaves.ts'
import { writtenBody } from '../../../src/prefect/rehearsal/written-body.ts'

/** Names as Prefect takes them (types/names.py: without `/`, `%`, `&`, `>` and `<`), and more. */
const names = fc.string({ unit: 'grapheme', minLength: 1 }).filter((name) => name !== '.' && name !== '..')

describe('routeOf', () => {
  property.prop([names, names])('gives the names that a client put into a path', (flow, name) => {
    const path = `/deployments/name/${encodeURIComponent(flow)}/${encodeURIComponent(name)}`
    expect(routeOf({ method: 'GET', path, query: '' })).toEqual({ kind: 'deployment', flow, name })
  })

  property.prop([names])('asks the workspace for the very name', (name) => {
    const path = `/work_pools/${encodeURIComponent(name)}`
    expect(routeOf({ method: 'GET', path, query: '' })).toMatchObject({ kind: 'read', path })
  })

  property.prop([fc.webPath(), fc.constantFrom('GET', 'POST', 'PATCH', 'DELETE')])('takes any path', (path, method) => {
    expect(() => routeOf({ method, path, query: '' })).not.toThrow()
    expect(idsIn(path)).toEqual([])
  })
})

/** Answered by a server of 3.8.8 for a block with a nested one, a list of models and `SecretDict`; cut to what counts. */
const OUTER = {
  data: {
    ms: [{ pw: 'list-pw-1', user: 'user-name' }],
    sd: { k: { deep: 'deep-secret' } },
    plain: 'plain-text',
    many: ['many-one', 'many-two', 'short'],
    inner: { token: 'inner-token-1', open: 'open-text' },
  },
  block_document_references: { inner: { block_document: { name: 'inn', is_anonymous: false } } },
  block_schema: { fields: { secret_fields: ['inner.token', 'ms.pw', 'sd.*', 'many', 'gone.x'], title: 'Outer' } },
}

describe('secretLeaves', () => {
  test('gives what the schema calls secret, wherever it is', () => {
    expect([...secretLeaves(JSON.stringify(OUTER))].sort()).toEqual(
      ['deep-secret', 'inner-token-1', 'list-pw-1', 'many-one', 'many-two'].sort(),
    )
  })

  test('a secret may be any JSON', () => {
    const block = { data: { value: { a: { b: 'nested-secret' }, n: 12345678, t: true } } }
    const schema = { block_schema: { fields: { secret_fields: ['value', 'value'] } } }
    expect(secretLeaves(JSON.stringify({ ...block, ...schema }))).toEqual(['nested-secret', '12345678'])
  })

  test.each([
    {},
    { block_schema: null },
    { block_schema: { fields: {} } },
    { block_schema: { fields: { secret_fields: [1] } } },
  ])('without a schema every value counts: %j', (rest) => {
    const { data } = OUTER
    expect(secretLeaves(JSON.stringify({ ...rest, data }))).toEqual(expect.arrayContaining(['plain-text', 'open-text']))
  })

  test('a block without secrets has none', () => {
    const block = { data: { basepath: '/srv/flows' }, block_schema: { fields: { secret_fields: [] } } }
    expect(secretLeaves(JSON.stringify(block))).toEqual([])
  })

  property.prop([fc.oneof(fc.json(), fc.string())])('takes any text', (text) => {
    expect(secretLeaves(text).every(({ length }) => length >= 6)).toBe(true)
  })
})

describe('writtenBody', () => {
  property.prop([fc.jsonValue()])('gives what was sent', (value) => {
    const text = JSON.stringify(value)
    const written = writtenBody(text)
    expect('body' in written && JSON.stringify(written.body)).toBe(text)
  })

  test.each([
    ['', { body: undefined, points: [] }],
    [
      '{"n": 9007199254740991, "f": 0.1, "e": 1e300, "s": "12345678901234567890"}',
      { body: expect.anything(), points: [{ path: ['e'], source: '1e300' }] },
    ],
    ['{"n": 9007199254740993}', { wrong: expect.stringContaining('so large') }],
    ['{"deep": [{"n": -12345678901234567890}]}', { wrong: expect.stringContaining('so large') }],
    ['{"n": -9007199254740992}', { body: { n: -9007199254740992 }, points: [] }],
    // One that is exact, but is written as Python writes no whole number.
    ['{"n": 1000000000000000000000}', { wrong: expect.stringContaining('so large') }],
    ['{"n": Infinity}', { wrong: expect.stringContaining('not JSON') }],
  ])('%s', (text, written) => {
    expect(writtenBody(text)).toEqual(written)
  })
})

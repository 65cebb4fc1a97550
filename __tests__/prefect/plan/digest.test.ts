import { describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import type { JsonObject } from '../../../src/prefect/json.ts'
import { digestOf, type RunTokens } from '../../../src/prefect/plan/digest.ts'
import type { FieldDifference, PlannedDeployment } from '../../../src/prefect/plan/plan.ts'
import { planned } from '../../../src/prefect/plan/planned.ts'
import { LIVE, recorded } from './compared.ts'
import { recordedAs, VARIED, type VariedIds } from './varied.ts'

const COMMIT = '0123456789abcdef0123456789abcdef01234567'
const OTHER = 'fedcba9876543210fedcba9876543210fedcba98'
const PUSH: RunTokens = {
  commit: COMMIT,
  refs: ['main', 'refs/heads/main'],
  folders: ['/home/runner/work/flows/flows'],
  hide: (text) => text.replaceAll('hunter2', '***'),
}
/** Another commit, ref and machine. */
const PULL_REQUEST: RunTokens = {
  ...PUSH,
  commit: OTHER,
  refs: ['12/merge', 'refs/pull/12/merge', 'main'],
  folders: ['/tmp/copy', '/tmp/copy-of-flows'],
}

/** All that was recorded, made anew, in a run of its own: ids, moments, commit. */
function made(ids: VariedIds, commit: string, moment: string): readonly PlannedDeployment[] {
  const inThisRun = (text: string): string =>
    text
      .replaceAll(RECORDED_COMMIT, commit)
      .replaceAll(RECORDED_COMMIT.slice(0, 8), commit.slice(0, 8))
      .replaceAll(/2026-11-24T\d\d:\d\d:\d\d\.\d+Z/g, moment)
  return VARIED.map((one) =>
    planned({ recorded: recordedAs('create', one, ids, inThisRun), live: undefined, automations: [], kept: [] }),
  )
}

const RECORDED_COMMIT = /"commit_sha":"([0-9a-f]{40})"/.exec(JSON.stringify(VARIED))?.[1] ?? ''
const HERE = made({ deployment: LIVE.id, flow: 'f' }, COMMIT, '2026-01-01T00:00:00.5Z')

function update(differences: readonly FieldDifference[], name = 'daily'): PlannedDeployment {
  const one = planned({ recorded: recorded({}, { name }), live: LIVE, automations: [], kept: [] })
  return { ...one, action: 'update', differences }
}

const digest = (wanted: unknown, tokens = PUSH, field = 'parameters.a'): string =>
  digestOf([update([{ field, wanted, found: undefined }])], tokens, [])

describe('the digest of a plan', () => {
  test('is the same for another commit, moment, machine and order', () => {
    const ids = { deployment: '99999999-9999-4999-8999-999999999999', flow: 'g' }
    const there = made(ids, OTHER, '2026-02-02T22:22:22.222222Z').toReversed()
    expect(HERE.length).toBeGreaterThan(20)
    expect(digestOf(there, PULL_REQUEST, [])).toBe(digestOf(HERE, PUSH, []))
    expect(digestOf(HERE, PUSH, [])).toMatch(/^[0-9a-f]{64}$/)
  })

  test('is another for each deployment, and for what becomes of it', () => {
    const digests = HERE.map((one) => digestOf([one], PUSH, []))
    expect(new Set(digests).size).toBe(HERE.length)
    const [first] = HERE
    if (first === undefined) throw new Error('nothing was recorded')
    expect(digestOf([{ ...first, action: 'unchanged' }], PUSH, [])).not.toBe(digests[0])
  })

  test.each<[string, (body: JsonObject) => JsonObject]>([
    ['entrypoint', (body) => ({ ...body, entrypoint: 'x.py:y' })],
    ['version', (body) => ({ ...body, version: '2.0' })],
    ['parameter', (body) => ({ ...body, parameters: { n: 8 } })],
    ['tag', (body) => ({ ...body, tags: ['b'] })],
    ['schedule', (body) => ({ ...body, schedules: [{ schedule: { cron: '@daily' }, active: false }] })],
    [
      'anchor that somebody wrote',
      (body) => ({ ...body, schedules: [{ schedule: { interval: 60, anchor_date: '2026-01-01T00:00:00Z' } }] }),
    ],
    ['key of a later version', (body) => ({ ...body, novelty: 1 })],
  ])('is another for another %s of one that is made', (_, change) => {
    const digests = [{}, change({})].map((body) => {
      const sent = recorded({}, { write: { kind: 'create', body } })
      return digestOf([planned({ recorded: sent, live: undefined, automations: [], kept: [] })], PUSH, [])
    })
    expect(digests[0]).not.toBe(digests[1])
  })

  test.each<[string, unknown, unknown]>([
    ['the commit', { a: COMMIT, b: `img:${COMMIT.slice(0, 8)}` }, { a: OTHER, b: `img:${OTHER.slice(0, 8)}` }],
    ['seven digits of the commit', `sha-${COMMIT.slice(0, 7)}`, `sha-${OTHER.slice(0, 7)}`],
    ['the ref', 'main', '12/merge'],
    ['the ref in full', 'refs/heads/main', 'refs/pull/12/merge'],
    ['the ref in an address', 'https://host/tree/main/x', 'https://host/tree/12/merge/x'],
    ['the branch that the file names', 'main', 'main'],
    ['a folder', '/home/runner/work/flows/flows/a', '/tmp/copy/a'],
    ['a longer folder', '/home/runner/work/flows/flows', '/tmp/copy-of-flows'],
  ])('is the same with %s', (_, here, there) => {
    expect(digest(there, PULL_REQUEST)).toBe(digest(here))
  })

  test.each<[string, unknown, unknown]>([
    ['a number and a text', 1, '1'],
    ['null and nothing', null, undefined],
    ['a word with the ref in it', 'domain', 'do12/merge'],
    ['a folder and its neighbour', '/home/runner/work/flows/flows2', '/tmp/copy2'],
  ])('tells %s apart', (_, one, other) => {
    expect(digest(one)).not.toBe(digest(other, PULL_REQUEST))
  })

  test.each<[string, string]>([
    ['the digits of another commit', `${COMMIT.slice(0, 7)}f`],
    ['all digits', COMMIT],
    ['nine digits', COMMIT.slice(0, 9)],
  ])('tells eight digits of the commit from %s', (_, other) => {
    expect(digest(COMMIT.slice(0, 8))).not.toBe(digest(other))
  })

  test('takes a folder within another as one', () => {
    const within = { ...PUSH, folders: ['/w', '/w/flows'] }
    expect(digest('/w/flows/a', within)).toBe(digest('/tmp/copy/a', PULL_REQUEST))
  })

  test('is another for any other value, and the same for the same', () => {
    const leaf = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null))
    fc.assert(
      fc.property(fc.uniqueArray(leaf, { minLength: 2, maxLength: 2 }), fc.array(fc.string()), ([one, other], keys) => {
        const within = (value: unknown): unknown =>
          keys.reduceRight<unknown>((inner, key) => ({ [`k${key}`]: inner }), value)
        expect(digest(within(one))).not.toBe(digest(within(other)))
        expect(digest(within(one))).toBe(digest(structuredClone(within(one))))
      }),
    )
  })

  test('does not depend on the order of anything', () => {
    const row = fc.record({
      field: fc.string(),
      wanted: fc.jsonValue({ maxDepth: 2 }),
      found: fc.jsonValue({ maxDepth: 2 }),
    })
    const orphan = fc.record({ flow: fc.string(), name: fc.string(), act: fc.string() })
    fc.assert(
      fc.property(fc.array(fc.array(row), { maxLength: 4 }), fc.array(orphan), (plans, orphans) => {
        const forwards = plans.map((rows, at) => update(rows, `d${at}`))
        const backwards = plans.map((rows, at) => update(rows.toReversed(), `d${at}`)).toReversed()
        expect(digestOf(backwards, PUSH, orphans.toReversed())).toBe(digestOf(forwards, PUSH, orphans))
      }),
      { numRuns: 50 },
    )
  })

  test('does not depend on the order, nor on the id, of what is made', () => {
    const schedules = [{ schedule: { cron: '@daily' } }, { schedule: { interval: 60 } }]
    const automations = [{ name: 'a' }, { name: 'b' }]
    const digests = ['1', '2'].map((id, at) => {
      const sent = recorded(
        {},
        {
          id,
          write: { kind: 'create', body: { schedules: at === 0 ? schedules : schedules.toReversed() } },
          automations: at === 0 ? automations : automations.toReversed(),
          slas: [{ owner_resource: `prefect.deployment.${id}` }],
        },
      )
      return digestOf([planned({ recorded: sent, live: undefined, automations: [], kept: [] })], PUSH, [])
    })
    expect(digests[0]).toBe(digests[1])
  })

  test('holds no secret', () => {
    expect(digest('one', PUSH, 'parameters.token')).toBe(digest('two', PUSH, 'parameters.token'))
    expect(digest('with hunter2')).toBe(digest('with ***'))
  })

  test('is another for another orphan', () => {
    const orphans = ['report', 'delete'].map((act) => digestOf([], PUSH, [{ flow: 'main', name: 'old', act }]))
    expect(new Set([...orphans, digestOf([], PUSH, [])]).size).toBe(3)
  })

  test('is the same for an anchor that Prefect took, another for one that somebody wrote', () => {
    const anchor = (moment: string): string => digest(moment, PUSH, 'schedules[interval 60].anchor_date')
    expect(anchor('2026-01-01T00:00:00.123Z')).toBe(anchor('2026-02-01T00:00:00.456Z'))
    expect(anchor('2026-01-01T00:00:00Z')).not.toBe(anchor('2026-02-01T00:00:00Z'))
  })

  test('does not know a commit that nobody told', () => {
    const { commit: _, ...unknown } = PUSH
    expect(digest(COMMIT, unknown)).not.toBe(digest(OTHER, unknown))
    expect(digest('- a text -', unknown)).toBe(digest('- a text -'))
  })
})

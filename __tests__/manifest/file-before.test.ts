import { describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import { fileBefore } from '../../src/manifest/file-before.ts'
import { fileStateOf } from '../../src/manifest/file-state.ts'
import type { DeploymentEntry } from '../../src/manifest/model.ts'
import { manifestFrom } from './sample.ts'

function entryIn(yaml: string): DeploymentEntry {
  const indented = yaml.replaceAll(/^/gm, '    ').trim()
  const [entry] = manifestFrom(`deployments:\n  - ${indented}\n`).deployments
  if (entry === undefined) throw new Error('no deployment')
  return entry
}

const stateIn = (yaml: string): ReturnType<typeof fileStateOf> => fileStateOf(entryIn(`name: daily\n${yaml}`))
const HASH = 'abc1234500000000000000000000000000000000'

describe('what a file says of a deployment', () => {
  test('is nothing where it says nothing', () => {
    expect(stateIn('schedules: []')).toEqual({
      paused: 'unsaid',
      schedules: [],
      hasOpenSchedules: false,
      triggers: [],
      hasOpenTriggers: false,
    })
  })

  test.each([
    ['paused: true', true],
    ['paused: "off"', false],
    ['paused:', 'unsaid'],
    ['paused: "{{ $PAUSED }}"', 'open'],
  ])('%s', (yaml, paused) => {
    expect(stateIn(yaml).paused).toBe(paused)
  })

  test('of its schedules is when they run, with what, and whether they are on', () => {
    const { schedules, hasOpenSchedules } = stateIn(`schedules:
  - cron: 0 5 * * *
    slug: nightly
    active: false
  - {interval: PT1H, timezone: Europe/Berlin, parameters: {n: 1}}
  - {interval: 90.5, slug: "", active: "{{ $ON }}"}
  - {rrule: FREQ=DAILY, parameters: {n: "{{ $N }}"}}
  - {rrule: '{"rrule": "FREQ=WEEKLY", "timezone": "Asia/Tokyo"}', active: "yes"}
  - {cron: "{{ $CRON }}", slug: filled}`)
    const plain = { slug: undefined, parameters: {}, active: 'unsaid' }
    expect(schedules).toEqual([
      {
        ...plain,
        slug: 'nightly',
        active: false,
        time: { kind: 'cron', expression: '0 5 * * *', timezone: undefined },
      },
      { ...plain, parameters: { n: 1 }, time: { kind: 'interval', expression: 3600, timezone: 'Europe/Berlin' } },
      { ...plain, active: 'open', time: { kind: 'interval', expression: 90.5, timezone: undefined } },
      { ...plain, parameters: undefined, time: { kind: 'rrule', expression: 'FREQ=DAILY', timezone: undefined } },
      { ...plain, active: true, time: { kind: 'rrule', expression: 'FREQ=WEEKLY', timezone: 'Asia/Tokyo' } },
      { ...plain, slug: 'filled', time: undefined },
    ])
    expect(hasOpenSchedules).toBe(false)
  })

  test.each([
    '{cron: "{{ $CRON }}"}',
    '{cron: 0 5 * * *, slug: "{{ $SLUG }}"}',
    '{interval: 60, timezone: "{{ $TZ }}"}',
    '5',
  ])('of the schedule %s is not known before Prefect fills it in', (item) => {
    expect(stateIn(`schedules: [${item}]`)).toMatchObject({ schedules: [], hasOpenSchedules: true })
  })

  test('of one schedule by the old key is the same', () => {
    expect(stateIn('schedule: {cron: 0 5 * * *}').schedules).toHaveLength(1)
  })

  test('of its triggers is how Prefect names their automations', () => {
    const { triggers, hasOpenTriggers } = stateIn(`triggers:
  - {expect: [a]}
  - {expect: [b], name: stock, enabled: false}
  - {expect: [c], enabled: "{{ prefect.variables.on }}"}`)
    expect(triggers).toEqual([
      { name: 'daily__automation_1', enabled: 'unsaid' },
      { name: 'stock', enabled: false },
      { name: 'daily__automation_3', enabled: 'open' },
    ])
    expect(hasOpenTriggers).toBe(false)
    const filled = entryIn('name: "{{ $NAME }}"\ntriggers: [{expect: [a]}, {name: b}, {name: "{{ $B }}"}]')
    expect(fileStateOf(filled)).toMatchObject({
      triggers: [{ name: 'b', enabled: 'unsaid' }],
      hasOpenTriggers: true,
    })
  })

  test('never throws, whatever stands there', () => {
    const key = fc.constantFrom('paused', 'schedules', 'schedule', 'triggers', 'name')
    const inner = fc.constantFrom('cron', 'interval', 'rrule', 'slug', 'timezone', 'parameters', 'active', 'enabled')
    const value = fc.letrec((tie) => ({
      any: fc.oneof(
        fc.constantFrom<unknown>(null, true, 0, -1, 1e300, '', 'PT1H', '{{ $X }}', '[]', '{"rrule": 1}', 'FREQ=DAILY'),
        fc.array(tie('any'), { maxLength: 3 }),
        fc.dictionary(inner, tie('any'), { maxKeys: 4 }),
      ),
    })).any
    fc.assert(
      fc.property(fc.dictionary(key, value), (entry) => {
        // JSON is YAML.
        const [found] = manifestFrom(JSON.stringify({ deployments: [entry] })).deployments
        expect(found === undefined ? undefined : fileStateOf(found).paused).toBeDefined()
      }),
      { numRuns: 300 },
    )
  })
})

describe('a file at another commit', () => {
  const file = (text: string): ReturnType<typeof fileBefore> =>
    fileBefore({ text, commit: HASH, display: 'flows/prefect.yaml' })
  const now = entryIn('name: daily\nentrypoint: flows/a.py:a')

  test('says of a deployment what it said', () => {
    const { before, named } = file('deployments:\n  - {name: daily, entrypoint: old.py:a, paused: true}\n')
    expect(before(now)).toMatchObject({ known: true, commit: 'abc12345', state: { paused: true } })
    expect(named).toEqual([{ file: 'flows/prefect.yaml', name: 'daily', entrypoint: 'old.py:a', commit: HASH }])
  })

  test('tells deployments of one name by their entrypoints', () => {
    const two = (entrypoint: string): ReturnType<typeof fileBefore> =>
      file(
        `deployments:\n  - {name: daily, entrypoint: x.py:x}\n  - {name: daily, entrypoint: ${entrypoint}, paused: true}\n`,
      )
    expect(two('flows/a.py:a').before(now)).toMatchObject({ state: { paused: true } })
    expect(two('flows/b.py:b').before(now)).toMatchObject({
      known: false,
      why: expect.stringContaining('several times'),
    })
  })

  test.each([
    ['deployments: [', 'cannot be read'],
    ['- 1', 'cannot be read'],
    ['deployments:\n  - {name: other, entrypoint: a.py:a}', 'did not name it'],
    ['deployments:\n  - {name: "{{ $N }}", entrypoint: a.py:a}', 'did not name it'],
  ])('that says nothing of it: %s', (text, why) => {
    expect(file(text).before(now)).toEqual({ known: false, why: expect.stringContaining(why) })
    expect(file(text).named.filter(({ name }) => name !== 'other')).toEqual([])
  })

  test('says nothing of a deployment whose name is filled in', () => {
    const { before } = file('deployments:\n  - {name: "{{ $N }}", entrypoint: a.py:a}')
    expect(before(entryIn('name: "{{ $N }}"\nentrypoint: a.py:a'))).toMatchObject({ known: false })
  })
})

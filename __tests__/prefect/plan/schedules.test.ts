import { describe, expect, test } from '@jest/globals'
import type { JsonObject } from '../../../src/prefect/json.ts'
import { differencesOf } from '../../../src/prefect/plan/differences.ts'
import { LIVE, recorded, type Rows, rows } from './compared.ts'

const daily = { cron: '0 5 * * *' }
const stored = (one: JsonObject = {}): JsonObject => ({
  id: 's',
  schedule: { ...daily, timezone: null, day_or: true },
  active: true,
  parameters: {},
  slug: null,
  max_scheduled_runs: null,
  ...one,
})
const whole = { ...daily, day_or: true, active: true, parameters: {} }
const every = (anchor?: string): JsonObject => ({
  interval: 60,
  ...(anchor === undefined ? {} : { anchor_date: anchor }),
})

describe('schedules', () => {
  test.each<[string, readonly JsonObject[] | null | undefined, readonly JsonObject[], Rows]>([
    ['none are sent', undefined, [stored()], {}],
    ['null is sent', null, [stored()], {}],
    ['an empty list clears those without slugs', [], [stored()], { 'schedules[cron 0 5 * * *]': [undefined, whole] }],
    ['an empty list leaves those with slugs', [], [stored({ slug: 'a' })], {}],
    ['the server’s defaults', [{ schedule: daily }], [stored()], {}],
    ['off', [{ schedule: daily }], [stored({ active: false })], { 'schedules[cron 0 5 * * *].active': [true, false] }],
    [
      'two that are the same',
      [{ schedule: daily }, { schedule: daily }],
      [stored()],
      { 'schedules[cron 0 5 * * *]': [whole, undefined] },
    ],
    [
      'one that nobody wants',
      [{ schedule: daily }],
      [stored(), stored()],
      { 'schedules[cron 0 5 * * *]': [undefined, whole] },
    ],
    [
      'other days',
      [{ schedule: { ...daily, day_or: false } }],
      [stored()],
      { 'schedules[cron 0 5 * * *].day_or': [false, true] },
    ],
    [
      'a zone',
      [{ schedule: { ...daily, timezone: 'UTC' } }],
      [stored()],
      { 'schedules[cron 0 5 * * *].timezone': ['UTC', undefined] },
    ],
    [
      'a slug without `active` leaves it off',
      [{ schedule: daily, slug: 'a' }],
      [stored({ slug: 'a', active: false })],
      {},
    ],
    [
      'a slug with `active`',
      [{ schedule: daily, slug: 'a', active: true }],
      [stored({ slug: 'a', active: false })],
      { 'schedules[a].active': [true, false] },
    ],
    [
      'a slug takes parameters away',
      [{ schedule: daily, slug: 'a' }],
      [stored({ slug: 'a', parameters: { n: 1 } })],
      { 'schedules[a].parameters.n': [undefined, 1] },
    ],
    ['a slug leaves the others', [{ schedule: daily, slug: 'a' }], [stored({ slug: 'a' }), stored({ slug: 'b' })], {}],
    [
      'a slug where others have none',
      [{ schedule: daily, slug: 'a' }],
      [stored({ slug: 'a' }), stored()],
      { 'schedules[cron 0 5 * * *]': [undefined, whole] },
    ],
    [
      'a slug is new',
      [{ schedule: daily, slug: 'b' }],
      [stored({ slug: 'a' })],
      { 'schedules[b]': [{ ...whole, slug: 'b' }, undefined] },
    ],
    [
      'a slug of another kind',
      [{ schedule: { interval: 60 }, slug: 'a' }],
      [stored({ slug: 'a' })],
      {
        'schedules[a].interval': [60, undefined],
        'schedules[a].timezone': ['UTC', undefined],
        'schedules[a].cron': [undefined, '0 5 * * *'],
        'schedules[a].day_or': [undefined, true],
      },
    ],
    [
      'a slug that is replaced',
      [{ schedule: daily, slug: 'b', replaces: 'a' }],
      [stored({ slug: 'a' })],
      { 'schedules[b].slug': ['b', 'a'] },
    ],
    ['a slug that was replaced', [{ schedule: daily, slug: 'b', replaces: 'a' }], [stored({ slug: 'b' })], {}],
    [
      'a number of runs',
      [{ schedule: daily, slug: 'a', max_scheduled_runs: 5 }],
      [stored({ slug: 'a' })],
      { 'schedules[a].max_scheduled_runs': [5, undefined] },
    ],
    ['a number of runs is left', [{ schedule: daily, slug: 'a' }], [stored({ slug: 'a', max_scheduled_runs: 5 })], {}],
    [
      'an anchor that is not sent',
      [{ schedule: every() }],
      [stored({ schedule: { ...every('2026-01-01T00:00:00Z'), timezone: 'UTC' } })],
      {},
    ],
    [
      'one anchor in two forms',
      [{ schedule: every('2026-01-01T02:00:00.500+02:00') }],
      [stored({ schedule: every('2026-01-01T00:00:00.5Z') })],
      {},
    ],
    [
      'another anchor by a millionth',
      [{ schedule: every('2026-01-01T00:00:00.000001Z') }],
      [stored({ schedule: every('2026-01-01T00:00:00Z') })],
      { 'schedules[interval 60].anchor_date': ['2026-01-01T00:00:00.000001Z', '2026-01-01T00:00:00Z'] },
    ],
    [
      'an anchor beside an open one',
      [{ schedule: every() }, { schedule: every('2026-01-01T00:00:00Z') }],
      [stored({ schedule: every('2026-01-01T00:00:00Z') }), stored({ schedule: every('2025-01-01T00:00:00Z') })],
      {},
    ],
  ])('%s', (_, asked, live, expected) => {
    expect(rows(asked === undefined ? {} : { schedules: asked }, { schedules: live })).toEqual(expected)
  })

  test('one that is made anew has the anchor that was sent', () => {
    const sent = recorded(
      {},
      { write: { kind: 'create', body: { schedules: [{ schedule: every('2026-01-01T00:00:00.1Z') }] } } },
    )
    const live = { ...LIVE, schedules: [{ id: 's', schedule: every('2026-01-02T00:00:00Z'), active: true }] }
    expect(differencesOf(sent, live, []).map(({ field }) => field)).toEqual(['schedules[interval 60].anchor_date'])
  })

  test('one that was to be deleted is gone', () => {
    const sent = recorded({ schedules: [] }, { deletedSchedules: ['s'] })
    const live = { ...LIVE, schedules: [{ id: 's', schedule: daily, active: true, slug: 'a' }] }
    expect(differencesOf(sent, live, []).map(({ field }) => field)).toEqual(['schedules[a]'])
    expect(differencesOf(sent, { ...LIVE, schedules: [] }, [])).toEqual([])
  })

  const minutely = 'RRULE:FREQ=MINUTELY;INTERVAL=7'
  test.each([
    ['FREQ=DAILY', 'DTSTART:20200101T000000\nFREQ=DAILY', true],
    ['DTSTART:20240101T000000\nFREQ=DAILY', 'FREQ=DAILY', false],
    [minutely, `DTSTART:20200101T000700\n${minutely}`, true],
    [`DTSTART:20200101T001400\n${minutely}`, `DTSTART:20200101T000700\n${minutely}`, true],
    [`DTSTART:20200101T001500\n${minutely}`, `DTSTART:20200101T000700\n${minutely}`, false],
    [`DTSTART:20200101T001400\n${minutely};COUNT=3`, `DTSTART:20200101T000700\n${minutely};COUNT=3`, false],
    ['freq=secondly', 'DTSTART:20210101T000001\nfreq=secondly', true],
    ['FREQ=DAILY\nDTSTART:20240101T000000', 'DTSTART:20200101T000000\nFREQ=DAILY\nDTSTART:20240101T000000', false],
  ])('the rule %j is stored as %j: %s', (sent, found, same) => {
    const body = { schedules: [{ schedule: { rrule: sent, timezone: 'UTC' } }] }
    const live = { schedules: [stored({ schedule: { rrule: found, timezone: 'UTC' } })] }
    expect(Object.keys(rows(body, live)).length === 0).toBe(same)
  })
})

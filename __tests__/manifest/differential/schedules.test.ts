import { beforeAll, describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import { checkManifests } from '../../../src/manifest/check.ts'
import { isNoDate } from '../../../src/manifest/schedule/anchor-date.ts'
import { fileOf } from '../sample.ts'
import { oddityOf } from '../../../src/manifest/schedule/rrule-oddities.ts'
import { readRrule, rruleTextOf } from '../../../src/manifest/schedule/rrule.ts'
import { isZoneToPrefect } from '../../../src/manifest/schedule/time-zone.ts'
import { type Answer, askPrefect, zonesIn } from './prefect-judge.ts'
import { rruleTexts } from './rrule-texts.ts'

const SEED = 20_261_126
const RANDOM = 4000

const RRULES = `FREQ=DAILY
RRULE:FREQ=DAILY
 RRULE:FREQ=DAILY
rrule:freq=daily
FREQ=DAILY;
FREQ=DAILY; INTERVAL=2
FREQ = DAILY
INTERVAL=2
FREQ=BAD
FOO=1
FREQ=DAILY;FOO=1
FREQ=DAILY;BYHOUR=24
FREQ=DAILY;BYMINUTE=60
FREQ=DAILY;BYSECOND=60
FREQ=HOURLY;BYHOUR=25
FREQ=HOURLY;BYMINUTE=61
FREQ=MINUTELY;INTERVAL=0
FREQ=MINUTELY;INTERVAL=0;COUNT=3
FREQ=MINUTELY;INTERVAL=0;UNTIL=20270101T000000Z
FREQ=HOURLY;INTERVAL=0
FREQ=DAILY;INTERVAL=0
FREQ=DAILY;COUNT=0
FREQ=DAILY;BYMONTH=13
FREQ=DAILY;UNTIL=20270101T000000Z
FREQ=DAILY;BYSETPOS=0
FREQ=DAILY;BYSETPOS=-366
FREQ=HOURLY;INTERVAL=5;BYHOUR=9
DTSTART:20260101T080000\nRRULE:FREQ=HOURLY;INTERVAL=2;BYHOUR=9
DTSTART:20260101T080000\nRRULE:FREQ=HOURLY;INTERVAL=2;BYHOUR=10
DTSTART:20260101T080000\nRRULE:FREQ=MINUTELY;INTERVAL=15;BYMINUTE=30
DTSTART:20260101T080000\nRRULE:FREQ=SECONDLY;INTERVAL=15;BYSECOND=31
DTSTART:20260101\nFREQ=DAILY;UNTIL=20270101Z
DTSTART:20260101T000000\nFREQ=DAILY;UNTIL=20270101T000000Z
DTSTART:20260101T000000Z\nFREQ=DAILY;UNTIL=20270101T000000
DTSTART;TZID=Europe/Berlin:20260101T000000\nFREQ=DAILY;UNTIL=20270101T000000Z
DTSTART;TZID=Europe/Berlin:20260101T000000Z\nFREQ=DAILY
DTSTART:20260101T000000
DTSTART:20260101T000000,20260102T000000\nFREQ=DAILY
DTSTART:\nFREQ=DAILY
RDATE:20270101T000000
RDATE;VALUE=DATE-TIME:20270101T000000
RDATE;VALUE=DATE:20270101
EXDATE:20270101
EXRULE:FREQ=DAILY
EXRULE:FREQ=BAD
RRULE:FREQ=DAILY\nRRULE:FREQ=WEEKLY
RRULE:RRULE:FREQ=DAILY
RRULE:FREQ=DAILY\nRRULE:RRULE:FREQ=DAILY
RRULE;X=1:FREQ=DAILY
RRULE;:FREQ=DAILY
DURATION:PT1H
FREQ=DAILY\nX-FOO:1
constructor=1
__proto__=1`
  .split('\n')
  .map((text) => text.replaceAll(String.raw`\n`, '\n'))

const JSON_TEXTS = [
  '{"rrule": "FREQ=DAILY"}',
  '{"rrule": "FREQ=DAILY", "timezone": "Europe/Berlin"}',
  '{"rrule": "FREQ=DAILY", "timezone": "Mars/X"}',
  '{"rrule": "FREQ=DAILY", "timezone": ""}',
  '{"rrule": "FREQ=DAILY", "timezone": null}',
  '{"rrule": "FREQ=DAILY", "timezone": 5}',
  '{"rrule": "FREQ=BAD"}',
  '{"rrule": ""}',
  '{"rrule": null}',
  '{"rrule": 5}',
  '{"timezone": "UTC"}',
  '{"rrule": "FREQ=DAILY", "dtstart": "20260101"}',
  '{"rrule": "FREQ=BAD", "rrule": "FREQ=DAILY"}',
  '{"__proto__": 1, "rrule": "FREQ=DAILY"}',
  '{}',
  '[]',
  'null',
  '5',
  'NaN',
  '"FREQ=DAILY"',
  '{"rrule": "FREQ=DAILY"',
  ' {"rrule": "FREQ=DAILY"} ',
  '\ufeff{"rrule": "FREQ=DAILY"}',
]
const LONG = [
  '',
  ' ',
  '\n',
  ...[6476, 6477, 6500, 6501].map((length) =>
    `FREQ=DAILY;BYMONTH=${'1,'.repeat(3300)}`
      .slice(0, length - 1)
      .replace(/,$/, '1')
      .padEnd(length, '1'),
  ),
  ...[6500, 6501].map((length) =>
    `DTSTART:20260101\nFREQ=DAILY;BYMONTH=${'1,'.repeat(3300)}`
      .slice(0, length - 1)
      .replace(/,$/, '1')
      .padEnd(length, '1'),
  ),
]

/** What our port says of a schedule's `rrule`; `undefined` is no answer. */
function judged(text: string): boolean | undefined {
  const inner = rruleTextOf(text)
  if (typeof inner === 'string') return false
  const zoneStands = inner.timezone === undefined || isZoneToPrefect(inner.timezone, 'rrule')
  const { state } = readRrule(inner.rrule)
  return state === 'open' ? undefined : zoneStands && state === 'taken'
}

const TEXTS = [...RRULES, ...JSON_TEXTS, ...LONG, ...fc.sample(rruleTexts(), { numRuns: RANDOM, seed: SEED })]
const ZONED = [
  { cron: '0 0 * * *' },
  { interval: 3600 },
  { rrule: 'FREQ=DAILY' },
  { rrule: '{"rrule": "FREQ=DAILY"}' },
].flatMap((kind) =>
  ['', 'UTC', 'utc', 'US/Eastern', 'Factory', 'localtime', 'PST', 'JST', 'SystemV/EST5', '+02:00', 'Europe/Berlin ']
    .concat(['Mars/X', '../UTC', '/etc/localtime', 'Europe'])
    .map((timezone) => ({ ...kind, timezone })),
)

/** Rules with whether runs come of them; `undefined` is some other runs than the rule says. */
const RUNS: readonly (readonly [rrule: string, runs: boolean | undefined])[] = [
  ['FREQ=DAILY', true],
  ['FREQ=DAILY;UNTIL=20271231T000000', true],
  ['FREQ=DAILY;UNTIL=20271231T000000Z', false],
  ['RRULE:FREQ=DAILY\nEXRULE:FREQ=WEEKLY;UNTIL=20271231T000000Z', false],
  ['DTSTART:20260101T000000Z\nRRULE:FREQ=DAILY;UNTIL=20271231T000000Z', true],
  ['FREQ=DAILY;COUNT=0', false],
  ['FREQ=DAILY;COUNT=-1', false],
  ['FREQ=DAILY;COUNT=10', false],
  ['DTSTART:20270101T000000\nRRULE:FREQ=DAILY;COUNT=10', true],
  ['FREQ=DAILY;INTERVAL=0', false],
  ['FREQ=DAILY;INTERVAL=-1', false],
  ['FREQ=MONTHLY;BYMONTH=13', false],
  ['FREQ=MONTHLY;BYMONTHDAY=32', false],
  ['FREQ=MONTHLY;BYMONTHDAY=-31', true],
  ['FREQ=MONTHLY;BYMONTHDAY=0', undefined],
  ['FREQ=YEARLY;BYYEARDAY=367', false],
  ['FREQ=YEARLY;BYWEEKNO=54', false],
  ['FREQ=HOURLY;BYHOUR=25', false],
  ['FREQ=HOURLY;BYMINUTE=60', false],
]
/** Whole schedules, as a file has them. */
const WHOLE: readonly Readonly<Record<string, unknown>>[] = [
  { cron: '0 6 * * *' },
  { cron: '' },
  { cron: 'x' },
  { cron: '0 6 * * *', day_or: 'maybe' },
  { cron: '0 6 * * *', day_or: 'off' },
  { cron: '0 6 * * *', active: 'maybe' },
  { cron: '0 6 * * *', active: '' },
  { cron: '0 6 * * *', active: 'T', slug: '', parameters: {} },
  { cron: '0 6 * * *', anchor_date: 'x' },
  { interval: 0 },
  { interval: -1 },
  { interval: 0.000_000_1 },
  { interval: 60 },
  { interval: 'PT0S' },
  { interval: 'PT1M', day_or: 'maybe' },
  { interval: 60, anchor_date: '' },
  { interval: 60, anchor_date: '2026-02-30' },
  { interval: 60, anchor_date: '2026-02-28 06:00' },
  { rrule: '' },
  { rrule: 'FREQ=DAILY', anchor_date: 'x', day_or: 'x' },
]
const ANCHORS =
  '2026-01-01|2026-01-01T00:00|2026-01-01 00:00:00|2026-01-01T00:00:00Z|2026-01-01T00:00:00+02:00|2026-01-01T00:00:00.5-0200|2026-13-01|2026-02-30|2024-02-29|2023-02-29|2026-01-01T24:00:00|2026-01-01T23:60|2026-01-01T23:59:60|0000-01-01|0001-01-01|9999-12-31|20260101|2026-01|2026|now|today|Tomorrow|yesterday|monday|P1D|2026-01-01T00Z|2026-1-1|x'.split(
    '|',
  )

let answers: readonly (readonly Answer[])[] = []
beforeAll(async () => {
  answers = await askPrefect([
    TEXTS.map((rrule) => ({ judge: 'schedule', value: { rrule } })),
    ZONED.map((value) => ({ judge: 'schedule', value })),
    [{ judge: 'zones', value: '' }],
    RUNS.map(([rrule]) => ({ judge: 'runs', value: { rrule } })),
    WHOLE.map((value) => ({ judge: 'schedule', value })),
    ANCHORS.map((value) => ({ judge: 'anchor', value })),
  ])
})

describe('schedules against Prefect', () => {
  test(`rrules: a table and ${RANDOM} random ones, seed ${SEED}`, () => {
    const [told = []] = answers
    const accepted = told.filter((answer) => answer.accepted).length
    expect(accepted).toBeGreaterThan(TEXTS.length / 5)
    expect(accepted).toBeLessThan((TEXTS.length * 4) / 5)
    const unjudged = TEXTS.filter((text) => judged(text) === undefined || isByTheHour(text))
    expect(unjudged.length).toBeLessThan(TEXTS.length / 20)
    const wrong = TEXTS.flatMap((text, index) => {
      const ours = judged(text)
      const agreed = ours === undefined || ours === told[index]?.accepted || isByTheHour(text)
      return agreed ? [] : [`${JSON.stringify(text)}: Prefect says ${told[index]?.why ?? 'yes'}, we ${ours}`]
    })
    expect(wrong).toEqual([])
  })

  test('every time zone that Prefect takes, and none that it does not', () => {
    const zones = zonesIn(answers[2])
    const names = [...new Set([...zones.cron, ...zones.rrule].flatMap((name) => variants(name)))]
    for (const kind of ['cron', 'rrule'] as const) {
      const known = new Set(zones[kind])
      // The empty name is no zone, and stands for UTC.
      if (kind === 'cron') known.add('')
      expect(names.filter((name) => isZoneToPrefect(name, kind) !== known.has(name))).toEqual([])
    }
  })

  test('zones of each kind of schedule, as a deploy and the server take them', () => {
    const [, told = []] = answers
    const wrong = ZONED.filter((value, index) => {
      const kind = 'cron' in value ? 'cron' : 'interval' in value ? 'interval' : 'rrule'
      // An empty zone beside a JSON object says nothing to Prefect.
      const silent = 'rrule' in value && value.rrule.startsWith('{') && value.timezone === ''
      return (silent || isZoneToPrefect(value.timezone, kind)) !== told[index]?.accepted
    })
    expect(wrong).toEqual([])
  })
})

test('whole schedules: an error of the check where the deploy fails, and nowhere else', () => {
  const told = answers[4] ?? []
  const wrong = WHOLE.filter((schedule, index) => {
    const text = `pull: []\ndeployments: [{name: a, entrypoint: "a.py:f", work_pool: {name: p}, schedules: [${JSON.stringify(schedule)}]}]\n`
    const { findings } = checkManifests([fileOf(text)])
    return findings.some(({ severity }) => severity === 'error') === told[index]?.accepted
  })
  expect(wrong).toEqual([])
})

test('what is called no date is read neither by pendulum nor by dateutil', () => {
  const told = answers[5] ?? []
  expect(ANCHORS.filter((text, index) => isNoDate(text) && told[index]?.accepted === true)).toEqual([])
  expect(ANCHORS.filter((text) => isNoDate(text)).length).toBeGreaterThan(8)
})

test('a rule is odd where the server finds no run of it, or others', () => {
  const [, , , told = []] = answers
  for (const [index, [rrule, runs]] of RUNS.entries()) {
    const reading = readRrule(rrule)
    expect([rrule, reading.state]).toEqual([rrule, 'taken'])
    expect([rrule, reading.state === 'taken' && oddityOf(reading) === undefined]).toEqual([rrule, runs === true])
    expect([rrule, Number(told[index]?.told ?? 0) > 0]).toEqual([rrule, runs !== false])
  }
})

/** Names that look like a zone's: other cases, ends and spaces, and what JavaScript alone knows. */
function variants(name: string): string[] {
  const cut = name.slice(0, -1)
  return [
    name,
    name.toLowerCase(),
    name.toUpperCase(),
    `${name} `,
    cut,
    `${name}s`,
    name.replaceAll('_', ' '),
    `posix/${name}`,
    `SystemV/${name}`,
  ]
}

/** A rule that is met or not by the time of the deploy: Prefect's own answer changes within the day. */
function isByTheHour(text: string): boolean {
  const reading = readRrule(text)
  return reading.state === 'refused' && reading.fault.includes('of the deploy')
}

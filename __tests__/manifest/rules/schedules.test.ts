import { describe, expect, test } from '@jest/globals'
import { checkManifests } from '../../../src/manifest/check.ts'
import { SCHEDULE_RULES } from '../../../src/manifest/rules/schedules.ts'
import { judgedSchedules } from '../../../src/manifest/schedule/judged.ts'
import type { Surroundings } from '../../../src/manifest/rules/rule.ts'
import type { Finding } from '../../../src/finding.ts'
import { fileOf, manifestFrom, places } from '../sample.ts'

/** What speaks of nearly every schedule has tests of its own. */
const OWN = new Set(SCHEDULE_RULES.map(({ id }) => id).filter((id) => id !== 'schedule-slug-missing'))

/** The head takes four lines, so the lines of the deployment begin in line 5. */
const HEAD = `pull: []
deployments:
- name: daily
  entrypoint: a.py:f
`
const TAIL = '  work_pool: {name: modal-pool}\n'

function found(more: string, known: Partial<Surroundings> = {}): readonly Finding[] {
  const { findings } = checkManifests([fileOf(`${HEAD}${more}\n${TAIL}`)], known)
  return findings.filter(({ rule }) => OWN.has(rule))
}

/** The findings in one schedule of line 5. */
function of(schedule: string): readonly Finding[] {
  return found(`  schedules: [{${schedule}}]`)
}

const rules = (findings: readonly Finding[]): string[] => findings.map(({ rule }) => rule)

describe('cron', () => {
  test.each<[string, string, string]>([
    ['0 6 * *', 'it has 4 fields instead of five', 'is 6:30 on workdays'],
    ['', 'The `cron` of this schedule is empty', '- cron: "0 6 * * *"'],
    ['  ', 'it is empty', 'is 6:30 on workdays'],
    ['@every 5m', '@hourly', '`interval: 300`'],
    ['@reboot', '@hourly', 'is 6:30 on workdays'],
    ['0 6 * * Monday-Friday', '`monday` is no day of the week', '`cron: "0 6 * * Mon-Fri"`'],
    ['0 6 1 January *', '`january` is no month', '`cron: "0 6 1 Jan *"`'],
    ['0 6 * * 5L', '`5l` is no day of the week', '`cron: "0 6 * * L5"`'],
    ['0 0 12 * * ?', '`?` cannot stand for the second', '`cron: "0 12 * * ?"`'],
    ['60 6 * * *', 'the minute `60` is not within 0 to 59', 'is 6:30 on workdays'],
    ['H 6 * * *', '`h` draws the minute by lot', 'is 6:30 on workdays'],
    ['R(0-99) 6 * * *', 'the minute `99` is not within', 'is 6:30 on workdays'],
    ['*/0 6 * * *', 'the step of `*/0` must be at least 1', 'is 6:30 on workdays'],
    ['0 6 * * mon#6', '`#` of `mon#6` is not 1 to 5', 'is 6:30 on workdays'],
    ['0 6 * * mon#1,wed', 'mixes days of every week', 'is 6:30 on workdays'],
    ['1,,3 6 * * *', 'a comma with nothing beside it', 'is 6:30 on workdays'],
  ])('%s', (cron, reason, hint) => {
    const [finding, ...more] = of(`cron: ${JSON.stringify(cron)}`)
    expect(more).toEqual([])
    expect(finding?.severity).toBe('error')
    expect(finding?.message).toContain(reason)
    expect(finding?.hint).toContain(hint)
  })

  test.each(['0 6 * * *', '@daily', '0 6 L * *', '0 22-2 * * fri#2', '{{ $CRON }}', '0 {{ $HOUR }} * * *'])(
    'nothing in %s',
    (cron) => expect(of(`cron: ${JSON.stringify(cron)}`)).toEqual([]),
  )

  test('dates that never come, also where a day of the week would let some in', () => {
    expect(rules(of('cron: "0 0 31 2 *"'))).toEqual(['cron-never-fires'])
    expect(rules(of('cron: "0 0 30 2 mon"'))).toEqual(['cron-never-fires'])
    expect(rules(of('cron: "0 0 29 2 *"'))).toEqual([])
  })

  test.each<[string, string, string | undefined]>([
    ['*/30 * * * * *', 'at every second', '`cron: "* * * * *"`, or of the first five: `cron: "*/30 * * * *"`'],
    ['0 0 12 * * 1', 'at second 1', '`cron: "0 12 * * 1"`'],
    ['0 0 12 * * */10', 'several times in each minute', undefined],
    ['0 0 1 1 * 0 2030', 'and the seventh for years', undefined],
  ])('six fields: %s', (cron, message, hint) => {
    const [finding] = of(`cron: ${JSON.stringify(cron)}`)
    expect(finding).toMatchObject({ rule: 'cron-seconds', severity: 'warning' })
    expect(finding?.message).toContain(message)
    if (hint !== undefined) expect(finding?.hint).toContain(hint)
  })

  test('a cron beside a time zone that a placeholder names is judged all the same', () => {
    expect(rules(of('cron: "0 6 * *", timezone: "{{ $ZONE }}"'))).toEqual(['cron-invalid'])
  })
})

describe('time zones', () => {
  test.each<[string, string[]]>([
    ['cron: "0 6 * * *", timezone: ""', []],
    ['cron: "0 6 * * *", timezone: US/Eastern', []],
    ['cron: "0 6 * * *", timezone: "{{ $ZONE }}"', []],
    ['cron: "0 6 * * *", timezone:', []],
    ['cron: "0 6 * * *", timezone: us/eastern', ['time-zone-invalid']],
    ['interval: 600, anchor_date: "2026-01-01", timezone: PST', ['time-zone-invalid']],
    ['rrule: FREQ=DAILY, timezone: ""', ['time-zone-invalid']],
    [`rrule: '{"rrule": "FREQ=DAILY", "timezone": "Mars/X"}'`, ['time-zone-invalid']],
    [`rrule: '{"rrule": "FREQ=DAILY", "timezone": "UTC"}', timezone: ""`, []],
    [`rrule: '{"rrule": "FREQ=DAILY", "timezone": "UTC"}', timezone: Mars/X`, ['time-zone-invalid']],
  ])('%s', (schedule, expected) => expect(rules(of(schedule))).toEqual(expected))

  test.each([
    ['PST', '`timezone: America/Los_Angeles`'],
    ['europe/berlin', '`timezone: Europe/Berlin`'],
    ['New York', '`timezone: America/New_York`'],
    ['UTC+2', '`timezone: Etc/GMT-2`'],
    ['Mars/Phobos', '`timezone: Europe/Berlin`, or `UTC`'],
  ])('the hint for %s', (timezone, hint) => {
    expect(of(`cron: "0 6 * * *", timezone: "${timezone}"`)[0]?.hint).toContain(hint)
  })
})

describe('rrules', () => {
  test.each<[string, string[]]>([
    ['FREQ=DAILY', []],
    ['FREQ=DAILY;UNTIL=31 December', ['rrule-invalid']],
    ['FREQ=DAILY;UNTIL=DEC2027', []],
    ['FREQ=SOMETIMES', ['rrule-invalid']],
    ['{{ $RRULE }}', []],
    ['FREQ=DAILY;UNTIL=20271231T000000Z', ['rrule-never-fires']],
    ['FREQ=DAILY;COUNT=0', ['rrule-never-fires']],
    ['FREQ=DAILY;INTERVAL=-1', ['rrule-never-fires']],
    ['FREQ=MONTHLY;BYMONTH=13', ['rrule-never-fires']],
    ['FREQ=MONTHLY;BYMONTHDAY=-1', []],
    ['FREQ=MONTHLY;BYMONTHDAY=-32', ['rrule-never-fires']],
    ['FREQ=HOURLY;BYHOUR=25', ['rrule-never-fires']],
    ['FREQ=DAILY;COUNT=10', ['rrule-count-from-2020']],
    ['DTSTART:20270101T000000\\nRRULE:FREQ=DAILY;COUNT=10', []],
    ['DTSTART:20270101T000000Z\\nRRULE:FREQ=DAILY;UNTIL=20271231T000000Z', []],
    ['FREQ=HOURLY;INTERVAL=2;BYHOUR=9', ['rrule-invalid']],
    ['DTSTART:20270101T010000\\nRRULE:FREQ=HOURLY;INTERVAL=2;BYHOUR=9', []],
  ])('%s', (rrule, expected) => expect(rules(of(`rrule: "${rrule}"`))).toEqual(expected))

  test.each<[string, string, string[]]>([
    ['DTSTART:20270101T060000Z', 'UTC', []],
    ['DTSTART:20270101T060000Z', 'Etc/UTC', []],
    ['DTSTART:20270101T060000Z', 'Europe/Berlin', ['rrule-zone-ignored']],
    ['DTSTART;TZID=Europe/Berlin:20270101T060000', 'Europe/Berlin', []],
    ['DTSTART;TZID=Europe/Berlin:20270101T060000', '', ['rrule-zone-ignored']],
    ['DTSTART;TZID=Europe/Berlin:20270101T060000', '{{ $ZONE }}', []],
    ['DTSTART:20270101T060000', 'Europe/Berlin', []],
  ])('%s in %s', (start, timezone, expected) => {
    const zone = timezone === '' ? '' : `, timezone: "${timezone}"`
    expect(rules(of(`rrule: "${start}\\nRRULE:FREQ=DAILY"${zone}`))).toEqual(expected)
  })

  test('a JSON object', () => {
    expect(of(`rrule: '{"rrule": "FREQ=DAILY", "start": 1}'`)[0]?.message).toContain('holds `start`')
    expect(of(`rrule: '["FREQ=DAILY"]'`)[0]?.message).toContain('it is JSON and no object')
    expect(rules(of(`rrule: '{"rrule": "FREQ=DAILY;COUNT=3"}'`))).toEqual(['rrule-count-from-2020'])
  })
})

describe('intervals', () => {
  test.each<[string, string[]]>([
    ['interval: 0', ['interval-not-positive']],
    ['interval: -5.5', ['interval-not-positive']],
    ['interval: PT0S', ['interval-not-positive']],
    ['interval: "-01:00:00"', ['interval-not-positive']],
    ['interval: 3600', ['interval-without-anchor']],
    ['interval: P1D', ['interval-without-anchor']],
    ['interval: P1D, anchor_date: ""', ['interval-without-anchor']],
    ['interval: P1D, active: false', []],
    ['interval: P1D, anchor_date: "2026-01-01T06:00"', []],
    ['interval: P1D, anchor_date: 2026-01-01', []],
    ['interval: P1D, anchor_date: "{{ $DAY }}"', []],
    ['interval: P1D, anchor_date: "2026-13-01"', ['anchor-date-invalid']],
    ['interval: P1D, anchor_date: tomorrow', ['anchor-date-invalid']],
    ['interval: P1D, anchor_date: "2026-01-01T24:00:00Z"', ['anchor-date-invalid']],
    ['interval: P1D, anchor_date: Monday', []],
  ])('%s', (schedule, expected) => expect(rules(of(schedule))).toEqual(expected))

  test('what has no anchor is told once a file, with their number', () => {
    const findings = found('  schedules: [{interval: 86400}, {interval: 60}, {interval: PT2H}, {interval: 7200.0}]')
    expect(places(findings)).toEqual(['interval-without-anchor 5:26 ?'])
    expect(findings[0]?.message).toContain('This interval and 3 more in this file have')
  })
})

describe('lists and what stands beside the time', () => {
  test.each<[string, string[]]>([
    ['schedule: {cron: "0 6 * * *"}', []],
    ['schedule: {cron: "0 6 *"}', ['cron-invalid 5:20']],
    ['schedule: {}', []],
    ['schedule:', []],
    ['schedules:', []],
    ['schedules: null', []],
    ['schedules: []', ['schedules-empty 5:3 i']],
    ['schedule: {}\n  schedules: []', ['schedules-empty 6:3 i']],
    ['schedule: {cron: "0 6 * * *"}\n  schedules:', ['schedule-and-schedules 5:3']],
    ['schedule: {}\n  schedules: [{cron: "0 6 * * *"}]', []],
    ['schedules: [{}]', ['schedule-kind 5:15']],
    ['schedules: [{rrule: ""}]', ['schedule-kind 5:23']],
    ['schedules: [{cron: "0 6 * * *", active: "{{ $ON }}"}]', []],
    ['schedules: [{cron: "0 6 * * *", active: "Yes", day_or: "off"}]', []],
    ['schedules: [{cron: "0 6 * * *", active: ""}]', ['schedule-flag 5:43']],
    ['schedules: [{cron: "0 6 * * *", day_or: both}]', ['schedule-flag 5:43']],
    ['schedules: [{interval: 60, anchor_date: "2026-01-01", day_or: both}]', ['schedule-key-ignored 5:57 ?']],
    ['schedules: [{rrule: FREQ=DAILY, anchor_date: "2026-01-01"}]', ['schedule-key-ignored 5:35 ?']],
    ['schedules: [{cron: "0 6 * * *", anchor_date: null}]', []],
  ])('%s', (more, expected) => expect(places(found(`  ${more}`))).toEqual(expected))

  test('an empty list clears where the environment says so', () => {
    const environment = new Map([['PREFECT_DEPLOYMENTS_CLEAR_SCHEDULES_ON_EMPTY', 'set' as const]])
    expect(found('  schedules: []', { environment })).toEqual([])
  })

  const CRON = 'cron: "0 6 * * *"'
  test.each<[string, string[]]>([
    [`[{${CRON}, slug: a}, {${CRON}, slug: b}]`, []],
    [`[{${CRON}}, {${CRON}}]`, []],
    [`[{${CRON}, slug: ""}, {${CRON}, slug: ""}]`, []],
    [`[{${CRON}, slug: a}, {${CRON}, slug: a}]`, ['schedule-slug-duplicate']],
    [`[{${CRON}, slug: "{{ $A }}"}, {${CRON}, slug: "{{ $A }}"}]`, []],
    [`[{${CRON}, slug: a}, {${CRON}}]`, ['schedule-slug-partial']],
    [`[{${CRON}, slug: a}, {${CRON}, slug: ""}]`, ['schedule-slug-partial']],
    [`[{${CRON}, slug: a, replaces: b}]`, ['schedule-replaces']],
    [`[{${CRON}, slug: a, replaces: a}]`, []],
    [`[{${CRON}, slug: a, replaces: b}, {${CRON}, slug: b, replaces: a}]`, []],
    [`[{${CRON}, replaces: b}]`, []],
  ])('slugs: %s', (list, expected) => expect(rules(found(`  schedules: ${list}`))).toEqual(expected))

  test('two that replace one are an error', () => {
    const findings = found(`  schedules: [{${CRON}, slug: a, replaces: c}, {${CRON}, slug: b, replaces: c}]`)
    expect(findings.map(({ rule, severity }) => `${rule} ${severity}`)).toEqual([
      'schedule-replaces warning',
      'schedule-replaces error',
    ])
  })

  test('a schedule that aliases name is told once', () => {
    const text = `pull: []
x: &daily [{cron: "0 6 *"}]
deployments:
- {name: a, entrypoint: "a.py:f", work_pool: {name: p}, schedules: *daily}
- {name: b, entrypoint: "a.py:f", work_pool: {name: p}, schedules: *daily}
`
    const { findings } = checkManifests([fileOf(text)])
    expect(places(findings.filter(({ rule }) => OWN.has(rule)))).toEqual(['cron-invalid 2:19'])
  })

  test('no more places than one can read', () => {
    const list = Array.from({ length: 80 }, () => '  - cron: bad\n').join('')
    const findings = found(`  schedules:\n${list}`)
    expect(findings).toHaveLength(51)
    expect(findings.at(-1)?.message).toBe('30 more places have such a fault.')
  })
})

test('the schedules that Python can judge again', () => {
  const [entry] = manifestFrom(`${HEAD}  schedules:
  - {cron: "0 6 * * *", timezone: Europe/Berlin, day_or: "no"}
  - {cron: "{{ $CRON }}"}
  - {interval: 60, anchor_date: 2026-01-01, timezone: "{{ $ZONE }}"}
  - {interval: PT1H}
  - {rrule: FREQ=DAILY}
  - {}
  - {cron: "0 6 * * *", interval: 5}
${TAIL}`).deployments
  expect(entry === undefined ? [] : judgedSchedules(entry)).toMatchObject([
    {
      kind: 'cron',
      value: '0 6 * * *',
      timezone: 'Europe/Berlin',
      dayOr: false,
      at: { line: 6, column: 12 },
      timezoneAt: { line: 6, column: 35 },
    },
    { kind: 'interval', value: 60, anchorDate: '2026-01-01', timezone: undefined, timezoneAt: undefined },
    { kind: 'interval', value: 'PT1H' },
    { kind: 'rrule', value: 'FREQ=DAILY' },
  ])
})

describe('schedules without a slug', () => {
  const told = (more: string): string[] =>
    checkManifests([fileOf(`${HEAD}${more}\n${TAIL}`)])
      .findings.filter(({ rule }) => rule === 'schedule-slug-missing')
      .map(({ severity, message }) => `${severity}: ${message}`)

  test.each<[string, number]>([
    ['  schedules: [{cron: "0 6 * * *"}]', 1],
    ['  schedule: {cron: "0 6 * * *", slug: ""}', 1],
    ['  schedules: [{cron: "0 6 * * *"}, {interval: PT1H}]', 1],
    ['  schedules: [{cron: "0 6 * * *", slug: a}]', 0],
    // One that is off in the file is not switched on by a deploy.
    ['  schedules: [{cron: "0 6 * * *", active: false}]', 0],
    // Another rule speaks of these.
    ['  schedules: [{cron: "0 6 * * *", slug: a}, {interval: PT1H}]', 0],
    ['  schedules: []', 0],
    ['  schedules: [{}]', 0],
  ])('%s', (more, number) => {
    expect(told(more)).toHaveLength(number)
  })

  test('are told once a file, with their number', () => {
    expect(told('  schedules: [{cron: "0 6 * * *"}, {interval: PT1H}]')).toEqual([
      'notice: This schedule and 1 more in this file have no `slug`: what somebody switches off in the UI, a plain `prefect deploy` switches on again.',
    ])
  })
})

test('an interval of less than an hour without an anchor is a notice', () => {
  expect(places(of('interval: 3599'))).toEqual(['interval-without-anchor 5:26 i'])
  expect(places(found('  schedules: [{interval: 60}, {interval: PT2H}]'))).toEqual(['interval-without-anchor 5:42 ?'])
})

import { describe, expect, test } from '@jest/globals'
import type { Finding } from '../../../src/finding.ts'
import { MODEL_RULES, MOST_PROBLEMS } from '../../../src/manifest/rules/model.ts'
import { findingsOf, places, soundFile } from '../sample.ts'

const IDS = new Set(MODEL_RULES.map(({ id }) => id))

/** What the rules about the model find in a file, without what others say. */
function told(text: string): string[] {
  return places(findingsOf(text).filter(({ rule }) => IDS.has(rule)))
}

/** The one finding of these rules in a file. */
function only(text: string): Readonly<{ message: string; hint: string | undefined }> {
  const found = findingsOf(text).filter(({ rule }) => IDS.has(rule))
  expect(found.map(({ rule }) => rule)).toHaveLength(1)
  return { message: found[0]?.message ?? '', hint: found[0]?.hint }
}

/** A sound file whose one deployment has more to it. */
function deploymentWith(more: string): string {
  return `${soundFile([['daily', 'a.py:f']])}    ${more}\n`
}

/** A file whose one deployment has nothing but a field. */
const deploymentOf = (field: string): string => `deployments:\n  - ${field}\n`

const scheduleWith = (schedule: string): string => deploymentWith(`schedules: [${schedule}]`)

/** A text with a mark in it, as a text without it and the place that is marked. */
function marked(text: string): Readonly<{ bare: string; at: string }> {
  const before = text.split(MARK)[0] ?? ''
  const lines = before.split('\n')
  expect(text).toContain(MARK)
  return { bare: text.replace(MARK, ''), at: `${lines.length}:${(lines.at(-1)?.length ?? 0) + 1}` }
}

const MARK = '‸'

describe('types of fields', () => {
  test.each([
    ['field-type', 'name: ‸5'],
    ['field-type', 'prefect-version: ‸3.9'],
    ['field-type', 'prefect_version: ‸3.9'],
    ['steps-not-a-list', 'pull: ‸foo'],
    ['steps-not-a-list', 'pull: [‸foo]'],
    ['steps-not-a-list', 'build: [{}, ‸~]'],
    ['steps-not-a-list', 'push: ‸3'],
    ['key-not-a-text', 'push: {‸1: x}'],
    ['key-not-a-text', 'push: [{‸on: x}]'],
    ['deployments-not-a-list', 'deployments: ‸{name: x}'],
    ['deployments-not-a-list', 'deployments: ‸x'],
    ['deployment-not-a-mapping', 'deployments: [‸x]'],
    ['deployment-not-a-mapping', 'deployments: [‸~]'],
    ['work-pool-not-a-mapping', 'deployments: [{work_pool: ‸modal-pool}]'],
  ])('in the file: %s: %s', (rule, text) => {
    const { bare, at } = marked(text)
    expect(told(bare)).toEqual([`${rule} ${at}`])
  })

  test.each([
    ['field-type', 'name: ‸5'],
    ['field-type', 'name: ‸2026-01-01'],
    ['field-type', 'name: ‸[a]'],
    ['field-type', 'name: ‸{a: b}'],
    ['field-type', 'entrypoint: ‸3'],
    ['work-pool-not-a-mapping', 'work_pool: ‸[a]'],
    ['work-pool-name-invalid', 'work_pool: {name: ‸5}'],
    ['field-type', 'work_pool: {work_queue_name: ‸5}'],
    ['field-type', 'work_pool: {job_variables: ‸~}'],
    ['field-type', 'work_pool: {job_variables: ‸[a]}'],
    ['key-not-a-text', 'work_pool: {job_variables: {‸yes: a}}'],
    ['field-type', 'version: ‸1'],
    ['field-type', 'version_type: ‸1'],
    ['field-type', 'tags: ‸1'],
    ['field-type', 'tags: ‸{a: b}'],
    ['field-type', 'description: ‸1'],
    ['field-type', 'paused: ‸"{{ $PAUSED }}"'],
    ['field-type', 'paused: ‸2'],
    ['field-type', 'concurrency_limit: ‸"{{ $LIMIT }}"'],
    ['field-type', 'concurrency_limit: ‸1.5'],
    ['field-type', 'concurrency_limit: {limit: ‸many}'],
    ['field-type', 'concurrency_limit: {collision_strategy: ‸1}'],
    ['field-type', 'concurrency_limit: {grace_period_seconds: ‸x}'],
    ['field-type', 'flow_name: ‸1'],
    ['field-type', 'parameters: ‸[a]'],
    ['key-not-a-text', 'parameters: {‸1: a}'],
    ['key-not-a-text', 'parameters: {‸~: a}'],
    ['field-type', 'enforce_parameter_schema: ‸maybe'],
    ['field-type', 'triggers: ‸{a: b}'],
    ['field-type', 'triggers: [‸a]'],
    ['steps-not-a-list', 'build: ‸x'],
    ['steps-not-a-list', 'push: [‸x]'],
    ['steps-not-a-list', 'pull: [‸[x]]'],
    ['field-type', 'sla: ‸{name: a, duration: 1}'],
    ['field-type', 'sla: [‸a]'],
    ['field-type', 'sla: [{name: ‸1, duration: 1}]'],
    ['field-missing', 'sla: [‸{name: a}]'],
    ['field-missing', 'sla: [‸{}]'],
    ['field-type', 'sla: [{name: a, duration: ‸x}]'],
    ['field-type', 'sla: [{name: a, within: ‸x}]'],
    ['field-type', 'sla: [{name: a, stale_after: ‸x}]'],
    ['value-not-allowed', 'sla: [{name: a, duration: 1, severity: ‸urgent}]'],
    ['value-not-allowed', 'sla: [{name: a, duration: 1, severity: ‸~}]'],
    ['field-type', 'sla: [{name: a, duration: 1, enabled: ‸2}]'],
  ])('in a deployment: %s: %s', (rule, field) => {
    const { bare, at } = marked(deploymentOf(field))
    expect(told(bare)).toEqual([`${rule} ${at}`])
  })

  test.each([
    'version: "1.0"',
    'paused: yes',
    'paused: "on"',
    'paused: 1',
    'paused: 0.0',
    'paused:',
    'concurrency_limit: "3"',
    'concurrency_limit: 3.0',
    'concurrency_limit: true',
    'concurrency_limit: {limit: 3, foo: 1}',
    'tags: a',
    'tags: [1, ~, {}]',
    'tags:',
    'version: !!binary eA==',
    'build: {a.b: ~}',
    'build: {}',
    'parameters: {"on": {1: [~]}}',
    'triggers:',
    'sla: [{name: a, duration: x, within: 60}]',
    'sla: [{name: a, within: PT1H, more: 1}]',
    'schedule:',
    'schedules:',
    'schedules: []',
    'anything: {1: 2}',
    'flow_name:',
    '1: 2',
  ])('taken: %s', (field) => {
    expect(told(deploymentWith(field))).toEqual([])
  })

  test('says what stands there, what must, what comes of it, and what to write', () => {
    expect(only(deploymentWith('version: 1.0'))).toEqual({
      message: '`version` is a number; it must be a text. Prefect drops the whole file.',
      hint: 'Quote it: `version: "1.0"`.',
    })
    expect(only(deploymentWith('parameters:')).hint).toBe('Remove the key, or write `parameters: {}`.')
    expect(only(deploymentWith('paused: "{{ $PAUSED }}"')).hint).toContain('before it fills in placeholders')
    expect(only(deploymentWith('parameters: {on: 1}'))).toEqual({
      message:
        'The key `on` in `parameters` is true or false to YAML; it must be a text. Prefect drops the whole file.',
      hint: 'Quote it: `"on":`.',
    })
    expect(only('deployments: [{work_pool: my-pool}]').hint).toContain('work_pool:\n  name: my-pool')
    expect(only(deploymentWith('sla: [{}]')).message).toContain('`name` and one of `duration`, `within`')
  })

  test('a `work_pool` of nothing is taken by the model', () => {
    expect(told(deploymentOf('work_pool:'))).toEqual([])
  })

  test('an empty `deployments` is told once, by its own rule', () => {
    expect(places(findingsOf('pull: []\ndeployments:\n'))).toEqual(['deployments-empty 2:1'])
  })
})

describe('schedules', () => {
  test.each([
    ['field-type', 'schedule: ‸"0 6 * * *"'],
    ['field-type', 'schedule: ‸[{cron: "0 6 * * *"}]'],
    ['field-type', 'schedules: ‸{cron: "0 6 * * *"}'],
    ['field-type', 'schedules: [‸"0 6 * * *"]'],
    ['field-type', 'schedules: [‸~]'],
    ['field-type', 'schedules: [{cron: ‸5}]'],
    ['field-type', 'schedules: [{rrule: ‸5}]'],
    ['field-type', 'schedules: [{interval: 5, timezone: ‸1}]'],
    ['field-type', 'schedules: [{interval: 5, active: ‸2}]'],
    ['field-type', 'schedules: [{interval: 5, parameters: ‸~}]'],
    ['key-not-a-text', 'schedules: [{interval: 5, parameters: {‸1: 2}}]'],
    ['field-type', 'schedules: [{interval: 5, slug: ‸1}]'],
    ['field-type', 'schedules: [{interval: 5, replaces: ‸1}]'],
    ['field-type', 'schedules: [{interval: 5, day_or: ‸3}]'],
    ['key-not-a-text', 'schedules: [{interval: 5, ‸on: 1}]'],
    ['schedule-key-unknown', 'schedules: [{interval: 5, ‸catchup: false}]'],
    ['schedule-key-unknown', 'schedules: [{interval: 5, ‸schedule: x}]'],
    ['schedule-interval', 'schedules: [{interval: ‸"3600"}]'],
    ['schedule-interval', 'schedules: [{interval: ‸[60]}]'],
    ['schedule-interval', 'schedules: [{interval: ‸2026-01-01}]'],
    ['schedule-interval', 'schedule: {rrule: ~, interval: ‸x}'],
    ['schedule-selector', 'schedules: [‸{timezone: UTC}]'],
    ['schedule-selector', 'schedules: [‸{cron: ~}]'],
    ['schedule-selector', 'schedules: [{interval: 5, ‸cron: "0 6 * * *"}]'],
    ['schedule-selector', 'schedules: [{cron: x, ‸rrule: x, interval: 1}]'],
    ['schedule-nested', 'schedules: [{‸schedule: {cron: "0 6 * * *"}, active: true}]'],
    ['schedule-nested', 'schedules: [{‸schedule: "0 6 * * *"}]'],
    ['field-type', 'schedules: [{cron: "0 6 * * *", anchor_date: ‸2026-01-01}]'],
    ['field-type', 'schedules: [{interval: 5, active: true, anchor_date: ‸2026-01-01}]'],
    ['field-type', 'schedules: [{interval: 0, anchor_date: ‸2026-01-01}]'],
    ['field-type', 'schedules: [{interval: 5, anchor_date: ‸1.0e+20}]'],
    ['field-type', 'schedules: [{interval: 5, anchor_date: ‸true}]'],
  ])('%s: %s', (rule, field) => {
    const { bare, at } = marked(deploymentOf(field))
    expect(told(bare)).toEqual([`${rule} ${at}`])
  })

  test.each([
    '{cron: "{{ $CRON }}"}',
    '{cron: nonsense, active: "{{ $ACTIVE }}", day_or: "yes", slug: a, replaces: b, parameters: {a: 1}}',
    '{interval: 0}',
    '{interval: PT1H, cron: , rrule: ~}',
    '{interval: 5, anchor_date: "2026-01-01"}',
    '{interval: 5, anchor_date: 2026-01-01}',
    '{interval: 5, anchor_date: 2026-01-01 06:00:00, timezone: UTC}',
    '{interval: 5, anchor_date: 1767225600}',
    '{rrule: FREQ=DAILY}',
    '{}',
    '{~: ~}',
  ])('taken by the model: %s', (schedule) => {
    expect(told(scheduleWith(schedule))).toEqual([])
  })

  test.each([
    ['catchup: false', 'makes no runs for the past'],
    ['max_active_runs: 1', '`concurrency_limit` of the deployment'],
    ['flow_run_name: x', '@flow(flow_run_name'],
    ['timezome: UTC', 'Did you mean `timezone: UTC`?'],
    ['Active: true', 'Did you mean `active: true`?'],
    ['tags: [a]', 'move it beside `schedules`'],
    ['job_variables: {}', "the deployment's `work_pool`"],
    ['paused: true', '`active: false`'],
    ['constructor: 1', 'Remove it, or write one of cron, interval'],
  ])('the unknown key of %s', (entry, hint) => {
    expect(only(scheduleWith(`{interval: 5, ${entry}}`)).hint).toContain(hint)
  })

  test.each([
    ['"3600"', 'Remove the quotes: `interval: 3600`.'],
    ['5 minutes', '`interval: 300`'],
    ['2h', '`interval: 7200`'],
    ['1 week', '`interval: 604800`'],
    ['"{{ $I }}"', 'before it fills in placeholders'],
    ['hourly', 'Write seconds, `interval: 3600`'],
  ])('the interval %s', (interval, hint) => {
    expect(only(scheduleWith(`{interval: ${interval}}`)).hint).toContain(hint)
  })

  test('a schedule that is a cron text gets it in its place', () => {
    expect(only(deploymentWith('schedule: "0 6 * * *"')).hint).toBe(
      'Say what it is:\nschedules:\n  - cron: "0 6 * * *"',
    )
    expect(only(scheduleWith('daily')).hint).toContain('A schedule looks like this')
    expect(only(deploymentWith('schedule: [{cron: "0 6 * * *"}]')).hint).toContain('Several schedules stand under')
  })

  test('the last of duplicate keys counts', () => {
    expect(told(scheduleWith('{interval: x, interval: 5}'))).toEqual([])
    expect(told(scheduleWith('{interval: 5, interval: x}'))).toEqual(['schedule-interval 11:41'])
  })
})

describe('many of them', () => {
  const fields = (count: number): string =>
    `deployments:\n${Array.from({ length: count }, () => '  - version: 1\n').join('')}`

  const fieldTypes = (text: string): readonly Finding[] => findingsOf(text).filter(({ rule }) => rule === 'field-type')

  test('no more than one can read, and how many there are', () => {
    expect(told(fields(MOST_PROBLEMS))).toHaveLength(MOST_PROBLEMS)
    const last = (count: number): string => fieldTypes(fields(count)).at(-1)?.message ?? ''
    expect(fieldTypes(fields(MOST_PROBLEMS + 7))).toHaveLength(MOST_PROBLEMS + 1)
    expect(last(MOST_PROBLEMS + 7)).toBe(`7 more places have the same fault as the ${MOST_PROBLEMS} above.`)
    expect(last(MOST_PROBLEMS + 1)).toBe(`One more place has the same fault as the ${MOST_PROBLEMS} above.`)
  })

  test('what several aliases name is told once', () => {
    const text = 'deployments:\n  - schedules: &s [{interval: x}]\n  - schedules: *s\n  - &d {version: 1}\n  - *d\n'
    expect(told(text)).toEqual(['schedule-interval 2:31', 'field-type 4:18'])
    expect(told('deployments:\n  - version: &v 1\n  - description: *v\n')).toEqual(['field-type 2:17'])
  })
})

describe('each rule of the model', () => {
  test('is an error that voids the file in Prefect, but for the form of the API', () => {
    for (const { id, severity, acceptedByPrefect } of MODEL_RULES) {
      expect([id, severity, acceptedByPrefect]).toEqual([id, 'error', id === 'schedule-nested'])
    }
  })
})

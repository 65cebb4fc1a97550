import { describe, expect, test } from '@jest/globals'
import { checkManifests } from '../../../src/manifest/check.ts'
import { fileOf, findingsOf, places, soundFile } from '../sample.ts'

/** Stands in a case before the place of its finding. */
const MARK = '§'

const SOUND = soundFile([['daily', 'flows/orders.py:orders']])
/** The trigger begins in line 11, column 16. */
const fileWith = (trigger: string): string => `${SOUND}    triggers: [${trigger.replace(MARK, '')}]\n`
const placeIn = (trigger: string): string => `11:${16 + trigger.indexOf(MARK)}`
const found = (trigger: string): readonly string[] => places(findingsOf(fileWith(trigger)))
const hint = (trigger: string): string => findingsOf(fileWith(trigger))[0]?.hint ?? ''
const rules = (trigger: string): readonly string[] => findingsOf(fileWith(trigger)).map(({ rule }) => rule)

describe('what a trigger waits for', () => {
  test.each([
    '{}',
    '{match: {}, expect: []}',
    '{enabled: true, parameters: {a: b}}',
    '{for_each: [prefect.resource.id]}',
    '{expect: ["*"]}',
    '{match: {prefect.resource.id: "*"}}',
    '{match_related: [{}]}',
    '{posture: Proactive, within: 60}',
    '{name: nightly}',
  ])('everything: %s', (trigger) => {
    expect(rules(trigger)).toEqual(['trigger-matches-everything'])
  })

  test.each([
    '{expect: [orders.placed]}',
    '{after: [orders.placed]}',
    '{match: {shop: eu}}',
    '{match_related: {shop: eu}}',
    '{match_related: [{}, {shop: eu}]}',
    '{expect: "{{ prefect.variables.events }}"}',
    '{expect: ["{{ $EVENT }}"]}',
    '{match: {prefect.resource.id: "*", shop: eu}}',
    '{type: "{{ $TYPE }}"}',
    '{expect: [orders.placed], enabled: "{{ prefect.variables.is_production }}"}',
    '{expect: [orders.placed], parameters: {id: "{{ event.resource.id }}", other: {any: thing}}}',
  ])('something: %s', (trigger) => {
    expect(rules(trigger)).toEqual([])
  })

  test('in a part of another trigger too, each once', () => {
    const parts = '{type: compound, require: all, triggers: [{expect: [a]}, §{threshold: 3}]}'
    expect(found(parts)).toEqual([`trigger-matches-everything ${placeIn(parts)}`])
    const twice = `${fileWith('&all {}')}  - name: b\n    entrypoint: a.py:f\n    work_pool: {name: p}\n    triggers: [*all]\n`
    expect(places(findingsOf(twice))).toEqual(['trigger-matches-everything 11:21'])
  })

  test('a misspelt filter is one finding', () => {
    expect(rules('{expects: [a]}')).toEqual(['trigger-key-unknown'])
    expect(rules('{matches: {a: b}}')).toEqual(['trigger-key-unknown'])
  })
})

describe('triggers that feed themselves', () => {
  test.each<[string, string]>([
    ['{expect: [§prefect.flow-run.Pending]}', ''],
    ['{expect: [a, §prefect.flow-run.Running], match: {prefect.resource.id: "prefect.flow-run.*"}}', ''],
    ['{expect: [§prefect.flow-run.Completed]}', ' ?'],
  ])('%s', (trigger, severity) => {
    expect(found(trigger)).toEqual([`trigger-feeds-itself ${placeIn(trigger)}${severity}`])
  })

  test.each([
    '{expect: [prefect.flow-run.Completed], after: [orders.placed]}',
    '{expect: [prefect.flow-run.Failed]}',
    '{expect: [prefect.flow-run.Completed], match_related: {prefect.resource.name: stock}}',
    '{expect: ["prefect.flow-run.*"], enabled: false}',
    '{expect: ["prefect.flow-run.*"], enabled: "{{ $E }}"}',
    '{expect: ["prefect.flow-run.*"], posture: Proactive}',
    '{expect: ["prefect.flow-run.*"], match: "{{ prefect.variables.m }}"}',
  ])('none: %s', (trigger) => {
    expect(found(trigger)).toEqual([])
  })
})

describe('keys that Prefect drops', () => {
  test.each<[string, string]>([
    ['{expect: [a], §events: [b]}', 'Did you mean `expect`?'],
    ['{expect: [a], §treshold: 3}', 'Did you mean `threshold`?'],
    ['{expect: [a], §actions: [1]}', 'Known there: '],
    ['{type: metric, §expect: [a], metric: {name: lateness, operator: ">", threshold: 1}}', 'Known there: '],
    ['{posture: Metric, metric: {name: lateness, operator: ">", threshold: 1, §window: 5}}', 'Known there: '],
    ['{require: any, triggers: [{expect: [a], §parameters: {b: c}}]}', 'Move `parameters` to the outer trigger.'],
  ])('%s', (trigger, what) => {
    expect(found(trigger)).toEqual([`trigger-key-unknown ${placeIn(trigger)}`])
    expect(hint(trigger)).toContain(what)
  })
})

describe('what Prefect refuses', () => {
  test.each<[string, string]>([
    ['{type: §events, expect: [a]}', '`type: event`'],
    ['{type: §webhook}', 'one of `type: event`, `type: metric`'],
    ['{expect: §a}', 'expect: [prefect.flow-run.Completed]'],
    ['{expect: [a], match: §[b]}', 'match: {prefect.resource.name: orders}'],
    ['{expect: [a], match: §{b: 1}}', 'match: {'],
    ['{expect: [a], posture: §reactive}', 'posture: Reactive'],
    ['{expect: [a], within: §-1}', 'within: 0'],
    ['{expect: [a], within: §"60"}', 'within: 0'],
    ['{expect: [a], posture: Proactive, within: §5}', 'within: 60'],
    ['{expect: [a], posture: Proactive, within: §PT1M}', 'within: 60'],
    ['{expect: [a], threshold: §many}', 'threshold: 1'],
    ['{expect: [a], enabled: §2}', 'enabled: true'],
    ['{expect: [a], schedule_after: §-5}', 'schedule_after: 60'],
    ['§{type: metric}', 'metric: {name'],
    ['{posture: Metric, §metric: {name: lateness, threshold: 1}}', 'operator: ">"'],
    ['{posture: Metric, metric: {name: lateness, threshold: 1, operator: §"=="}}', 'operator: ">"'],
    ['§{type: compound, triggers: [{expect: [a]}]}', 'require: all'],
    ['{triggers: [{expect: [a]}], require: §2}', 'require: all'],
    ['{triggers: §[{expect: [a]}, x]}', 'one `- ` for each'],
  ])('%s', (trigger, what) => {
    expect(found(trigger)).toEqual([`trigger-invalid ${placeIn(trigger)}`])
    expect(hint(trigger)).toContain(what)
    expect(findingsOf(fileWith(trigger))[0]?.message).toMatch(/^[^\n!]+\.$/)
  })

  test('what is filled in later is left alone', () => {
    expect(
      rules('{expect: [a], threshold: "{{ $T }}", within: "{{ $W }}", match: {b: "{{ $B }}", c: ["{{ $C }}"]}}'),
    ).toEqual([])
    expect(rules('{posture: Metric, metric: {name: "{{ $N }}", operator: ">", threshold: "{{ $T }}"}}')).toEqual([])
  })

  test("a metric on a server of one's own", () => {
    const trigger = '{posture: Metric, §metric: {name: lateness, operator: ">", threshold: 1}}'
    const file = fileOf(fileWith(trigger))
    expect(places(checkManifests([file], { cloud: false }).findings)).toEqual([
      `trigger-needs-cloud ${placeIn(trigger)}`,
    ])
    expect(checkManifests([file], { cloud: true }).findings).toEqual([])
    expect(checkManifests([file]).findings).toEqual([])
  })
})

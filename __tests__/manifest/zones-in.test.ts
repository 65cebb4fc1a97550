import { expect, test } from '@jest/globals'
import { zonesIn } from '../../src/manifest/schedule/zones-in.ts'
import { manifestFrom } from './sample.ts'

function found(...entries: readonly string[]): readonly string[] | undefined {
  const zones = zonesIn(manifestFrom(['deployments:', ...entries.map((one) => `  - {name: a, ${one}}`)].join('\n')))
  return zones === undefined ? undefined : [...zones]
}

test('the time zones of schedules, in every place that Prefect knows', () => {
  const berlin = '{cron: 0 5 * * *, timezone: Europe/Berlin}'
  expect(
    found(`schedules: [${berlin}, {interval: 60, timezone: }]`, 'schedule: {rrule: "FREQ=DAILY", timezone: UTC}'),
  ).toEqual(['Europe/Berlin', 'UTC'])
  expect(found('tags: [timezone]', 'schedules: []', 'parameters: {timezone: here}')).toEqual([])
})

test.each([
  ['a placeholder', 'schedules: [{cron: 0 5 * * *, timezone: "{{ $ZONE }}"}]'],
  ['a placeholder for a whole schedule', 'schedules: ["{{ prefect.variables.nightly }}"]'],
  ['a zone in the JSON of an rrule', String.raw`schedules: [{rrule: '{"rrule": "FREQ=DAILY", "timezone": "UTC"}'}]`],
  ['a zone that is no text', 'schedules: [{cron: 0 5 * * *, timezone: [UTC]}]'],
  ['a zone that is a number', 'schedules: [{cron: 0 5 * * *, timezone: 1}]'],
])('are not to be told with %s', (_, entry) => {
  expect(found(entry)).toBeUndefined()
})

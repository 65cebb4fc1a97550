import type { RuleExample, RuleExamples } from './example.ts'
import { deploymentWith } from './sound.ts'

/** An example in lines of a schedule, which begin in line 11 and column 9; the first has a \`- \` before it. */
function schedule(bad: readonly string[], at: string, good: readonly string[]): RuleExample {
  const list = (lines: readonly string[]): string => deploymentWith(`    schedules:\n${lines.map(item).join('')}`)
  return { bad: list(bad), at, good: list(good) }
}

function item(line: string, index: number): string {
  const begins = index === 0 || line.startsWith('- ')
  return `      ${begins ? '- ' : '  '}${line.replace(/^- /, '')}\n`
}

const deployment = (bad: string, at: string, good: string): RuleExample => ({
  bad: deploymentWith(bad),
  at,
  good: deploymentWith(good),
})

/** Examples of the rules about schedules. */
export const SCHEDULE_EXAMPLES: RuleExamples = {
  'cron-invalid': schedule(['cron: "0 6 * * monday"'], '11:15', ['cron: "0 6 * * mon"']),
  'cron-never-fires': schedule(['cron: "0 6 31 2,4 *"'], '11:15', ['cron: "0 6 L 2,4 *"']),
  'cron-seconds': schedule(['cron: "0 0 6 * * *"'], '11:15', ['cron: "0 6 * * *"']),
  'cron-random': schedule(['cron: "R(0-30) 6 * * *"'], '11:15', ['cron: "17 6 * * *"']),
  'time-zone-invalid': schedule(['cron: "0 6 * * *"', 'timezone: europe/berlin'], '12:19', [
    'cron: "0 6 * * *"',
    'timezone: Europe/Berlin',
  ]),
  'rrule-invalid': schedule(['rrule: "FREQ=WEEKLY;BYDAY=MONDAY"'], '11:16', ['rrule: "FREQ=WEEKLY;BYDAY=MO"']),
  'rrule-never-fires': schedule(['rrule: "FREQ=DAILY;UNTIL=20271231T000000Z"'], '11:16', [
    'rrule: "FREQ=DAILY;UNTIL=20271231T000000"',
  ]),
  'rrule-count-from-2020': schedule(['rrule: "FREQ=DAILY;COUNT=10"'], '11:16', [
    'rrule: "DTSTART:20270101T060000\\nRRULE:FREQ=DAILY;COUNT=10"',
  ]),
  'rrule-zone-ignored': schedule(['rrule: "DTSTART;TZID=Europe/Berlin:20270101T060000\\nRRULE:FREQ=DAILY"'], '11:16', [
    'rrule: "DTSTART:20270101T060000\\nRRULE:FREQ=DAILY"',
    'timezone: Europe/Berlin',
  ]),
  'interval-not-positive': schedule(['interval: 0'], '11:19', ['interval: 600']),
  'anchor-date-invalid': schedule(['interval: 86400', 'anchor_date: "2026-02-30T06:00:00Z"'], '12:22', [
    'interval: 86400',
    'anchor_date: "2026-02-28T06:00:00Z"',
  ]),
  'interval-without-anchor': schedule(['interval: 86400'], '11:19', [
    'interval: 86400',
    'anchor_date: "2026-01-01T06:00:00Z"',
  ]),
  'schedule-and-schedules': deployment(
    '    schedule: {cron: "0 6 * * *"}\n    schedules: []\n',
    '10:5',
    '    schedules:\n      - cron: "0 6 * * *"\n',
  ),
  'schedule-kind': schedule(['{}'], '11:9', ['cron: "0 6 * * *"']),
  'schedules-empty': deployment('    schedules: []\n', '10:5', ''),
  'schedule-flag': schedule(['cron: "0 6 * * *"', 'active: disabled'], '12:17', ['cron: "0 6 * * *"', 'active: false']),
  'schedule-key-ignored': schedule(['cron: "0 6 * * *"', 'anchor_date: "2026-01-01T06:00:00Z"'], '12:9', [
    'cron: "0 6 * * *"',
  ]),
  'schedule-slug-duplicate': schedule(
    ['cron: "0 6 * * *"', 'slug: daily', '- cron: "0 18 * * *"', 'slug: daily'],
    '14:15',
    ['cron: "0 6 * * *"', 'slug: morning', '- cron: "0 18 * * *"', 'slug: evening'],
  ),
  'schedule-slug-partial': schedule(['cron: "0 6 * * *"', 'slug: morning', '- cron: "0 18 * * *"'], '13:9', [
    'cron: "0 6 * * *"',
    'slug: morning',
    '- cron: "0 18 * * *"',
    'slug: evening',
  ]),
  'schedule-slug-missing': schedule(['cron: "0 6 * * *"'], '11:9', ['cron: "0 6 * * *"', 'slug: morning']),
  'schedule-replaces': schedule(['cron: "0 6 * * *"', 'slug: morning', 'replaces: daily'], '13:19', [
    'cron: "0 6 * * *"',
    'slug: morning',
  ]),
}

import { nearest } from '../../nearest.ts'
import { shown } from '../shown.ts'
import { textOf, type Value } from '../value.ts'
import { early } from './scalars.ts'

const OF_THE_DEPLOYMENT: ReadonlySet<string> = new Set([
  'build',
  'concurrency_limit',
  'description',
  'enforce_parameter_schema',
  'entrypoint',
  'flow_name',
  'pull',
  'push',
  'sla',
  'tags',
  'triggers',
  'version',
  'work_pool',
])
const OF_THE_WORK_POOL: ReadonlySet<string> = new Set(['job_variables', 'work_queue_name'])

/** What other schedulers, older versions and Prefect's API call what a schedule has, or has not. */
const OTHER_WORDS: Readonly<Record<string, string>> = {
  catchup: 'Remove it: Prefect makes no runs for the past.',
  max_active_runs: 'Remove it; runs at once are limited by `concurrency_limit` of the deployment.',
  max_scheduled_runs: "Remove it; it can be set through Prefect's API only.",
  flow_run_name: 'Remove it; runs are named by `@flow(flow_run_name=…)` in the code of the flow.',
  deployment_name: 'Remove it; a schedule is of the deployment that it stands in.',
  enabled: 'Write `active: true` or `active: false`.',
  is_active: 'Write `active: true` or `active: false`.',
  is_schedule_active: 'Write `active: true` or `active: false`.',
  paused: 'A schedule is switched off by `active: false`.',
  is_paused: 'A schedule is switched off by `active: false`.',
  name: '`slug` names a schedule.',
  id: '`slug` names a schedule.',
  tz: 'Write `timezone`.',
  start_date: '`anchor_date` is the time from which an interval counts.',
  end_date: 'Remove it; an end can be said in an `rrule`, with `UNTIL=`.',
  schedule: 'Write its keys without `schedule` around them.',
  expression: 'Write `cron`.',
  seconds: 'Write seconds as `interval`.',
  minutes: 'Write seconds as `interval`.',
  hours: 'Write seconds as `interval`.',
  days: 'Write seconds as `interval`.',
}

/** What to do about a key that a schedule does not know; `known` are those it knows. */
export function adviceOnScheduleKey(key: string, value: Value, known: readonly string[]): string {
  if (OF_THE_DEPLOYMENT.has(key)) return `\`${key}\` is of the deployment: move it beside \`schedules\`.`
  if (OF_THE_WORK_POOL.has(key)) return `\`${key}\` is of the deployment's \`work_pool\`: move it there.`
  const other = Object.hasOwn(OTHER_WORDS, key) ? OTHER_WORDS[key] : undefined
  if (other !== undefined) return other
  const near = nearest(key.slice(0, 80), known)
  if (near === undefined) return `Remove it, or write one of ${known.join(', ')}.`
  const written = value.kind === 'scalar' && value.type !== 'null' ? `${near}: ${shown(value.source)}` : `${near}:`
  return `Did you mean \`${written}\`?`
}

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, w: 604_800 }

/** What to write instead of an interval that Prefect cannot read. */
export function adviceOnInterval(value: Value): string {
  const general = 'Write seconds, `interval: 3600`, or a duration, `interval: PT1H` or `interval: "01:00:00"`.'
  const text = textOf(value)?.trim().slice(0, 80)
  if (text === undefined) return general
  if (/^\d+(?:\.\d+)?$/.test(text)) return `Remove the quotes: \`interval: ${text}\`.`
  const [, count, unit = ''] = /^(\d{1,6}) ?(s|sec|seconds?|m|min|minutes?|h|hours?|weeks?)$/i.exec(text) ?? []
  if (count !== undefined) {
    return `Write it in seconds: \`interval: ${Number(count) * (UNITS[unit.charAt(0).toLowerCase()] ?? 1)}\`.`
  }
  return `${early(value)}${general}`
}

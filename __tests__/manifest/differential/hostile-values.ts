import { quoted, type Tree } from './tree.ts'

/** Parts of durations, right ones and wrong ones. */
export const INTERVAL_PARTS =
  'P¦T¦1¦12¦0¦.5¦,5¦.¦Y¦M¦W¦D¦H¦S¦d¦day¦days¦,¦ ¦:¦01¦02¦60¦99¦+¦-¦999999999¦4294967296¦é'.split('¦')
/** Parts of whole numbers as a text may have them. */
export const NUMBER_PARTS = '0¦1¦3¦42¦_¦.¦.0¦+¦-¦ ¦e¦00¦٣'.split('¦')

const SCALARS = [
  '~¦""¦0¦1¦2¦-1¦1.0¦1.5¦0.0¦.inf¦-.inf¦.nan¦true¦false¦yes¦"yes"¦on¦"on"¦"OFF"¦"t"¦" yes"¦"maybe"¦3¦"3"¦" 3 "¦"3.0"',
  '"1_000"¦"0x1F"¦0x1F¦010¦1_000¦1:30:00¦100000000000000000000000¦9223372036854775808.0¦86400000000000¦20260101',
  '2026-01-01¦2026-01-01T00:00:00¦2026-01-01T00:00:00+02:00¦"2026-01-01"¦"2026-01-01T00:00:00Z"',
  '"{{ $X }}"¦"{{ prefect.variables.x }}"¦"0 6 * * *"¦PT1H¦P1D¦01:02:03¦"01:02:03"¦"1 day, 01:02:03"¦"5 minutes"',
  'x¦name¦"FREQ=DAILY"¦UTC¦Europe/Berlin¦Mars/X¦minor¦urgent¦ENQUEUE¦!!binary UFQxSA==¦!!binary eWVz',
].flatMap((scalars) => scalars.split('¦'))

const map = (...entries: readonly (readonly [string, Tree])[]): Tree => ({ pairs: entries })

/** What stands where something else is wanted. */
export const VALUES: readonly Tree[] = [
  ...SCALARS,
  [],
  map(),
  ['x'],
  [[]],
  ['~'],
  [map()],
  [map(['a', '1'])],
  map(['a', '1']),
  map(['~', '~']),
  map(['~', '1']),
  map(['1', '2']),
  map(['on', 'x']),
  map(['!!binary eA==', 'x']),
  map(['cron', quoted('0 6 * * *')]),
  [map(['interval', '3600'])],
  map(['schedule', map(['cron', quoted('0 6 * * *')])]),
  map(['schedule', map()], ['active', 'true']),
  map(['schedule', 'x']),
  map(['interval', '3600'], ['anchor_date', '2026-01-01']),
  map(['interval', '0'], ['anchor_date', '2026-01-01'], ['timezone', 'UTC']),
  map(['name', 'x'], ['duration', '600']),
]

/** Keys that are fields somewhere, and some that are none. */
export const KEYS = [
  'name¦version¦version_type¦tags¦description¦schedule¦schedules¦paused¦concurrency_limit¦flow_name¦entrypoint',
  'parameters¦enforce_parameter_schema¦build¦push¦pull¦work_pool¦triggers¦sla¦deployments¦prefect-version',
  'prefect_version¦work_queue_name¦job_variables¦cron¦interval¦rrule¦timezone¦anchor_date¦active¦slug¦replaces¦day_or',
  'limit¦collision_strategy¦grace_period_seconds¦severity¦enabled¦duration¦within¦stale_after¦max_scheduled_runs',
  'max_active_runs¦Cron¦other¦on¦1¦~¦1.5¦2026-01-01¦""¦"on"¦!!binary Y3Jvbg==',
].flatMap((keys) => keys.split('¦'))

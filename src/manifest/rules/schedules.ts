import type { FileRule } from './rule.ts'
import { SCHEDULE_INTERVAL_RULES } from './schedule-intervals.ts'
import { SCHEDULE_LIST_RULES } from './schedule-lists.ts'
import { SCHEDULE_RRULE_RULES } from './schedule-rrules.ts'
import { SCHEDULE_TIME_RULES } from './schedule-times.ts'

/** Rules about schedules. */
export const SCHEDULE_RULES: readonly FileRule[] = [
  ...SCHEDULE_TIME_RULES,
  ...SCHEDULE_RRULE_RULES,
  ...SCHEDULE_INTERVAL_RULES,
  ...SCHEDULE_LIST_RULES,
]

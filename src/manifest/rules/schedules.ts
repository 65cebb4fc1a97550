import type { FileRule } from './rule.ts'

/** Rules about schedules. */
export const SCHEDULE_RULES: readonly FileRule[] = []

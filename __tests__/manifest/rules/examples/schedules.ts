import type { RuleExamples } from './example.ts'

/** Examples of the rules about schedules. */
export const SCHEDULE_EXAMPLES: RuleExamples = {}

import { CODE_EXAMPLES } from './code.ts'
import type { RuleExamples } from './example.ts'
import { FIELD_EXAMPLES } from './fields.ts'
import { MODEL_EXAMPLES } from './model.ts'
import { READING_EXAMPLES } from './reading.ts'
import { SCHEDULE_EXAMPLES } from './schedules.ts'

/** One example for each rule about prefect.yaml. */
export const EXAMPLES: RuleExamples = {
  ...READING_EXAMPLES,
  ...MODEL_EXAMPLES,
  ...FIELD_EXAMPLES,
  ...SCHEDULE_EXAMPLES,
  ...CODE_EXAMPLES,
}

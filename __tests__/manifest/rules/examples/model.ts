import type { RuleExamples } from './example.ts'

/** Examples of the rules about what Prefect's own model refuses. */
export const MODEL_EXAMPLES: RuleExamples = {}

import type { RuleExamples } from './example.ts'

/** Examples of the rules about reading the file. */
export const READING_EXAMPLES: RuleExamples = {}

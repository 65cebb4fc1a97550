import type { RuleExamples } from './example.ts'

/** Examples of the rules about build, push and pull steps, placeholders and credentials. */
export const CODE_EXAMPLES: RuleExamples = {}

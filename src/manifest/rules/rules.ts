import { DEPLOYMENT_RULES } from './deployments.ts'
import { PROJECT_RULES } from './duplicates.ts'
import { READING_RULES } from './reading.ts'
import type { FileRule, RuleFacts } from './rule.ts'
import { STEP_RULES } from './steps.ts'
import { WORK_POOL_RULES } from './work-pools.ts'

/** Rules about one file that could be read. */
export const FILE_RULES: readonly FileRule[] = [...DEPLOYMENT_RULES, ...WORK_POOL_RULES, ...STEP_RULES]

export { PROJECT_RULES }

/** Every rule that a finding of this check can name: what the documentation lists. */
export const RULES: readonly RuleFacts[] = [...READING_RULES, ...FILE_RULES, ...PROJECT_RULES]

import { CREDENTIAL_RULES } from './credentials.ts'
import { DEPLOYMENT_RULES } from './deployments.ts'
import { PROJECT_RULES } from './duplicates.ts'
import { ENTRYPOINT_RULES } from './entrypoints.ts'
import { KEY_RULES } from './keys.ts'
import { LEGACY_RULES } from './legacy.ts'
import { LIMIT_RULES } from './limits.ts'
import { MODEL_RULES } from './model.ts'
import { PLACEHOLDER_RULES } from './placeholders.ts'
import { PULL_RULES } from './pull.ts'
import { READING_RULES } from './reading.ts'
import type { FileRule, ManifestRuleFacts } from './rule.ts'
import { SCHEDULE_RULES } from './schedules.ts'
import { STEP_RULES } from './steps.ts'
import { TRIGGER_RULES } from './triggers.ts'
import { WORK_POOL_RULES } from './work-pools.ts'

/** Rules about one file that could be read. */
export const FILE_RULES: readonly FileRule[] = [
  ...MODEL_RULES,
  ...KEY_RULES,
  ...DEPLOYMENT_RULES,
  ...ENTRYPOINT_RULES,
  ...WORK_POOL_RULES,
  ...SCHEDULE_RULES,
  ...LIMIT_RULES,
  ...TRIGGER_RULES,
  ...LEGACY_RULES,
  ...PULL_RULES,
  ...STEP_RULES,
  ...PLACEHOLDER_RULES,
  ...CREDENTIAL_RULES,
]

export { PROJECT_RULES }

/** Every rule that a finding of this check can name: what the documentation lists. */
export const RULES: readonly ManifestRuleFacts[] = [...READING_RULES, ...FILE_RULES, ...PROJECT_RULES]

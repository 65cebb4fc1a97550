import { RULES as MANIFEST_RULES } from '../manifest/rules/rules.ts'
import { APP_RULES } from '../modal/app-check/rules.ts'
import { LIVE_RULES } from '../prefect/live/rules.ts'
import { FLOW_RULES } from './flow-rules.ts'
import { IGNORE_RULE, type IgnorableRule } from './ignored.ts'

/** Every rule that a finding of this action can name. */
export const ALL_RULES: readonly IgnorableRule[] = [
  ...MANIFEST_RULES,
  ...LIVE_RULES,
  ...FLOW_RULES,
  ...APP_RULES,
  IGNORE_RULE,
]

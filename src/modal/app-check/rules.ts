import type { RuleFacts } from '../../finding.ts'
import { API_RULES } from './api.ts'
import { HEALTH_RULES } from './health-route.ts'
import { IMPORT_RULES } from './imports.ts'
import { NAME_RULES } from './names.ts'
import { NOT_CHECKED, UNREADABLE } from './reading.ts'
import { REFERENCE_RULE, REFERENCE_RULES } from './references.ts'
import { RESOURCE_RULES } from './resources.ts'
import type { AppRule } from './rule.ts'
import { SECRET_RULES } from './secrets.ts'

/** Rules about an app file that could be read. */
export const READ_RULES: readonly AppRule[] = [
  ...REFERENCE_RULES,
  ...NAME_RULES,
  ...API_RULES,
  ...IMPORT_RULES,
  ...RESOURCE_RULES,
  ...SECRET_RULES,
  ...HEALTH_RULES,
]

/** Every rule that a finding about an app can name, each once: what the documentation lists. */
export const APP_RULES: readonly RuleFacts[] = [
  UNREADABLE,
  NOT_CHECKED,
  REFERENCE_RULE,
  ...READ_RULES.filter(({ id }) => id !== REFERENCE_RULE.id),
]

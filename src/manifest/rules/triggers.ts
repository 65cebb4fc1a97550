import type { FileRule } from './rule.ts'

/** Rules about `triggers`. */
export const TRIGGER_RULES: readonly FileRule[] = []

import type { FileRule } from './rule.ts'

/** Rules about keys that Prefect does not know, and drops without a word. */
export const KEY_RULES: readonly FileRule[] = []

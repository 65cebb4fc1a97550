import type { FileRule } from './rule.ts'

/** Rules about what Prefect 3 no longer has. */
export const LEGACY_RULES: readonly FileRule[] = []

import type { FileRule } from './rule.ts'

/** Rules about `concurrency_limit` and `sla`. */
export const LIMIT_RULES: readonly FileRule[] = []

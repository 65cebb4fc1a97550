import type { FileRule } from './rule.ts'

/** Rules about what Prefect's own model refuses. */
export const MODEL_RULES: readonly FileRule[] = []

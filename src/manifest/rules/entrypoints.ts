import type { FileRule } from './rule.ts'

/** Rules about the Python files that entrypoints name. */
export const ENTRYPOINT_RULES: readonly FileRule[] = []

import type { FileRule } from './rule.ts'

/** Rules about where the runs get the code from. */
export const PULL_RULES: readonly FileRule[] = []

import type { FileRule } from './rule.ts'

/** Rules about `{{ … }}`. */
export const PLACEHOLDER_RULES: readonly FileRule[] = []

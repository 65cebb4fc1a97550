import type { FileRule } from './rule.ts'

/** Rules about credentials that a deployment would store in clear. */
export const CREDENTIAL_RULES: readonly FileRule[] = []

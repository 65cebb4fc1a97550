import type { Position } from '../faults.ts'

/** One thing that is wrong, or doubtful, in a file of the project. */
export type Finding = Readonly<{
  /** Stable id of the rule, in kebab-case: `pull-missing`. */
  rule: string
  severity: 'error' | 'warning'
  /** What is wrong, one sentence. */
  message: string
  /** What to do about it, with the corrected YAML where that is short. */
  hint?: string
  position: Position
}>

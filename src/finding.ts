import type { Position } from './faults.ts'

/** How grave a finding is. `notice`: nothing is wrong, but somebody should know. */
export type Severity = 'error' | 'warning' | 'notice'

/** One thing that is wrong, or doubtful, in a file of the project. */
export type Finding = Readonly<{
  /** Stable id of the rule, in kebab-case: `pull-missing`. */
  rule: string
  severity: Severity
  /** What is wrong, one sentence. */
  message: string
  /** What to do about it, with the corrected lines where that is short. */
  hint?: string
  position: Position
}>

/** What a rule says of itself: what the documentation and the registry are made of. */
export type RuleFacts = Readonly<{
  /** Stable, in kebab-case: users silence it and search for it by this name. */
  id: string
  severity: Severity
  /** One to three sentences for the list of rules: what it finds, and what becomes of such a file without the rule. */
  about: string
  /** Where the severity depends on something: on what, one sentence. */
  depends?: string
  /** `strict` makes an error of every warning; of a notice only where this says so. */
  underStrict?: 'error'
}>

/** A comment in a file of the project that speaks to this action: `# prefect-modal: …`. */
export type OwnComment = Readonly<{
  /** Relative to the checkout, as in a {@link Finding}. */
  file: string
  line: number
  /** The line that it speaks of: its own, or where it stands alone the next one that says something. */
  about: number
  /** What stands behind `prefect-modal:`. */
  text: string
}>

/** The order in which findings are told: by file, line and column. */
export function byPlace(one: Finding, other: Finding): number {
  const [a, b] = [one.position, other.position]
  if (a.file !== b.file) return a.file < b.file ? -1 : 1
  return (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0) || (one.rule < other.rule ? -1 : 1)
}

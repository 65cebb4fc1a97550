import type { Finding } from '../finding.ts'
import type { Manifest } from '../model.ts'
import type { Place } from '../value.ts'

/** What a rule found; the registry adds the rule's id and the file. */
export type Problem = Readonly<{
  /** One sentence: what is wrong. */
  message: string
  /** What to do, with the corrected YAML where that is short. */
  hint?: string
  at: Place
  /** Where this case is milder than the rule's own severity. */
  severity?: 'warning'
}>

/** What holds outside of the file and bears on it. */
export type Surroundings = Readonly<{
  /** `PREFECT_DEPLOYMENTS_DEFAULT_WORK_POOL_NAME`, which Prefect takes where an entry names no pool. */
  defaultWorkPool: string | undefined
}>

/** What a rule says of itself: what the documentation and the registry are made of. */
export type RuleFacts = Readonly<{
  /** Stable, in kebab-case: users silence it and search for it by this name. */
  id: string
  severity: Finding['severity']
  /** One sentence for the list of rules. */
  about: string
  /** `prefect deploy` reads such a file without a word against it, and yet it cannot work from CI. */
  acceptedByPrefect: boolean
}>

/** A rule about one file: a pure function of it. */
export type FileRule = RuleFacts &
  Readonly<{ find: (manifest: Manifest, surroundings: Surroundings) => readonly Problem[] }>

/** A problem of one of several files. */
export type PlacedProblem = Problem & Readonly<{ file: string }>

/** A rule about all files together. */
export type ProjectRule = RuleFacts & Readonly<{ find: (manifests: readonly Manifest[]) => readonly PlacedProblem[] }>

/** A problem as a finding of `rule` in `file`. */
export function findingOf(rule: Pick<RuleFacts, 'id' | 'severity'>, file: string, problem: Problem): Finding {
  const { message, hint, at, severity = rule.severity } = problem
  const position = { file, line: at.line, column: at.column }
  return { rule: rule.id, severity, message, position, ...(hint === undefined ? {} : { hint }) }
}

import type { Finding, RuleFacts, Severity } from '../../finding.ts'
import type { Manifest } from '../model.ts'
import type { Place } from '../value.ts'

/** What a rule found; the registry adds the rule's id and the file. */
export type Problem = Readonly<{
  /** One sentence: what is wrong. */
  message: string
  /** What to do, with the corrected YAML where that is short. */
  hint?: string
  at: Place
  /** Where this case is graver or milder than the rule's own severity. */
  severity?: Severity
}>

/** What holds outside of the file and bears on it. */
export type Surroundings = Readonly<{
  /** `PREFECT_DEPLOYMENTS_DEFAULT_WORK_POOL_NAME`, which Prefect takes where an entry names no pool. */
  defaultWorkPool: string | undefined
  /** Repository that is deployed, `owner/name`, on this host: `github.com`. */
  repository: Readonly<{ host: string; name: string }> | undefined
  /** Branch that is deployed; on a pull request its base. `undefined` on a tag, and where it is not known. */
  branch: string | undefined
  /** The environment that Prefect's command will see; what is not in it is not set. */
  environment: ReadonlyMap<string, 'set' | 'empty'>
  /** Whether this step is one that deploys; else the variables of the one that does are not known. */
  deploys: boolean
  /** The Python sources that entrypoints name; `undefined` where nobody looked. */
  sources: EntrypointSources | undefined
  /** Types of the work pools by name, `modal:push`; `undefined` where the workspace was not asked. */
  pools: ReadonlyMap<string, string> | undefined
  /** Whether the workspace is Prefect Cloud's; `undefined` where that is not known. */
  cloud: boolean | undefined
}>

/**
 * What stands where an entrypoint says that its flow is, by the part before the last `:` (`flows/orders.py`,
 * `shop.flows`; of `shop.flows.orders` it is `shop.flows`): `file` relative to the working directory with its text,
 * `absent`, or `unread` for what is too large or cannot be told without Python, as a module of an installed package.
 */
export type EntrypointSources = ReadonlyMap<string, EntrypointSource>
export type EntrypointSource =
  | Readonly<{ state: 'file'; file: string; text: string }>
  | Readonly<{ state: 'absent'; near: string | undefined }>
  | Readonly<{ state: 'unread' }>

/** Nothing is known of what holds outside. */
export const NOWHERE: Surroundings = {
  defaultWorkPool: undefined,
  repository: undefined,
  branch: undefined,
  environment: new Map(),
  deploys: false,
  sources: undefined,
  pools: undefined,
  cloud: undefined,
}

/** What a rule about prefect.yaml says of itself. */
export type ManifestRuleFacts = RuleFacts &
  Readonly<{
    /** `prefect deploy` reads such a file without a word against it. */
    acceptedByPrefect: boolean
  }>

/** A rule about one file: a pure function of it. */
export type FileRule = ManifestRuleFacts &
  Readonly<{ find: (manifest: Manifest, surroundings: Surroundings) => readonly Problem[] }>

/** A problem of one of several files. */
export type PlacedProblem = Problem & Readonly<{ file: string }>

/** A rule about all files together. */
export type ProjectRule = ManifestRuleFacts &
  Readonly<{ find: (manifests: readonly Manifest[]) => readonly PlacedProblem[] }>

/** A problem as a finding of `rule` in `file`. */
export function findingOf(rule: Pick<RuleFacts, 'id' | 'severity'>, file: string, problem: Problem): Finding {
  const { message, hint, at, severity = rule.severity } = problem
  const position = { file, line: at.line, column: at.column }
  return { rule: rule.id, severity, message, position, ...(hint === undefined ? {} : { hint }) }
}

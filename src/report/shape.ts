import type { FaultKind, Position } from '../faults.ts'
import type { Finding } from '../finding.ts'

/** The one word that says how a step ended (README: "Verdicts"). */
export type Verdict =
  | 'verified'
  | 'unchanged'
  | 'planned'
  | 'skipped'
  | 'refused'
  | 'not-deployed'
  | 'not-answering'
  | 'drifted'
  | 'cancelled'

/** What a step does, in the order in which it does it. */
export const STAGES = [
  'inputs',
  'check',
  'credentials',
  'prefect-target',
  'environment',
  'flow-check',
  'app-check',
  'prefect-command',
  'prefect-rehearsal',
  'prefect-plan',
  'modal-target',
  'modal',
  'modal-read-back',
  'health',
  'prefect-survey',
  'prefect-build',
  'prefect',
  'prefect-read-back',
  'orphans',
] as const
export type StageName = (typeof STAGES)[number]

export type StageRow = Readonly<{
  stage: StageName
  state: 'running' | 'done' | 'failed' | 'cancelled' | 'skipped'
  seconds: number
}>

/** `link` leads to what is written about the rule, where somebody can open it. */
export type FindingRow = Finding & Readonly<{ link?: string }>

/** A finding that a comment in the file excuses, with the reason that it gives. */
export type IgnoredRow = Finding & Readonly<{ reason?: string }>

/** A part of the check that this step did not do. */
export type LeftOutRow = Readonly<{ part: string; why: string }>

export type FaultRow = Readonly<{
  kind: FaultKind
  stage: StageName
  /** Deployment, app or endpoint that it is about. */
  target?: string
  message: string
  hint?: string
  lines: readonly string[]
  position?: Position
}>

/** A field of a deployment that is live otherwise than wanted. Secrets are hidden in both. */
export type Mismatch = Readonly<{ field: string; wanted: string; found: string }>

/** Something that a person set in the workspace, and that this step left so. */
export type KeptRow = Readonly<{ field: string; says: string }>

export type DeploymentRow = Readonly<{
  /** File and place in it: what tells two rows apart before their flows' names are known. */
  key: string
  file: string
  /** Known once Prefect has loaded the flow. */
  flow?: string
  name: string
  id?: string
  url?: string
  /** What the plan makes of it; `invalid`: it cannot be written as the file has it. */
  action?: 'create' | 'update' | 'unchanged' | 'invalid'
  /**
   * `planned`: a plan says what would be written. `applied`: written, and nothing has read it back yet. `drifted`:
   * `verify` found it otherwise than the file says. `unknown`: stopped while it was on its way.
   */
  state: 'never-tried' | 'planned' | 'applied' | 'verified' | 'mismatch' | 'missing' | 'drifted' | 'failed' | 'unknown'
  /** What the plan changes, from what was found to what is wanted. */
  changes?: readonly Mismatch[]
  /** What the read-back, or `verify`, found otherwise than wanted. */
  mismatches: readonly Mismatch[]
  kept?: readonly KeptRow[]
  /** Something of it reached the workspace, whatever became of the rest. */
  wrote?: true
  /** Which code a run loads, and whether that is this commit: one sentence. */
  code?: string
}>

/** A deployment that is live and that no file names any more. */
export type OrphanRow = Readonly<{
  flow: string
  name: string
  id: string
  url: string
  /** The file that named it at the commit that is live; absent: nobody knows who made it, and it is only reported. */
  file?: string
  act: 'report' | 'pause' | 'delete'
  /** `planned`: a deploy would do so. `left`: only reported. */
  state: 'left' | 'planned' | 'paused' | 'deleted' | 'failed'
  /** What would restore it, a line each; values aside. */
  restore: readonly string[]
}>

export type EndpointRow = Readonly<{
  function: string
  /** What a person opens: the custom domain where there is one. */
  url: string
  customDomains: readonly string[]
  requiresProxyAuth: boolean
  /** `unchecked`: published, not asked yet. */
  state: 'unchecked' | 'healthy' | 'reachable' | 'unhealthy'
  /** A contract of the input `modal-apps` says what it must answer. */
  declared: boolean
  /** The address that was asked. */
  asked?: string
  attempts: number
  seconds: number
  detail?: string
}>

export type AppRow = Readonly<{
  /** Place in the input's order, which tells two rows apart. */
  key: string
  reference: string
  name?: string
  id?: string
  environment: string
  version?: string
  versionBefore?: string
  tag?: string
  state: 'never-tried' | 'deploying' | 'deployed' | 'no-op' | 'failed' | 'unknown'
  functions: readonly string[]
  endpoints: readonly EndpointRow[]
  dashboardUrl?: string
}>

export type Versions = Readonly<{
  uv?: string
  python?: string
  prefect?: string
  modal?: string
  prefectServer?: string
}>

/** Everything that is known of a step at one moment; every output is rendered from it. */
export type Report = Readonly<{
  schemaVersion: 1
  verdict: Verdict
  /** One sentence. */
  reason: string
  mode: 'deploy' | 'plan' | 'check' | 'verify'
  commit: string
  ref: string
  repository: string
  /** The Modal environment, where there is one. */
  environment: string | null
  prefectWorkspace: string | null
  modalWorkspace: string | null
  startedAt: string
  seconds: number
  changed: boolean
  stages: readonly StageRow[]
  faults: readonly FaultRow[]
  warnings: readonly string[]
  /** The worst first, then by place. */
  findings: readonly FindingRow[]
  ignored: readonly IgnoredRow[]
  leftOut: readonly LeftOutRow[]
  deployments: readonly DeploymentRow[]
  orphans: readonly OrphanRow[]
  apps: readonly AppRow[]
  /** sha256 of the plan; `null` where there is none. */
  planDigest: string | null
  /** Requests sent to Prefect's API by this step itself. */
  prefectRequests: number
  versions: Versions
}>

const RED: ReadonlySet<Verdict> = new Set(['refused', 'not-deployed', 'not-answering', 'drifted', 'cancelled'])

/** Whether the step fails with this verdict. */
export function isRed(verdict: Verdict): boolean {
  return RED.has(verdict)
}

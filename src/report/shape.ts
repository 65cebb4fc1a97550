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
  'modal-target',
  'modal',
  'modal-read-back',
  'health',
  'prefect',
  'prefect-read-back',
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

/** A field of a deployment that is live otherwise than wanted. */
export type Mismatch = Readonly<{ field: string; wanted: string; found: string }>

export type DeploymentRow = Readonly<{
  /** File and place in it: what tells two rows apart before their flows' names are known. */
  key: string
  file: string
  /** Known once Prefect has loaded the flow. */
  flow?: string
  name: string
  id?: string
  url?: string
  action?: 'create' | 'update'
  /** `applied`: the CLI said so, and nothing has read it back yet. `unknown`: stopped while it was on its way. */
  state: 'never-tried' | 'applied' | 'verified' | 'mismatch' | 'missing' | 'failed' | 'unknown'
  mismatches: readonly Mismatch[]
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
  mode: 'deploy' | 'check'
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
  apps: readonly AppRow[]
  versions: Versions
}>

const RED: ReadonlySet<Verdict> = new Set(['refused', 'not-deployed', 'not-answering', 'cancelled'])

/** Whether the step fails with this verdict. */
export function isRed(verdict: Verdict): boolean {
  return RED.has(verdict)
}

import { asFault, type Fault } from '../faults.ts'
import { byPlace } from '../finding.ts'
import type { Clock } from '../host.ts'
import {
  type AppRow,
  type DeploymentRow,
  type EndpointRow,
  type FaultRow,
  type FindingRow,
  type IgnoredRow,
  type LeftOutRow,
  type OrphanRow,
  type Report,
  type StageName,
  type StageRow,
  STAGES,
  type Versions,
} from '../report/shape.ts'
import { judge } from './verdict.ts'

/** A part of the check: the files as they stand, the workspace, the flows as Python sees them, the files of Modal apps. */
export type FindingSource = 'files' | 'live' | 'flows' | 'apps'

/** What is known from the start, or learnt once. */
export type Facts = Readonly<{
  mode?: Report['mode']
  commit?: string
  ref?: string
  repository?: string
  environment?: string
  prefectWorkspace?: string
  modalWorkspace?: string
  /** Why there was nothing to do here; makes a green step `skipped`. */
  skipped?: string
  planDigest?: string
  prefectRequests?: number
}>

/** One line of the ledger; nothing that stands there is ever changed. */
type Entry = Readonly<
  | { of: 'facts'; facts: Facts }
  | { of: 'versions'; versions: Versions }
  | { of: 'stage'; row: StageRow }
  | { of: 'findings'; source: FindingSource; rows: readonly FindingRow[]; ignored: readonly IgnoredRow[] }
  | { of: 'left-out'; row: LeftOutRow }
  | { of: 'fault'; row: FaultRow }
  | { of: 'warning'; text: string }
  | { of: 'deployment'; row: DeploymentRow }
  | { of: 'orphan'; row: OrphanRow }
  | { of: 'app'; row: AppRow }
  | { of: 'endpoint'; app: string; row: EndpointRow }
>

/**
 * The append-only record of a step: one entry per stage and per target with its state and its times. What is reported
 * is rendered from it, whatever happened and whenever it ended.
 */
export type Ledger = Readonly<{
  know: (facts: Facts) => void
  versions: (versions: Versions) => void
  /** The newest findings of a source are what it finds. */
  findings: (source: FindingSource, rows: readonly FindingRow[], ignored?: readonly IgnoredRow[]) => void
  leftOut: (row: LeftOutRow) => void
  warning: (text: string) => void
  /** The newest row of a key is its state. */
  deployment: (row: DeploymentRow) => void
  /** The newest row of an id is its state. */
  orphan: (row: OrphanRow) => void
  app: (row: AppRow) => void
  endpoint: (app: string, row: EndpointRow) => void
  /** Enters a fault that does not stop the rest, or that comes beside the one that does. */
  fault: (fault: Fault, stage: StageName, target?: string) => void
  /** Runs one stage and enters how it ended. What it throws is entered and thrown on. */
  stage: <T>(stage: StageName, work: () => Promise<T>) => Promise<T>
  /** Enters what escaped from the story, where its stage has not done so already. */
  escaped: (thrown: unknown) => void
  /** Everything that is known now. */
  report: () => Report
}>

export function openLedger(clock: Clock): Ledger {
  const entries: Entry[] = []
  const entered = new WeakSet<Fault>()
  const startedAt = clock.now().toISOString()
  const started = clock.seconds()
  const add = (entry: Entry): void => {
    entries.push(Object.freeze(entry))
  }
  const fault: Ledger['fault'] = (one, stage, target) => {
    // A fault climbs through several stages and sides; it is told once, where it happened.
    if (entered.has(one)) return
    entered.add(one)
    add({ of: 'fault', row: faultRow(one, stage, target) })
  }
  return {
    know: (facts) => add({ of: 'facts', facts }),
    versions: (versions) => add({ of: 'versions', versions }),
    findings: (source, rows, ignored = []) => add({ of: 'findings', source, rows, ignored }),
    leftOut: (row) => add({ of: 'left-out', row }),
    warning: (text) => add({ of: 'warning', text }),
    deployment: (row) => add({ of: 'deployment', row }),
    orphan: (row) => add({ of: 'orphan', row }),
    app: (row) => add({ of: 'app', row }),
    endpoint: (app, row) => add({ of: 'endpoint', app, row }),
    fault,
    stage: async (stage, work) => {
      const since = clock.seconds()
      add({ of: 'stage', row: { stage, state: 'running', seconds: 0 } })
      const enter = (state: StageRow['state']): void =>
        add({ of: 'stage', row: { stage, state, seconds: rounded(clock.seconds() - since) } })
      try {
        const value = await work()
        enter('done')
        return value
      } catch (thrown) {
        const caught = asFault(thrown)
        fault(caught, stage)
        enter(caught.kind === 'cancelled' ? 'cancelled' : 'failed')
        throw caught
      }
    },
    escaped: (thrown) => fault(asFault(thrown), only(entries, 'stage').at(-1)?.row.stage ?? 'inputs'),
    report: () => render(entries, startedAt, rounded(clock.seconds() - started)),
  }
}

function faultRow(fault: Fault, stage: StageName, target: string | undefined): FaultRow {
  return {
    kind: fault.kind,
    stage,
    message: fault.message,
    lines: fault.lines.map(shortened),
    ...(target === undefined ? {} : { target }),
    ...(fault.hint === undefined ? {} : { hint: fault.hint }),
    ...(fault.position === undefined ? {} : { position: fault.position }),
  }
}

/** Characters of a tool's line that are kept: pip lists every version that there is in one. */
const LONGEST_LINE = 400

function shortened(line: string): string {
  return line.length > LONGEST_LINE ? `${line.slice(0, LONGEST_LINE).toWellFormed()}…` : line
}

function render(entries: readonly Entry[], startedAt: string, seconds: number): Report {
  const facts = merged(only(entries, 'facts').map((entry) => entry.facts))
  const versions = merged(only(entries, 'versions').map((entry) => entry.versions))
  const stages = newest(rowsOf(only(entries, 'stage')), (row) => row.stage).sort(
    (a, b) => STAGES.indexOf(a.stage) - STAGES.indexOf(b.stage),
  )
  const apps = newest(rowsOf(only(entries, 'app')), (row) => row.key).map((app) => ({
    ...app,
    endpoints: endpointsOf(entries, app),
  }))
  const found = newest(only(entries, 'findings'), (entry) => entry.source)
  const mode = facts.mode ?? 'deploy'
  const deployments = newest(rowsOf(only(entries, 'deployment')), (row) => row.key).map((row) => asTried(row, mode))
  const orphans = newest(rowsOf(only(entries, 'orphan')), (row) => row.id)
  const known = {
    mode,
    stages,
    apps,
    deployments,
    orphans,
    faults: rowsOf(only(entries, 'fault')),
    findings: found.flatMap((entry) => entry.rows).sort(byGravity),
    skipped: facts.skipped,
  } as const
  const { verdict, reason, changed } = judge(known)
  return {
    schemaVersion: 1,
    verdict,
    reason,
    mode,
    commit: facts.commit ?? '',
    ref: facts.ref ?? '',
    repository: facts.repository ?? '',
    environment: facts.environment ?? null,
    prefectWorkspace: facts.prefectWorkspace ?? null,
    modalWorkspace: facts.modalWorkspace ?? null,
    startedAt,
    seconds,
    changed,
    stages,
    faults: known.faults,
    warnings: only(entries, 'warning').map((entry) => entry.text),
    findings: known.findings,
    ignored: found.flatMap((entry) => entry.ignored),
    leftOut: rowsOf(only(entries, 'left-out')),
    deployments,
    orphans,
    apps,
    planDigest: facts.planDigest ?? null,
    prefectRequests: facts.prefectRequests ?? 0,
    versions,
  }
}

/** A plan is what is wanted of a step that only plans; in a deploy that ended there, nothing was done about it. */
function asTried(row: DeploymentRow, mode: Report['mode']): DeploymentRow {
  return mode === 'deploy' && row.state === 'planned' ? { ...row, state: 'never-tried' } : row
}

const GRAVITY = { error: 0, warning: 1, notice: 2 } as const

/** The worst first, then by place. */
function byGravity(one: FindingRow, other: FindingRow): number {
  return GRAVITY[one.severity] - GRAVITY[other.severity] || byPlace(one, other)
}

/** An endpoint as it was published stands only until it was asked; with two contracts it was asked twice. */
function endpointsOf(entries: readonly Entry[], app: AppRow): EndpointRow[] {
  const asked = newest(
    rowsOf(only(entries, 'endpoint').filter((entry) => entry.app === app.key)),
    (row) => `${row.function} ${row.asked ?? ''}`,
  )
  const published = app.endpoints.flatMap((row) => {
    const own = asked.filter((one) => one.function === row.function)
    return own.length === 0 ? [row] : own
  })
  return [...published, ...asked.filter((row) => !published.includes(row))]
}

function only<K extends Entry['of']>(entries: readonly Entry[], of: K): Extract<Entry, { of: K }>[] {
  return entries.filter((entry): entry is Extract<Entry, { of: K }> => entry.of === of)
}

function rowsOf<T>(entries: readonly Readonly<{ row: T }>[]): T[] {
  return entries.map((entry) => entry.row)
}

/** What was learnt later wins. */
function merged<T extends object>(parts: readonly T[]): Partial<T> {
  const all: Partial<T> = {}
  for (const part of parts) Object.assign(all, part)
  return all
}

/** Of rows with the same key the newest, in the order in which the keys first appeared. */
function newest<T>(rows: readonly T[], keyOf: (row: T) => string): T[] {
  return [...new Map(rows.map((row) => [keyOf(row), row])).values()]
}

function rounded(seconds: number): number {
  return Math.round(seconds * 10) / 10
}

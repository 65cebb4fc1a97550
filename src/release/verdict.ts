import type { DeploymentRow, FaultRow, OrphanRow, Report, Verdict } from '../report/shape.ts'

type Known = Pick<Report, 'mode' | 'stages' | 'apps' | 'deployments' | 'orphans' | 'faults' | 'findings'> &
  Readonly<{ skipped: string | undefined }>

type Decision = Readonly<{ verdict: Verdict; reason: string }>

/** How a step ended, and why, from what the ledger holds. Where several verdicts hold, the gravest decides: the order of `decide`. */
export function judge(known: Known): Decision & Readonly<{ changed: boolean }> {
  const changed =
    known.apps.some((app) => app.state === 'deployed') ||
    known.deployments.some((row) => wasWritten(row, known.mode)) ||
    known.orphans.some(wasRemoved)
  return { ...decide(known), changed }
}

const APPLIED: ReadonlySet<string> = new Set(['applied', 'verified', 'mismatch'])

function wasWritten(row: DeploymentRow, mode: Report['mode']): boolean {
  if (mode !== 'deploy') return false
  return row.wrote === true || (APPLIED.has(row.state) && row.action !== 'unchanged')
}

function wasRemoved({ state }: OrphanRow): boolean {
  return state === 'paused' || state === 'deleted'
}

function decide(known: Known): Decision {
  const red = gravest(known)
  if (red !== undefined) return red
  if (known.skipped !== undefined) return { verdict: 'skipped', reason: known.skipped }
  switch (known.mode) {
    case 'check':
      return checked(known)
    case 'plan':
      return { verdict: 'planned', reason: `${planText(known)}; nothing was written.` }
    case 'verify':
      return {
        verdict: 'verified',
        reason: `${liveText({ ...known, apps: [] })} as the files describe; nothing was written.`,
      }
    case 'deploy':
      return deployed(known)
  }
}

/** The gravest red verdict that holds, if one does. */
function gravest(known: Known): Decision | undefined {
  const cancelled = known.faults.find((fault) => fault.kind === 'cancelled')
  if (cancelled !== undefined) return { verdict: 'cancelled', reason: cancelled.message }
  const errors = known.findings.filter((finding) => finding.severity === 'error').length
  if (errors > 0)
    return { verdict: 'refused', reason: `${count(errors, 'fault')} in the project's files; nothing was written.` }
  const unhealthy = known.faults.find(isHealth)
  const other = known.faults.find((fault) => !isHealth(fault))
  if (other !== undefined && !writing(known)) {
    return { verdict: 'refused', reason: `${other.message} Nothing was written.` }
  }
  if (other !== undefined) return { verdict: 'not-deployed', reason: other.message }
  if (unhealthy !== undefined) return { verdict: 'not-answering', reason: unhealthy.message }
  const drifted = known.deployments.filter(({ state }) => state === 'drifted' || state === 'missing').length
  if (known.mode !== 'verify' || drifted === 0) return undefined
  const verb = drifted === 1 ? 'is' : 'are'
  return {
    verdict: 'drifted',
    reason: `${count(drifted, 'deployment')} ${verb} live otherwise than the files say; nothing was written.`,
  }
}

function isHealth({ stage }: FaultRow): boolean {
  return stage === 'health'
}

/** Whether the step had come to where it writes. */
function writing({ mode, stages }: Known): boolean {
  return mode === 'deploy' && stages.some(({ stage }) => stage === 'modal' || stage === 'prefect')
}

function checked(known: Known): Decision {
  const warnings = known.findings.filter((finding) => finding.severity === 'warning').length
  const found = warnings === 0 ? 'nothing wrong' : `no error and ${count(warnings, 'warning')}`
  return { verdict: 'planned', reason: `The check found ${found}; nothing was written.` }
}

/** `Plan: 2 to create, 1 to update, 3 unchanged, 1 orphan to pause`. */
function planText({ deployments, apps, orphans }: Known): string {
  const of = (action: DeploymentRow['action']): number => deployments.filter((row) => row.action === action).length
  const acts = orphans.filter(({ act }) => act !== 'report').length
  const parts = [
    [of('create'), 'to create'],
    [of('update'), 'to update'],
    [of('unchanged'), 'unchanged'],
    [acts, orphans.find(({ act }) => act !== 'report')?.act === 'delete' ? 'to delete' : 'to pause'],
    [apps.length, apps.length === 1 ? 'app to deploy' : 'apps to deploy'],
  ] as const
  const told = parts.filter(([number]) => number > 0).map(([number, what]) => `${number} ${what}`)
  return `Plan: ${told.length === 0 ? 'nothing to do' : told.join(', ')}`
}

function deployed(known: Known): Decision {
  const idle =
    known.deployments.every(({ action }) => action === 'unchanged') &&
    known.apps.every((app) => app.state === 'no-op') &&
    !known.orphans.some(wasRemoved)
  if (idle) return { verdict: 'unchanged', reason: `${targets(known)}: nothing had to change.` }
  return { verdict: 'verified', reason: `${liveText(known)} as this commit describes.` }
}

function liveText(known: Pick<Known, 'deployments' | 'apps'>): string {
  return `${targets(known)} ${known.deployments.length + known.apps.length === 1 ? 'is' : 'are'} live`
}

function targets({ deployments, apps }: Pick<Known, 'deployments' | 'apps'>): string {
  const what = [
    deployments.length > 0 ? count(deployments.length, 'deployment') : '',
    apps.length > 0 ? count(apps.length, 'app') : '',
  ].filter(Boolean)
  return what.length === 0 ? 'Nothing' : what.join(' and ')
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}

import type { Report, Verdict } from '../report/shape.ts'

type Known = Pick<Report, 'mode' | 'stages' | 'apps' | 'deployments' | 'faults' | 'findings'> &
  Readonly<{ skipped: string | undefined }>

type Judgement = Readonly<{ verdict: Verdict; reason: string; changed: boolean }>

/** How a step ended, and why, from what the ledger holds. Where several verdicts hold, the gravest decides: the order of `decide`. */
export function judge(known: Known): Judgement {
  const changed =
    known.apps.some((app) => app.state === 'deployed') ||
    known.deployments.some((deployment) => APPLIED.has(deployment.state))
  return { ...decide(known), changed }
}

const APPLIED: ReadonlySet<string> = new Set(['applied', 'verified', 'mismatch'])

function decide(known: Known): Omit<Judgement, 'changed'> {
  const [first] = known.faults
  const cancelled = known.faults.find((fault) => fault.kind === 'cancelled')
  if (cancelled !== undefined) return { verdict: 'cancelled', reason: cancelled.message }
  const errors = known.findings.filter((finding) => finding.severity === 'error').length
  if (errors > 0)
    return { verdict: 'refused', reason: `${count(errors, 'fault')} in the project's files; nothing was written.` }
  if (first !== undefined && !writing(known)) {
    return { verdict: 'refused', reason: `${first.message} Nothing was written.` }
  }
  const notDeployed = known.faults.find((fault) => fault.stage !== 'health') ?? undefined
  if (notDeployed !== undefined) return { verdict: 'not-deployed', reason: notDeployed.message }
  if (first !== undefined) return { verdict: 'not-answering', reason: first.message }
  if (known.skipped !== undefined) return { verdict: 'skipped', reason: known.skipped }
  if (known.mode === 'check') {
    const warnings = known.findings.filter((finding) => finding.severity === 'warning').length
    const found = warnings === 0 ? 'nothing wrong' : `no error and ${count(warnings, 'warning')}`
    return { verdict: 'planned', reason: `The check found ${found}; nothing was written.` }
  }
  return deployed(known)
}

/** Whether the step had come to where it writes. */
function writing(known: Known): boolean {
  return known.stages.some((stage) => stage.stage === 'modal' || stage.stage === 'prefect')
}

function deployed(known: Known): Omit<Judgement, 'changed'> {
  const apps = count(known.apps.length, 'app')
  const deployments = count(known.deployments.length, 'deployment')
  if (known.deployments.length === 0 && known.apps.every((app) => app.state === 'no-op')) {
    return { verdict: 'unchanged', reason: `${apps}: nothing had to change, and what is live answers.` }
  }
  const what = [known.deployments.length > 0 ? deployments : '', known.apps.length > 0 ? apps : ''].filter(Boolean)
  const verb = known.deployments.length + known.apps.length === 1 ? 'is' : 'are'
  return { verdict: 'verified', reason: `${what.join(' and ')} ${verb} live as this commit describes.` }
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}

import { Fault } from '../../faults.ts'
import { runsSteps } from '../../manifest/without-steps.ts'
import type { Rehearsal } from '../../prefect/rehearsal/rehearse.ts'
import { wasChanged, wereChanged } from '../../prefect/survey/changed.ts'
import { deploymentKey, type LiveAutomation, type LiveDeployment, type Survey } from '../../prefect/survey/shapes.ts'
import { mergedSurveys, survey } from '../../prefect/survey/survey.ts'
import type { PrefectWork } from '../prefect-work.ts'
import { appliedEntries, verifiedEntries } from './apply.ts'
import { removedOrphans } from './orphans.ts'
import { type PlannedEntry, plannedEntries } from './plan.ts'
import { failIfRefused, type ReadyPlan } from './ready.ts'
import { rehearsed, surveyNames } from './rehearse.ts'
import { plannedRow } from './rows.ts'

/**
 * Applies a plan: looks again at what is live, runs the build and push steps of the files that have some, sends, reads back,
 * and does what is to be done about orphans.
 *
 * @throws Fault of the stage that failed; each deployment stands in the ledger
 */
export async function deployedPlan(work: PrefectWork, ready: ReadyPlan): Promise<void> {
  const { host, ledger } = work
  const live = await ledger.stage('prefect-survey', () => surveyedAgain(work, ready))
  const { entries, conflicts } = split(work, ready.plan.entries, live)
  const built = await builtEntries(work, ready)
  const sent = [...entries.filter((one) => !isBuilt(one)), ...built]
  const applied = await ledger.stage('prefect', async () => {
    const all = await appliedEntries(work, sent)
    if (conflicts[0] === undefined) return all
    await verifiedEntries(work, all).catch(() => undefined)
    throw conflicts[0]
  })
  host.publish(ledger.report())
  await ledger.stage('prefect-read-back', () => verifiedEntries(work, applied))
  if (ready.plan.orphans.act.length > 0) {
    await ledger.stage('orphans', () => removedOrphans(work, ready.plan.orphans))
  }
}

const isBuilt = ({ entry }: PlannedEntry): boolean => runsSteps([entry])

async function surveyedAgain({ target }: PrefectWork, { plan, survey: before }: ReadyPlan): Promise<Survey> {
  const flows = [...new Set(plan.entries.map(({ planned }) => planned.flow))]
  const ids = plan.entries.flatMap(({ planned }) => (planned.live === undefined ? [] : [planned.live.id]))
  const now = await survey(target.api, { flows, ids })
  // What is gone must not come back out of the older one.
  return { ...mergedSurveys(before, now), deployments: now.deployments }
}

type Split = Readonly<{ entries: readonly PlannedEntry[]; conflicts: readonly Fault[] }>

/** Without those that somebody changed since the plan was made: they fail, and the others go on. */
function split(work: PrefectWork, all: readonly PlannedEntry[], now: Survey): Split {
  const conflicts: Fault[] = []
  const entries = all.filter((one) => {
    const conflict = conflictOf(one, now)
    if (conflict === undefined) return true
    work.ledger.deployment({ ...plannedRow(work, one), state: 'failed' })
    work.ledger.fault(conflict, 'prefect-survey')
    conflicts.push(conflict)
    return false
  })
  return { entries, conflicts }
}

function conflictOf({ planned }: PlannedEntry, now: Survey): Fault | undefined {
  const { flow, name, live, liveAutomations } = planned
  const found = now.deployments.get(deploymentKey(flow, name))
  const what =
    live === undefined
      ? found !== undefined && 'was made'
      : found === undefined
        ? 'was deleted'
        : (wasChanged(live, found) || wereChanged(liveAutomations, automationsOf(found, now))) && 'was changed'
  if (what === false) return undefined
  return new Fault(
    'refusal',
    `The deployment ${flow}/${name} ${what} in the workspace while this step ran, so it was not written.`,
    {
      hint: 'Somebody, or another job, works with it. Give the jobs that deploy here one `concurrency` group, and run the step again: it plans anew.',
    },
  )
}

/** Where they may not be read, none were planned with. */
function automationsOf({ id }: LiveDeployment, { automations }: Survey): readonly LiveAutomation[] {
  return automations?.get(id) ?? []
}

/**
 * Runs the build and push steps, and makes the plan of the files that have some anew with what they gave.
 *
 * @throws Fault of a step, or of a rehearsal that is void: a step that ran is not undone
 */
async function builtEntries(work: PrefectWork, ready: ReadyPlan): Promise<readonly PlannedEntry[]> {
  const selected = work.selected.filter(({ entries }) => runsSteps(entries))
  if (selected.length === 0) return []
  return work.ledger.stage('prefect-build', async () => {
    const { survey: asked, surveyed } = surveyNames({ ...work, selected })
    // No step runs before that is known.
    const rehearsal = await rehearsed(work, selected, { surveyed, survey: await asked }, 'run')
    const fault = faultOfBuild(rehearsal)
    if (fault !== undefined) work.ledger.fault(fault, 'prefect-build')
    for (const one of rehearsal.faults) work.ledger.fault(one.fault, 'prefect-build')
    if (fault !== undefined) throw fault
    const { entries: all, survey: live } = rehearsal
    const own = plannedEntries(work, { rehearsed: all, survey: live, files: ready.files }).filter(isBuilt)
    for (const one of own) work.ledger.deployment(plannedRow(work, one))
    await failIfRefused(work, own, ready.judged)
    return own
  })
}

/** A step that was refused something most often fails of that: the reason comes before what the step makes of it. */
function faultOfBuild({ recording, faults, unsound }: Rehearsal): Fault | undefined {
  const [refused] = recording.voids
  if (refused !== undefined) return voidBuild(refused)
  return faults[0]?.fault ?? (unsound[0] === undefined ? undefined : voidBuild(unsound[0]))
}

function voidBuild(why: string): Fault {
  return new Fault('user', `The build and push steps ran, but what they would deploy cannot be told: ${why}`, {
    hint: 'Nothing was written to the workspace. Take what writes to Prefect out of the steps, or set `engine: direct`.',
  })
}

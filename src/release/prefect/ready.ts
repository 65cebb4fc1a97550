import { Fault } from '../../faults.ts'
import { digestOf } from '../../prefect/plan/digest.ts'
import { refusalsOf } from '../../prefect/plan/refusals.ts'
import type { Rehearsal, RehearsalFault } from '../../prefect/rehearsal/rehearse.ts'
import { deploymentKey, type Survey } from '../../prefect/survey/shapes.ts'
import { mergedSurveys, survey } from '../../prefect/survey/survey.ts'
import type { JudgedValues } from '../judged-values.ts'
import type { PrefectWork } from '../prefect-work.ts'
import { untried } from '../project.ts'
import { warn } from '../told.ts'
import { warnIfOlder } from './age.ts'
import { toldFaults } from './engine.ts'
import { type LiveFiles, readLiveFiles } from './live-files.ts'
import { enterOrphans } from './orphans.ts'
import { type PlannedEntry, planOf, type PrefectPlan } from './plan.ts'
import { plannedRow } from './rows.ts'
import { refusedEntries } from './values.ts'

/** A plan that everything is known of, with what it was made from. */
export type ReadyPlan = Readonly<{
  plan: PrefectPlan
  survey: Survey
  files: LiveFiles
  /** Values of the files that Prefect has judged by then. */
  judged: JudgedValues
}>

/**
 * Makes the plan of what was rehearsed, and enters it: each deployment with what would change, what is kept, and the orphans.
 *
 * @throws Fault of the command, of what the server would refuse, or of too many orphans; nothing was written
 */
export async function readiedPlan(work: PrefectWork, rehearsal: Rehearsal, judged: JudgedValues): Promise<ReadyPlan> {
  failIfFaulty(work, rehearsal)
  const { survey: live, files } = await surveyedWhole(work, rehearsal)
  const plan = planOf(work, { rehearsed: rehearsal.entries, survey: live, files })
  for (const one of plan.entries) work.ledger.deployment(plannedRow(work, one))
  for (const { manifest, entry, fault } of rehearsal.needsBuild) {
    if (entry !== undefined) work.ledger.deployment({ ...untried(manifest, entry), state: 'planned' })
    warn(fault.message, work)
  }
  enterOrphans(work, plan.orphans, live)
  await failIfRefused(work, plan.entries, judged)
  await warnIfOlder(work, plan)
  work.ledger.know({ planDigest: digestOf(...digested(work, plan)) })
  return { plan, survey: live, files, judged }
}

/** Beside the deployments of the files, the others of their flows, and those that the files named before. */
async function surveyedWhole(
  work: PrefectWork,
  rehearsal: Rehearsal,
): Promise<Readonly<{ survey: Survey; files: LiveFiles }>> {
  const manifests = work.selected.map(({ manifest }) => manifest)
  const flows = [...new Set(rehearsal.entries.map(({ recorded }) => recorded.flow))]
  const [others, files] = await Promise.all([
    survey(work.target.api, { flows }),
    readLiveFiles(work, manifests, rehearsal.survey),
  ])
  const known = mergedSurveys(rehearsal.survey, others)
  const wanted = new Set(rehearsal.entries.map(({ recorded }) => recorded.name))
  const gone = (files.named ?? []).map(({ name }) => name).filter((name) => !wanted.has(name))
  return { survey: mergedSurveys(known, await survey(work.target.api, { names: gone })), files }
}

function failIfFaulty({ ledger }: PrefectWork, rehearsal: Rehearsal): void {
  const faults = toldFaults(rehearsal)
  for (const one of faults) {
    ledger.fault(one.fault, 'prefect-rehearsal')
    if (isOfEntry(one)) ledger.deployment({ ...untried(one.manifest, one.entry), state: 'failed', action: 'invalid' })
  }
  if (faults[0] !== undefined) throw faults[0].fault
}

function isOfEntry(
  one: Rehearsal['faults'][number],
): one is RehearsalFault & Readonly<{ entry: NonNullable<RehearsalFault['entry']> }> {
  return 'manifest' in one && one.entry !== undefined
}

/** What the server would say no to is told before anything is written, all at once. */
export async function failIfRefused(
  work: PrefectWork,
  entries: readonly PlannedEntry[],
  judged: JudgedValues,
): Promise<void> {
  const { ledger, target } = work
  const cloud = target.api.url.kind === 'cloud'
  const refused = [
    ...entries.flatMap((one) => refusalsOf(one.planned, { cloud }).map((refusal) => ({ one, refusal }))),
    ...(await refusedEntries(work, entries, judged)),
  ]
  const faults = refused.map(({ one, refusal }) => {
    const { flow, name } = one.planned
    const fault = new Fault('user', `${deploymentKey(flow, name)}: ${refusal.says}`, {
      hint: refusal.hint,
      position: { file: one.manifest.file, line: one.entry.at.line, column: one.entry.at.column },
    })
    ledger.deployment({ ...plannedRow(work, one), action: 'invalid', state: 'failed' })
    ledger.fault(fault, 'prefect-plan')
    return fault
  })
  if (faults[0] !== undefined) throw faults[0]
}

function digested({ inputs, commit, host }: PrefectWork, plan: PrefectPlan): Parameters<typeof digestOf> {
  const { context, machine, workingDirectory } = inputs
  const act = inputs.orphans
  return [
    plan.entries.map((one) => one.planned),
    {
      ...(commit === '' ? {} : { commit }),
      refs: [context.refName, context.ref, context.baseRef],
      folders: [workingDirectory, context.workspace, machine.tempFolder],
      hide: host.hidden,
    },
    [
      ...plan.orphans.act.map(({ flow, name }) => ({ flow, name, act })),
      // What no file here ever named is somebody else's: it comes and goes, and the plan is the same.
      ...plan.orphans.report
        .filter(({ file }) => file !== undefined)
        .map(({ flow, name }) => ({ flow, name, act: 'report' })),
    ],
  ]
}

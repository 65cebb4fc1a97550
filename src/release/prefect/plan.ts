import type { DeploymentEntry, Manifest } from '../../manifest/model.ts'
import { fileStateOf } from '../../manifest/file-state.ts'
import { keepOperatorState } from '../../prefect/operator-state/keep.ts'
import { type JudgedOrphans, judgeOrphans } from '../../prefect/orphans/judge.ts'
import { orphansOf } from '../../prefect/orphans/orphans.ts'
import type { KeptState, PlannedDeployment } from '../../prefect/plan/plan.ts'
import { planned } from '../../prefect/plan/planned.ts'
import type { RehearsedEntry } from '../../prefect/rehearsal/rehearse.ts'
import { deploymentKey, type Survey } from '../../prefect/survey/shapes.ts'
import type { PrefectWork } from '../prefect-work.ts'
import type { LiveFiles } from './live-files.ts'

/** One deployment of a file with what becomes of it. */
export type PlannedEntry = Readonly<{
  manifest: Manifest
  entry: DeploymentEntry
  planned: PlannedDeployment
  /** What else is to be told of it: what stays by itself, what goes, and what is left over. */
  notes: readonly KeptState[]
}>

/** What a deploy of the files writes, and what it leaves. */
export type PrefectPlan = Readonly<{ entries: readonly PlannedEntry[]; orphans: JudgedOrphans }>

/** What the plan compares: what was rehearsed, what is live, and what the files said then. */
export type Compared = Readonly<{ rehearsed: readonly RehearsedEntry[]; survey: Survey; files: LiveFiles }>

/**
 * Compares what was rehearsed with what is live, edited for what people set there.
 *
 * @throws Fault `user` where `orphans` would take more than half of what is live
 */
export function planOf(work: PrefectWork, compared: Compared): PrefectPlan {
  const { inputs } = work
  const { rehearsed, survey, files } = compared
  const entries = plannedEntries(work, compared)
  const wanted = new Map(
    rehearsed.map(({ recorded: { flow, name, write } }) => [deploymentKey(flow, name), write.body['entrypoint']]),
  )
  const orphans = orphansOf(survey, wanted, files.named)
  const live = entries.filter((one) => one.planned.live !== undefined).length
  const judged = judgeOrphans(orphans, {
    mode: inputs.orphans,
    all: inputs.deployments === 'all',
    managedLive: live + orphans.filter(({ file }) => file !== undefined).length,
  })
  return { entries, orphans: judged }
}

/** The deployments alone, without a word of orphans. */
export function plannedEntries({ inputs }: PrefectWork, { rehearsed, survey, files }: Compared): PlannedEntry[] {
  return rehearsed.map((one) => plannedEntry(inputs, one, { survey, files }))
}

function plannedEntry(
  inputs: PrefectWork['inputs'],
  { manifest, entry, recorded }: RehearsedEntry,
  { survey, files }: Pick<Compared, 'survey' | 'files'>,
): PlannedEntry {
  const live = survey.deployments.get(deploymentKey(recorded.flow, recorded.name))
  const automations = survey.automations === undefined ? undefined : (survey.automations.get(live?.id ?? '') ?? [])
  const edited = keepOperatorState(recorded, live, automations, {
    before: files.before(manifest, entry, live),
    now: fileStateOf(entry),
    preserve: inputs.preserveOperatorState,
    orphans: inputs.deployments === 'all' ? inputs.orphans : 'report',
  })
  const { kept, notes, dropped } = edited
  return { manifest, entry, planned: planned({ recorded: edited.recorded, live, automations, kept, dropped }), notes }
}

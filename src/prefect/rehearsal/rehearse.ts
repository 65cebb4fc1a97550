import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import path from 'node:path'
import pLimit from 'p-limit'
import { asFault, type Fault } from '../../faults.ts'
import type { DeploymentEntry, Manifest } from '../../manifest/model.ts'
import type { Selected } from '../../manifest/select.ts'
import { deployFile } from '../deploy.ts'
import type { Survey } from '../survey/shapes.ts'
import type { PrefectTools } from '../tools.ts'
import { notRehearsable } from '../versions.ts'
import { REHEARSAL_CERTIFICATE } from './certificate.ts'
import { asItIs, type CopyTools, type RehearsedFile, hasDeploySteps, withoutItsSteps } from './left-out.ts'
import { matched, type RehearsedEntry, type Told } from './matched.ts'
import { withoutAddress } from './real-address.ts'
import type { Recording } from './recorded.ts'
import { openRecorder, type Recorder, type RecorderTools } from './recorder.ts'
import { changedVariables, namedStandIns, rehearsedEnvironment } from './rehearsed-env.ts'
import { rehearsedSteps } from './rehearsed-steps.ts'
import { addressHider, rehearsedLines } from './shown-lines.ts'
import type { StandIns } from './stand-ins.ts'

export type { RehearsedEntry } from './matched.ts'

/** What a rehearsal needs beside the recorder's own tools. */
export type RehearseTools = RecorderTools &
  Pick<CopyTools, 'leaveOutSteps'> &
  Readonly<{
    /** What a plain deploy would run; of its environment the credentials are taken away. */
    prefect: PrefectTools
    /** Whether every time zone of the files is one that the environment's own packages bring. */
    ownZones: boolean
    /** An existing folder, for files that are gone when the rehearsal has ended. */
    folder: string
  }>

export type RehearseOptions = Readonly<{
  /** Processes at once; never more than there are processors. */
  parallel: number
  /** Whether build and push steps run: without them their outputs are told as "known after build". */
  steps: 'left-out' | 'run'
}>

/** A fault of one file, and of one of its entries where it is known. */
export type RehearsalFault = Readonly<{ manifest: Manifest; entry?: DeploymentEntry; fault: Fault }>

/** What a rehearsal came to. Whatever is told of it, nothing was written to the workspace. */
export type Rehearsal = Readonly<{
  /** What the command would write, in the order of the files; complete where there is neither a fault nor a reason. */
  entries: readonly RehearsedEntry[]
  recording: Recording
  /** The given one, with what the command asked for beside it. */
  survey: Survey
  /** What keeps the command from coming to its end, the true reason first; a plain deploy would fail as well. */
  faults: readonly (RehearsalFault | Readonly<{ fault: Fault }>)[]
  /** Entries that were passed over because they cannot be told before their steps have run. */
  needsBuild: readonly RehearsalFault[]
  /** Why what was recorded may not be trusted, a sentence each; empty for a sound rehearsal. */
  unsound: readonly string[]
  /** What stands in what was recorded for credentials that the files ask for. */
  standIns: StandIns
}>

/**
 * Entries that a process must have to be worth its start: an entry takes 0.07 s of computing and a start 2 s (3.8.8, two
 * cores).
 */
const SMALLEST_SHARD = 30

/**
 * Runs `prefect deploy` as it is against a recorder, for everything that is selected, and tells what it would write.
 *
 * Files whose steps run are taken one after another, because they share a folder, and the first that fails is the last;
 * the others are taken at once. Never throws a fault of a command.
 *
 * @throws Fault of the survey, where that was still on its way
 */
export async function rehearse(
  tools: RehearseTools,
  selected: readonly Selected[],
  options: RehearseOptions,
): Promise<Rehearsal> {
  const { prefect } = tools
  const manifests = selected.map(({ manifest }) => manifest)
  const standIns = namedStandIns(prefect, manifests)
  const why = notRehearsable(prefect.version)
  if (why !== undefined) return { ...nothing(await tools.survey, standIns), unsound: [why] }
  const folder = await mkdtemp(path.join(tools.folder, 'rehearsal-'))
  const recorder = await openRecorder(tools)
  try {
    const certificateFile = path.join(folder, 'certificate.pem')
    await writeFile(certificateFile, REHEARSAL_CERTIFICATE, { mode: 0o600 })
    const { address } = recorder
    const withSteps = rehearsedEnvironment(prefect, standIns, { address })
    const { ownZones } = tools
    const quick = rehearsedEnvironment(prefect, standIns, { address, certificateFile, ownZones })
    const alone = changedVariables(prefect, quick, manifests).length === 0 ? quick : withSteps
    const stage: Stage = {
      ...rehearsalTools(tools, recorder, options),
      options,
      leaveOutSteps: tools.leaveOutSteps,
      folder,
      // A step may speak to somebody else, whose certificate it has to know.
      env: { alone, withSteps },
    }
    const ends = await rehearsedFiles(selected, stage)
    const changed = changedVariables(prefect, alone, manifests)
    const survey = await recorder.survey()
    return { ...concluded(ends, { tools, recorder, survey, changed }), standIns }
  } finally {
    await recorder.close()
    await rm(folder, { recursive: true, force: true })
  }
}

function nothing(survey: Survey, standIns: StandIns): Rehearsal {
  const recording = { deployments: [], voids: [] }
  return { entries: [], recording, survey, faults: [], needsBuild: [], unsound: [], standIns }
}

type Stage = Pick<CopyTools, 'leaveOutSteps' | 'folder'> &
  Readonly<{
    prefect: PrefectTools
    parallel: number
    options: RehearseOptions
    env: Readonly<Record<'alone' | 'withSteps', Readonly<Record<string, string>>>>
  }>

/** The tools of a deploy, of which the log never shows the recorder's address. */
function rehearsalTools(
  { prefect, api }: RehearseTools,
  { address }: Recorder,
  options: RehearseOptions,
): Pick<Stage, 'prefect' | 'parallel'> {
  const parallel = Math.max(1, Math.min(options.parallel, availableParallelism()))
  const hide = addressHider(address, api.url)
  return { parallel, prefect: { ...prefect, runStep: rehearsedSteps(prefect.runStep, hide, pLimit(parallel)) } }
}

/** How one file ended. */
type FileEnd = Readonly<{
  told: readonly Told[]
  faults: readonly RehearsalFault[]
  needsBuild: readonly RehearsalFault[]
}>

async function rehearsedFiles(selected: readonly Selected[], stage: Stage): Promise<readonly FileEnd[]> {
  const runs = stage.options.steps === 'run' ? selected.filter(hasDeploySteps) : []
  const ends = new Map<Selected, FileEnd>()
  for (const one of runs) {
    const end = await rehearsedFile(asItIs(one), { stage, env: stage.env.withSteps })
    ends.set(one, end)
    if (end.faults.length > 0) break
  }
  const others = selected.filter((one) => !runs.includes(one))
  const env = stage.env.alone
  await Promise.all(
    others.map(async (one, index) => {
      const { prefect, leaveOutSteps, folder } = stage
      try {
        const file = await withoutItsSteps(one, `prefect-${index}.yaml`, { ...prefect, env, leaveOutSteps, folder })
        ends.set(one, await rehearsedFile(file, { stage, env }))
      } catch (thrown) {
        ends.set(one, { told: [], faults: [{ manifest: one.manifest, fault: asFault(thrown) }], needsBuild: [] })
      }
    }),
  )
  return selected.flatMap((one) => ends.get(one) ?? [])
}

async function rehearsedFile(
  file: RehearsedFile,
  { stage, env }: Readonly<{ stage: Stage; env: PrefectTools['env'] }>,
): Promise<FileEnd> {
  const { manifest } = file.selected
  const told: Told[] = []
  const faults: RehearsalFault[] = []
  const needsBuild = file.needsBuild.map((one) => ({ manifest, ...one }))
  if (file.given.entries.length === 0) return { told, faults, needsBuild }
  const fault = await deployFile({ ...stage.prefect, env }, file.given, {
    parallel: stage.parallel,
    smallest: SMALLEST_SHARD,
    verb: 'Rehearsing',
    show: rehearsedLines,
    onOutcome: (outcome) => {
      const entry = file.original(outcome.entry)
      if (outcome.state === 'applied') told.push({ manifest, outcome: { ...outcome, entry } })
      if (outcome.fault !== undefined) faults.push({ manifest, entry, fault: outcome.fault })
    },
  })
  if (fault !== undefined && !faults.some((one) => one.fault === fault)) faults.unshift({ manifest, fault })
  return { told, faults, needsBuild }
}

type Conclusion = Readonly<{ tools: RehearseTools; recorder: Recorder; survey: Survey; changed: readonly string[] }>

function concluded(
  ends: readonly FileEnd[],
  { tools, recorder, survey, changed }: Conclusion,
): Omit<Rehearsal, 'standIns'> {
  const hide = addressHider(recorder.address, tools.api.url)
  const recording = withoutAddress(recorder.recording(), hide)
  const { entries, mistaken, reasons } = matched(
    ends.flatMap(({ told }) => told),
    recording.deployments,
  )
  const faults = [...ends.flatMap((end) => end.faults), ...mistaken]
  // A command that failed has written what nobody told of.
  const untold = faults.length > 0 ? [] : reasons
  return {
    entries,
    recording,
    survey,
    faults: inOrder(faults, recorder.troubles()),
    needsBuild: ends.flatMap((end) => end.needsBuild),
    unsound: [...recording.voids, ...untold, ...changed],
  }
}

/** A cancelled step says so; else where the workspace gave no answer, what the command made of that comes behind. */
function inOrder(faults: readonly RehearsalFault[], troubles: readonly Fault[]): Rehearsal['faults'] {
  const isOver = ({ fault }: RehearsalFault): boolean => fault.kind === 'cancelled' || fault.kind === 'timeout'
  if (faults.length === 0) return []
  return [...faults.filter(isOver), ...troubles.map((fault) => ({ fault })), ...faults.filter((one) => !isOver(one))]
}

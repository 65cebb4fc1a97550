import { createHash } from 'node:crypto'
import { type Inputs, readInputs } from '../../../src/inputs/inputs.ts'
import { type Manifest, manifestOf } from '../../../src/manifest/model.ts'
import { selectDeployments } from '../../../src/manifest/select.ts'
import { readYaml } from '../../../src/manifest/yaml.ts'
import { parseApiUrl } from '../../../src/prefect/api-url.ts'
import { openPrefectApi, type PrefectAccess } from '../../../src/prefect/client.ts'
import type { Rehearsal } from '../../../src/prefect/rehearsal/rehearse.ts'
import { standInsFor } from '../../../src/prefect/rehearsal/stand-ins.ts'
import type { Ask } from '../../../src/process/ask.ts'
import { deployedPlan } from '../../../src/release/prefect/deploy.ts'
import type { JudgedValues } from '../../../src/release/judged-values.ts'
import { readiedPlan } from '../../../src/release/prefect/ready.ts'
import { surveyNames } from '../../../src/release/prefect/rehearse.ts'
import type { PrefectWork } from '../../../src/release/prefect-work.ts'
import { openLedger } from '../../../src/release/ledger.ts'
import { untried } from '../../../src/release/project.ts'
import type { Report } from '../../../src/report/shape.ts'
import { NO_PYTHON } from '../../release/no-python.ts'
import { type VirtualClock, virtualClock } from '../apply/virtual-clock.ts'
import { recordedOf } from './command.ts'
import { type ProjectFile, textOf } from './project.ts'
import type { Choice } from './rules.ts'
import { API_URL, type Mishap, type Sent, STOPPED, type NearWorkspace } from './workspace.ts'

/** Every state of the file that was ever deployed or tried, by the whole hash of its commit. */
export type History = ReadonlyMap<string, ProjectFile>

/** The whole hash of a commit that begins so. */
export function hashAt(history: History, beginning: string): string | undefined {
  return [...history.keys()].find((one) => one.startsWith(beginning))
}

export type StepOptions = Choice &
  Readonly<{
    file: ProjectFile
    commit: string
    /** The commits that git has, this one among them. */
    history: History
    mishap?: Mishap | undefined
    /** What a person does between the plan and the first write. */
    meanwhile?: () => Promise<void>
    random: () => number
    /** Absent: one that stands still while anything is done, which what goes over a socket is not seen to be. */
    clock?: VirtualClock
  }>

export type StepResult = Readonly<{ report: Report; writes: readonly Sent[] }>

/**
 * One deploy of a file, as a step makes it once the command has been rehearsed: the survey, the plan, the apply, the
 * read-back and the orphans are the action's own; what the command would write, git and the workspace are in this process.
 */
export async function deployed(workspace: NearWorkspace, options: StepOptions): Promise<StepResult> {
  const clock = options.clock ?? virtualClock()
  const stop = new AbortController()
  const { file, random } = options
  const { http, writes } = workspace.connect({
    mishap: options.mishap,
    nameAt: (place) => file[place % file.length]?.name,
    stop: () => stop.abort(STOPPED),
    random,
  })
  const ledger = openLedger(clock)
  const { url } = parseApiUrl(API_URL, { cloudApiUrl: 'https://api.prefect.cloud/api' })
  const access: PrefectAccess = { url, from: 'no credential', headers: {} }
  const host: PrefectWork['host'] = {
    clock,
    log: SILENT,
    signal: stop.signal,
    random,
    ask: gitOf(options.history),
    openHttp: () => http,
    runStep: () => Promise.reject(new Error('Nothing is run here.')),
    hide: () => undefined,
    hidden: (text) => text,
    publish: () => undefined,
  }
  const work: PrefectWork = {
    inputs: inputsOf(options),
    target: { api: openPrefectApi({ ...host, http }, access), access, workspace: {}, live: NOTHING_ASKED },
    python: NO_PYTHON,
    selected: selectDeployments([manifestFor(textOf(file))], 'all'),
    commit: options.commit,
    host,
    log: SILENT,
    ledger,
  }
  for (const { manifest, entries } of work.selected) {
    for (const entry of entries) ledger.deployment(untried(manifest, entry))
  }
  await clock.until(story(work, options).catch((thrown: unknown) => ledger.escaped(thrown)))
  return { report: ledger.report(), writes: writes() }
}

async function story(work: PrefectWork, { file, commit, meanwhile }: StepOptions): Promise<void> {
  const { ledger } = work
  const ready = await ledger.stage('prefect-plan', async () => {
    const survey = await surveyNames(work).survey
    const recorded = recordedOf(file, survey, { commit, at: moment() })
    return readiedPlan(work, rehearsalOf(work, { recorded, survey }), ALL_JUDGED)
  })
  await meanwhile?.()
  await deployedPlan(work, ready)
}

function rehearsalOf(
  { selected }: PrefectWork,
  { recorded, survey }: Readonly<{ recorded: Rehearsal['recording']['deployments']; survey: Rehearsal['survey'] }>,
): Rehearsal {
  const entries = selected.flatMap(({ manifest, entries: all }) =>
    all.flatMap((entry, at) => {
      const one = recorded[at]
      return one === undefined ? [] : [{ manifest, entry, recorded: one }]
    }),
  )
  return {
    entries,
    recording: { deployments: recorded, voids: [] },
    survey,
    faults: [],
    needsBuild: [],
    unsound: [],
    standIns: standInsFor({}),
  }
}

/** Git, as far as the action asks it for a file at a commit. */
function gitOf(history: History): Ask {
  const blobs = new Map([...history.values()].map((file) => [blobOf(file), textOf(file)]))
  return (_, args) => {
    const [last = '', asked = args.join(' ')] = [args.at(-1)]
    const commit = hashAt(history, /[0-9a-f]{8,40}/.exec(asked)?.[0] ?? 'none')
    if (args[0] === 'cat-file') return Promise.resolve(blobs.get(last))
    if (commit === undefined) return Promise.resolve(undefined)
    if (args[0] === 'rev-parse') return Promise.resolve(commit)
    const file = history.get(commit) ?? []
    return Promise.resolve(`100644 blob ${blobOf(file)} ${textOf(file).length}\t${last}\0`)
  }
}

function blobOf(file: ProjectFile): string {
  return createHash('sha1').update(textOf(file)).digest('hex')
}

const MANIFESTS = new Map<string, Manifest>()

/** Read once: the same file is deployed several times. */
function manifestFor(text: string): Manifest {
  const known = MANIFESTS.get(text)
  if (known !== undefined) return known
  const { value } = readYaml(Buffer.from(text))
  if (value?.kind !== 'map') throw new Error(`not a mapping: ${text}`)
  const manifest = manifestOf({ path: 'prefect.yaml', display: 'prefect.yaml' }, value)
  MANIFESTS.set(text, manifest)
  return manifest
}

const INPUTS = new Map<string, Inputs>()

function inputsOf({ preserve, orphans }: Choice): Inputs {
  const key = `${preserve} ${orphans}`
  const known = INPUTS.get(key)
  if (known !== undefined) return known
  const given = { 'INPUT_PRESERVE-OPERATOR-STATE': String(preserve), INPUT_ORPHANS: orphans, INPUT_MODE: 'deploy' }
  const { inputs } = readInputs({ GITHUB_WORKSPACE: '.', ...given }, 'step')
  if (inputs === undefined) throw new Error('The inputs are wrong.')
  INPUTS.set(key, inputs)
  return inputs
}

/** The check of the files has judged every value: no Python is asked. */
const ALL_JUDGED: JudgedValues = { parameters: () => true, jobVariables: () => true }

const SILENT: PrefectWork['log'] = {
  info: () => undefined,
  debug: () => undefined,
  group: () => undefined,
  warning: () => undefined,
}

const NOTHING_ASKED: PrefectWork['target']['live'] = {
  pools: new Map(),
  queues: new Map(),
  blocks: new Map(),
  variables: new Map(),
  names: { queues: new Map(), blocks: new Map() },
}

function moment(): string {
  return new Date().toISOString().replace('Z', '000Z')
}

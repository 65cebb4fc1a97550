import type { ManifestFile } from './files.ts'
import { environmentVariablesIn, placeholdersIn } from './placeholders.ts'
import { hasStep, hasSteps, isEmptyOnPurpose, type Section, sectionOf } from './steps.ts'
import { entryOf, isGiven, isTruthy, type MapValue, type Place, textOf, type Value, valueAt } from './value.ts'

/** A field of the file that should be a text: `text` is `undefined` where it is absent, empty or something else. */
export type TextField = Readonly<{
  text: string | undefined
  /** Where it stands, or where the mapping stands that lacks it. */
  at: Place
  /** Placeholders in it, as they stand. A field that has some cannot be compared with anything before Prefect has filled it in. */
  placeholders: readonly string[]
}>

/**
 * What a deployment's code is taken from at run time: `steps` of its own or of the file, `none` (`pull: []`), or what
 * Prefect makes up: `image` (a folder in the image that it builds or names) or `runner` (the folder of the machine that
 * deploys, which is gone when the job ends). (Prefect: cli/deploy/_actions.py, _generate_default_pull_action)
 */
export type CodeSource = 'steps' | 'none' | 'image' | 'runner'

/** One entry of `deployments`. */
export type DeploymentEntry = Readonly<{
  /** Its place in the list, from 0. */
  index: number
  at: Place
  value: MapValue
  name: TextField
  entrypoint: TextField
  workPool: WorkPoolEntry | undefined
  version: string | undefined
  description: string | undefined
  /** Its own sections; each replaces the file's. */
  pull: Section
  build: Section
  push: Section
  /** Whether Prefect runs build or push steps when it deploys this entry: its own ones or the file's. */
  builds: boolean
  pushes: boolean
  code: CodeSource
}>

export type WorkPoolEntry = Readonly<{ at: Place; name: TextField; queue: TextField }>

/** A prefect.yaml that is a mapping. Fields of the wrong type are `undefined`; the rules tell of them. */
export type Manifest = Readonly<{
  /** Relative to the checkout, as an annotation names it. */
  file: string
  /** Relative to the working directory, as `--prefect-file` takes it. */
  path: string
  root: MapValue
  name: string | undefined
  pull: Section
  build: Section
  push: Section
  /** The entries that are mappings. */
  deployments: readonly DeploymentEntry[]
  /** Names that a `{{ $NAME }}` anywhere in the file asks for, sorted. */
  environmentVariables: readonly string[]
}>

/** The step without whose image a deployment has no code of its own. */
export const BUILD_IMAGE = 'prefect_docker.deployments.steps.build_docker_image'

/** The model of a file that was read. Never throws: what is missing or wrong is left out. */
export function manifestOf(file: Pick<ManifestFile, 'path' | 'display'>, root: MapValue): Manifest {
  const sections = { pull: sectionOf(root, 'pull'), build: sectionOf(root, 'build'), push: sectionOf(root, 'push') }
  const list = entryOf(root, 'deployments')?.value
  const items = list?.kind === 'list' ? list.items : []
  return {
    file: file.display,
    path: file.path,
    root,
    name: textOf(valueAt(root, 'name')),
    ...sections,
    deployments: items.flatMap((item, index) => (item.kind === 'map' ? [deploymentOf(item, index, sections)] : [])),
    environmentVariables: environmentVariablesIn(root),
  }
}

type Sections = Pick<Manifest, 'pull' | 'build' | 'push'>

function deploymentOf(value: MapValue, index: number, file: Sections): DeploymentEntry {
  const own = { pull: sectionOf(value, 'pull'), build: sectionOf(value, 'build'), push: sectionOf(value, 'push') }
  const pool = entryOf(value, 'work_pool')?.value
  return {
    index,
    at: value.at,
    value,
    name: textField(value, 'name'),
    entrypoint: textField(value, 'entrypoint'),
    workPool:
      pool?.kind === 'map'
        ? { at: pool.at, name: textField(pool, 'name'), queue: textField(pool, 'work_queue_name') }
        : undefined,
    version: textOf(valueAt(value, 'version')),
    description: textOf(valueAt(value, 'description')),
    ...own,
    builds: hasSteps(own.build.state === 'absent' ? file.build : own.build),
    pushes: hasSteps(own.push) || hasSteps(file.push),
    code: codeSourceOf(own, file, valueAt(pool, 'job_variables', 'image')),
  }
}

/**
 * Whether the entry is one that `prefect init` leaves to be filled in, with neither name nor entrypoint. Prefect skips what
 * has no name, but not an empty name. (cli/deploy/_core.py, _run_multi_deploy)
 */
export function isTemplate(entry: DeploymentEntry): boolean {
  return !isGiven(entryOf(entry.value, 'name')?.value) && isWithoutEntrypoint(entry)
}

export function isWithoutEntrypoint({ value, entrypoint }: DeploymentEntry): boolean {
  return !isGiven(entryOf(value, 'entrypoint')?.value) || entrypoint.text === ''
}

/** Prefect: cli/deploy/_core.py, _run_single_deploy: an own `pull` of `null` falls back to the file's steps, an own `[]` does not. */
function codeSourceOf(own: Sections, file: Sections, image: Value | undefined): CodeSource {
  if (hasSteps(own.pull)) return 'steps'
  if (isEmptyOnPurpose(own.pull.state === 'absent' ? file.pull : own.pull)) return 'none'
  if (hasSteps(file.pull)) return 'steps'
  const builds = hasStep(hasSteps(own.build) ? own.build : file.build, BUILD_IMAGE)
  return builds || isTruthy(image) ? 'image' : 'runner'
}

function textField(owner: MapValue, key: string): TextField {
  const entry = entryOf(owner, key)
  const text = textOf(entry?.value)
  return {
    text,
    at: entry?.value.at ?? owner.at,
    placeholders: placeholdersIn(text ?? '').map((placeholder) => placeholder.text),
  }
}

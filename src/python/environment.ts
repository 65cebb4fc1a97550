import { mkdtemp, readFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { Fault } from '../faults.ts'
import { bytecodeEnvironment } from './bytecode.ts'
import { isThere } from './files.ts'
import { type Installed, readInstalled } from './installed.ts'
import type { PythonOptions } from './options.ts'
import { findProject, type Project } from './project.ts'
import { buildEnvironment } from './uv-environment.ts'
import { wantedUv } from './uv-range.ts'
import { syncProject } from './uv-sync.ts'
import { prepareUv, type Uv } from './uv.ts'
import { packagedZones } from './zones.ts'

/** The project's Python, ready to be called. Paths are absolute. */
export type PythonEnvironment = Readonly<{
  kind: Project['kind']
  /** The environment's own folder. */
  root: string
  /** `bin/python` of the environment. */
  python: string
  /** The folder of its console scripts. */
  bin: string
  versions: Readonly<{ python: string; uv: string; prefect?: string; modal?: string }>
  /** What every child of it starts from. */
  env: Readonly<Record<string, string>>
  /** Names of time zones that its packages bring (PyPI: tzdata); empty where they bring none. */
  zones: ReadonlySet<string>
}>

/** A tool whose command this action calls. */
type Tool = keyof PythonOptions['needs']

/** The project, and the uv that it is prepared with. */
export type FoundProject = Readonly<{ project: Project; uv: Uv }>

/**
 * Finds out what kind of project it is, and sets up uv for it. Nothing is written to the checkout.
 *
 * @throws Fault as `prepareUv`; `user` where the project's own files cannot be read
 */
export async function findEnvironment(options: PythonOptions): Promise<FoundProject> {
  const project = await findProject(options)
  const wanted = wantedUv(project.configs, options.uvVersion)
  if (wanted.overruled !== undefined) {
    options.log.info(`uv-version ${wanted.overruled} is not used: the project's own required-version holds`)
  }
  return { project, uv: await prepareUv({ ...options, wanted }) }
}

/**
 * Makes the project's environment: `uv sync --locked` where there is a lock, `uv sync` where there is none yet, a fresh
 * environment from requirements files, or one with the tested Prefect and Modal. Nothing is written to the checkout but
 * `.venv`, and not that where `UV_PROJECT_ENVIRONMENT` says otherwise.
 *
 * @throws Fault `user` where the lock is out of date, no Python fits, a package cannot be resolved or built, or Prefect or
 * Modal are needed and not in the project; `target` or `remote` where a package index fails
 */
export async function prepareEnvironment(
  { project, uv }: FoundProject,
  options: PythonOptions,
): Promise<PythonEnvironment> {
  const scratch = await mkdtemp(join(options.tempFolder, 'python-'))
  const env = await buildEnvironment(options.env, scratch)
  const root = await syncProject(project, { options, uv, env, scratch })
  return checkedEnvironment(project, root, uv.version, options)
}

async function checkedEnvironment(
  project: Project,
  root: string,
  uv: string,
  options: PythonOptions,
): Promise<PythonEnvironment> {
  const installed = await readInstalled(root)
  if (installed.python === undefined || installed.version === undefined) {
    throw new Fault('user', `uv made no environment at ${root}.`, {
      hint: 'Check sync-args and UV_PROJECT_ENVIRONMENT: the environment must be there after uv sync.',
    })
  }
  const bin = join(root, 'bin')
  const prefect = await toolVersion('prefect', { project, root, bin, installed, options })
  const modal = await toolVersion('modal', { project, root, bin, installed, options })
  const versions = {
    python: installed.version,
    uv,
    ...(prefect === undefined ? {} : { prefect }),
    ...(modal === undefined ? {} : { modal }),
  }
  options.log.info(`${project.kind} environment at ${root}: ${told(versions)}`)
  const env = await bytecodeEnvironment(options.env, installed, options.tempFolder)
  const zones = await packagedZones(installed)
  return { kind: project.kind, root, python: installed.python, bin, versions, env, zones }
}

function told(versions: PythonEnvironment['versions']): string {
  return Object.entries(versions)
    .filter(([name]) => name !== 'uv')
    .map(([name, version]) => `${name} ${version}`)
    .join(', ')
}

type Made = Readonly<{ project: Project; root: string; bin: string; installed: Installed; options: PythonOptions }>

/** The version of `tool` where it is installed. @throws Fault `user` where it is needed and cannot be called */
async function toolVersion(tool: Tool, made: Made): Promise<string | undefined> {
  const version = made.installed.versionOf(tool)
  if (!made.options.needs[tool]) return version
  if (version === undefined) throw await missingTool(tool, made)
  if (!(await isThere(join(made.bin, tool)))) {
    throw new Fault('user', `${tool} ${version} is installed in ${made.root} without its command bin/${tool}.`, {
      hint: 'Delete that environment, so that it is made anew.',
    })
  }
  return version
}

async function missingTool(tool: Tool, { project, root, options }: Made): Promise<Fault> {
  const file = (path: string): string => relative(options.checkout, path)
  switch (project.kind) {
    case 'locked':
    case 'unlocked': {
      const position = { file: file(join(project.root, 'pyproject.toml')) }
      const lock = await readFile(join(project.root, 'uv.lock'), 'utf8').catch(() => '')
      const hint = lock.includes(`\nname = "${tool}"\n`)
        ? `It is in uv.lock, so it belongs to a group, an extra or another member: name that in sync-args (--group, --extra, --all-packages), or run \`uv add ${tool}\`.`
        : `Run \`uv add ${tool}\`, and commit pyproject.toml and uv.lock.`
      return new Fault('user', `${tool} is needed, but it is not in the project's environment.`, { hint, position })
    }
    case 'requirements': {
      const files = project.files.map(file).join(', ')
      const hint = `Add a line \`${tool}\`, best with a version, to ${files}.`
      return new Fault('user', `${tool} is needed, but ${files} does not bring it.`, { hint })
    }
    case 'none':
      return new Fault('user', `${tool} is needed, but it is not in ${root}.`, {
        hint: 'Check the package index settings of uv.',
      })
  }
}

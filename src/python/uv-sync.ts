import { rm } from 'node:fs/promises'
import { basename, join, relative, resolve } from 'node:path'
import type { Log } from '../host.ts'
import { firstThere, isThere } from './files.ts'
import type { PythonOptions } from './options.ts'
import type { Project } from './project.ts'
import { TESTED_MODAL, TESTED_PREFECT } from './tested.ts'
import { uvFault } from './uv-trouble.ts'
import type { Uv } from './uv.ts'

/** What a sync works with. `env` is what uv is given; `scratch` an own folder outside the checkout. */
export type SyncWork = Readonly<{
  options: PythonOptions
  uv: Uv
  env: Readonly<Record<string, string>>
  scratch: string
}>

/**
 * Makes the environment that the project asks for, and gives its absolute folder.
 *
 * @throws Fault as `prepareEnvironment`
 */
export async function syncProject(project: Project, work: SyncWork): Promise<string> {
  switch (project.kind) {
    case 'locked':
      await runUv(work, project, 'sync', ['--locked', ...pythonArgs(work), ...work.options.syncArgs])
      return projectEnvironment(project, work)
    case 'unlocked':
      await syncUnlocked(project, work)
      return projectEnvironment(project, work)
    case 'requirements': {
      const names = project.files.map((file) => relative(work.options.workingDirectory, file))
      work.options.log.info(`No pyproject.toml to install from: the environment is made from ${names.join(', ')}`)
      return freshEnvironment(
        project,
        work,
        project.files.flatMap((file) => ['-r', file]),
      )
    }
    case 'none': {
      const { needs } = work.options
      const packages = [
        ...(needs.prefect ? [`prefect==${TESTED_PREFECT}`] : []),
        ...(needs.modal ? [`modal==${TESTED_MODAL}`] : []),
      ]
      tellNothingFound(project, work.options.log)
      work.options.log.info(`The environment is made from the tested ${packages.join(' and ')}, and holds nothing else`)
      return freshEnvironment(project, work, packages)
    }
  }
}

function tellNothingFound(project: Project, log: Log): void {
  const declared = project.configs.find(({ file }) => basename(file) === 'pyproject.toml')
  if (declared === undefined) log.info('There is neither a pyproject.toml nor a requirements.txt here')
  else {
    log.warning(
      `Nothing is installed from ${declared.file}: it has no [project] table, or says that uv does not manage it. A requirements.txt beside it would be used.`,
      { file: declared.file },
    )
  }
}

async function syncUnlocked(project: Project, work: SyncWork): Promise<void> {
  const lock = join(project.root, 'uv.lock')
  const at = relative(work.options.checkout, lock)
  work.options.log.warning(
    `There is no ${at}: versions are resolved anew in every run, so what was tested and what is deployed may differ. Run \`uv lock\` and commit it.`,
    { file: relative(work.options.checkout, join(project.root, 'pyproject.toml')) },
  )
  try {
    await runUv(work, project, 'sync', [...pythonArgs(work), ...work.options.syncArgs])
  } finally {
    // It was not there before: `uv sync` writes one, and the checkout must stay as it was.
    await rm(lock, { force: true })
  }
}

function projectEnvironment(project: Project, { env }: SyncWork): string {
  return resolve(project.root, env['UV_PROJECT_ENVIRONMENT'] ?? '.venv')
}

/** An environment outside the checkout, or where `UV_PROJECT_ENVIRONMENT` wants it, with what `packages` say. */
async function freshEnvironment(project: Project, work: SyncWork, packages: readonly string[]): Promise<string> {
  const { options, env, scratch } = work
  if (options.syncArgs.length > 0) {
    options.log.warning('sync-args is not used: this is no uv project, so nothing is done by `uv sync`.')
  }
  const chosen = env['UV_PROJECT_ENVIRONMENT']
  const root = chosen === undefined ? join(scratch, 'venv') : resolve(project.root, chosen)
  // A prefix that is no virtual environment (`/usr/local` in a container image) is used as it is.
  const prefix = !(await isThere(join(root, 'pyvenv.cfg'))) && (await pythonIn(root)) !== undefined
  if (!prefix) await runUv(work, project, 'venv', ['--allow-existing', ...pythonArgs(work), root])
  if (packages.length > 0) {
    await runUv(work, project, 'pip install', ['--python', (await pythonIn(root)) ?? root, ...packages])
  }
  return root
}

async function pythonIn(root: string): Promise<string | undefined> {
  return firstThere([join(root, 'bin', 'python'), join(root, 'bin', 'python3')])
}

function pythonArgs({ options }: SyncWork): string[] {
  return options.pythonVersion === undefined ? [] : ['--python', options.pythonVersion]
}

async function runUv(work: SyncWork, project: Project, verb: string, args: readonly string[]): Promise<void> {
  const { run, workingDirectory, checkout, deadline } = work.options
  const title = `uv ${verb}`
  const result = await run(title, {
    command: work.uv.path,
    args: [...verb.split(' '), ...args],
    cwd: workingDirectory,
    env: work.env,
    ...(deadline === undefined ? {} : { deadline }),
  })
  if (result.exitCode !== 0) throw uvFault(title, result, { root: project.root, checkout })
}

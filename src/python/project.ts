import { readdir, readFile } from 'node:fs/promises'
import { dirname, join, matchesGlob, relative, sep } from 'node:path'
import { errorCode, Fault } from '../faults.ts'
import { isFile, isThere } from './files.ts'
import { type Pyproject, readPyproject, type TomlFile } from './pyproject.ts'

/** What kind of Python project lives at the working directory. Paths are absolute. */
export type Project = Readonly<{
  /** The folder of the project, or of its uv workspace: uv.lock and .venv live there. */
  root: string
  /** The files that may hold settings of uv, in the order in which uv looks. */
  configs: readonly TomlFile[]
}> &
  (
    | Readonly<{ kind: 'locked' | 'unlocked' }>
    | Readonly<{ kind: 'requirements'; files: readonly string[] }>
    | Readonly<{ kind: 'none' }>
  )

type Found = Readonly<{ folder: string; pyproject: Pyproject }>

/**
 * Looks at the working directory as uv does: the nearest pyproject.toml in it or above it, up to the checkout, and the
 * workspace that this one belongs to (uv: crates/uv-workspace, `Workspace::discover`). Without a project
 * `requirements.txt` of the working directory counts, or else every `requirements*.txt`.
 *
 * A pyproject.toml that declares nothing to install (only `[tool.…]` tables), or says `managed = false`, is no project.
 *
 * @throws Fault `user` where a pyproject.toml is no TOML, or the working directory cannot be read
 */
export async function findProject(at: Readonly<{ workingDirectory: string; checkout: string }>): Promise<Project> {
  const found = await nearestPyproject(at.workingDirectory, at.checkout)
  if (found !== undefined && (await isInstallable(found))) {
    const root = await workspaceRoot(found, at.checkout)
    const kind = (await isThere(join(root, 'uv.lock'))) ? 'locked' : 'unlocked'
    return { kind, root, configs: await uvConfigs(root, at.checkout) }
  }
  const configs = await uvConfigs(at.workingDirectory, at.checkout)
  const files = await requirementFiles(at.workingDirectory)
  const root = at.workingDirectory
  return files.length > 0 ? { kind: 'requirements', root, configs, files } : { kind: 'none', root, configs }
}

async function isInstallable({ folder, pyproject }: Found): Promise<boolean> {
  if (pyproject.uv?.managed === false) return false
  if (pyproject.project || pyproject.groups || pyproject.uv?.workspace !== undefined) return true
  return isThere(join(folder, 'uv.lock'))
}

/** The root of the workspace that lists the project as a member, else the project's own folder. */
async function workspaceRoot(project: Found, checkout: string): Promise<string> {
  if (project.pyproject.uv?.workspace !== undefined || !contains(checkout, dirname(project.folder))) {
    return project.folder
  }
  // Only the next pyproject.toml above is asked, whatever it holds: so does uv (seen in 0.13.8).
  const above = await nearestPyproject(dirname(project.folder), checkout)
  const workspace = above?.pyproject.uv?.workspace
  if (above === undefined || workspace === undefined) return project.folder
  const member = relative(above.folder, project.folder)
  const matches = (glob: string): boolean => matchesGlob(member, glob.replace(/^\.\//, '').replace(/\/$/, ''))
  return workspace.members.some(matches) && !workspace.exclude.some(matches) ? above.folder : project.folder
}

async function nearestPyproject(from: string, checkout: string): Promise<Found | undefined> {
  for (const folder of upward(from, checkout)) {
    const file = await tomlFile(folder, 'pyproject.toml', checkout)
    if (file !== undefined) return { folder, pyproject: readPyproject(file) }
  }
  return undefined
}

async function uvConfigs(from: string, checkout: string): Promise<TomlFile[]> {
  const configs: TomlFile[] = []
  for (const folder of upward(from, checkout)) {
    for (const name of ['uv.toml', 'pyproject.toml']) {
      const file = await tomlFile(folder, name, checkout)
      if (file !== undefined) configs.push(file)
    }
  }
  return configs
}

async function requirementFiles(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((cause: unknown) => {
    throw new Fault('user', `The working directory ${folder} cannot be read: ${errorCode(cause) ?? 'unknown error'}.`, {
      hint: 'Check the input working-directory, and that actions/checkout ran before this step.',
      cause,
    })
  })
  if (names.includes('requirements.txt')) return [join(folder, 'requirements.txt')]
  return names
    .filter((name) => matchesGlob(name, 'requirements*.txt'))
    .sort()
    .map((name) => join(folder, name))
}

async function tomlFile(folder: string, name: string, checkout: string): Promise<TomlFile | undefined> {
  const path = join(folder, name)
  return (await isFile(path)) ? { file: relative(checkout, path), text: await readFile(path, 'utf8') } : undefined
}

/** `from` and the folders above it up to `top`; `from` alone where it does not lie under `top`. */
function* upward(from: string, top: string): Generator<string> {
  let folder = from
  yield folder
  while (folder !== top && contains(top, folder)) {
    folder = dirname(folder)
    yield folder
  }
}

function contains(top: string, folder: string): boolean {
  const way = relative(top, folder)
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`))
}

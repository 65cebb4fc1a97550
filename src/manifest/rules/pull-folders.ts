import { withoutPlaceholders, placeholdersIn } from '../placeholders.ts'
import { shown } from '../shown.ts'
import type { UsedSteps } from '../used-steps.ts'
import { isSingle, usedSteps } from '../used-steps.ts'
import { entryOf, textOf, type Value } from '../value.ts'
import { gravestReach, type PoolReach, severityAt } from './pool-reach.ts'
import type { FileRule, Problem } from './rule.ts'

/** Inputs that name a place on the machine of the run. */
const FOLDER_INPUTS = ['directory', 'requirements_file']
const HINT = 'Clone the repository in `pull`, or name the folder that the image has, such as `/opt/prefect/flows`.'

type Folder = Readonly<{ text: string; value: Value; list: UsedSteps }>

/** The folders that the steps of `pull` name. */
function foldersIn(manifest: Parameters<FileRule['find']>[0]): readonly Folder[] {
  return usedSteps(manifest)
    .filter(({ section }) => section === 'pull')
    .flatMap((list) =>
      list.steps.filter(isSingle).flatMap((step) =>
        FOLDER_INPUTS.flatMap((key) => {
          const value = entryOf(step.inputs, key)?.value
          const text = textOf(value)
          return value === undefined || text === undefined ? [] : [{ text, value, list }]
        }),
      ),
    )
}

const developerPath: FileRule = {
  id: 'pull-developer-path',
  severity: 'error',
  about:
    'A step of `pull` names a folder of somebody’s own machine (`/Users/…`, `/home/NAME/…`, `C:\\…`, `/workspaces/…`) or of the CI runner, which the machine of the run does not have.',
  depends:
    'An error on push and managed pools, else a warning: a worker may run on that very machine. Folders under `/home` and on a Windows drive are not told of on a process pool, nor those under `/home` where an image is built or named.',
  acceptedByPrefect: true,
  find: (manifest, known) =>
    foldersIn(manifest).flatMap(({ text, value, list }) => {
      const folder = folderOf(text)
      if (folder === undefined) return []
      const pool = gravestReach(list.users, known)
      const image = list.users.length > 0 && list.users.every(namesAnImage)
      if (folder.kind === 'home' && image) return []
      if (pool.reach === 'process' && (folder.kind === 'home' || folder.kind === 'drive')) return []
      const problem: Problem = {
        message: `\`${shown(text)}\` is ${folder.whose}${consequence(pool)}.`,
        hint: HINT,
        at: value.at,
        severity: severityAt(pool),
      }
      return [problem]
    }),
}

function consequence({ reach, type }: PoolReach): string {
  if (reach === 'remote') return `; the machines of a pool of type \`${shown(type ?? '')}\` do not have it`
  return '; unless the runs start on that machine, they do not find it'
}

function namesAnImage(entry: UsedSteps['users'][number]): boolean {
  const variables = entryOf(entryOf(entry.value, 'work_pool')?.value, 'job_variables')?.value
  return entry.builds || entryOf(variables, 'image') !== undefined
}

type Owner = Readonly<{ kind: 'developer' | 'home' | 'drive' | 'runner'; whose: string }>

/** Home folders that images have. */
const HOMES_OF_IMAGES = new Set([
  'app',
  'appuser',
  'user',
  'nonroot',
  'prefect',
  'jovyan',
  'airflow',
  'worker',
  'mambauser',
])
/** Variables whose value is a folder of the machine that deploys; Prefect fills them in there. */
const RUNNER_FOLDERS = new Set(['PWD', 'HOME', 'GITHUB_WORKSPACE', 'RUNNER_TEMP', 'RUNNER_WORKSPACE'])

function folderOf(text: string): Owner | undefined {
  const [first] = placeholdersIn(text)
  if (first?.kind === 'environment' && text.startsWith(first.text) && RUNNER_FOLDERS.has(first.name))
    return { kind: 'runner', whose: 'filled in where Prefect deploys, with a folder of the CI runner' }
  const path = withoutPlaceholders(text)
  if (/^\/home\/runner(?:\/|$)|^\/github\/workspace(?:\/|$)/.test(path))
    return { kind: 'runner', whose: 'a folder of a CI runner' }
  if (/^\/Users\/[^/]+/.test(path)) return { kind: 'developer', whose: 'a folder of somebody’s Mac' }
  if (path.startsWith('/workspaces/')) return { kind: 'developer', whose: 'a folder of a development container' }
  if (/^\/mnt\/[a-z]\//.test(path)) return { kind: 'developer', whose: 'a folder of somebody’s Windows machine' }
  if (/^[A-Za-z]:[\\/]Users[\\/]/i.test(path))
    return { kind: 'developer', whose: 'a folder of somebody’s Windows machine' }
  if (/^[A-Za-z]:[\\/]/.test(path)) return { kind: 'drive', whose: 'a folder of one Windows machine' }
  const home = /^\/home\/([^/]+)/.exec(path)?.[1]
  if (home !== undefined && !HOMES_OF_IMAGES.has(home)) return { kind: 'home', whose: 'somebody’s home folder' }
  return undefined
}

const tilde: FileRule = {
  id: 'pull-home-folder',
  severity: 'error',
  about: 'A step of `pull` names a folder that begins with `~`, which Prefect does not replace.',
  acceptedByPrefect: true,
  find: (manifest) =>
    foldersIn(manifest)
      .filter(({ text }) => /^~(?:\/|$)/.test(text))
      .map(({ text, value }) => ({
        message: `\`${shown(text)}\` is taken as it stands: Prefect does not put the home folder in the place of \`~\`, so every run fails at it.`,
        hint: 'Write the whole path of the folder.',
        at: value.at,
      })),
}

const placeholderFolder: FileRule = {
  id: 'pull-placeholder-folder',
  severity: 'error',
  about: 'A step of `pull` still names the folder of a guide or template, such as `/path/to/flows`.',
  acceptedByPrefect: true,
  find: (manifest) =>
    foldersIn(manifest)
      .filter(({ text }) => /^<[^<>]*>$|^\/?(?:full_)?path[_/]to[_/]/i.test(text))
      .map(({ text, value }) => ({
        message: `\`${shown(text)}\` is still the folder of a guide, so every run fails at it.`,
        hint: HINT,
        at: value.at,
      })),
}

/** Rules about folders that `pull` names. */
export const PULL_FOLDER_RULES: readonly FileRule[] = [developerPath, tilde, placeholderFolder]

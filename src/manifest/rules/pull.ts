import type { DeploymentEntry, Manifest } from '../model.ts'
import { shown } from '../shown.ts'
import { entryOf, isTruthy, type Place, valueAt } from '../value.ts'
import { CLONE_RULES } from './clone.ts'
import { PULL_FOLDER_RULES } from './pull-folders.ts'
import { REPOSITORY_RULES } from './pull-repository.ts'
import { type PoolReach, reachOf, severityAt } from './pool-reach.ts'
import type { FileRule, Problem, Surroundings } from './rule.ts'

const GIT_CLONE = `pull:
  - prefect.deployments.steps.git_clone:
      id: clone-step
      repository: https://github.com/OWNER/REPOSITORY
      branch: main`
const HINT = `Say where the runs get the code from, at the top level of the file:\n${GIT_CLONE}`
/** Names of deployments that one message lists. */
const MOST_NAMED = 5

const pullMissing: FileRule = {
  id: 'pull-missing',
  severity: 'error',
  about:
    'There is no `pull` section: Prefect stores the folder of the machine that deploys, which a CI runner takes with it.',
  depends:
    'An error on push and managed pools; a warning on other pools, whose worker may have that folder, where the pool’s type is not known, and where an image is built or named.',
  acceptedByPrefect: true,
  find: (manifest, known) => groupsOf(manifest, known).flatMap((group) => problemsOf(manifest, group)),
}

/** Deployments whose code Prefect makes up, alike in what that means for them. */
type Group = Readonly<{ code: 'image' | 'runner'; pool: PoolReach; entries: DeploymentEntry[] }>

function groupsOf({ deployments }: Manifest, known: Surroundings): readonly Group[] {
  const groups = new Map<string, Group>()
  for (const entry of deployments) {
    const { code } = entry
    if (code !== 'image' && code !== 'runner') continue
    const pool = reachOf(entry, known)
    const key = code === 'image' ? code : `${code} ${pool.type ?? ''}`
    const group = groups.get(key) ?? { code, pool, entries: [] }
    groups.set(key, group)
    group.entries.push(entry)
  }
  return [...groups.values()]
}

/** One problem for the file where all its deployments share it, else one at each. */
function problemsOf(manifest: Manifest, group: Group): readonly Problem[] {
  const { entries } = group
  const shared = entries.length === manifest.deployments.length
  if (shared) return [{ ...problem(manifest, group, entries), at: placeOf(manifest) }]
  return entries.map((entry) => ({
    ...problem(manifest, group, [entry]),
    at: 'at' in entry.pull ? entry.pull.at : entry.at,
  }))
}

function problem(manifest: Manifest, { code, pool }: Group, entries: readonly DeploymentEntry[]): Omit<Problem, 'at'> {
  const state = manifest.pull.state === 'absent' ? 'There is no `pull` section' : 'The `pull` section is empty'
  const whose = named(entries)
  if (code === 'image')
    return {
      message: `${state}, so Prefect takes the code of ${whose} from a folder that it guesses in the image.`,
      hint: 'If the code is elsewhere in the image, say so with `prefect.deployments.steps.set_working_directory`.',
      severity: 'warning',
    }
  return {
    message: `${state}, so Prefect stores the runner's own folder as the place of the code of ${whose}; ${consequence(pool)}.`,
    hint: HINT,
    severity: severityAt(pool),
  }
}

function consequence({ reach, type }: PoolReach): string {
  if (reach === 'unknown') return 'it is gone when the job ends, and only a worker on the same machine would find it'
  const whose = `a pool of type \`${shown(type ?? '')}\``
  return reach === 'remote'
    ? `it is gone when the job ends, and ${whose} has nothing of it`
    : `it is gone when the job ends, unless the worker of ${whose} has the same folder`
}

function placeOf({ root, pull }: Manifest): Place {
  return 'at' in pull ? pull.at : (entryOf(root, 'deployments')?.keyAt ?? root.at)
}

function named(entries: readonly DeploymentEntry[]): string {
  const names = entries
    .slice(0, MOST_NAMED)
    .map(({ name }) => (name.text ? `\`${shown(name.text)}\`` : 'an unnamed one'))
  const more = entries.length - names.length
  return more > 0 ? `${names.join(', ')} and ${more} more` : names.join(', ')
}

const pullEmpty: FileRule = {
  id: 'pull-empty',
  severity: 'warning',
  about:
    '`pull: []` says that no step fetches the code, and nothing names an image that has it. On a push or managed pool the runs then find it only if the pool itself names such an image. Before Prefect 3.8.0 an empty list counted as none.',
  acceptedByPrefect: true,
  find: ({ deployments, pull }, known) =>
    deployments.flatMap((entry) => {
      const { reach, type } = reachOf(entry, known)
      const image = valueAt(entry.value, 'work_pool', 'job_variables', 'image')
      if (entry.code !== 'none' || reach !== 'remote' || entry.builds || isTruthy(image)) return []
      const own = 'at' in entry.pull ? entry.pull : pull
      return [
        {
          message: `No step fetches the code of ${named([entry])}, and a pool of type \`${shown(type ?? '')}\` starts from an image that need not have it.`,
          hint: `Fetch it:\n${GIT_CLONE}\nor name the image that has it: \`image\` in the \`job_variables\` of the \`work_pool\`.`,
          at: 'at' in own ? own.at : entry.at,
        },
      ]
    }),
}

/** Rules about where the runs get the code from. */
export const PULL_RULES: readonly FileRule[] = [
  pullMissing,
  pullEmpty,
  ...PULL_FOLDER_RULES,
  ...CLONE_RULES,
  ...REPOSITORY_RULES,
]

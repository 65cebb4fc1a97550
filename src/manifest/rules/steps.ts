import type { DeploymentEntry, Manifest } from '../model.ts'
import { shown } from '../shown.ts'
import { entryOf, type Place } from '../value.ts'
import type { FileRule, Problem } from './rule.ts'

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
  acceptedByPrefect: true,
  find: (manifest) => [
    ...missing(manifest, 'runner', (whose) => ({
      message: `${state(manifest)}, so Prefect stores the runner's own folder as the place of the code of ${whose}; it is gone when the job ends.`,
      hint: HINT,
    })),
    ...missing(manifest, 'image', (whose) => ({
      message: `${state(manifest)}, so Prefect takes the code of ${whose} from a folder that it guesses in the image.`,
      hint: 'If the code is elsewhere in the image, say so with `prefect.deployments.steps.set_working_directory`.',
      severity: 'warning',
    })),
  ],
}

/** One problem for the file where all its deployments share it, else one at each. */
function missing(
  manifest: Manifest,
  code: DeploymentEntry['code'],
  problem: (whose: string) => Omit<Problem, 'at'>,
): Problem[] {
  const concerned = manifest.deployments.filter((entry) => entry.code === code)
  if (concerned.length === 0) return []
  if (concerned.length === manifest.deployments.length) return [{ ...problem(named(concerned)), at: placeOf(manifest) }]
  return concerned.map((entry) => ({ ...problem(named([entry])), at: 'at' in entry.pull ? entry.pull.at : entry.at }))
}

function state({ pull }: Manifest): string {
  return pull.state === 'absent' ? 'There is no `pull` section' : 'The `pull` section is empty'
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

/** Rules about `build`, `push` and `pull`. */
export const STEP_RULES: readonly FileRule[] = [pullMissing]

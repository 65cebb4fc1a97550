import { placeholdersIn } from '../placeholders.ts'
import { isFromAGuide, isSame, type RepositoryName, repositoryOf } from '../repository.ts'
import { shown } from '../shown.ts'
import type { Step } from '../steps.ts'
import { usedSteps } from '../used-steps.ts'
import { clonesOf, isGivenAtRun, textInput } from './clones.ts'
import type { FileRule, Surroundings } from './rule.ts'

const placeholderRepository: FileRule = {
  id: 'pull-placeholder-repository',
  severity: 'error',
  about:
    'The repository of a `git_clone` step is still the one of a guide (`https://github.com/your-org/your-repo`): no run can clone it.',
  acceptedByPrefect: true,
  find: (manifest, { repository }) =>
    usedSteps(manifest).flatMap((list) =>
      clonesOf(list).flatMap((step) => {
        const address = textInput(step, 'repository')
        if (address === undefined || !isFromAGuide(address.text) || isThis(address.text, repository)) return []
        return [
          {
            message: 'The repository to clone is still the one of a guide, so no run gets its code.',
            hint: `Name your own: \`repository: https://github.com/${shown(repository?.name ?? 'OWNER/NAME')}\`.`,
            at: address.entry.value.at,
          },
        ]
      }),
    ),
}

const otherRepository: FileRule = {
  id: 'pull-other-repository',
  severity: 'warning',
  about:
    'No step of `pull` clones the repository that is deployed, only another one: the runs execute code that this commit has no part in.',
  acceptedByPrefect: true,
  find: (manifest, { repository }) =>
    usedSteps(manifest).flatMap((list) => {
      const clones = clonesOf(list)
      if (list.section !== 'pull' || repository === undefined) return []
      const others = clones.map((step) => otherThan(step, repository))
      const last = others.at(-1)
      // Where one of them is this repository, or cannot be told, the others are libraries or data.
      if (last === undefined || others.includes(undefined)) return []
      return [
        {
          message: `The runs get their code from \`${shown(last.other.name)}\` on ${shown(last.other.host)}, not from \`${shown(repository.name)}\`, which is deployed.`,
          hint: `Clone \`https://${shown(repository.host)}/${shown(repository.name)}\`, unless the flows are meant to come from the other one.`,
          at: last.at,
        },
      ]
    }),
}

/** The repository of a step where that is surely another than `known`; a copy of the same name on another host may be its mirror. */
function otherThan(step: Step, known: Exclude<Surroundings['repository'], undefined>) {
  const address = textInput(step, 'repository')
  if (address === undefined || placeholdersIn(address.text).length > 0 || isFromAGuide(address.text)) return undefined
  const other = repositoryOf(address.text)
  if (other === undefined || isThis(address.text, known)) return undefined
  // A host without a dot is a name of somebody's SSH configuration.
  if (!other.host.includes('.')) return undefined
  const here = lowered(known)
  const mirror = other.host !== here.host && other.name.split('/').at(-1) === here.name.split('/').at(-1)
  return mirror ? undefined : { other, at: address.entry.value.at }
}

const branchDiffers: FileRule = {
  id: 'pull-branch-differs',
  severity: 'warning',
  about:
    'The `pull` section clones this repository at another branch or tag than the one that is deployed: the runs execute other code than this commit.',
  acceptedByPrefect: true,
  find: (manifest, known) =>
    usedSteps(manifest).flatMap((list) =>
      clonesOf(list).flatMap((step) => {
        const [address, branch] = [textInput(step, 'repository'), textInput(step, 'branch')]
        if (list.section !== 'pull' || known.branch === undefined) return []
        if (address === undefined || branch === undefined || !isThis(address.text, known.repository)) return []
        const name = branch.text.replace(/^refs\/heads\//, '')
        if (name === '' || placeholdersIn(name).length > 0 || name === known.branch) return []
        if (isGivenAtRun(step, 'commit_sha', known) !== 'no') return []
        return [
          {
            message: `The runs clone \`${shown(name)}\`, but \`${shown(known.branch)}\` is deployed: they execute other code than this commit.`,
            hint: 'To run exactly what is deployed, write `commit_sha: "{{ $GITHUB_SHA }}"` in the place of `branch`.',
            at: branch.entry.value.at,
          },
        ]
      }),
    ),
}

function isThis(address: string, known: Surroundings['repository']): boolean {
  const named = repositoryOf(address)
  return named !== undefined && known !== undefined && isSame(named, lowered(known))
}

function lowered({ host, name }: Exclude<Surroundings['repository'], undefined>): RepositoryName {
  return { host: host.replace(/:\d+$/, '').toLowerCase(), name: name.toLowerCase() }
}

/** Rules about the repository that the runs get their code from. */
export const REPOSITORY_RULES: readonly FileRule[] = [placeholderRepository, otherRepository, branchDiffers]

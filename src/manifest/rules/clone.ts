import { placeholdersIn, withoutPlaceholders } from '../placeholders.ts'
import { shown } from '../shown.ts'
import { repositoryOf } from '../repository.ts'
import { entryOf } from '../value.ts'
import { clonesIn, isGivenAtRun, textInput } from './clones.ts'
import { gravestReach } from './pool-reach.ts'
import type { FileRule, Problem } from './rule.ts'
import { whenItFails } from './step-shape.ts'

/** Two inputs of which `git_clone` takes one. (Prefect: deployments/steps/pull.py, git_clone; runner/storage.py, GitRepository) */
function oneOfTwo(facts: Pick<FileRule, 'id' | 'about'>, one: string, other: string, hint: string): FileRule {
  return {
    ...facts,
    severity: 'error',
    depends: 'A warning where a variable or an output of a step decides whether both are given.',
    acceptedByPrefect: true,
    find: (manifest, known) =>
      clonesIn(manifest).flatMap(({ step, list }) => {
        const given = new Set([one, other].map((key) => isGivenAtRun(step, key, known)))
        const at = entryOf(step.inputs, other)?.keyAt
        if (given.has('no') || at === undefined) return []
        const sure = !given.has('perhaps')
        const problem: Problem = {
          message: `\`git_clone\` takes \`${one}\` or \`${other}\`, not both, so ${sure ? '' : 'where both say something '}${whenItFails(list.section)}.`,
          hint,
          at,
          ...(sure ? {} : { severity: 'warning' }),
        }
        return [problem]
      }),
  }
}

const branchAndCommit = oneOfTwo(
  {
    id: 'clone-branch-and-commit',
    about: 'A `git_clone` step has a `branch` and a `commit_sha`; it takes one of them.',
  },
  'branch',
  'commit_sha',
  'Keep `commit_sha` to run exactly this commit, or `branch` to run whatever is its newest.',
)

const twoCredentials = oneOfTwo(
  {
    id: 'clone-two-credentials',
    about: 'A `git_clone` step has an `access_token` and `credentials`; it takes one of them.',
  },
  'access_token',
  'credentials',
  'Keep `credentials` if it is a block of the workspace, else `access_token`.',
)

const commitInvalid: FileRule = {
  id: 'clone-commit-invalid',
  severity: 'error',
  about: 'The `commit_sha` of a `git_clone` step is no commit: 4 to 64 hexadecimal digits.',
  acceptedByPrefect: true,
  find: (manifest) =>
    clonesIn(manifest).flatMap(({ step, list }) => {
      const commit = textInput(step, 'commit_sha')
      if (commit === undefined || commit.text === '' || placeholdersIn(commit.text).length > 0) return []
      if (/^[0-9a-fA-F]{4,64}$/.test(commit.text)) return []
      return [
        {
          message: `\`${shown(commit.text)}\` is no commit: it takes 4 to 64 hexadecimal digits, so ${whenItFails(list.section)}.`,
          hint: 'To run exactly the commit that is deployed: `commit_sha: "{{ $GITHUB_SHA }}"`. A branch or tag belongs in `branch`.',
          at: commit.entry.value.at,
        },
      ]
    }),
}

const branchInvalid: FileRule = {
  id: 'clone-branch-invalid',
  severity: 'error',
  about: 'The `branch` of a `git_clone` step cannot be one: it begins with `-` or has a space in it.',
  acceptedByPrefect: true,
  find: (manifest) =>
    clonesIn(manifest).flatMap(({ step, list }) => {
      const branch = textInput(step, 'branch')
      if (branch === undefined || !/^-|[ ~^:?*\\[]/.test(withoutPlaceholders(branch.text))) return []
      return [
        {
          message: `\`${shown(branch.text)}\` cannot be the name of a branch or tag, so ${whenItFails(list.section)}.`,
          hint: 'Write the name as `git branch` shows it.',
          at: branch.entry.value.at,
        },
      ]
    }),
}

const notAnAddress: FileRule = {
  id: 'clone-address',
  severity: 'error',
  about:
    'The `repository` of a `git_clone` step is no address: without `https://` git takes it for a folder of the machine.',
  depends: 'A warning for a folder, and for `OWNER/NAME`, unless the pool is a push or managed one.',
  acceptedByPrefect: true,
  find: (manifest, known) =>
    clonesIn(manifest).flatMap(({ step, list }) => {
      const address = textInput(step, 'repository')
      if (address === undefined || address.text === '' || placeholdersIn(address.text).length > 0) return []
      const text = address.text.trim()
      const bare = /^(?:www\.)?(?:github\.com|gitlab\.com|bitbucket\.org)\//i.test(text)
      const short = /^[\w-][\w.-]*\/[\w.-]+$/.test(text)
      if (!bare && !short) return []
      const sure = bare || gravestReach(list.users, known).reach === 'remote'
      const problem: Problem = {
        message: `\`${shown(text)}\` is no address, so git takes it for a folder of the machine of the run.`,
        hint: `Write the whole address: \`repository: https://${bare ? '' : 'github.com/'}${shown(text)}\`.`,
        at: address.entry.value.at,
        ...(sure ? {} : { severity: 'warning' }),
      }
      return [problem]
    }),
}

const credentialsUnused: FileRule = {
  id: 'clone-credentials-unused',
  severity: 'warning',
  about:
    'A `git_clone` step has a token or credentials beside an address that is not `https://`: Prefect puts them into https addresses only, so git asks for an SSH key all the same.',
  acceptedByPrefect: true,
  find: (manifest, known) =>
    clonesIn(manifest).flatMap(({ step }) => {
      const address = textInput(step, 'repository')
      const repository = repositoryOf(address?.text ?? '')
      if (address === undefined || repository === undefined || /^https:/i.test(address.text.trim())) return []
      return ['access_token', 'credentials'].flatMap((key) => {
        const at = entryOf(step.inputs, key)?.keyAt
        if (at === undefined || isGivenAtRun(step, key, known) === 'no') return []
        return [
          {
            message: `\`${key}\` is of use with an https address only; over SSH git needs a key that the machine of the run has.`,
            hint: `Write \`repository: https://${shown(repository.host)}/${shown(repository.name)}.git\`, or remove \`${key}\`.`,
            at,
          },
        ]
      })
    }),
}

/** Rules about the inputs of `git_clone` that do not go together, or cannot be. */
export const CLONE_RULES: readonly FileRule[] = [
  branchAndCommit,
  twoCredentials,
  commitInvalid,
  branchInvalid,
  notAnAddress,
  credentialsUnused,
]

import { addComment, commentsOf } from './comments.ts'
import { addDeployment, addStatus } from './deployments.ts'
import type { GitHubComment, GitHubCommit, GitHubDeployment, GitHubPull, Repository } from './repository.ts'

/** What a test sees and does in a repository without asking the API. */
export type GitHubRepository = Readonly<{
  /** Comments of a pull request, oldest first. */
  comments: (issue: number) => readonly GitHubComment[]
  /** Somebody writes a comment. */
  comment: (issue: number, login: string, body: string) => GitHubComment
  /** Oldest first, each with its statuses. */
  deployments: () => readonly GitHubDeployment[]
  /** What GitHub itself keeps of a job that has an `environment`: one that is in progress and links to the run. */
  deployForRun: (run: Readonly<{ ref: string; sha: string; environment: string; runId: string }>) => GitHubDeployment
  /** Moves a branch to a commit. */
  push: (branch: string, sha: string, commit?: GitHubCommit) => void
  /** Opens, changes or closes a pull request. */
  pull: (pull: GitHubPull) => void
}>

export function handleOf(repository: Repository): GitHubRepository {
  return {
    comments: (issue) => commentsOf(repository, issue),
    comment: (issue, login, body) => addComment(repository, issue, login, body),
    deployments: () => [...repository.deployments.values()],
    deployForRun: ({ ref, sha, environment, runId }) => {
      const { id } = addDeployment(repository, { ref, environment }, sha)
      const log_url = `https://github.com/${repository.fullName}/actions/runs/${runId}/job/${repository.nextId()}`
      addStatus(repository, id, { state: 'in_progress', log_url })
      const deployment = repository.deployments.get(id)
      if (deployment === undefined) throw new Error(`no deployment ${id}`)
      return deployment
    },
    push: (branch, sha, commit) => {
      repository.branches.set(branch, sha)
      if (commit !== undefined) repository.commits.set(sha, commit)
    },
    pull: (pull) => void repository.pulls.set(pull.number, pull),
  }
}

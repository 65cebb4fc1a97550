import { getOctokit } from '@actions/github'
import { afterEach, beforeEach, expect } from '@jest/globals'
import { type GitHubApi, startGitHubApi } from '../world/github/api.ts'

export const HEAD = 'a'.repeat(40)
export const NEXT = 'b'.repeat(40)
export const FORKED = 'c'.repeat(40)
export const MERGED = 'd'.repeat(40)
export const BEHIND = 'e'.repeat(40)
export const STUCK = 'f'.repeat(40)

export const REPO = { owner: 'octo', repo: 'flows' }
export const PULL = { ...REPO, issue_number: 7 }
/** A token with what the documented workflow gives to the job. */
export const JOB = 'ghs_job'
export const READER = 'ghs_reader'

export const FILES = {
  'prefect.yaml': 'name: flows\n'.repeat(20),
  'flows/etl.py': 'x = 1\n',
  'flows/deep/own.py': 'y = 2\n',
  'weights.bin': Buffer.alloc(1024 * 1024 + 1, 7),
}

/** A GitHub of its own for each test of a file; the call gives the one of the running test. */
export function githubOfEachTest(): () => GitHubApi {
  let github: GitHubApi | undefined
  const current = (): GitHubApi => {
    if (github === undefined) throw new Error('no test is running')
    return github
  }
  beforeEach(async () => {
    github = await startGitHubApi({
      repositories: {
        'octo/flows': {
          branches: { main: HEAD, 'feature/one': NEXT },
          tags: { 'v1.0.0': MERGED },
          commits: { [HEAD]: { files: FILES }, [BEHIND]: { behind: 'merges' }, [STUCK]: { behind: 'conflicts' } },
          pulls: [
            { number: 7, head: { ref: 'feature/one', sha: NEXT } },
            { number: 8, head: { ref: 'patch', sha: FORKED, repository: 'someone/flows' } },
            { number: 9, head: { ref: 'done', sha: NEXT }, state: 'merged', mergeCommit: MERGED },
          ],
        },
      },
      tokens: {
        [JOB]: { contents: 'read', 'pull-requests': 'write', deployments: 'write' },
        [READER]: { 'pull-requests': 'read' },
      },
    })
  })
  afterEach(async () => {
    const said = current().requests()
    await current().stop()
    // Whatever a test asked: what the server itself said was as GitHub describes it.
    expect(said.filter(({ status, trouble }) => status === 500 && trouble.length > 0)).toEqual([])
  })
  return current
}

/** The client that actions use. */
export function octokitOf(github: GitHubApi, token = JOB): ReturnType<typeof getOctokit> {
  return getOctokit(token, { baseUrl: github.url })
}

/** The error that a call ends with, as Octokit throws it. */
export async function failure(call: Promise<unknown>): Promise<{ status: unknown; message: string; headers: unknown }> {
  const error: unknown = await call.then(
    () => undefined,
    (cause: unknown) => cause,
  )
  if (!(error instanceof Error)) throw new Error('the call did not fail')
  const { status, response } = error as Error & { status?: number; response?: { headers: Record<string, string> } }
  return { status, message: error.message, headers: response?.headers }
}

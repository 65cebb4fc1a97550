import { z } from 'zod'
import { throwIfCancelled } from '../faults.ts'
import { oneLine } from '../process/one-line.ts'
import { absentAt, LARGEST_FILE, notHad, type OldFile } from './old-file.ts'

/** What opens GitHub's API for the repository of this run. */
export type GitHubAccess = Readonly<{
  token: string
  /** `owner/name`. */
  repository: string
  /** Absent: what the runner says, `GITHUB_API_URL`. */
  apiUrl?: string | undefined
  signal: AbortSignal
}>

/** Seconds of one request. */
const ANSWER_WITHIN = 15

type Wanted = Readonly<{ commit: string /** From the root of the repository. */; path: string }>

/**
 * Reads a file of this run's repository as it was at a commit.
 *
 * @throws Fault `cancelled`
 */
export async function fileFromGitHub(access: GitHubAccess, wanted: Wanted): Promise<OldFile> {
  if (!/^[\w.-]+\/[\w.-]+$/.test(access.repository)) return notHad('the name of the repository is not known')
  try {
    const api = await openApi(access)
    const commit = await api.commit(wanted.commit)
    // A branch may have the name of a hash.
    if (!commit.startsWith(wanted.commit)) return notHad(unknownTo(wanted.commit))
    const content = await api.content(commit, wanted.path)
    if (content === undefined) return absentAt(wanted.path, commit)
    return fileOf(content, { ...wanted, commit })
  } catch (thrown) {
    throwIfCancelled(access.signal)
    return notHad(reasonOf(thrown, wanted.commit))
  }
}

type Api = Readonly<{
  /** The whole hash. */
  commit: (ref: string) => Promise<string>
  /** `undefined`: there is nothing of that path. */
  content: (commit: string, path: string) => Promise<unknown>
}>

const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }

async function openApi({ token, repository, apiUrl, signal }: GitHubAccess): Promise<Api> {
  const { getOctokit } = await import(/* webpackMode: "eager" */ '@actions/github')
  const { rest } = getOctokit(token, { log: silent, ...(apiUrl === undefined ? {} : { baseUrl: apiUrl }) })
  const [owner = '', repo = ''] = repository.split('/')
  const each = (): Readonly<{ owner: string; repo: string; request: { signal: AbortSignal } }> => ({
    owner,
    repo,
    request: { signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_WITHIN * 1000)]) },
  })
  return {
    commit: async (ref) => {
      const { data } = await rest.repos.getCommit({ ...each(), ref, mediaType: { format: 'sha' } })
      return z.string().parse(data)
    },
    content: async (ref, path) => {
      try {
        return (await rest.repos.getContent({ ...each(), ref, path })).data
      } catch (thrown) {
        // This token reads the commit, so that it is the file that is missing.
        if (statusOf(thrown) === 404) return undefined
        throw thrown
      }
    },
  }
}

const fileAnswer = z.object({ type: z.literal('file'), size: z.number(), encoding: z.string(), content: z.string() })

function fileOf(answer: unknown, { commit, path }: Wanted): OldFile {
  const at = `at ${commit.slice(0, 8)}`
  const file = fileAnswer.safeParse(answer)
  if (!file.success) return notHad(`\`${path}\` was not a file ${at}`)
  const { size, encoding, content } = file.data
  if (size > LARGEST_FILE || encoding !== 'base64') return notHad(`\`${path}\` was too large ${at}`)
  return { state: 'read', text: Buffer.from(content, 'base64').toString('utf8'), commit }
}

const failed = z.object({ status: z.number() })

function statusOf(thrown: unknown): number | undefined {
  return failed.safeParse(thrown).data?.status
}

function reasonOf(thrown: unknown, commit: string): string {
  const status = statusOf(thrown)
  const message = oneLine(thrown instanceof Error ? thrown.message : String(thrown), 120)
  const lacking = `the checkout does not hold the commit ${commit.slice(0, 8)}, and`
  if (status === 422) return unknownTo(commit)
  if (status === 401) return `${lacking} GitHub refuses \`github-token\``
  if (status === 404 || (status === 403 && /not accessible/i.test(message))) {
    return `${lacking} \`github-token\` may not read it: give the job \`permissions: contents: read\``
  }
  return `${lacking} GitHub did not give it: ${message}`
}

function unknownTo(commit: string): string {
  return `neither the checkout nor GitHub knows the commit ${commit.slice(0, 8)}`
}

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { portOf } from '../free-port.ts'
import type { GitHubAnswer } from './answers.ts'
import { openContract } from './contract.ts'
import { type GitHubFault, openFaults } from './faults.ts'
import { acceptedHeader, type GitHubOperation, type GitHubPermissions, OPERATIONS } from './operations.ts'
import { type GitHub, type Incoming, outcomeOf, parsed } from './outcome.ts'
import { type GitHubRepositoryOptions, openRepository } from './repository.ts'
import { type GitHubRepository, handleOf } from './repository-handle.ts'

export type GitHubApiOptions = Readonly<{
  /** By `owner/name`. */
  repositories: Readonly<Record<string, GitHubRepositoryOptions>>
  /** Token → what the workflow's `permissions` give it. Every token reaches every repository. */
  tokens: Readonly<Record<string, GitHubPermissions>>
}>

type GitHubRequest = Readonly<{
  method: string
  /** With its query, as it came. */
  path: string
  /** Undefined where GitHub's description has none, or none that is served here. */
  operation: GitHubOperation | undefined
  /** Parsed, where it is JSON. */
  body: unknown
  /** 0: there was no answer. */
  status: number
  /** What GitHub's description has against the request, or against this server's own answer. */
  trouble: readonly string[]
}>

export type GitHubApi = Readonly<{
  /** For `GITHUB_API_URL` and Octokit's `baseUrl`. */
  url: string
  /** @param name `owner/name`; absent: the first one */
  repository: (name?: string) => GitHubRepository
  /** In the order of their answers. */
  requests: () => readonly GitHubRequest[]
  fault: (fault: GitHubFault) => void
  /** Resolves with the first request that a fault holds. */
  held: () => Promise<void>
  stop: () => Promise<void>
}>

/** Requests an hour that a job's token has. */
const HOURLY = 1000
const FIRST_ID = 2_400_000_000

/**
 * Starts GitHub's REST API on a free loopback port, for the operations of `openapi.json`. It keeps what it is
 * told, and holds every request and answer against GitHub's own description.
 */
export async function startGitHubApi(options: GitHubApiOptions): Promise<GitHubApi> {
  let lastId = FIRST_ID
  const nextId = (): number => ++lastId
  const repositories = new Map(
    Object.entries(options.repositories).map(([name, one]) => [name.toLowerCase(), openRepository(name, one, nextId)]),
  )
  let url = ''
  const { tokens } = options
  const github: GitHub = { api: () => url, contract: await openContract(), faults: openFaults(), repositories, tokens }
  const requests: GitHubRequest[] = []
  const holding = Promise.withResolvers<void>()
  const serve = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const request = await received(incoming)
    const { answer, operation, trouble, held = false } = outcomeOf(github, request)
    const { method, path } = request
    requests.push({ method, path, operation, body: parsed(request.body), status: answer?.status ?? 0, trouble })
    if (held) holding.resolve()
    else if (answer === undefined) response.destroy()
    else send(response, answer, operation, requests.length)
  }
  const server = createServer((incoming, response) => {
    // A client that went away: nobody is left to be told.
    serve(incoming, response).catch(() => response.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${portOf(server.address())}`
  return {
    url,
    repository: (name = [...repositories.keys()][0] ?? '') => {
      const repository = repositories.get(name.toLowerCase())
      if (repository === undefined) throw new Error(`no repository ${name}`)
      return handleOf(repository)
    },
    requests: () => [...requests],
    fault: github.faults.set,
    held: () => holding.promise,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function received(incoming: IncomingMessage): Promise<Incoming> {
  const { method = 'GET', url = '/' } = incoming
  const headers = Object.entries(incoming.headers).map(([name, value]) => [name, String(value)] as const)
  return { method, path: url, headers: Object.fromEntries(headers), body: await text(incoming) }
}

function send(
  response: ServerResponse,
  answer: GitHubAnswer,
  operation: GitHubOperation | undefined,
  count: number,
): void {
  const accepted = operation === undefined ? {} : acceptedHeader(OPERATIONS[operation].accepts)
  response.writeHead(answer.status, {
    'content-type': 'application/json; charset=utf-8',
    'x-github-media-type': 'github.v3; format=json',
    'x-github-request-id': `1CAB:2F:${count.toString(16).toUpperCase().padStart(6, '0')}`,
    'x-ratelimit-limit': String(HOURLY),
    'x-ratelimit-remaining': String(Math.max(0, HOURLY - count)),
    'x-ratelimit-reset': String(Math.ceil(Date.now() / 3_600_000) * 3600),
    'x-ratelimit-used': String(count),
    'x-ratelimit-resource': 'core',
    ...accepted,
    ...answer.headers,
  })
  if (answer.body === undefined) response.end()
  else response.end(Buffer.isBuffer(answer.body) ? answer.body : JSON.stringify(answer.body))
}

import { forbidden, type GitHubAnswer, notFound, refusal } from './answers.ts'
import type { Contract, Matched } from './contract.ts'
import { answerOf, type Faults } from './faults.ts'
import { type GitHubOperation, type GitHubPermissions, isAllowed, OPERATIONS } from './operations.ts'
import type { Repository } from './repository.ts'

/** All that decides on an answer. */
export type GitHub = Readonly<{
  api: () => string
  contract: Contract
  faults: Faults
  /** By their names in lower case: GitHub does not tell cases apart. */
  repositories: ReadonlyMap<string, Repository>
  tokens: Readonly<Record<string, GitHubPermissions>>
}>

/** What becomes of one request. */
type Outcome = Readonly<{
  /** Undefined: none is sent. */
  answer: GitHubAnswer | undefined
  operation: GitHubOperation | undefined
  trouble: readonly string[]
  held?: boolean
}>

export type Incoming = Readonly<{
  method: string
  path: string
  headers: Readonly<Record<string, string>>
  body: string
}>

/** What GitHub can also send, and this server cannot. */
const OTHER_KINDS = /\.(?:object|html|text|full|diff|patch)\b/

/** Counts the request against the faults that are set, then answers as one of them says or as GitHub would. */
export function outcomeOf(github: GitHub, request: Incoming): Outcome {
  try {
    return decided(github, request)
  } catch (cause) {
    // A fault of this server must not look like a broken connection.
    const message = `The loopback GitHub failed: ${String(cause)}`
    return { answer: refusal(500, message), operation: undefined, trouble: [message] }
  }
}

function decided(github: GitHub, request: Incoming): Outcome {
  const at = new URL(request.path, github.api())
  const path = describedPath(at.pathname, github.repositories)
  const body = request.body === '' ? undefined : parsed(request.body)
  const query = at.search.replace(/^\?/, '')
  const found = github.contract.match({ method: request.method, path, query, headers: request.headers, body })
  if (found === undefined) {
    const trouble = [`no operation of the description is ${request.method} ${at.pathname}`]
    return { answer: refusal(404, 'Not Found'), operation: undefined, trouble }
  }
  const { operation } = found
  const fault = github.faults.strike(operation)
  if (fault === undefined) return ordinary(github, request, found)
  const { trouble } = fault.applied === true ? ordinary(github, request, found) : found
  const answer = answerOf(fault.trouble, OPERATIONS[operation].docs)
  return { answer, operation, trouble, held: fault.trouble.kind === 'hold' }
}

/** As GitHub goes about it: who asks, for what, may they, is it well formed; then the operation itself. */
function ordinary(github: GitHub, request: Incoming, found: Matched): Outcome {
  const { operation, params, query, trouble } = found
  const { accepts, docs, answer: operate } = OPERATIONS[operation]
  const say = (answer: GitHubAnswer, wrong: readonly string[] = []): Outcome => ({ answer, operation, trouble: wrong })
  if (request.headers['user-agent'] === undefined)
    return say(
      refusal(403, 'Request forbidden by administrative rules. Please make sure your request has a User-Agent'),
    )
  const { authorization } = request.headers
  if (authorization === undefined) return say(refusal(401, 'Requires authentication', docs))
  const permissions = permissionsOf(github.tokens, authorization)
  if (permissions === undefined) return say(refusal(401, 'Bad credentials'))
  const repository = github.repositories.get(`${params['owner']}/${params['repo']}`.toLowerCase())
  if (repository === undefined) return say(notFound(docs))
  if (!isAllowed(permissions, accepts)) return say(forbidden(docs))
  const body = request.body === '' ? undefined : parsed(request.body)
  if (typeof body === 'string' && trouble.length > 0) return say(refusal(400, 'Problems parsing JSON', docs), trouble)
  if (trouble.length > 0) return say(refusal(422, `Invalid request.\n\n${trouble.join('\n')}`, docs), trouble)
  const accept = request.headers['accept'] ?? ''
  const kind = OTHER_KINDS.exec(accept)?.[0]
  if (kind !== undefined) return say(refusal(415, 'Unsupported media type', docs), [`${kind} is not served here`])
  const { pathname } = new URL(request.path, github.api())
  const url = `${github.api()}${pathname.replace(/^\/repos\/[^/]+\/[^/]+/, `/repositories/${repository.id}`)}`
  const answer = operate({ api: github.api(), repository, params, query, body, accept, url, docs })
  const wrong = Buffer.isBuffer(answer.body) ? [] : github.contract.troubleWith(operation, answer.status, answer.body)
  if (wrong.length === 0) return say(answer)
  return say(refusal(500, `The answer is not as GitHub describes it.\n\n${wrong.join('\n')}`), wrong)
}

function permissionsOf(tokens: GitHub['tokens'], authorization: string): GitHubPermissions | undefined {
  const token = /^(?:token|bearer) (.+)$/i.exec(authorization)?.[1] ?? ''
  return Object.hasOwn(tokens, token) ? tokens[token] : undefined
}

/** The path as the description writes it: a repository by its name, and the path of a file as one segment. */
function describedPath(pathname: string, repositories: ReadonlyMap<string, Repository>): string {
  const named = pathname.replace(/^\/repositories\/(\d+)(?=\/|$)/, (whole, id: string) => {
    const found = [...repositories.values()].find((repository) => repository.id === Number(id))
    return found === undefined ? whole : `/repos/${found.fullName}`
  })
  const [, before = '', file = ''] = /^(\/repos\/[^/]+\/[^/]+\/contents)(?:\/(.*))?$/.exec(named) ?? []
  if (before === '') return named
  // The folder of all has no segment, which no parameter may be: a slash stands for it.
  return `${before}/${encodeURIComponent(decodeURIComponent(file) || '/')}`
}

/** The value of JSON; the text itself where it is none, undefined where there is none. */
export function parsed(body: string): unknown {
  if (body === '') return undefined
  try {
    return JSON.parse(body)
  } catch {
    return body
  }
}

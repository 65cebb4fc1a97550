import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { z } from 'zod'
import type { JsonObject } from '../../src/prefect/json.ts'
import { type CloudRecords, cloudRecords } from './cloud-records.ts'
import { portOf } from './free-port.ts'
import { type RateLimit, type RateLimiter, rateLimiter } from './rate-limit.ts'

/** One workspace of an account. */
export type CloudWorkspace = Readonly<{
  accountId: string
  accountHandle: string
  workspaceId: string
  workspaceHandle: string
}>

type CloudKey = Readonly<{
  key: string
  /** Ids of the workspaces that its owner is a member of; absent: all. */
  workspaces?: readonly string[]
  /** It may read only. */
  viewer?: boolean
  /** After so many requests it is unknown. */
  revokedAfter?: number
}>

type PrefectCloudOptions = Readonly<{
  /** `http://127.0.0.1:PORT/api` of the server that keeps what every workspace holds. */
  server: string
  workspaces: readonly CloudWorkspace[]
  keys: readonly CloudKey[]
  /** Of an account and a minute, whatever is asked (Prefect docs: rate-limits); absent: none. */
  limit?: RateLimit
}>

export type PrefectCloud = Readonly<{
  /** For `PREFECT_CLOUD_API_URL`: above the accounts. */
  apiUrl: string
  /** For `PREFECT_API_URL`. */
  urlOf: (workspace: CloudWorkspace) => string
  /** `METHOD path` with its status, in order. */
  requests: () => readonly string[]
  /** What was last applied to a deployment, by its id. */
  slas: (deployment: string) => readonly JsonObject[]
  stop: () => Promise<void>
}>

/**
 * Prefect Cloud's addresses in front of a real open-source server: keys, accounts and workspaces are Cloud's, what is
 * below a workspace is the server's, but for what only Cloud has (`cloud-records.ts`). A stranger to a workspace gets 404,
 * as Cloud gives (Prefect docs: troubleshoot-cloud). The texts of 403 and 429 are not known.
 */
export async function startPrefectCloud(options: PrefectCloudOptions): Promise<PrefectCloud> {
  const requests: string[] = []
  const records = cloudRecords()
  const door = doorOf(options)
  const server = createServer((incoming, outgoing) => {
    outgoing.once('finish', () => requests.push(`${incoming.method} ${incoming.url} ${outgoing.statusCode}`))
    incoming.on('error', () => outgoing.destroy())
    void text(incoming)
      .then(async (body) => door(incoming, body) ?? (await below({ options, records }, incoming, body)))
      // Where the server behind it breaks a connection off, so does Cloud.
      .then(
        (answer) => say(outgoing, answer),
        () => outgoing.destroy(),
      )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const apiUrl = `http://127.0.0.1:${portOf(server.address())}/api`
  return {
    apiUrl,
    urlOf: ({ accountId, workspaceId }) => `${apiUrl}/accounts/${accountId}/workspaces/${workspaceId}`,
    requests: () => [...requests],
    slas: records.slas,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

type Reply = Readonly<{ status: number; headers?: Readonly<Record<string, string>>; body?: unknown }>

/** Bytes of a body, at most. (Prefect docs: rate-limits) */
const MOST_BYTES = 5 * 1024 * 1024
const WORKSPACE = /^\/api\/accounts\/([^/]+)\/workspaces\/([^/]+)(\/.*)$/

/** What is answered before a request reaches its workspace. */
function doorOf(options: PrefectCloudOptions): (incoming: IncomingMessage, body: string) => Reply | undefined {
  const used = new Map<string, number>()
  const limiters = new Map<string, RateLimiter>()
  const limited = (account: string): Reply | undefined => {
    if (options.limit === undefined) return undefined
    const limiter = limiters.get(account) ?? rateLimiter(options.limit)
    limiters.set(account, limiter)
    const refusal = limiter.refusal()
    return refusal && { ...refusal, body: { detail: 'Too many requests' } }
  }
  return ({ method = 'GET', url = '/', headers }, body) => {
    const key = options.keys.find((one) => headers.authorization === `Bearer ${one.key}`)
    const times = 1 + (used.get(key?.key ?? '') ?? 0)
    used.set(key?.key ?? '', times)
    if (key === undefined || times > (key.revokedAfter ?? Number.POSITIVE_INFINITY)) {
      return { status: 401, body: { detail: 'Invalid authentication credentials' } }
    }
    const mine = options.workspaces.filter(({ workspaceId }) => key.workspaces?.includes(workspaceId) ?? true)
    if (url.replace(/\/$/, '') === '/api/me/workspaces') return { status: 200, body: mine.map(rowOf) }
    const [, accountId, workspaceId, rest = ''] = WORKSPACE.exec(url) ?? []
    if (!mine.some((one) => one.accountId === accountId && one.workspaceId === workspaceId)) return NOT_FOUND
    if (Buffer.byteLength(body) > MOST_BYTES) return { status: 413, body: { detail: 'Request body too large' } }
    const reads = method === 'GET' || /\/(?:filter|count|paginate)\/?$/.test(rest)
    if (key.viewer === true && !reads) return { status: 403, body: { detail: 'Forbidden' } }
    return limited(accountId ?? '')
  }
}

const NOT_FOUND: Reply = { status: 404, body: { detail: 'Not Found' } }
const idSchema = z.object({ id: z.string() })

type Behind = Readonly<{ options: PrefectCloudOptions; records: CloudRecords }>

/** What a workspace answers: the server's answer, with what only Cloud has. */
async function below({ options, records }: Behind, incoming: IncomingMessage, body: string): Promise<Reply> {
  const { method = 'GET', url = '/' } = incoming
  const path = WORKSPACE.exec(url)?.[3] ?? ''
  // The client asks for neither on Cloud, and skips what it would learn there (Prefect: client/orchestration, client/base.py).
  if (/^\/(?:admin\/|csrf-token)/.test(path)) return NOT_FOUND
  const sent = json(body)
  const [, resource] = /^\/slas\/apply-resource-slas\/([^/?]+)$/.exec(path) ?? []
  if (resource !== undefined && method === 'POST') return records.applySlas(resource, sent)
  const [, written] = /^\/deployments\/([0-9a-f-]{36})?$/.exec(path) ?? []
  const writes = (method === 'POST' && path === '/deployments/') || (method === 'PATCH' && written !== undefined)
  const { body: onward, kept } = writes ? records.taken(sent) : { body: sent, kept: {} }
  // A connection of its own: the server ends an idle one just when it is used again.
  const headers = { 'content-type': 'application/json', connection: 'close' }
  const init = onward === undefined ? {} : { body: JSON.stringify(onward) }
  const answer = await fetch(options.server + path, { method, headers, ...init })
  const value = json(await answer.text())
  const id = written ?? idSchema.safeParse(value).data?.id
  if (writes && answer.ok && id !== undefined) records.keep(id, kept)
  return { status: answer.status, headers: passed(answer.headers), body: records.enriched(value) }
}

/** What an answer's headers tell a client. */
function passed(headers: Headers): Record<string, string> {
  const told = ['date', 'retry-after'].map((name) => [name, headers.get(name)] as const)
  return Object.fromEntries(told.flatMap(([name, value]) => (value === null ? [] : [[name, value] as const])))
}

function json(sent: string): unknown {
  try {
    return sent === '' ? undefined : JSON.parse(sent)
  } catch {
    return sent
  }
}

function rowOf(workspace: CloudWorkspace): object {
  return {
    account_id: workspace.accountId,
    account_name: workspace.accountHandle,
    account_handle: workspace.accountHandle,
    workspace_id: workspace.workspaceId,
    workspace_name: workspace.workspaceHandle,
    workspace_description: '',
    workspace_handle: workspace.workspaceHandle,
  }
}

function say(outgoing: ServerResponse, { status, headers = {}, body }: Reply): void {
  outgoing.writeHead(status, { 'content-type': 'application/json', ...headers })
  outgoing.end(body === undefined ? undefined : JSON.stringify(body))
}

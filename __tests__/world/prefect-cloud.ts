import { createServer, type IncomingMessage, request as httpRequest, type ServerResponse } from 'node:http'
import { portOf } from './free-port.ts'

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
}>

type PrefectCloudOptions = Readonly<{
  /** `http://127.0.0.1:PORT/api` of the server that keeps what every workspace holds. */
  server: string
  workspaces: readonly CloudWorkspace[]
  keys: readonly CloudKey[]
}>

export type PrefectCloud = Readonly<{
  /** For `PREFECT_CLOUD_API_URL`: above the accounts. */
  apiUrl: string
  /** For `PREFECT_API_URL`. */
  urlOf: (workspace: CloudWorkspace) => string
  /** `METHOD path` with its status, in order. */
  requests: () => readonly string[]
  stop: () => Promise<void>
}>

/**
 * Prefect Cloud's addresses in front of a real open-source server: keys, accounts and workspaces are Cloud's, what is
 * below a workspace is the server's. A stranger to a workspace gets 404, as Cloud gives (Prefect docs:
 * troubleshoot-cloud).
 */
export async function startPrefectCloud(options: PrefectCloudOptions): Promise<PrefectCloud> {
  const requests: string[] = []
  const server = createServer((incoming, outgoing) => {
    outgoing.once('finish', () => requests.push(`${incoming.method} ${incoming.url} ${outgoing.statusCode}`))
    serve(options, incoming, outgoing)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const apiUrl = `http://127.0.0.1:${portOf(server.address())}/api`
  return {
    apiUrl,
    urlOf: ({ accountId, workspaceId }) => `${apiUrl}/accounts/${accountId}/workspaces/${workspaceId}`,
    requests: () => [...requests],
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function serve(options: PrefectCloudOptions, incoming: IncomingMessage, outgoing: ServerResponse): void {
  const { method = 'GET', url = '/' } = incoming
  const key = options.keys.find((one) => incoming.headers.authorization === `Bearer ${one.key}`)
  if (key === undefined) return say(outgoing, 401, { detail: 'Invalid authentication credentials' })
  const mine = options.workspaces.filter(({ workspaceId }) => key.workspaces?.includes(workspaceId) ?? true)
  if (url.replace(/\/$/, '') === '/api/me/workspaces') return say(outgoing, 200, mine.map(rowOf))
  const [, accountId, workspaceId, rest = ''] = /^\/api\/accounts\/([^/]+)\/workspaces\/([^/]+)(\/.*)$/.exec(url) ?? []
  const known = mine.some((one) => one.accountId === accountId && one.workspaceId === workspaceId)
  if (!known) return say(outgoing, 404, { detail: 'Not Found' })
  const reads = method === 'GET' || /\/(?:filter|count|paginate)\/?$/.test(rest)
  if (key.viewer === true && !reads) return say(outgoing, 403, { detail: 'Forbidden' })
  forward(new URL(options.server), rest, incoming, outgoing)
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

function forward(to: URL, path: string, incoming: IncomingMessage, outgoing: ServerResponse): void {
  const { host: _, connection: __, authorization: ___, ...headers } = incoming.headers
  const onward = httpRequest(
    { host: to.hostname, port: to.port, method: incoming.method, path: `${to.pathname}${path}`, headers },
    (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(outgoing)
    },
  )
  onward.on('error', () => outgoing.destroy())
  incoming.pipe(onward)
}

function say(outgoing: ServerResponse, status: number, body: unknown): void {
  outgoing.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

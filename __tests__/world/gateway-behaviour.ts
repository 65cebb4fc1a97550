import type { EdgeEntry, PublishedEndpoint } from './modal-records.ts'

/** One request that reached the gateway. */
export type GatewayRequest = Readonly<{
  host: string
  method: string
  /** With its query. */
  path: string
  /** Names in lower case. */
  headers: Readonly<Record<string, string>>
  body: string
  /** Milliseconds since 1970, when its headers were read. */
  at: number
  /** Which request of this host it is, from 1. */
  nth: number
}>

/** What goes back. `cut` ends the connection: before a byte is sent, or in the midst of the body. */
export type GatewayAnswer = Readonly<{
  status: number
  headers?: Readonly<Record<string, string>>
  body?: string
  cut?: 'before' | 'within'
  /** Milliseconds between the body's pieces, which are then of `pieceBytes` (64). */
  pieceMs?: number
  pieceBytes?: number
}>

/** Answers by a function; `endpoint` is what the control plane has published at the host, if anything. */
export type GatewayHandler = (
  request: GatewayRequest,
  endpoint: PublishedEndpoint | undefined,
) => GatewayAnswer | Promise<GatewayAnswer>

/**
 * A scripted behaviour. With `times` it holds for that many requests and the next one of the script follows; after the
 * last, the host is its own default again. Without `times` it stays.
 */
export type GatewayBehaviour = Readonly<{ times?: number }> &
  Readonly<
    | { kind: 'default' }
    /** Whatever is asked. */
    | { kind: 'answer'; answer: GatewayAnswer }
    /** The function or endpoint itself, as JSON. */
    | { kind: 'json'; body: unknown; status?: number; headers?: Readonly<Record<string, string>> }
    /** Holds from the first request on until `ms` have gone by, then is the default. */
    | { kind: 'cold-start'; ms: number }
    /** Holds every request until `release(host)`. */
    | { kind: 'hold' }
    /** Modal's answer after 150 s: a chain of 303, each of which holds `ms` (0), then the default. */
    | { kind: 'see-other'; hops: number; ms?: number }
    /** `*.modal.direct` without a ready container: 503 at once; give `times`. */
    | { kind: 'no-container' }
    /** A text of Modal's own proxy. */
    | { kind: 'modal-http'; text: ModalHttpText }
    /** Asks for this proxy token instead of the gateway's own. */
    | { kind: 'proxy-auth'; key: string; secret: string }
    /** Tells the commit: the live version's, or with `stale` the one of the version before. `at` as in `revision:`. */
    | { kind: 'revision'; at: `json:${string}` | `header:${string}`; stale?: boolean; commit?: string }
    | { kind: 'reset' }
    | { kind: 'half-answer' }
    | { kind: 'slow-body'; pieceMs: number; pieceBytes?: number; body?: string }
  >

/** Bodies of Modal's proxy behind the prefix `modal-http: `, with their statuses (texts seen in the wild, 2026). */
export const MODAL_HTTP = {
  'missing-credentials': [401, 'missing credentials for proxy authorization'],
  'invalid-credentials': [401, 'invalid credentials for proxy authorization'],
  // The status is documented, the words are not.
  'not-scoped': [403, 'proxy token is not allowed in this environment'],
  'invalid-function-call': [404, 'invalid function call'],
  'app-stopped': [404, 'app for invoked web endpoint is stopped'],
  'workspace-disabled': [404, 'workspace ac-0123456789ABCDEFabcdef is disabled'],
  'spend-limit': [429, 'Webhook failed: workspace billing cycle spend limit reached'],
  'bad-redirect-method': [400, 'bad redirect method'],
  'missing-request': [408, 'Missing request, possibly due to expiry or cancellation'],
  'terminated-by-signal': [500, 'internal error: function was terminated by signal'],
  'timed-out': [500, 'internal error: function execution timed out'],
  'lost-input': [500, 'internal error: status InternalFailure: Server has lost track of input'],
  'lost-input-short': [500, 'internal error: Server has lost track of input'],
  'port-timeout': [
    500,
    "internal server error: status Failure: TimeoutError('Waited too long for port 8000 to start accepting connections. " +
      "Make sure the web server is listening on all interfaces, or adjust `startup_timeout`.')",
  ],
} as const satisfies Record<string, readonly [number, string]>

export type ModalHttpText = keyof typeof MODAL_HTTP

/** An answer of Modal's own proxy. */
export function modalHttp(text: ModalHttpText): GatewayAnswer {
  const [status, words] = MODAL_HTTP[text]
  return { status, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: `modal-http: ${words}` }
}

/** An answer of the app. */
export function json(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): GatewayAnswer {
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) }
}

/**
 * What the fixtures' apps answer: `{"status": "ok"}` where they have a route, FastAPI's 404 and 405 elsewhere. A
 * `fastapi_endpoint` is one route at the root of its own host; every other kind has `/health`.
 */
export function appAnswer(request: GatewayRequest, endpoint: PublishedEndpoint | undefined): GatewayAnswer {
  const single = endpoint?.kind === 'fastapi_endpoint'
  const path = request.path.split('?', 1)[0] ?? ''
  if (path !== (single ? '/' : '/health')) return json(404, { detail: 'Not Found' })
  const method = single ? (endpoint.method ?? 'GET') : 'GET'
  const asked = request.method === 'HEAD' ? 'GET' : request.method
  return asked === method ? json(200, { status: 'ok' }) : json(405, { detail: 'Method Not Allowed' }, { allow: method })
}

/** What the edge itself says before an app is reached; undefined where the app may answer. */
export function edgeAnswer(entry: EdgeEntry): GatewayAnswer | undefined {
  switch (entry.state) {
    case 'live':
      return undefined
    case 'stopped':
      return modalHttp('app-stopped')
    case 'unknown':
      return modalHttp('invalid-function-call')
  }
}

/** Modal's check of a proxy token: two headers, or one `Authorization: Bearer key.secret`. */
export function proxyAuthAnswer(
  request: GatewayRequest,
  token: Readonly<{ key: string; secret: string }>,
): GatewayAnswer | undefined {
  const { 'modal-key': key, 'modal-secret': secret, authorization } = request.headers
  const bearer = authorization?.match(/^Bearer (wk-.+)$/)?.[1]
  const given = bearer ?? (key !== undefined && secret !== undefined ? `${key}.${secret}` : undefined)
  if (given === undefined) return modalHttp('missing-credentials')
  return given === `${token.key}.${token.secret}` ? undefined : modalHttp('invalid-credentials')
}

/** The app's answer with a commit in it, as `revision: json:a.b` or `header:x-revision` will look for it. */
export function withCommit(answer: GatewayAnswer, at: string, commit: string): GatewayAnswer {
  const [where = '', ...rest] = at.split(':')
  const name = rest.join(':')
  if (where === 'header') return { ...answer, headers: { ...answer.headers, [name]: commit } }
  const [first = '', ...deeper] = name.split('.')
  const value = deeper.reduceRight<unknown>((inner, key) => ({ [key]: inner }), commit)
  return json(answer.status, { status: 'ok', [first]: value }, answer.headers)
}

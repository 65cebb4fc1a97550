import { type Dispatcher, EnvHttpProxyAgent } from 'undici'
import { cancelled } from '../faults.ts'
import { readBody } from './body.ts'
import { noProxy, type ProxySettings } from './proxies.ts'
import { Trouble, troubleOf } from './trouble.ts'

export type TlsSettings = Readonly<{
  /** PEM text of the authorities to trust, instead of the machine's own. */
  ca?: string
  /** `false` accepts any certificate (Prefect: `PREFECT_API_TLS_INSECURE_SKIP_VERIFY`). */
  verify?: boolean
}>

export type HttpRequest = Readonly<{
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'HEAD' | 'OPTIONS'
  url: string
  headers?: Readonly<Record<string, string>>
  body?: string
  /** Seconds for one try, from the connection to the last byte. */
  timeout: number
  signal: AbortSignal
  /** Bytes of the answer that are read; what is beyond is left unread. */
  maxBytes?: number
}>

export type HttpAnswer = Readonly<{
  status: number
  /** Names in lower case; of a header that came several times the first. */
  headers: Readonly<Record<string, string>>
  text: string
  /** The answer was longer than `maxBytes`. */
  cut: boolean
}>

export type Http = Readonly<{
  /**
   * One try. Redirects are not followed.
   *
   * @throws Trouble when no whole answer came; Fault `cancelled` when `signal` was aborted
   */
  send: (request: HttpRequest) => Promise<HttpAnswer>
  close: () => Promise<void>
}>

/** Bytes read of an answer where the request says nothing. */
const MAX_BYTES = 8 * 1024 * 1024
/** Seconds to connect; more is a network that drops packets. */
const CONNECT_WITHIN = 15

/** Opens the one pool of connections that a side uses. */
export function openHttp(proxies: ProxySettings, tls: TlsSettings = {}): Http {
  const connect = {
    timeout: CONNECT_WITHIN * 1000,
    ...(tls.ca === undefined ? {} : { ca: tls.ca }),
    ...(tls.verify === false ? { rejectUnauthorized: false } : {}),
  }
  const agent = new EnvHttpProxyAgent({
    // Empty strings, not absent ones: undici would read the process's environment otherwise.
    httpProxy: proxies.http ?? '',
    httpsProxy: proxies.https ?? '',
    // undici compares with the host as it stands in an address; httpx, in Prefect, takes brackets for a port.
    noProxy: `${noProxy(proxies)},[::1]`,
    connect,
    requestTls: connect,
    // The deadline of a request is its own `timeout`; a cold start holds its headers for minutes.
    headersTimeout: 0,
    bodyTimeout: 0,
  })
  return { send: (request) => send(agent, request), close: () => agent.destroy() }
}

async function send(agent: Dispatcher, request: HttpRequest): Promise<HttpAnswer> {
  if (request.signal.aborted) throw cancelled(request.signal)
  // Whole milliseconds: it refuses fractions, which a product of two decimals may have.
  const deadline = AbortSignal.timeout(Math.ceil(request.timeout * 1000))
  const url = new URL(request.url)
  try {
    const answer = await agent.request({
      origin: url.origin,
      path: url.pathname + url.search,
      method: request.method,
      headers: { ...request.headers },
      body: request.body ?? null,
      signal: AbortSignal.any([request.signal, deadline]),
    })
    const { text, cut } = await readBody(answer.body, request.maxBytes ?? MAX_BYTES)
    return { status: answer.statusCode, headers: firstOfEach(answer.headers), text, cut }
  } catch (thrown) {
    if (request.signal.aborted) throw cancelled(request.signal)
    if (deadline.aborted) throw new Trouble('timeout', `no answer within ${request.timeout} s`, thrown)
    throw troubleOf(thrown)
  }
}

function firstOfEach(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  const out: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers)) {
    const first = Array.isArray(value) ? value[0] : value
    if (first !== undefined) out[name.toLowerCase()] = first
  }
  return out
}

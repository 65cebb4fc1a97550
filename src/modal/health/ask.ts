import { cancelled } from '../../faults.ts'
import type { Http, HttpAnswer, HttpRequest } from '../../http/client.ts'
import { Trouble, troubleOf } from '../../http/trouble.ts'
import type { HealthTarget } from './targets.ts'
import { isModalHost, webUrl } from './url.ts'

/** What one try needs. */
export type AskTools = Readonly<{
  http: Http
  signal: AbortSignal
  /** Seconds that are left until the deadline. */
  left: () => number
  /** Hears of each 303 that is followed, from 1. */
  hop: (number: number) => void
}>

/** The answer at the end of a chain of 303, and the host that gave it. */
export type Came = Readonly<{ answer: HttpAnswer; hostname: string }>

/** Seconds of one request: Modal holds it for up to 150 while a container starts (Modal's guide "Request timeouts"). */
const ONE_REQUEST = 155
/** As many 303 as browsers follow. */
const MOST_HOPS = 20
/** Bytes of an answer that are read. */
const MOST_BYTES = 64 * 1024
/** What Modal puts into the address at which the result of a running call waits. */
const CALL_ID = '__modal_function_call_id'

/**
 * One try. A 303 of Modal's is followed by GET, never by what was asked: the call is running already.
 *
 * @throws Fault `cancelled` when `signal` was aborted
 */
export async function askOnce(target: HealthTarget, tools: AskTools): Promise<Came | Trouble> {
  const { method, headers, body, asked } = target
  const first = new URL(asked)
  let request: Asked = { method, url: first, headers, ...(body === undefined ? {} : { body }) }
  for (let hop = 1; ; hop++) {
    const answer = await send(request, tools)
    if (answer instanceof Trouble) return answer
    const next = nextOf(target, request.url, answer)
    if (next === undefined || hop > MOST_HOPS) return { answer, hostname: request.url.hostname }
    tools.hop(hop)
    request = { method: 'GET', url: next, headers: mayCarry(first, next) ? withoutBody(headers) : {} }
  }
}

type Asked = Pick<HttpRequest, 'method' | 'headers' | 'body'> & Readonly<{ url: URL }>

async function send({ url, ...request }: Asked, tools: AskTools): Promise<HttpAnswer | Trouble> {
  const left = tools.left()
  if (left <= 0) return new Trouble('timeout', 'the answer was still being waited for')
  // Whole tenths, so that a message can name them.
  const timeout = Math.min(ONE_REQUEST, Math.ceil(left * 10) / 10)
  try {
    return await tools.http.send({ ...request, url: url.href, timeout, signal: tools.signal, maxBytes: MOST_BYTES })
  } catch (thrown) {
    if (tools.signal.aborted) throw cancelled(tools.signal)
    return troubleOf(thrown)
  }
}

/** Where a 303 leads; `undefined` where the answer is none, or leads away from the endpoint and from Modal. */
function nextOf(target: HealthTarget, from: URL, answer: HttpAnswer): URL | undefined {
  const location = answer.status === 303 ? answer.headers['location'] : undefined
  const next = location === undefined ? undefined : webUrl(location, from)
  if (next === undefined || !isOwn(target, next)) return undefined
  // An app whose contract wants a 303 has answered with it; a call that is running has not answered yet.
  return target.status === 303 && !next.searchParams.has(CALL_ID) ? undefined : next
}

function isOwn({ asked, url, customDomains }: HealthTarget, next: URL): boolean {
  return isModalHost(next.hostname) || [asked, url, ...customDomains].some((one) => webUrl(one)?.host === next.host)
}

/** The headers may hold credentials: they go only to where they were meant for, and never from https to http. */
function mayCarry(first: URL, next: URL): boolean {
  const isSafe = next.protocol === 'https:' || first.protocol === 'http:'
  return isSafe && (next.host === first.host || isModalHost(next.hostname))
}

function withoutBody(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const { 'content-type': _, ...rest } = headers
  return rest
}

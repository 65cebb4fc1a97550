import { Fault } from '../faults.ts'
import type { Clock, Log } from '../host.ts'
import type { Http, HttpAnswer, HttpRequest } from './client.ts'
import { Trouble } from './trouble.ts'

export type RetryTools = Readonly<{ http: Http; clock: Clock; log: Log /** From 0 to 1. */; random: () => number }>

/** Statuses that Prefect's own client tries again (Prefect: client/base.py), and 504 of gateways in between. */
const PASSING: ReadonlySet<number> = new Set([408, 429, 502, 503, 504])
/** Tries in all: enough for a deploy of the server, few enough to fail while somebody looks. */
const TRIES = 5
/** Seconds of the longest wait between two tries; a longer `Retry-After` is obeyed up to {@link LONGEST_RETRY_AFTER}. */
const LONGEST_WAIT = 8
const LONGEST_RETRY_AFTER = 120

/**
 * Sends a request that may be repeated without harm, again while the trouble looks passing. Answers the last answer,
 * whatever its status.
 *
 * A host name that is not known, a certificate that is not trusted and a proxy that says no do not heal: they end at once.
 *
 * @throws Trouble when the last try got no answer; Fault `cancelled` when `signal` was aborted
 */
export async function sendAgain(tools: RetryTools, request: HttpRequest): Promise<HttpAnswer> {
  const name = `${request.method} ${new URL(request.url).pathname}`
  return tryAgain(tools, { name, signal: request.signal }, () => tools.http.send(request))
}

/** As {@link sendAgain}, where somebody else sends: `send` is one try, `name` what the log calls it. */
export async function tryAgain(
  tools: Omit<RetryTools, 'http'>,
  { name, signal }: Readonly<{ name: string; signal: AbortSignal }>,
  send: () => Promise<HttpAnswer>,
): Promise<HttpAnswer> {
  for (let tryNumber = 1; ; tryNumber++) {
    const outcome = await attempt(send)
    const wait = tryNumber < TRIES && mayPass(outcome) ? waitBefore(outcome, tryNumber, tools) : undefined
    if (wait === undefined) {
      if (outcome instanceof Trouble) throw outcome
      return outcome
    }
    const said = outcome instanceof Trouble ? outcome.message : `status ${outcome.status}`
    tools.log.info(`${name}: ${said}; again in ${wait.toFixed(1)} s`)
    await tools.clock.sleep(wait, signal)
  }
}

async function attempt(send: () => Promise<HttpAnswer>): Promise<HttpAnswer | Trouble> {
  try {
    return await send()
  } catch (thrown) {
    if (thrown instanceof Fault || !(thrown instanceof Trouble)) throw thrown
    return thrown
  }
}

function mayPass(outcome: HttpAnswer | Trouble): boolean {
  if (!(outcome instanceof Trouble)) return PASSING.has(outcome.status)
  return outcome.kind === 'refused' || outcome.kind === 'reset' || outcome.kind === 'timeout'
}

/** Seconds until the next try, or `undefined` where the server asks for more patience than there is. */
function waitBefore(
  outcome: HttpAnswer | Trouble,
  tryNumber: number,
  tools: Omit<RetryTools, 'http'>,
): number | undefined {
  const asked = outcome instanceof Trouble ? undefined : askedPatience(outcome.headers, tools.clock.now())
  if (asked !== undefined) return asked > LONGEST_RETRY_AFTER ? undefined : asked * (1 + 0.2 * tools.random())
  return Math.min(LONGEST_WAIT, 0.5 * 2 ** (tryNumber - 1)) * (0.5 + 0.5 * tools.random())
}

/** Seconds that an answer asks to be left alone, by its own clock where it tells it: the machine's may be wrong. */
export function askedPatience(headers: HttpAnswer['headers'], now: Date): number | undefined {
  const told = Date.parse(headers['date'] ?? '')
  return retryAfter(headers['retry-after'], Number.isNaN(told) ? now : new Date(told))
}

/** Seconds that a `Retry-After` header asks for (RFC 9110 §10.2.3: seconds or a date), `undefined` where it is none. */
export function retryAfter(header: string | undefined, now: Date): number | undefined {
  if (header === undefined) return undefined
  if (/^\s*\d{1,9}\s*$/.test(header)) return Number(header)
  const date = Date.parse(header)
  return Number.isNaN(date) ? undefined : Math.max(0, (date - now.getTime()) / 1000)
}

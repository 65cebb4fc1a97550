import { createServer, type IncomingMessage } from 'node:http'
import { portOf } from './free-port.ts'
import { type RateLimit, type RateLimiter, rateLimiter } from './rate-limit.ts'
import { type Exchange, forward, misbehave, type WireFault, type WireMatch } from './wire-faults.ts'

export type { WireFault } from './wire-faults.ts'

/** One request that went over a wire. */
export type WireRequest = Readonly<{ method: string; path: string; body: string; status: number }>

export type Wire = Readonly<{
  /** The target's URL with this wire's address in it. */
  url: string
  requests: () => readonly WireRequest[]
  /** Requests that change something: neither reads nor filters. */
  writes: () => readonly WireRequest[]
  /** Requests that match and were answered, by the server or by a fault. */
  count: (match: WireMatch) => number
  /** Resolves when the n-th request from now on that matches has come; what becomes of it is not waited for. */
  reached: (match: WireMatch, n: number) => Promise<void>
  /** Resolves when the n-th request from now on that matches was answered, by the server or by a fault. */
  answered: (match: WireMatch, n: number) => Promise<void>
  fault: (fault: WireFault) => void
  /** Forgets faults and limits; what is held stays held. */
  heal: () => void
  /** Refuses what is over the limit; counted before any fault. */
  limit: (limit: RateLimit) => RateLimiter
  /** Resolves with the first request that is held. */
  held: () => Promise<void>
  stop: () => Promise<void>
}>

type Armed = { readonly rule: WireFault; left: number; seen: number }
type Awaited = { readonly match: WireMatch; left: number; readonly come: () => void }
type Asked = Readonly<{ method: string; path: string }>

/** A loopback HTTP proxy in front of a server: it keeps a record, and breaks what it is told to. */
export async function startWire(target: string): Promise<Wire> {
  const to = new URL(target)
  const requests: WireRequest[] = []
  const awaited: Record<'reached' | 'answered', Awaited[]> = { reached: [], answered: [] }
  let faults: Armed[] = []
  let limiter: RateLimiter | undefined
  let nowHeld = (): void => undefined
  const held = new Promise<void>((resolve) => {
    nowHeld = resolve
  })
  const take = (exchange: Exchange, asked: Asked): void => {
    tell(awaited.reached, asked)
    const refusal = limiter?.refusal()
    if (refusal !== undefined) return misbehave({ path: /^/, answer: refusal }, exchange)
    const rule = due(faults, asked)
    if (rule === undefined) return forward(exchange)
    if (rule.hold !== undefined) nowHeld()
    return misbehave(rule, exchange)
  }
  const server = createServer((incoming, outgoing) => {
    void bodyOf(incoming).then((body) => {
      const asked = { method: incoming.method ?? '', path: incoming.url ?? '' }
      const done = (status: number): void => {
        requests.push({ ...asked, body, status })
        tell(awaited.answered, asked)
      }
      take({ to, incoming, outgoing, body, done }, asked)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = new URL(target)
  url.port = String(portOf(server.address()))
  return {
    url: url.href.replace(/\/$/, ''),
    requests: () => [...requests],
    writes: () =>
      requests.filter((one) => one.method !== 'GET' && !/\/(filter|count|count_)$|\/filter\b/.test(one.path)),
    count: (match) => requests.filter((one) => matches(match, one)).length,
    reached: (match, n) => new Promise((done) => awaited.reached.push({ match, left: n, come: done })),
    answered: (match, n) => new Promise((done) => awaited.answered.push({ match, left: n, come: done })),
    held: () => held,
    fault: (rule) => void faults.push({ rule, left: rule.times ?? Number.POSITIVE_INFINITY, seen: 0 }),
    heal: () => {
      faults = []
      limiter = undefined
    },
    limit: (limit) => (limiter = rateLimiter(limit)),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function tell(awaited: readonly Awaited[], asked: Asked): void {
  for (const one of awaited) if (matches(one.match, asked) && --one.left === 0) one.come()
}

function matches({ method, path }: WireMatch, asked: Asked): boolean {
  return path.test(asked.path) && (method ?? asked.method) === asked.method
}

/** The rule that strikes now; every rule that matches counts the request for its `nth`, up to the one that strikes. */
function due(faults: readonly Armed[], asked: Asked): WireFault | undefined {
  for (const fault of faults) {
    if (fault.left === 0 || !matches(fault.rule, asked)) continue
    fault.seen += 1
    if (fault.seen % (fault.rule.nth ?? 1) !== 0) continue
    fault.left -= 1
    return fault.rule
  }
  return undefined
}

function bodyOf(incoming: IncomingMessage): Promise<string> {
  return new Promise((resolve) => {
    let body = ''
    incoming.setEncoding('utf8')
    incoming.on('data', (text: string) => {
      body += text
    })
    incoming.on('end', () => resolve(body))
    incoming.on('error', () => resolve(body))
  })
}

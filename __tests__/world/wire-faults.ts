import { type IncomingHttpHeaders, type IncomingMessage, request as httpRequest, type ServerResponse } from 'node:http'

/** Which requests are meant. */
export type WireMatch = Readonly<{ method?: string; path: RegExp }>

/**
 * What happens to requests that match, from the first one on. The first of several that says what becomes of an answer counts:
 * `hold`, `breaks`, `answer`; where none does and nothing else of an answer is changed, it is an empty 500.
 */
export type WireFault = WireMatch &
  Readonly<{
    /** Holds for so many requests; absent: for all. */
    times?: number
    /** Only every so manieth of those that match; with `times: 1` it is that one alone. */
    nth?: number
    /** Milliseconds before anything else happens. */
    delayMs?: number
    /** Answer instead of the server, which never sees the request. */
    answer?: WireAnswer
    /**
     * The connection breaks. `before`: the server never sees the request. `middle`: it does not either, and half an answer
     * comes. `after`: the server took it, its answer is lost. `half`: the server took it, half of its answer comes.
     */
    breaks?: 'before' | 'middle' | 'after' | 'half'
    /** Nothing happens until the wire is closed. `answer`: the server took it, its answer is kept back. */
    hold?: boolean | 'answer'
    /** Sent again until the server does not say 503: with SQLite it is busy for a moment with what others write. */
    insists?: boolean
    /** The server's own answer, in so many pieces with so many milliseconds before each. */
    drip?: Readonly<{ pieces: number; everyMs: number }>
    /** The server's own answer, dated so many seconds later. */
    clockAhead?: number
  }>

export type WireAnswer = Readonly<{ status: number; headers?: Readonly<Record<string, string>>; body?: string }>

/** Too many requests; `retryAfter` in seconds. */
export function tooMany(retryAfter: number): WireAnswer {
  return { status: 429, headers: { 'retry-after': String(retryAfter) }, body: '{"detail":"Too many requests"}' }
}

/** As the open-source server, while SQLite is locked. */
export const UNAVAILABLE: WireAnswer = { status: 503, body: '{"exception_message":"Service Unavailable"}' }

/** What a proxy or a gateway says for itself. */
export const PAGE: WireAnswer = {
  status: 200,
  headers: { 'content-type': 'text/html' },
  body: '<!doctype html><html><body><h1>Sign in to continue</h1></body></html>',
}

/** JSON of so many bytes that is the answer to nothing. */
export function huge(bytes: number): WireAnswer {
  const around = '[""]'
  return { status: 200, body: `["${'x'.repeat(bytes - around.length)}"]` }
}

export type Exchange = Readonly<{
  to: URL
  incoming: IncomingMessage
  outgoing: ServerResponse
  body: string
  done: (status: number) => void
}> &
  Pick<WireFault, 'insists'>

/** Does to one request what the rule says. */
export function misbehave(rule: WireFault, given: Exchange): void {
  if (rule.hold === true) return
  const exchange = { ...given, insists: rule.insists ?? given.insists ?? false }
  if (rule.hold === 'answer') return onward(exchange, ({ status }) => exchange.done(status))
  if (rule.delayMs !== undefined) {
    const { delayMs: _, ...rest } = rule
    const changes = rest.breaks ?? rest.answer ?? rest.drip ?? rest.clockAhead
    setTimeout(() => (changes === undefined ? forward(exchange) : misbehave(rest, exchange)), rule.delayMs)
    return
  }
  if (rule.breaks !== undefined) return breakOff(rule.breaks, exchange)
  const { outgoing, done } = exchange
  if (rule.answer === undefined && (rule.drip !== undefined || rule.clockAhead !== undefined)) {
    return forward(exchange, rule)
  }
  const answer = rule.answer ?? { status: 500 }
  done(answer.status)
  outgoing.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers }).end(answer.body ?? '{}')
}

function breakOff(when: NonNullable<WireFault['breaks']>, exchange: Exchange): void {
  const { outgoing, done } = exchange
  switch (when) {
    case 'before':
      done(0)
      outgoing.destroy()
      return
    case 'middle':
      done(200)
      outgoing.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' })
      outgoing.write('[{"id":', () => outgoing.destroy())
      return
    case 'after':
      onward(exchange, ({ status }) => {
        done(status)
        outgoing.destroy()
      })
      return
    case 'half':
      onward(exchange, ({ status, headers, bytes }) => {
        done(status)
        // An answer without a body is cut in its head: nothing of it counts.
        if (bytes.length < 2) return void outgoing.destroy()
        outgoing.writeHead(status, headers)
        outgoing.write(bytes.subarray(0, bytes.length / 2), () => outgoing.destroy())
      })
  }
}

type Change = Pick<WireFault, 'drip' | 'clockAhead'>

/** Hands the request on, and the answer back. */
export function forward(exchange: Exchange, change: Change = {}): void {
  const { outgoing, done } = exchange
  onward(exchange, ({ status, headers, bytes }) => {
    done(status)
    outgoing.writeHead(status, dated(headers, change.clockAhead ?? 0))
    if (change.drip === undefined) outgoing.end(bytes)
    else drip(outgoing, bytes, change.drip)
  })
}

type Taken = Readonly<{ status: number; headers: IncomingHttpHeaders; bytes: Buffer }>

function onward(exchange: Exchange, then: (taken: Taken) => void): void {
  const { to, incoming, outgoing, body } = exchange
  const { host: _, connection: __, ...headers } = incoming.headers
  const { method, url: path } = incoming
  const asked = httpRequest(
    // A connection of its own: one that the server closes while it is idle would break in a way nobody asked for.
    { host: to.hostname, port: to.port, method, path, headers, agent: false },
    (answer) => {
      const pieces: Buffer[] = []
      answer.on('data', (piece: Buffer) => pieces.push(piece))
      answer.on('end', () => {
        if (answer.statusCode === 503 && exchange.insists === true) return onward(exchange, then)
        return then({ status: answer.statusCode ?? 502, headers: answer.headers, bytes: Buffer.concat(pieces) })
      })
      answer.on('error', () => outgoing.destroy())
    },
  )
  asked.on('error', () => outgoing.destroy())
  asked.end(body)
}

function dated(headers: IncomingHttpHeaders, seconds: number): IncomingHttpHeaders {
  if (seconds === 0 || headers.date === undefined) return headers
  return { ...headers, date: new Date(Date.parse(headers.date) + seconds * 1000).toUTCString() }
}

function drip(outgoing: ServerResponse, bytes: Buffer, { pieces, everyMs }: NonNullable<WireFault['drip']>): void {
  const size = Math.max(1, Math.ceil(bytes.length / pieces))
  const next = (from: number): void => {
    if (from >= bytes.length) return void outgoing.end()
    setTimeout(() => {
      outgoing.write(bytes.subarray(from, from + size))
      next(from + size)
    }, everyMs)
  }
  next(0)
}

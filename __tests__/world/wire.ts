import { createServer, type IncomingMessage, request as httpRequest, type ServerResponse } from 'node:http'
import { connect, createServer as createTcpServer, type Socket } from 'node:net'
import { portOf } from './free-port.ts'

/** One request that went over a wire. */
export type WireRequest = Readonly<{ method: string; path: string; body: string; status: number }>

/** What happens to requests that match: each rule holds for `times` of them, from the first one on. */
export type WireFault = Readonly<{
  method?: string
  path: RegExp
  times?: number
  /** Answer instead of the server. */
  answer?: Readonly<{ status: number; headers?: Readonly<Record<string, string>>; body?: string }>
  /** The connection breaks: before the answer, or in the middle of it. */
  breaks?: 'before' | 'middle'
  /** Nothing happens until the wire is closed. */
  hold?: boolean
}>

export type Wire = Readonly<{
  /** The target's URL with this wire's address in it. */
  url: string
  requests: () => readonly WireRequest[]
  /** Requests that change something: neither reads nor filters. */
  writes: () => readonly WireRequest[]
  fault: (fault: WireFault) => void
  /** Resolves with the first request that is held. */
  held: () => Promise<void>
  stop: () => Promise<void>
}>

/** A loopback HTTP proxy in front of a server: it keeps a record, and breaks what it is told to. */
export async function startWire(target: string): Promise<Wire> {
  const to = new URL(target)
  const requests: WireRequest[] = []
  const faults: { rule: WireFault; left: number }[] = []
  let nowHeld = (): void => undefined
  const held = new Promise<void>((resolve) => {
    nowHeld = resolve
  })
  const server = createServer((incoming, outgoing) => {
    void bodyOf(incoming).then((body) => {
      const asked = { method: incoming.method ?? '', path: incoming.url ?? '', body }
      const done = (status: number): void => void requests.push({ ...asked, status })
      const fault = faults.find(
        ({ rule, left }) => left > 0 && rule.path.test(asked.path) && (rule.method ?? asked.method) === asked.method,
      )
      if (fault === undefined) return forward(to, { incoming, outgoing, body, done })
      fault.left -= 1
      if (fault.rule.hold === true) nowHeld()
      return misbehave(fault.rule, outgoing, done)
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
    held: () => held,
    fault: (rule) => void faults.push({ rule, left: rule.times ?? Number.POSITIVE_INFINITY }),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

type Exchange = Readonly<{
  incoming: IncomingMessage
  outgoing: ServerResponse
  body: string
  done: (status: number) => void
}>

function forward(to: URL, { incoming, outgoing, body, done }: Exchange): void {
  const { host: _, connection: __, ...headers } = incoming.headers
  const onward = httpRequest(
    { host: to.hostname, port: to.port, method: incoming.method, path: incoming.url, headers },
    (answer) => {
      done(answer.statusCode ?? 0)
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(outgoing)
    },
  )
  onward.on('error', () => outgoing.destroy())
  onward.end(body)
}

function misbehave(rule: WireFault, outgoing: ServerResponse, done: (status: number) => void): void {
  if (rule.hold === true) return
  if (rule.breaks === 'before') {
    done(0)
    outgoing.destroy()
  } else if (rule.breaks === 'middle') {
    done(200)
    outgoing.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' })
    outgoing.write('[{"id":', () => outgoing.destroy())
  } else {
    const answer = rule.answer ?? { status: 500 }
    done(answer.status)
    outgoing
      .writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers })
      .end(answer.body ?? '{}')
  }
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

/** A wire of any protocol that is as long as the network. */
export type Distance = Readonly<{ port: number; stop: () => Promise<void> }>

/** Puts a distance before a port of loopback: each piece arrives half a round trip later. */
export async function startDistance(port: number, roundTripMs: number): Promise<Distance> {
  const sockets = new Set<Socket>()
  const server = createTcpServer((near) => {
    sockets.add(near)
    near.on('close', () => sockets.delete(near))
    const pending: Buffer[] = []
    near.on('data', (piece) => void pending.push(piece))
    // Connecting costs one round trip before the first byte goes out.
    setTimeout(() => {
      const far = connect(port, '127.0.0.1', () => {
        near.removeAllListeners('data')
        for (const piece of pending) later(roundTripMs / 2, () => far.write(piece))
        relay(near, far, roundTripMs / 2)
        relay(far, near, roundTripMs / 2)
      })
      far.on('error', () => near.destroy())
      near.on('error', () => far.destroy())
    }, roundTripMs)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: portOf(server.address()),
    stop: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy()
        server.close(() => resolve())
      }),
  }
}

function relay(from: Socket, to: Socket, delayMs: number): void {
  from.on('data', (piece) => later(delayMs, () => void to.write(piece)))
  from.on('end', () => later(delayMs, () => void to.end()))
  from.on('close', () => later(delayMs, () => void to.destroy()))
}

function later(delayMs: number, work: () => void): void {
  setTimeout(work, delayMs)
}

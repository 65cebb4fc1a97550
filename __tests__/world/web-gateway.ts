import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { Duplex } from 'node:stream'
import { text } from 'node:stream/consumers'
import { setTimeout as wait } from 'node:timers/promises'
import { callbackify } from 'node:util'
import type { GatewayAnswer, GatewayBehaviour, GatewayHandler, GatewayRequest } from './gateway-behaviour.ts'
import { openScripts } from './gateway-script.ts'
import type { ModalControlPlane } from './modal-control-plane.ts'
import { openTestAuthority, type TestAuthority } from './test-authority.ts'

export type { GatewayBehaviour, GatewayHandler, GatewayRequest } from './gateway-behaviour.ts'

export type WebGatewayOptions = Readonly<{
  /** Where published endpoints are looked up; absent: only scripted hosts are known. */
  controlPlane?: Pick<ModalControlPlane, 'edge'>
}>

export type WebGateway = Readonly<{
  /** For `HTTPS_PROXY`. Whatever host is asked for, only this gateway answers. */
  proxyUrl: string
  /** PEM file of the authority, for `NODE_EXTRA_CA_CERTS`. */
  caFile: string
  /** What a child needs to find Modal's edge here. */
  environment: Readonly<Record<'HTTPS_PROXY' | 'NODE_EXTRA_CA_CERTS', string>>
  /** The proxy token that endpoints with proxy authentication ask for. */
  proxyToken: Readonly<{ key: string; secret: string }>
  /**
   * Scripts a host (or the host of a URL): a function, or behaviours that follow one another. A scripted host answers
   * whether or not something is published there. No behaviour: the host is its default again.
   */
  behave: (host: string, ...script: readonly (GatewayHandler | GatewayBehaviour)[]) => void
  /** Lets go the requests of a host that `hold` keeps, and those to come. */
  release: (host: string) => void
  /** What came in, in order; of one host if it is named. */
  requests: (host?: string) => readonly GatewayRequest[]
  /** Resolves once `count` (1) requests of a host have come in since the start. */
  arrived: (host: string, count?: number) => Promise<void>
  stop: () => Promise<void>
}>

type Arrival = Readonly<{ host: string; count: number; told: () => void }>

const REGIONS = ['us-east', 'us-west', 'eu-west', 'ap-south']
const NAMES = ['*.modal.run', 'modal.com', '*.modal.com', ...REGIONS.map((region) => `*.${region}.modal.direct`)]

/** Starts Modal's edge on a free loopback port. */
export async function startWebGateway(options: WebGatewayOptions = {}): Promise<WebGateway> {
  const authority = await openTestAuthority(NAMES)
  const proxyToken = { key: 'wk-loopback', secret: 'ws-loopback' }
  const ending = new AbortController()
  const scripts = openScripts(proxyToken, ending.signal)
  const requests: GatewayRequest[] = []
  const arrivals = new Set<Arrival>()
  const of = (host: string): readonly GatewayRequest[] => requests.filter((request) => request.host === host)
  const announce = (): void => {
    for (const arrival of arrivals) {
      if (of(arrival.host).length < arrival.count) continue
      arrivals.delete(arrival)
      arrival.told()
    }
  }
  const serve = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const at = Date.now()
    const host = hostOf(incoming.headers.host ?? '')
    const body = await text(incoming)
    const nth = of(host).length + 1
    const { method = 'GET', url: path = '/' } = incoming
    const request = { host, method, path, headers: flat(incoming), body, at, nth }
    requests.push(request)
    announce()
    const entry = (await options.controlPlane?.edge(host)) ?? { state: 'unknown' as const }
    await send(response, await scripts.answer(request, entry), ending.signal)
  }
  const proxy = openProxy(authority, (incoming, response) => {
    // A client that went away, or the end of the test: nobody is left to be told.
    serve(incoming, response).catch(() => incoming.socket.destroy())
  })
  const proxyUrl = await proxy.listen()
  return {
    proxyUrl,
    caFile: authority.caFile,
    environment: { HTTPS_PROXY: proxyUrl, NODE_EXTRA_CA_CERTS: authority.caFile },
    proxyToken,
    behave: (host, ...script) => scripts.write(hostOf(host), script),
    release: (host) => scripts.release(hostOf(host)),
    requests: (host) => (host === undefined ? [...requests] : of(hostOf(host))),
    arrived: (host, count = 1) =>
      new Promise((told) => {
        arrivals.add({ host: hostOf(host), count, told })
        announce()
      }),
    stop: async () => {
      ending.abort()
      await proxy.close()
      await authority.remove()
    },
  }
}

type Proxy = Readonly<{ listen: () => Promise<string>; close: () => Promise<void> }>

/** An HTTP CONNECT proxy at whose end, for every host and port, stands one TLS server of its own. */
function openProxy(
  authority: TestAuthority,
  serve: (incoming: IncomingMessage, response: ServerResponse) => void,
): Proxy {
  const sockets = new Set<Duplex>()
  const edge = createTlsServer({ SNICallback: callbackify(authority.contextFor) }, serve)
  const proxy = createServer((_, response) => {
    response.writeHead(403, { 'content-type': 'text/plain' }).end('loopback gateway: only CONNECT')
  })
  proxy.on('connection', (socket) => {
    sockets.add(socket)
    // A client that hangs up in the midst of something is one of the tested cases.
    socket.on('error', () => {})
    socket.once('close', () => sockets.delete(socket))
  })
  proxy.on('connect', (_, socket, head: Buffer) => {
    socket.write('HTTP/1.1 200 Connection Established\r\n\r\n')
    if (head.length > 0) socket.unshift(head)
    edge.emit('connection', socket)
  })
  return {
    listen: async () => {
      proxy.listen(0, '127.0.0.1')
      await once(proxy, 'listening')
      const address = proxy.address()
      if (address === null || typeof address === 'string') throw new Error('the gateway has no port')
      return `http://127.0.0.1:${address.port}`
    },
    close: async () => {
      for (const socket of sockets) socket.destroy()
      await ended(proxy)
    },
  }
}

function ended(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
  })
}

/** Sends an answer as it is described, whole or cut. */
async function send(response: ServerResponse, answer: GatewayAnswer, signal: AbortSignal): Promise<void> {
  if (answer.cut === 'before') {
    response.destroy()
    return
  }
  const body = Buffer.from(answer.body ?? '')
  response.writeHead(answer.status, { ...answer.headers, 'content-length': String(body.length) })
  if (answer.cut === 'within') {
    const half = body.subarray(0, Math.floor(body.length / 2))
    response.write(half, () => response.destroy())
    return
  }
  const { pieceMs, pieceBytes = body.length } = answer
  if (pieceMs !== undefined) {
    response.flushHeaders()
    for (let sent = 0; sent < body.length && !response.destroyed; sent += pieceBytes) {
      await wait(pieceMs, undefined, { signal })
      response.write(body.subarray(sent, sent + pieceBytes))
    }
    response.end()
    return
  }
  response.end(body)
}

/** The bare host of a URL, a `Host` header or a host. */
function hostOf(name: string): string {
  return new URL(name.includes('://') ? name : `https://${name}`).hostname
}

function flat(incoming: IncomingMessage): Readonly<Record<string, string>> {
  const named = Object.entries(incoming.headers).filter(([, value]) => value !== undefined)
  return Object.fromEntries(
    named.map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : (value ?? '')]),
  )
}

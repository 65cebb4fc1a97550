import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { setTimeout as wait } from 'node:timers/promises'
import { text } from 'node:stream/consumers'
import {
  appAnswer,
  edgeAnswer,
  type GatewayAnswer,
  type GatewayBehaviour,
  type GatewayHandler,
  type GatewayRequest,
  json,
  modalHttp,
  proxyAuthAnswer,
  withCommit,
} from './gateway-behaviour.ts'
import type { ModalControlPlane } from './modal-control-plane.ts'
import type { EdgeEntry, PublishedEndpoint } from './modal-records.ts'
import { openTestAuthority } from './test-authority.ts'

export type { GatewayAnswer, GatewayBehaviour, GatewayHandler, GatewayRequest } from './gateway-behaviour.ts'

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
  /** The proxy token that endpoints with proxy authentication accept. */
  proxyToken: Readonly<{ key: string; secret: string }>
  /** Scripts a host (or the host of a URL): a function, or behaviours that follow one another. Nothing: its default again. */
  behave: (host: string, ...script: readonly (GatewayHandler | GatewayBehaviour)[]) => void
  /** Lets go the requests that `hold` keeps, and those to come. */
  release: (host: string) => void
  requests: (host?: string) => GatewayRequest[]
  /** Resolves once `count` (1) requests of `host` have come in since the start. */
  arrived: (host: string, count?: number) => Promise<void>
  stop: () => Promise<void>
}>

/** One step of a host's script. */
type Step = { left: number; readonly run: GatewayHandler }

const REGIONS = ['us-east', 'us-west', 'eu-west', 'ap-south']
const NAMES = ['*.modal.run', 'modal.com', '*.modal.com', ...REGIONS.map((region) => `*.${region}.modal.direct`)]
const PIECE = 64

/** Starts Modal's edge on free loopback ports. */
export async function startWebGateway(options: WebGatewayOptions): Promise<WebGateway> {
  const authority = await openTestAuthority(NAMES)
  const proxyToken = { key: 'wk-loopback', secret: 'ws-loopback' }
  const scripts = new Map<string, Step[]>()
  const holds = new Map<string, Hold>()
  const requests: GatewayRequest[] = []
  const arrivals: { host: string; count: number; told: () => void }[] = []
  const calls = new Map<string, number>()
  const closing = new AbortController()

  const holdOf = (host: string): Hold => {
    const hold = holds.get(host) ?? makeHold()
    holds.set(host, hold)
    return hold
  }
  const look = async (host: string): Promise<EdgeEntry> =>
    (await options.controlPlane?.edge(host)) ?? { state: 'unknown' }

  const byDefault: GatewayHandler = (request, endpoint) => {
    const refused = endpoint?.requiresProxyAuth === true ? proxyAuthAnswer(request, proxyToken) : undefined
    return refused ?? appAnswer(request, endpoint)
  }

  const handlerOf = (behaviour: GatewayBehaviour): GatewayHandler => {
    switch (behaviour.kind) {
      case 'default':
        return byDefault
      case 'answer':
        return () => behaviour.answer
      case 'json':
        return () => json(behaviour.status ?? 200, behaviour.body, behaviour.headers)
      case 'cold-start': {
        let warm: Promise<unknown> | undefined
        return async (request, endpoint) => {
          await (warm ??= wait(behaviour.ms, undefined, { signal: closing.signal }))
          return byDefault(request, endpoint)
        }
      }
      case 'hold':
        return async (request, endpoint) => {
          await holdOf(request.host).released
          return byDefault(request, endpoint)
        }
      case 'see-other':
        return (request) => seeOther(request, behaviour.hops, behaviour.ms ?? 0)
      case 'no-container':
        // The status is documented, the words are not.
        return () => ({ status: 503, headers: { 'content-type': 'text/plain' }, body: 'modal-http: no container is ready' })
      case 'modal-http':
        return () => modalHttp(behaviour.text)
      case 'proxy-auth':
        return (request, endpoint) => proxyAuthAnswer(request, behaviour) ?? appAnswer(request, endpoint)
      case 'revision':
        return (request, endpoint) => {
          const live = behaviour.stale === true ? endpoint?.previous?.commit : endpoint?.commit
          return withCommit(byDefaultNow(request, endpoint), behaviour.at, behaviour.commit ?? live ?? '')
        }
      case 'reset':
        return () => ({ status: 200, cut: 'before' })
      case 'half-answer':
        return () => ({ ...json(200, { status: 'ok' }), cut: 'within' })
      case 'slow-body': {
        const { pieceMs, pieceBytes = PIECE, body = '{"status": "ok"}' } = behaviour
        return () => ({ status: 200, headers: { 'content-type': 'application/json' }, body, pieceMs, pieceBytes })
      }
    }
  }
  const byDefaultNow = (request: GatewayRequest, endpoint: PublishedEndpoint | undefined): GatewayAnswer => {
    const refused = endpoint?.requiresProxyAuth === true ? proxyAuthAnswer(request, proxyToken) : undefined
    return refused ?? appAnswer(request, endpoint)
  }

  const CALL_ID = '__modal_function_call_id'
  const seeOther = async (request: GatewayRequest, hops: number, ms: number): Promise<GatewayAnswer> => {
    if (ms > 0) await wait(ms, undefined, { signal: closing.signal })
    const url = new URL(request.path, `https://${request.host}`)
    const id = `fc-${String(calls.size + 1).padStart(22, '0')}`
    calls.set(id, hops - 1)
    url.searchParams.set(CALL_ID, id)
    return { status: 303, headers: { location: url.href } }
  }
  /** A hop of a chain; undefined where it is over and the app answers. */
  const nextHop = (request: GatewayRequest, id: string): GatewayAnswer | undefined => {
    const left = calls.get(id)
    if (left === undefined) return modalHttp('missing-request')
    if (request.method !== 'GET' && request.method !== 'HEAD') return modalHttp('bad-redirect-method')
    if (left <= 0) return undefined
    calls.set(id, left - 1)
    return { status: 303, headers: { location: new URL(request.path, `https://${request.host}`).href } }
  }

  return undefined as never
}

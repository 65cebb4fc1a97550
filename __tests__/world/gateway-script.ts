import { setTimeout as wait } from 'node:timers/promises'
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
import type { EdgeEntry } from './modal-records.ts'

/** What each host is told to do, and the answers that follow from it. */
export type GatewayScripts = Readonly<{
  /** Replaces the script of a host; an empty one makes it its default again. */
  write: (host: string, script: readonly (GatewayHandler | GatewayBehaviour)[]) => void
  /** Lets go the requests of a host that `hold` keeps, and those to come. */
  release: (host: string) => void
  answer: (request: GatewayRequest, entry: EdgeEntry) => Promise<GatewayAnswer>
}>

type Step = { left: number; readonly answer: GatewayHandler }
type Hold = Readonly<{ released: Promise<void>; release: () => void }>

/** The parameter that carries a running call from one 303 to the next. */
const CALL_ID = '__modal_function_call_id'
const PIECE_BYTES = 4

/**
 * @param token what endpoints with proxy authentication ask for
 * @param signal ends every wait
 */
export function openScripts(token: Readonly<{ key: string; secret: string }>, signal: AbortSignal): GatewayScripts {
  const scripts = new Map<string, Step[]>()
  const holds = new Map<string, Hold>()
  /** Hops that are left of each running call. */
  const chains = new Map<string, Readonly<{ hops: number; ms: number }>>()
  const pause = (ms: number): Promise<unknown> => wait(ms, undefined, { signal })

  const holdOf = (host: string): Hold => {
    const hold = holds.get(host) ?? openHold()
    holds.set(host, hold)
    return hold
  }

  const ordinary = (...[request, endpoint]: Parameters<GatewayHandler>): GatewayAnswer => {
    const refused = endpoint?.requiresProxyAuth === true ? proxyAuthAnswer(request, token) : undefined
    return refused ?? appAnswer(request, endpoint)
  }

  const startChain = async (request: GatewayRequest, hops: number, ms: number): Promise<GatewayAnswer> => {
    await pause(ms)
    const id = `fc-${String(chains.size + 1).padStart(22, '0')}`
    chains.set(id, { hops: hops - 1, ms })
    const location = new URL(request.path, `https://${request.host}`)
    location.searchParams.set(CALL_ID, id)
    return { status: 303, headers: { location: location.href } }
  }

  /** The answer to a hop of a chain; undefined at its end, where the app answers. */
  const followChain = async (request: GatewayRequest, id: string): Promise<GatewayAnswer | undefined> => {
    const chain = chains.get(id)
    if (chain === undefined) return modalHttp('missing-request')
    if (request.method !== 'GET' && request.method !== 'HEAD') return modalHttp('bad-redirect-method')
    await pause(chain.ms)
    if (chain.hops === 0) return undefined
    chains.set(id, { ...chain, hops: chain.hops - 1 })
    return { status: 303, headers: { location: `https://${request.host}${request.path}` } }
  }

  const played = (behaviour: GatewayBehaviour): GatewayHandler => {
    switch (behaviour.kind) {
      case 'default':
        return ordinary
      case 'answer':
        return () => behaviour.answer
      case 'json':
        return () => json(behaviour.status ?? 200, behaviour.body, behaviour.headers)
      case 'cold-start': {
        let warm: Promise<unknown> | undefined
        return async (...asked) => {
          warm ??= pause(behaviour.ms)
          await warm
          return ordinary(...asked)
        }
      }
      case 'hold':
        return async (...asked) => {
          await holdOf(asked[0].host).released
          return ordinary(...asked)
        }
      case 'see-other':
        return (request) => startChain(request, behaviour.hops, behaviour.ms ?? 0)
      case 'no-container':
        // Modal documents the status, not the words.
        return () => ({
          status: 503,
          headers: { 'content-type': 'text/plain' },
          body: 'modal-http: no container is ready',
        })
      case 'modal-http':
        return () => modalHttp(behaviour.text)
      case 'proxy-auth':
        return (request, endpoint) => proxyAuthAnswer(request, behaviour) ?? appAnswer(request, endpoint)
      case 'revision':
        return (request, endpoint) => {
          const published = behaviour.stale === true ? endpoint?.previous?.commit : endpoint?.commit
          const answer = ordinary(request, endpoint)
          return answer.status === 200 ? withCommit(answer, behaviour.at, behaviour.commit ?? published ?? '') : answer
        }
      case 'reset':
        return () => ({ status: 200, cut: 'before' })
      case 'half-answer':
        return () => ({ ...json(200, { status: 'ok' }), cut: 'within' })
      case 'slow-body': {
        const { pieceMs, pieceBytes = PIECE_BYTES, body } = behaviour
        return () => ({ ...json(200, { status: 'ok' }), ...(body === undefined ? {} : { body }), pieceMs, pieceBytes })
      }
    }
  }

  return {
    write: (host, script) => {
      const steps = script.map((part) =>
        typeof part === 'function'
          ? { left: Number.POSITIVE_INFINITY, answer: part }
          : { left: part.times ?? Number.POSITIVE_INFINITY, answer: played(part) },
      )
      scripts.set(host, steps)
      holds.delete(host)
    },
    release: (host) => holdOf(host).release(),
    answer: async (request, entry) => {
      const endpoint = entry.state === 'live' ? entry.endpoint : undefined
      const running = new URL(request.path, `https://${request.host}`).searchParams.get(CALL_ID)
      if (running !== null) return (await followChain(request, running)) ?? ordinary(request, endpoint)
      const step = scripts.get(request.host)?.find(({ left }) => left > 0)
      if (step === undefined) return edgeAnswer(entry) ?? ordinary(request, endpoint)
      step.left -= 1
      return step.answer(request, endpoint)
    },
  }
}

function openHold(): Hold {
  const { promise, resolve } = Promise.withResolvers<void>()
  return { released: promise, release: resolve }
}

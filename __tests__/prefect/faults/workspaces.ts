import { setImmediate } from 'node:timers/promises'
import { type Http, openHttp } from '../../../src/http/client.ts'
import { startInstantPrefect } from '../../world/instant-prefect.ts'
import type { State } from '../../world/instant/state.ts'
import { startWire, type WireFault } from '../../world/wire.ts'
import { type VirtualClock, virtualClock } from '../apply/virtual-clock.ts'
import { rowsOf } from '../model/rows.ts'
import { API_URL, type NearWorkspace, openWorkspace } from '../model/workspace.ts'
import type { Struck } from './kinds.ts'

/** A workspace in which something stands already, and a clock that fits the way to it. */
export type Troubled = Readonly<{ workspace: NearWorkspace; clock: VirtualClock }>

/** What opens workspaces to which the way is troubled, one after another. */
export type Way = (then: State, struck: Struck | undefined) => Troubled

/** Bytes that the action reads of an answer. */
const MAX_BYTES = 8 * 2 ** 20

/** In this process: the trouble can only be somebody else's answer. */
export const nearWorkspace: Way = (then, struck) => {
  const workspace = openWorkspace(structuredClone(then))
  const connect: NearWorkspace['connect'] = (circumstances) => {
    const { http, writes } = workspace.connect(circumstances)
    const refused: ReturnType<typeof writes>[number][] = []
    const strikes = strikesOf(struck)
    const send: Http['send'] = async (request) => {
      const path = new URL(request.url).pathname
      if (struck === undefined || !strikes(path)) return http.send(request)
      if (isWrite(path)) refused.push({ method: request.method, path })
      await Promise.resolve()
      const { status, headers = {}, body = '' } = struck.trouble.answer ?? { status: 500 }
      const told = { date: new Date().toUTCString(), 'content-type': 'application/json', ...headers }
      return { status, headers: told, text: body.slice(0, MAX_BYTES), cut: body.length > MAX_BYTES }
    }
    return { http: { ...http, send }, writes: () => [...writes(), ...refused] }
  }
  return { workspace: { ...workspace, connect }, clock: virtualClock() }
}

function strikesOf(struck: Struck | undefined): (path: string) => boolean {
  let met = 0
  return (path) => {
    if (struck === undefined || (struck.who === 'writes from' && !isWrite(path))) return false
    met += 1
    return struck.who === 'one' ? met === struck.nth : met >= struck.nth
  }
}

/** Of all that a step asks in this process. */
const WRITE = /(?<!\/filter)$/

function isWrite(path: string): boolean {
  return WRITE.test(path)
}

/** Seconds of one try; a server that gives no answer at all is not waited for as long as the action does. */
const TRY_WITHIN = 0.3

export type FarWorkspaces = Readonly<{ way: Way; stop: () => Promise<void> }>

/** Behind real sockets, on which everything can go wrong. One at a time. */
export async function startFarWorkspaces(): Promise<FarWorkspaces> {
  const server = await startInstantPrefect()
  const wire = await startWire(server.url)
  const http = openHttp({})
  const send: Http['send'] = (request) =>
    http.send({ ...request, url: request.url.replace(API_URL, wire.url), timeout: TRY_WITHIN })
  return {
    way: (then, struck) => {
      server.keep(structuredClone(then))
      wire.heal()
      for (const fault of faultsOf(struck)) wire.fault(fault)
      const workspace: NearWorkspace = {
        state: server.state(),
        rows: async () => rowsOf(server.state()),
        person: openWorkspace(server.state()).person,
        connect: () => {
          const sent = wire.writes().length
          return { http: { send, close: () => Promise.resolve() }, writes: () => wire.writes().slice(sent) }
        },
      }
      return { workspace, clock: hastyClock() }
    },
    stop: async () => {
      await http.close()
      await wire.stop()
      await server.stop()
    },
  }
}

/** What a wire is told, so that the trouble meets whom it shall. */
export function faultsOf(struck: Struck | undefined): readonly WireFault[] {
  if (struck === undefined) return []
  const { trouble, who, nth } = struck
  const path = who === 'writes from' ? WRITE : /^/
  if (who === 'one') return [{ ...trouble, path, nth, times: 1 }]
  // Those before it are let through.
  return [
    { path, delayMs: 0, times: nth - 1 },
    { ...trouble, path },
  ]
}

/** Lets nobody wait: whoever sleeps wakes at once, and it is as late as he wished. */
function hastyClock(): VirtualClock {
  let now = 0
  return {
    now: () => new Date(now * 1000),
    seconds: () => now,
    sleep: async (seconds) => {
      const wakes = now + Math.max(0, seconds)
      await setImmediate()
      now = Math.max(now, wakes)
    },
    until: (work) => work,
  }
}

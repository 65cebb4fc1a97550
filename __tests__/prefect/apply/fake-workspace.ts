import { randomUUID } from 'node:crypto'
import { cancelled, Fault } from '../../../src/faults.ts'
import type { HttpAnswer } from '../../../src/http/client.ts'
import { Trouble } from '../../../src/http/trouble.ts'
import { parseApiUrl } from '../../../src/prefect/api-url.ts'
import type { PlainCall, PrefectApi } from '../../../src/prefect/client.ts'
import { isJsonObject, type JsonObject } from '../../../src/prefect/json.ts'
import type { VirtualClock } from './virtual-clock.ts'

/** What happens to one request. `*-after`: the server took the write, and its answer got lost. */
export type Mishap =
  | 'reset-before'
  | 'reset-after'
  | 'half-after'
  | 'page'
  | 'page-after'
  | 'refused'
  | '503'
  | '503-after'
  | '429'
  | '401'
  | '403'
  | '404'
  | '409'
  | '422'
  | 'conflict'
  | 'abort'
  | 'abort-after'

/** An answer in the place of the server's, which takes nothing. */
export type Refusal = Readonly<{ status: number; body?: unknown; headers?: Record<string, string> }>

/** One request. `perhaps`: from the answer nobody could tell whether it was taken. */
export type Journal = Readonly<{
  call: PlainCall
  /** The name of a deployment, or `flow:` and that of a flow. */
  of: string
  /** Seconds when it arrived. */
  at: number
  taken: boolean
  perhaps: boolean
}>

export type FakeWorkspace = Readonly<{
  api: PrefectApi
  /** Ids by name. */
  flows: Map<string, string>
  /** Bodies by id; `schedules` are ids. */
  deployments: Map<string, JsonObject>
  /** Bodies; who owns one stands in its `owner_resource`. */
  automations: JsonObject[]
  /** Bodies by resource. */
  slas: Map<string, unknown>
  journal: Journal[]
  /** Requests that were out at once, each time one arrived. */
  atOnce: number[]
}>

type Options = Readonly<{
  clock: VirtualClock
  signal: AbortSignal
  /** Aborts the signal. */
  abort: () => void
  /** By the number of the request, from 0. */
  mishap: (nth: number, call: PlainCall) => Mishap | Refusal | undefined
  /** Seconds a request takes. */
  takes?: number
}>

const PAGE = '<html>log in</html>'

/** A workspace as the apply sees it: what it writes is kept as Prefect's server keeps it. */
export function fakeWorkspace({ clock, signal, abort, mishap, takes = 0.1 }: Options): FakeWorkspace {
  const flows = new Map<string, string>()
  const deployments = new Map<string, JsonObject>()
  const slas = new Map<string, unknown>()
  const automations: JsonObject[] = []
  const journal: Journal[] = []
  const atOnce: number[] = []
  let out = 0
  let arrived = 0

  const routes: readonly (readonly [
    RegExp,
    (given: JsonObject, ids: readonly string[], body: unknown) => HttpAnswer,
  ])[] = [
    [
      /^POST \/flows\/$/,
      ({ name }) => {
        const id = flows.get(String(name)) ?? randomUUID()
        flows.set(String(name), id)
        return answer(201, { id })
      },
    ],
    [
      /^POST \/deployments\/$/,
      (given) => {
        if (![...flows.values()].includes(String(given['flow_id']))) return answer(409, { detail: 'No such flow' })
        const [there] = [...deployments].find(([, one]) => one['name'] === given['name']) ?? []
        const id = there ?? randomUUID()
        deployments.set(id, given)
        return answer(there === undefined ? 201 : 200, { id })
      },
    ],
    [
      /^PATCH \/deployments\/([^/]+)$/,
      (given, [id = '']) => {
        const there = deployments.get(id)
        if (there === undefined) return answer(404, { detail: 'Deployment not found.' })
        deployments.set(id, { ...there, ...given })
        return answer(204)
      },
    ],
    [
      /^DELETE \/deployments\/([^/]+)\/schedules\/([^/]+)$/,
      (_, [id = '', schedule]) => {
        const schedules = schedulesOf(deployments.get(id))
        const kept = schedules.filter((one) => one !== schedule)
        deployments.set(id, { ...deployments.get(id), schedules: kept })
        return kept.length === schedules.length ? answer(404, { detail: 'Schedule not found' }) : answer(204)
      },
    ],
    [
      /^DELETE \/automations\/owned-by\/(.+)$/,
      (_, [owner]) => {
        const spared = automations.filter((one) => one['owner_resource'] !== owner)
        automations.splice(0, automations.length, ...spared)
        return answer(202, null)
      },
    ],
    [
      /^POST \/automations\/$/,
      (given) => {
        automations.push(given)
        return answer(201, { id: randomUUID() })
      },
    ],
    [
      /^POST \/slas\/apply-resource-slas\/(.+)$/,
      (_, [resource = ''], body) => {
        slas.set(resource, body)
        return answer(200, { created: [], updated: [], deleted: [] })
      },
    ],
  ]
  const take = ({ method, path, body }: PlainCall): HttpAnswer => {
    const asked = `${method} ${path}`
    for (const [route, taken] of routes) {
      const match = route.exec(asked)
      if (match !== null) return taken(objectOf(body), match.slice(1), body)
    }
    throw new Error(`no route ${asked}`)
  }
  const ofWhom = ({ path, body }: PlainCall): string => {
    const given = objectOf(body)
    if (path === '/flows/') return `flow:${String(given['name'])}`
    if (path === '/deployments/') return String(given['name'])
    const id = /[0-9a-f-]{36}/.exec(path === '/automations/' ? String(given['owner_resource']) : path)?.[0] ?? ''
    return String(deployments.get(id)?.['name'])
  }
  const once = async (call: PlainCall): Promise<HttpAnswer> => {
    if (signal.aborted) throw cancelled(signal)
    out += 1
    atOnce.push(out)
    const happens = mishap(arrived++, call)
    const entry = { call, of: ofWhom(call), at: clock.seconds() }
    await clock.sleep(takes, signal)
    out -= 1
    if (happens === 'abort' || happens === 'abort-after') abort()
    if (signal.aborted) {
      const taken = happens === 'abort-after' && take(call).status < 300
      journal.push({ ...entry, taken, perhaps: true })
      throw cancelled(signal)
    }
    // Whoever is told that a schedule is not there is told the truth: somebody else deleted it.
    if (happens === '404' && call.path.includes('/schedules/')) take(call)
    if (typeof happens === 'object') {
      journal.push({ ...entry, taken: false, perhaps: happens.status >= 500 })
      return answer(happens.status, happens.body, happens.headers)
    }
    if (happens !== undefined && !happens.endsWith('-after')) {
      journal.push({ ...entry, taken: false, perhaps: ['503', 'reset-before', 'page'].includes(happens) })
      return untaken(happens)
    }
    const answered = take(call)
    const taken = answered.status < 300
    journal.push({ ...entry, taken, perhaps: taken || happens !== undefined })
    if (happens === 'reset-after') throw new Trouble('reset', 'socket hang up')
    if (happens === '503-after') return answer(503, { exception_message: 'Service Unavailable' })
    if (happens === 'half-after') return { ...answered, status: 201, text: '{"id":' }
    if (happens === 'page-after') return { ...answered, status: 200, text: PAGE }
    return answered
  }
  return { api: apiOf(once), flows, deployments, automations, slas, journal, atOnce }
}

function untaken(happens: Mishap): HttpAnswer {
  if (happens === 'reset-before') throw new Trouble('reset', 'socket hang up')
  if (happens === 'refused') throw new Trouble('refused', 'connect ECONNREFUSED')
  if (happens === 'page') return { ...answer(200), text: PAGE }
  if (happens === '429') return answer(429, { detail: 'Too many requests' }, { 'retry-after': '3' })
  if (happens === '404') return answer(404, { detail: 'Deployment not found.' })
  if (happens === 'conflict') return answer(409, { detail: 'Data integrity conflict. See server logs for details.' })
  return answer(Number(happens), { detail: `the server says ${happens}` })
}

function answer(status: number, body?: unknown, headers: Record<string, string> = {}): HttpAnswer {
  return { status, headers, text: body === undefined ? '' : JSON.stringify(body), cut: false }
}

function apiOf(once: PrefectApi['once']): PrefectApi {
  const none = (): never => {
    throw new Error('The apply only writes.')
  }
  const faultOf: PrefectApi['faultOf'] = ({ status }, doing) =>
    new Fault(status < 500 && status !== 429 ? 'target' : 'remote', `${doing}: Prefect answered ${status}.`, {
      hint: 'Hint.',
    })
  const { url } = parseApiUrl('http://127.0.0.1:4200/api', { cloudApiUrl: 'https://api.prefect.cloud/api' })
  return { url, requests: () => 0, ask: none, find: none, look: none, pass: none, once, faultOf }
}

function objectOf(body: unknown): JsonObject {
  return isJsonObject(body) ? body : {}
}

function schedulesOf(deployment: JsonObject | undefined): unknown[] {
  const schedules = deployment?.['schedules']
  return Array.isArray(schedules) ? schedules : []
}

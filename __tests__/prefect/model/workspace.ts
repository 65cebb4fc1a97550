import { cancelled, Fault } from '../../../src/faults.ts'
import type { Http, HttpAnswer, HttpRequest } from '../../../src/http/client.ts'
import { Trouble } from '../../../src/http/trouble.ts'
import { isJsonObject, type JsonObject } from '../../../src/prefect/json.ts'
import type { Answer } from '../../world/instant/answers.ts'
import { answered } from '../../world/instant/routes.ts'
import { emptyState, type State } from '../../world/instant/state.ts'
import { POOL } from './project.ts'
import { type Rows, rowsOf } from './rows.ts'

/** The address that the requests name; nothing listens there. */
export const API_URL = 'http://127.0.0.1:4200/api'

/**
 * What goes wrong while a step runs; `nth` counts its requests from 0, for `stop` its writes. `before`: the server does not
 * see the request; `after`: it does, and the answer is lost.
 */
export type Mishap =
  | Readonly<{ kind: 'reset' | 'stop'; when: 'before' | 'after'; nth: number }>
  /** From then on every request, or one. */
  | Readonly<{ kind: '503' | 'down' | 'denied'; nth: number }>
  /** Every write to the deployment of that place in the file is refused, or every new automation. */
  | Readonly<{ kind: 'refused'; place: number }>
  | Readonly<{ kind: 'refused automations' }>

export type Sent = Readonly<{ method: string; path: string }>

/** A workspace, and people who work in it. */
export type Workspace = Readonly<{
  rows: () => Promise<Rows>
  /** What a person does in the UI. Rejects where the server does not take it. */
  person: (method: string, path: string, body?: unknown) => Promise<unknown>
}>

/** One in this process: the stand-in server behind no wire. */
export type NearWorkspace = Workspace &
  Readonly<{
    state: State
    /** The connection of one step, with its requests that change something. */
    connect: (circumstances: Circumstances) => Readonly<{ http: Http; writes: () => readonly Sent[] }>
  }>

export type Circumstances = Readonly<{
  mishap?: Mishap | undefined
  /** Name of the deployment of a place in the file. */
  nameAt: (place: number) => string | undefined
  stop: () => void
  /** From 0 to 1; how long answers take, against each other. */
  random: () => number
}>

/** An empty one, or one in which this stands already. */
export function openWorkspace(state = emptyState()): NearWorkspace {
  const take = (method: string, path: string, body?: unknown): unknown => {
    const { status, body: said } = answered(state, { method, path, query: new URLSearchParams(), body })
    if (status >= 300) throw new Error(`${method} ${path}: ${status} ${JSON.stringify(said)}`)
    return said
  }
  if (state.pools.size === 0) take('POST', '/work_pools/', { name: POOL, type: 'modal:push' })
  return {
    state,
    rows: () => Promise.resolve(rowsOf(state)),
    person: async (...asked) => take(...asked),
    connect: (circumstances) => connected(state, circumstances),
  }
}

function connected(state: State, around: Circumstances): ReturnType<NearWorkspace['connect']> {
  const writes: Sent[] = []
  let requests = 0
  const take = (request: HttpRequest): Answer => {
    const { pathname, searchParams: query } = new URL(request.url)
    const path = decodeURIComponent(pathname.slice(new URL(API_URL).pathname.length))
    const body: unknown = request.body === undefined ? undefined : JSON.parse(request.body)
    return answered(state, { method: request.method, path, query, body })
  }
  const send = async (request: HttpRequest): Promise<HttpAnswer> => {
    if (request.signal.aborted) throw cancelled(request.signal)
    const nth = requests
    requests += 1
    const isWrite = request.method !== 'GET' && !/\/(?:filter|count)$/.test(new URL(request.url).pathname)
    const nthWrite = writes.length
    if (isWrite) writes.push({ method: request.method, path: new URL(request.url).pathname })
    for (let turns = Math.floor(around.random() * 6); turns > 0; turns -= 1) await Promise.resolve()
    const happens = around.mishap
    if (happens === undefined) return spoken(take(request))
    switch (happens.kind) {
      case 'reset':
        if (nth !== happens.nth) break
        if (happens.when === 'after') take(request)
        throw new Trouble('reset', 'socket hang up')
      case 'stop':
        if (!isWrite || nthWrite !== happens.nth) break
        if (happens.when === 'after') take(request)
        around.stop()
        throw cancelled(request.signal)
      case '503':
        if (nth === happens.nth) return spoken(UNAVAILABLE)
        break
      case 'down':
        if (nth >= happens.nth) return spoken(UNAVAILABLE)
        break
      case 'denied':
        if (nth >= happens.nth) return spoken({ status: 401, body: { detail: 'Unauthorized' } })
        break
      case 'refused': {
        const name = around.nameAt(happens.place)
        if (isWrite && name !== undefined && deploymentOf(state, request) === name) return spoken(REFUSED)
        break
      }
      case 'refused automations':
        if (isWrite && request.url === `${API_URL}/automations/`) return spoken(REFUSED)
        break
    }
    return spoken(take(request))
  }
  return { http: { send, close: () => Promise.resolve() }, writes: () => writes }
}

const UNAVAILABLE: Answer = { status: 503, body: { exception_message: 'Service Unavailable' } }
const REFUSED: Answer = { status: 422, body: { detail: 'Validation failed for field' } }

/** The reason with which the signal of a step is aborted. */
export const STOPPED = new Fault('cancelled', 'The step was cancelled.')

function spoken({ status, body }: Answer): HttpAnswer {
  return {
    status,
    headers: { date: new Date().toUTCString() },
    text: body === undefined ? '' : JSON.stringify(body),
    cut: false,
  }
}

/** The name of the deployment that a write makes or updates. */
function deploymentOf(state: State, { method, url, body }: HttpRequest): string | undefined {
  if (method === 'POST' && url === `${API_URL}/deployments/`) return String(objectOf(body)['name'])
  const [, id = ''] = /\/deployments\/([0-9a-f-]{36})$/.exec(url) ?? []
  return state.deployments.get(id)?.name
}

function objectOf(body: string | undefined): JsonObject {
  const parsed: unknown = JSON.parse(body ?? '{}')
  return isJsonObject(parsed) ? parsed : {}
}

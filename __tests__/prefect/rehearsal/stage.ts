import { request } from 'node:http'
import type { Clock, Log } from '../../../src/host.ts'
import type { HttpAnswer, HttpRequest } from '../../../src/http/client.ts'
import type { ApiUrl } from '../../../src/prefect/api-url.ts'
import { openPrefectApi, type PrefectApi } from '../../../src/prefect/client.ts'
import { openRecorder, type Recorder, type RecorderTools } from '../../../src/prefect/rehearsal/recorder.ts'
import { deploymentKey, type LiveDeployment, type Survey } from '../../../src/prefect/survey/shapes.ts'

/** What the workspace answers to `METHOD /path`: a status and JSON, or a text; a function makes one, or throws. */
export type Answers = Readonly<Record<string, Said | (() => Promise<Said>)>>
type Said = readonly [status: number, body: unknown]

export type Upstream = Readonly<{ api: PrefectApi; asked: () => readonly string[] }>

const clock: Clock = { now: () => new Date(0), seconds: () => 0, sleep: async () => undefined }
const log: Log = { info: () => undefined, debug: () => undefined, group: () => undefined, warning: () => undefined }
const SELF_HOSTED: ApiUrl = { kind: 'self-hosted', base: 'https://prefect.example/api' }

/** The action's own client, before a workspace that answers from a table, and 404 to everything else. */
export function upstream(answers: Answers = {}, url: ApiUrl = SELF_HOSTED): Upstream {
  const asked: string[] = []
  const send = async (sent: HttpRequest): Promise<HttpAnswer> => {
    const wanted = `${sent.method} ${sent.url.slice(url.base.length)}`
    asked.push(wanted)
    const found = answers[wanted] ?? ([404, { detail: 'Not Found' }] as const)
    const [status, body] = typeof found === 'function' ? await found() : found
    const text = typeof body === 'string' ? body : JSON.stringify(body)
    return { status, headers: { 'content-type': 'application/json' }, text, cut: false }
  }
  const http = { send, close: async () => undefined }
  const tools = { http, clock, log, random: () => 0.5, signal: new AbortController().signal }
  const access = { url, apiKey: 'pnu_key', from: 'the input `prefect-api-key`', headers: {} }
  return { api: openPrefectApi(tools, access), asked: () => [...asked] }
}

export const FLOW = '11111111-0000-4000-8000-000000000001'
export const LIVE = '22222222-0000-4000-8000-000000000001'
export const SCHEDULE = '33333333-0000-4000-8000-000000000001'

/** A live deployment, with what the API tells beside what this action reads. */
export function liveDeployment(flow: string, name: string, changes: Partial<LiveDeployment> = {}): LiveDeployment {
  const at = '2026-11-20T00:00:00Z'
  const schedules = [{ id: SCHEDULE, schedule: { cron: '0 0 * * *' }, active: true, slug: 'nightly' }]
  return { flow, name, id: LIVE, flow_id: FLOW, created: at, updated: at, schedules, labels: { own: 1 }, ...changes }
}

/** A survey that met these deployments, and asked for no other name. */
export function surveyOf(...deployments: readonly LiveDeployment[]): Survey {
  return {
    deployments: new Map(deployments.map((one) => [deploymentKey(one.flow, one.name), one])),
    flows: new Map(deployments.map(({ flow, flow_id: id }) => [flow, id])),
    automations: new Map(),
    at: new Date('2026-11-24T12:00:00Z'),
  }
}

export type Stage = Recorder &
  Readonly<{
    call: Call
    hidden: readonly string[]
    asked: Upstream['asked']
  }>
export type Call = (method: string, path: string, body?: unknown) => Promise<Heard>
export type Heard = Readonly<{ status: number; body: unknown }>

/** A recorder, and a way to ask it as the command does. Whoever opens one closes it. */
export async function openStage(
  given: Readonly<{ answers?: Answers; url?: ApiUrl }> & Partial<Pick<RecorderTools, 'survey' | 'surveyed'>> = {},
): Promise<Stage> {
  const { api, asked } = upstream(given.answers, given.url)
  const hidden: string[] = []
  const recorder = await openRecorder({
    api,
    survey: given.survey ?? surveyOf(),
    surveyed: given.surveyed ?? [],
    uiUrl: 'https://ui.example',
    hide: (values) => void hidden.push(...values),
  })
  const call: Call = async (method, path, body) =>
    heard(recorder.address.url.base + path, { method, ...(body === undefined ? {} : { body: textOf(body) }) })
  return { ...recorder, call, hidden, asked }
}

function textOf(body: unknown): string {
  return typeof body === 'string' ? body : JSON.stringify(body)
}

/** Asks as the command never would: with any path, as it is, and any `Host`. */
export async function heard(
  url: string,
  options: Readonly<{ method?: string; body?: string; host?: string; path?: string }> = {},
): Promise<Heard> {
  const { hostname, port, host } = new URL(url)
  const path = options.path ?? url.slice(url.indexOf(host) + host.length)
  return new Promise((resolve, reject) => {
    const headers = { host: options.host ?? host, authorization: 'Bearer of-the-child' }
    const sent = request({ hostname, port, path, method: options.method ?? 'GET', headers }, (answer) => {
      let text = ''
      answer.setEncoding('utf8').on('data', (piece: string) => {
        text += piece
      })
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body: jsonOf(text) }))
    })
    sent.on('error', reject)
    sent.end(options.body)
  })
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

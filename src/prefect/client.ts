import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import type { Fault } from '../faults.ts'
import type { Http, HttpAnswer, HttpRequest } from '../http/client.ts'
import { type RetryTools, sendAgain } from '../http/retry.ts'
import { Trouble } from '../http/trouble.ts'
import type { ApiUrl } from './api-url.ts'
import { answerFault, troubleFault } from './client-faults.ts'

/** One workspace (Cloud) or server, and what opens it. */
export type PrefectAccess = Readonly<{
  url: ApiUrl
  apiKey?: string | undefined
  /** `user:password`; wins over the key, as in Prefect's own client. */
  authString?: string | undefined
  /** Where the credential came from, in words; says that there is none where there is none. */
  from: string
  /** `PREFECT_CLIENT_CUSTOM_HEADERS`, which may replace `Authorization`. Names in lower case. */
  headers: Readonly<Record<string, string>>
}>

/** One call that may be repeated without harm: a read, or a filter, which Prefect asks for by POST. */
export type PrefectCall<T> = Readonly<{
  /** What is tried, as the start of a sentence: "Reading the work pool `x`". */
  doing: string
  method: 'GET' | 'POST'
  /** Behind the API's address; parts from outside are percent-encoded already. */
  path: string
  body?: unknown
  /** Asks Cloud above the workspaces instead of in this one. */
  above?: string
  answer: z.ZodType<T>
}>

export type PrefectAnswer<T> = Readonly<{
  value: T
  /** The server's clock when it answered, to the second; absent where it sent no `Date`. */
  at?: Date
}>

/** One call whose answer is taken as it comes. */
export type PlainCall = Readonly<{
  doing: string
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  path: string
  body?: unknown
}>

export type PrefectApi = Readonly<{
  url: ApiUrl
  /** Requests sent so far, tries and tokens included. */
  requests: () => number
  /**
   * @throws Fault `target` for 401, 403 and 404, `refusal` for other 4xx, `remote` for 5xx, for no answer, and for one
   * of another shape
   */
  ask: <T>(call: PrefectCall<T>) => Promise<PrefectAnswer<T>>
  /** Like `ask`, but `undefined` for 404. */
  find: <T>(call: PrefectCall<T>) => Promise<PrefectAnswer<T> | undefined>
  /** Like `find`, but `'forbidden'` for 403: for what a deploy can do without. */
  look: <T>(call: PrefectCall<T>) => Promise<PrefectAnswer<T> | 'forbidden' | undefined>
  /**
   * A read, tried again while the trouble looks passing, with the last answer whatever its status.
   *
   * @throws Fault `target` or `remote` where no answer came
   */
  pass: (call: PlainCall) => Promise<HttpAnswer>
  /**
   * One try, with the answer whatever its status: for writes, which only their caller knows how to repeat.
   *
   * @throws Trouble where no whole answer came; Fault `cancelled`
   */
  once: (call: PlainCall) => Promise<HttpAnswer>
  /** What an answer that is not the wanted one means. */
  faultOf: (answer: HttpAnswer, doing: string) => Fault
}>

/** Seconds of one try; Prefect's own client waits as long (PREFECT_API_REQUEST_TIMEOUT). */
const TRY_WITHIN = 60
/** Prefect: client/constants.py, seen in 3.4 to 3.9. */
const API_VERSION = '0.8.4'

type ClientTools = RetryTools & Readonly<{ signal: AbortSignal }>

/** Opens the REST API of one workspace. No request is sent yet. */
export function openPrefectApi(tools: ClientTools, access: PrefectAccess): PrefectApi {
  let requests = 0
  const http: Http = {
    ...tools.http,
    send: (request) => {
      requests += 1
      return tools.http.send(request)
    },
  }
  const again = async (call: AnyCall, extra: Record<string, string>): Promise<HttpAnswer> =>
    sendAgain({ ...tools, http }, requestOf(call, access, { extra, signal: tools.signal }))
  const once = async (call: AnyCall, extra: Record<string, string>): Promise<HttpAnswer> =>
    http.send(requestOf(call, access, { extra, signal: tools.signal }))
  let csrf: Record<string, string> = {}
  const guarded = async (call: AnyCall, send: typeof again): Promise<HttpAnswer> => {
    const answer = await send(call, call.method === 'GET' ? {} : csrf)
    if (!wantsCsrf(answer)) return answer
    const client = randomUUID()
    const told = await again(csrfCall(client), {})
    const token = csrfToken(told)
    // Whoever may not even ask for a token learns why from that answer.
    if (token === undefined) return told.status >= 400 ? told : answer
    csrf = { 'prefect-csrf-token': token, 'prefect-csrf-client': client }
    return send(call, csrf)
  }
  const reach = async (call: AnyCall): Promise<HttpAnswer> => {
    try {
      return await guarded(call, again)
    } catch (thrown) {
      if (thrown instanceof Trouble) throw troubleFault(thrown, call.doing, access)
      throw thrown
    }
  }
  const find: PrefectApi['find'] = async (call) => {
    const answer = await reach(call)
    return answer.status === 404 ? undefined : read(answer, call, access)
  }
  const look: PrefectApi['look'] = async (call) => {
    const answer = await reach(call)
    if (answer.status === 403) return 'forbidden'
    return answer.status === 404 ? undefined : read(answer, call, access)
  }
  return {
    url: access.url,
    requests: () => requests,
    find,
    look,
    ask: async (call) => read(await reach(call), call, access),
    pass: reach,
    once: (call) => guarded(call, once),
    faultOf: (answer, doing) => answerFault(answer, doing, access),
  }
}

type AnyCall = PlainCall & Readonly<{ above?: string }>

function requestOf(
  call: AnyCall,
  access: PrefectAccess,
  { extra, signal }: Readonly<{ extra: Record<string, string>; signal: AbortSignal }>,
): HttpRequest {
  return {
    method: call.method,
    url: `${call.above ?? access.url.base}${call.path}`,
    headers: {
      accept: 'application/json',
      'x-prefect-api-version': API_VERSION,
      ...authorization(access),
      ...access.headers,
      ...extra,
      ...(call.body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
    timeout: TRY_WITHIN,
    signal,
  }
}

function authorization({ apiKey, authString }: PrefectAccess): Record<string, string> {
  if (authString !== undefined) {
    return { authorization: `Basic ${Buffer.from(authString, 'utf8').toString('base64')}` }
  }
  return apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }
}

function read<T>(answer: HttpAnswer, call: PrefectCall<T>, access: PrefectAccess): PrefectAnswer<T> {
  const parsed = answer.status < 300 ? call.answer.safeParse(json(answer)) : undefined
  if (parsed?.success !== true) throw answerFault(answer, call.doing, access)
  const at = Date.parse(answer.headers['date'] ?? '')
  return { value: parsed.data, ...(Number.isNaN(at) ? {} : { at: new Date(at) }) }
}

function json({ text, cut }: HttpAnswer): unknown {
  if (cut) return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** A self-hosted server may want a token with every POST, filters included (Prefect: server/api/csrf_token.py). */
function wantsCsrf({ status, text }: HttpAnswer): boolean {
  return status === 403 && /csrf/i.test(text)
}

function csrfCall(client: string): PlainCall {
  return { doing: 'Asking for a CSRF token', method: 'GET', path: `/csrf-token?client=${client}` }
}

function csrfToken(answer: HttpAnswer): string | undefined {
  const parsed = z.object({ token: z.string() }).safeParse(json(answer))
  return parsed.success ? parsed.data.token : undefined
}

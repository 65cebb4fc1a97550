import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { portOf } from './free-port.ts'
import type { Answer } from './instant/answers.ts'
import { answered } from './instant/routes.ts'
import { emptyState, type State } from './instant/state.ts'
import { attachPrefectServer, type PrefectServer } from './prefect-server.ts'

export type InstantPrefect = PrefectServer &
  Readonly<{
    /** Requests so far. */
    requests: () => number
    /** Forgets everything, pools included. */
    reset: () => void
    /** Everything that it keeps. */
    state: () => State
    /** Keeps this from now on, and changes it. */
    keep: (kept: State) => void
  }>

/**
 * Stands for Prefect's server where thousands of requests are wanted, or none of the server's own time: it keeps what is
 * written in memory and answers at once. What is stored and how it is answered is as in the open-source server 3.8.8
 * (`instant-prefect.test.ts` holds it against one). It does not check parameters and job variables against their schemas,
 * does not fill in templates of parameters, knows no runs and asks for no credentials.
 */
export async function startInstantPrefect(): Promise<InstantPrefect> {
  let state = emptyState()
  let requests = 0
  const server = createServer((incoming, outgoing) => {
    requests += 1
    incoming.on('error', () => outgoing.destroy())
    void text(incoming).then((body) => say(outgoing, answerTo(incoming, body)))
  })
  const answerTo = ({ method = '', url = '' }: IncomingMessage, sent: string): Answer => {
    const { pathname, searchParams: query } = new URL(url, 'http://127.0.0.1')
    const path = decodeURIComponent(pathname)
    if (!path.startsWith('/api/')) return { status: 404, body: { detail: 'Not Found' } }
    const body = parsed(sent)
    return body === NO_JSON ? NOT_JSON : answered(state, { method, path: path.slice('/api'.length), query, body })
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    ...attachPrefectServer(`http://127.0.0.1:${portOf(server.address())}/api`),
    requests: () => requests,
    reset: () => {
      state = emptyState()
    },
    state: () => state,
    keep: (kept) => {
      state = kept
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

const NO_JSON = Symbol('no JSON')
const NOT_JSON: Answer = {
  status: 422,
  body: {
    exception_message: 'Invalid request received.',
    exception_detail: [{ type: 'json_invalid', loc: ['body', 0], msg: 'JSON decode error' }],
  },
}

function parsed(sent: string): unknown {
  try {
    return sent === '' ? undefined : JSON.parse(sent)
  } catch {
    return NO_JSON
  }
}

function say(outgoing: ServerResponse, { status, body }: Answer): void {
  if (body === undefined) outgoing.writeHead(status).end()
  else outgoing.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

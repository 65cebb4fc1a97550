import { spawn } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { z } from 'zod'
import { ensured } from './ensured.ts'
import { freePort } from './free-port.ts'
import { ensureBlock } from './prefect-blocks.ts'
import { prefectHome, tools } from './tools.ts'

const deploymentSchema = z.looseObject({
  id: z.string(),
  name: z.string(),
  flow_id: z.string(),
  entrypoint: z.string().nullable(),
  version: z.string().nullable(),
  paused: z.boolean(),
  work_pool_name: z.string().nullable(),
  pull_steps: z.array(z.unknown()).nullable(),
  schedules: z.array(z.unknown()),
})
export type LiveDeployment = z.output<typeof deploymentSchema>

export type PrefectServer = Readonly<{
  /** `http://127.0.0.1:PORT/api` */
  url: string
  createPool: (name: string, type?: string) => Promise<void>
  /** Makes it where it is not there yet: test files that share a server share its pools. */
  ensurePool: (name: string) => Promise<void>
  /** The same of a block, by the slug of its type and its name. */
  ensureBlock: (type: string, name: string) => Promise<void>
  deployments: () => Promise<readonly LiveDeployment[]>
  /** Any other call; JSON in, JSON out. */
  call: (method: string, route: string, body?: unknown) => Promise<unknown>
  stop: () => Promise<void>
}>

type PrefectServerOptions = Readonly<{
  /** `user:password` of basic authentication. */ authString?: string
  csrf?: boolean
}>

/** Seconds until a server that does not come up is given up. */
const START_WITHIN = 90

/** Runs a server in a group of its own, and ends the group when its own standard input ends: however this process ends. */
const WATCHED = `
import os, subprocess, sys, threading

server = subprocess.Popen(sys.argv[1:], start_new_session=True, stdin=subprocess.DEVNULL)
threading.Thread(target=lambda: os._exit(server.wait() & 255), daemon=True).start()
sys.stdin.read()
os.killpg(server.pid, 9)
server.wait()
`

/** Starts the real open-source server: SQLite in a folder of its own, a free port, no UI, no analytics. */
export async function startPrefectServer(options: PrefectServerOptions = {}): Promise<PrefectServer> {
  const { prefect } = await tools()
  const home = mkdtempSync(path.join(tmpdir(), 'prefect-server-'))
  cpSync(await prefectHome(), home, { recursive: true })
  const port = await freePort()
  const server = spawn(
    prefect,
    [
      '-c',
      WATCHED,
      path.join(path.dirname(prefect), 'prefect'),
      'server',
      'start',
      '--host',
      '127.0.0.1',
      '--port',
      String(port),
      '--no-ui',
      '--analytics-off',
      '--no-services',
    ],
    {
      env: {
        PATH: process.env['PATH'],
        HOME: home,
        PREFECT_HOME: home,
        PREFECT_SERVER_ANALYTICS_ENABLED: 'false',
        DO_NOT_TRACK: '1',
        ...(options.authString === undefined ? {} : { PREFECT_SERVER_API_AUTH_STRING: options.authString }),
        ...(options.csrf === true ? { PREFECT_SERVER_CSRF_PROTECTION_ENABLED: 'true' } : {}),
      },
      stdio: ['pipe', 'ignore', 'pipe'],
      // A Ctrl-C is for whoever started this; the end of its standard input is what ends it.
      detached: true,
    },
  )
  let said = ''
  server.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-4000)
  })
  const ended = new Promise<void>((resolve) => server.once('exit', () => resolve()))
  const stop = async (): Promise<void> => {
    server.stdin.end()
    await ended
    rmSync(home, { recursive: true, force: true })
  }
  const url = `http://127.0.0.1:${port}/api`
  try {
    await untilHealthy(url, () => server.exitCode)
  } catch (thrown) {
    await stop()
    throw new Error(`The Prefect server did not start: ${said}`, { cause: thrown })
  }
  return { ...attachPrefectServer(url, options.authString), stop }
}

/** A server that runs already; stopping it is its owner's. */
export function attachPrefectServer(url: string, authString?: string): PrefectServer {
  const call = caller(url, authString)
  const createPool: PrefectServer['createPool'] = async (name, type = 'modal:push') => {
    await call('POST', '/work_pools/', {
      name,
      type,
      base_job_template: {
        job_configuration: { env: '{{ env }}' },
        variables: { type: 'object', properties: { env: { type: 'object' } } },
      },
    })
  }
  return {
    url,
    call,
    createPool,
    ensurePool: async (name) => {
      const there = async (): Promise<void> => void (await call('GET', `/work_pools/${name}`))
      await ensured(there, () => createPool(name))
    },
    ensureBlock: (type, name) => ensureBlock(call, type, name),
    deployments: () => allDeployments(call),
    stop: async () => undefined,
  }
}

/** What one answer holds at most, and how far two overlap: others may delete some of theirs in between. */
const A_PAGE = 200
const OVERLAP = 50

/** Test files share a server, which soon has more than one page of them. */
async function allDeployments(call: PrefectServer['call']): Promise<readonly LiveDeployment[]> {
  const all = new Map<string, LiveDeployment>()
  for (let offset = 0; ; offset += A_PAGE - OVERLAP) {
    const body = { limit: A_PAGE, offset, sort: 'CREATED_DESC' }
    const page = z.array(deploymentSchema).parse(await call('POST', '/deployments/filter', body))
    for (const one of page) all.set(one.id, one)
    if (page.length < A_PAGE) return [...all.values()]
  }
}

function caller(url: string, authString: string | undefined): PrefectServer['call'] {
  return async (method, route, body) => {
    const answer = await fetchUnlocked(url + route, {
      method,
      headers: {
        'content-type': 'application/json',
        ...(authString === undefined ? {} : { authorization: `Basic ${btoa(authString)}` }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${method} ${route}: ${answer.status} ${text}`)
    return text === '' ? undefined : (JSON.parse(text) as unknown)
  }
}

/** Seconds in which a call that meets a locked database is sent again: two busy test files may starve a third one. */
const UNLOCKED_WITHIN = 45

/** As `fetch`, asked again while the database is locked. The server ends an idle connection just when it is used again. */
export async function fetchUnlocked(url: string, init: RequestInit): Promise<Response> {
  const headers = new Headers(init.headers)
  headers.set('connection', 'close')
  return unlocked(() => fetch(url, { ...init, headers }))
}

/** What a call is answered once SQLite is not locked by what another test file writes: the server answers 503 then. */
export async function unlocked<T extends { readonly status: number }>(call: () => Promise<T>): Promise<T> {
  const giveUp = Date.now() + UNLOCKED_WITHIN * 1000
  for (;;) {
    const answer = await call()
    if (answer.status !== 503 || Date.now() > giveUp) return answer
    // Between two questions, as below: nothing tells when the lock is gone. Not in step with others who wait for it.
    await new Promise((resolve) => setTimeout(resolve, 50 + 100 * Math.random()))
  }
}

async function untilHealthy(url: string, exitCode: () => number | null): Promise<void> {
  const giveUp = Date.now() + START_WITHIN * 1000
  for (;;) {
    if (exitCode() !== null) throw new Error(`it ended with exit status ${exitCode()}`)
    if (Date.now() > giveUp) throw new Error(`no answer within ${START_WITHIN} s`)
    const healthy = await fetch(`${url}/health`).then(
      (answer) => answer.ok,
      () => false,
    )
    if (healthy) return
    // Between two questions, not in the place of an event: the server has none to wait for.
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

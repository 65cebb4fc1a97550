import { throwIfCancelled } from '../../../src/faults.ts'
import type { HealthContract } from '../../../src/modal/app-request.ts'
import { type EndpointHealth, pollHealth } from '../../../src/modal/health/poll.ts'
import type { HealthTarget } from '../../../src/modal/health/targets.ts'
import type { Clock, Log } from '../../../src/host.ts'
import type { Http, HttpAnswer, HttpRequest } from '../../../src/http/client.ts'
import { Trouble, type TroubleKind } from '../../../src/http/trouble.ts'

/** An undeclared endpoint with a health page. */
export const TARGET: HealthTarget = {
  app: 'shop',
  reference: 'modal_app.py',
  environment: 'main',
  function: 'web',
  url: 'https://acme--shop-web.modal.run',
  customDomains: [],
  requiresProxyAuth: false,
  asked: 'https://acme--shop-web.modal.run/health',
  method: 'GET',
  headers: {},
  json: {},
  timeout: 600,
  declared: false,
}

export const CONTRACT: HealthContract = {
  target: { kind: 'function', name: 'web' },
  method: 'GET',
  headers: {},
  json: {},
}

export function answer(status: number, text = '', headers: Readonly<Record<string, string>> = {}): HttpAnswer {
  return { status, headers, text, cut: false }
}

/** Time that passes only when everybody waits: as far as the next one who sleeps. */
export type VirtualTime = Readonly<{
  clock: Clock
  /** Lets time pass until the work is done. */
  through: <T>(work: Promise<T>) => Promise<T>
}>

export function virtualTime(): VirtualTime {
  let now = 0
  const sleepers = new Set<Readonly<{ until: number; wake: () => void }>>()
  const clock: Clock = {
    now: () => new Date(now * 1000),
    seconds: () => now,
    sleep: (seconds, signal) =>
      new Promise((resolve) => {
        const wake = (): void => {
          sleepers.delete(sleeper)
          resolve()
        }
        const sleeper = { until: now + seconds, wake }
        if (signal.aborted) wake()
        else sleepers.add(sleeper)
        signal.addEventListener('abort', wake, { once: true })
      }),
  }
  const through = async <T>(work: Promise<T>): Promise<T> => {
    let isDone = false
    const done = work.finally(() => {
      isDone = true
    })
    done.catch(() => undefined)
    for (;;) {
      // Everything that can go on without time passing has gone on when the next turn of the loop comes.
      await new Promise((resolve) => {
        setImmediate(resolve)
      })
      if (isDone) return done
      const next = [...sleepers].sort((a, b) => a.until - b.until)[0]
      if (next === undefined) throw new Error('everybody waits, and nobody for time')
      now = Math.max(now, next.until)
      next.wake()
    }
  }
  return { clock, through }
}

/** One answer of a scripted server, after `after` seconds (0). */
export type Scripted = Readonly<{ after?: number }> &
  Readonly<{ answer: HttpAnswer } | { trouble: TroubleKind; says?: string }>

export type ScriptedHttp = Readonly<{
  http: Http
  /** What was asked and when, in seconds. */
  requests: readonly Readonly<{ at: number; request: HttpRequest }>[]
}>

/** Answers one after the other; the last one stays. A request's `timeout` holds. */
export function scriptedHttp(clock: Clock, script: readonly Scripted[]): ScriptedHttp {
  const requests: { at: number; request: HttpRequest }[] = []
  const send: Http['send'] = async (request) => {
    const step = script[Math.min(requests.length, script.length - 1)]
    requests.push({ at: clock.seconds(), request })
    if (step === undefined) throw new Error('nothing is scripted')
    const after = step.after ?? 0
    await clock.sleep(Math.min(after, request.timeout), request.signal)
    throwIfCancelled(request.signal)
    if (after > request.timeout) throw new Trouble('timeout', `no answer within ${request.timeout} s`)
    if ('trouble' in step) throw new Trouble(step.trouble, step.says ?? `it is ${step.trouble}`)
    return step.answer
  }
  return { http: { send, close: async () => undefined }, requests }
}

export type Written = Readonly<{ log: Log; info: readonly string[]; all: readonly string[] }>

export function writtenLog(): Written {
  const info: string[] = []
  const all: string[] = []
  return {
    info,
    all,
    log: {
      info: (line) => {
        info.push(line)
        all.push(line)
      },
      debug: (line) => void all.push(line),
      group: (title, lines) => void all.push(title, ...lines),
      warning: (message) => void all.push(message),
    },
  }
}

export type Polled = Readonly<{
  health: EndpointHealth
  /** When each request was sent, in seconds. */
  at: readonly number[]
  requests: readonly HttpRequest[]
  progress: readonly string[]
  log: readonly string[]
}>

/** Polls a scripted server, in virtual time and without jitter. */
export async function polled(
  script: readonly Scripted[],
  changes: Partial<HealthTarget> = {},
  random: () => number = () => 1,
): Promise<Polled> {
  const { clock, through } = virtualTime()
  const { http, requests } = scriptedHttp(clock, script)
  const { log, info, all } = writtenLog()
  const { signal } = new AbortController()
  const health = await through(pollHealth({ http, clock, log, signal, random }, { ...TARGET, ...changes }))
  const at = requests.map((one) => one.at)
  return { health, at, requests: requests.map((one) => one.request), progress: info, log: all }
}

/** A good answer. */
export const OK: Scripted = { answer: answer(200, '{"status":"ok"}') }
/** An answer of Modal's proxy. */
export const edge = (status: number, words: string): Scripted => ({ answer: answer(status, `modal-http: ${words}`) })
/** A 303. */
export const see = (location: string): Scripted => ({ answer: answer(303, '', { location }) })
/** Where Modal keeps the result of a running call. */
export const CALL = 'https://acme--shop-web.modal.run/health?__modal_function_call_id=fc-1'

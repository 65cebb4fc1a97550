import { Fault, throwIfCancelled } from '../../faults.ts'
import type { Clock, Log } from '../../host.ts'
import type { Http } from '../../http/client.ts'
import { retryAfter } from '../../http/retry.ts'
import { Trouble } from '../../http/trouble.ts'
import { oneLine } from '../../process/one-line.ts'
import { type Judgement, judgeAnswer } from './answer.ts'
import { askOnce } from './ask.ts'
import type { HealthTarget } from './targets.ts'
import { judgeTrouble } from './trouble.ts'
import { shownAddress, shownFunction } from './words.ts'

/** What polling needs of the world around it. */
export type HealthTools = Readonly<{
  http: Http
  clock: Clock
  log: Log
  signal: AbortSignal
  /** From 0 to 1. */
  random: () => number
}>

/** How an endpoint answered in the end. */
export type EndpointHealth = Readonly<{
  /** `reachable`: the app answered, but nobody has said what it should answer. */
  state: 'healthy' | 'reachable' | 'unhealthy'
  /** Tries; a chain of 303 is one. */
  attempts: number
  seconds: number
  /** One line: the last status, and why it is not the wanted one. Never a header's value. */
  detail: string
  /** Of `reachable`: how to declare a contract. */
  warning?: string
  /** Of `unhealthy`. */
  fault?: Fault
}>

type Wrong = Extract<Judgement, { state: 'wrong' }>

/** What is known while it goes on; the progress line reads it. */
type Course = { tries: number; last: Wrong | undefined; hops: number }

/** Seconds between two tries: the first, then twice as many each time up to the longest. */
const FIRST_WAIT = 1
const LONGEST_WAIT = 10
/** Seconds that the last try before the deadline has; with less none is made. */
const LAST_TRY = 1
/** Seconds before the deadline within which a try that is held says less than what came before it. */
const SHORT_TRY = 10
/** Seconds between two lines of progress. */
const PROGRESS_EVERY = 15

/**
 * Asks an endpoint until it answers as it should, until what it answers will not pass, or until its deadline. A request
 * that is held is waited for: each new one would be one more call in Modal's queue.
 *
 * @throws Fault `cancelled` when `signal` was aborted, nothing else
 */
export async function pollHealth(tools: HealthTools, target: HealthTarget): Promise<EndpointHealth> {
  throwIfCancelled(tools.signal)
  const started = tools.clock.seconds()
  const passed = (): number => tools.clock.seconds() - started
  const course: Course = { tries: 0, last: undefined, hops: 0 }
  const ended = new AbortController()
  const telling = tellProgress(tools, AbortSignal.any([tools.signal, ended.signal]), () =>
    progressLine(target, course, passed()),
  )
  try {
    return await poll(tools, target, { course, passed })
  } finally {
    ended.abort()
    await telling
  }
}

type Running = Readonly<{ course: Course; passed: () => number }>

async function poll(tools: HealthTools, target: HealthTarget, { course, passed }: Running): Promise<EndpointHealth> {
  const left = (): number => target.timeout - passed()
  /** Since when, in seconds from the start, the same is the matter. */
  let streak = { id: '', since: 0 }
  for (;;) {
    const judgement = await attempt(tools, target, { course, left })
    const seconds = passed()
    const ending = { attempts: course.tries, seconds, detail: judgement.said }
    if (judgement.state === 'healthy') return { state: 'healthy', ...ending }
    if (judgement.state === 'reachable') return { state: 'reachable', ...ending, warning: judgement.warning }
    const { id, patience } = judgement.meaning
    streak = streak.id === id ? streak : { id, since: seconds }
    if (seconds - streak.since >= patience) return unhealthy(target, judgement, { ...ending, why: 'it will not pass' })
    const wait = waitBefore(judgement, { tries: course.tries, left: left() }, tools)
    if (typeof wait === 'string') return unhealthy(target, judgement, { ...ending, why: wait })
    tools.log.debug(`${shownFunction(target)}: ${judgement.said}; again in ${wait.toFixed(1)} s`)
    course.last = judgement
    await tools.clock.sleep(wait, tools.signal)
    throwIfCancelled(tools.signal)
  }
}

async function attempt(
  tools: HealthTools,
  target: HealthTarget,
  { course, left }: Readonly<{ course: Course; left: () => number }>,
): Promise<Judgement> {
  const had = left()
  course.tries += 1
  course.hops = 0
  const hop = (number: number): void => {
    course.hops = number
  }
  const came = await askOnce(target, { http: tools.http, signal: tools.signal, left, hop })
  if (!(came instanceof Trouble)) return judgeAnswer(target, came.answer, came.hostname)
  const isCutShort = came.kind === 'timeout' && had < SHORT_TRY
  return isCutShort && course.last !== undefined ? course.last : judgeTrouble(target, came)
}

/** Why no other try is made. */
type Over = 'it will not pass' | 'deadline' | 'Retry-After'

/** Seconds until the next try, or why there is none. */
function waitBefore(
  { retryAfter: header }: Wrong,
  { tries, left }: Readonly<{ tries: number; left: number }>,
  { clock, random }: HealthTools,
): number | Over {
  const usual = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** (tries - 1)) * (0.75 + 0.25 * random())
  const asked = retryAfter(header, clock.now()) ?? 0
  const room = left - LAST_TRY
  // Less is no pause: what was wrong a moment ago still is.
  if (room < FIRST_WAIT / 2) return 'deadline'
  return asked > room ? 'Retry-After' : Math.min(Math.max(usual, asked), room)
}

type Ending = Readonly<{ attempts: number; seconds: number; detail: string; why: Over }>

function unhealthy(target: HealthTarget, { meaning }: Wrong, { why, ...ending }: Ending): EndpointHealth {
  const tries = `${ending.attempts} ${ending.attempts === 1 ? 'try' : 'tries'}`
  const time = `${Math.round(ending.seconds)} s and ${tries}`
  const message = `${shownFunction(target)} at ${shownAddress(target.asked)} ${SAYS[why](target, time)}: ${ending.detail}`
  const kind = why === 'it will not pass' || meaning.kind === 'timeout' ? meaning.kind : 'remote'
  return { state: 'unhealthy', ...ending, fault: new Fault(kind, message, { hint: oneLine(meaning.hint, 900) }) }
}

const SAYS: Readonly<Record<Over, (target: HealthTarget, time: string) => string>> = {
  'it will not pass': (_, time) => `does not answer well, and waiting does not change it (${time})`,
  deadline: ({ timeout }, time) => `did not answer well within ${timeout} s (${time}); last`,
  'Retry-After': ({ timeout }, time) => `asks by Retry-After for more patience than ${timeout} s (${time})`,
}

async function tellProgress({ clock, log }: HealthTools, ended: AbortSignal, line: () => string): Promise<void> {
  for (;;) {
    await clock.sleep(PROGRESS_EVERY, ended)
    if (ended.aborted) return
    log.info(line())
  }
}

function progressLine(target: HealthTarget, { tries, last, hops }: Course, seconds: number): string {
  const still = hops === 0 ? '' : `; Modal says that it still works (303, ${hops})`
  const before = last === undefined ? '' : `; last: ${last.said}`
  const time = `${Math.round(seconds)} of ${target.timeout} s, try ${tries}`
  return `Waiting for ${shownFunction(target)} at ${shownAddress(target.asked)}: ${time}${still}${before}`
}

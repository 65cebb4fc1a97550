import type { ApplyTools } from './shapes.ts'

/** A sign that the server has too much to do: all slow down together. */
export type Strain = Readonly<{
  /** In a few words: `status 503`. */
  said: string
  /** Seconds that it asked to be left alone. */
  asked?: number
}>

export type Pace = Readonly<{
  /** Requests at once as far as it is known by now. */
  fits: () => number
  /** Waits until it is this one's turn, does one request, and learns from how it went. First come, first served. */
  turn: <T>(work: () => Promise<T>, strainOf: (result: T) => Strain | undefined) => Promise<T>
}>

/** Requests at once that one good answer adds, as a part of one: so many times the present number make one more. */
const GAIN = 0.25
/** Seconds between two lines about it in the log. */
const SAY_EVERY = 5

/** Requests at once: to begin with, and at most on a server that was never strained; on one that was, no more than the first. */
type Bounds = Readonly<{ first: number; most: number }>

/**
 * Lets so many requests out at once. A strained server halves that, down to one; each good answer adds a little
 * again. A server on SQLite answers 503 to all but one of those that write at the same moment, so that the number that
 * fits is found, not known (Prefect 3.9: server/api/server.py, is_client_retryable_exception).
 */
export function openPace(tools: Omit<ApplyTools, 'api'>, { first, most }: Bounds): Pace {
  const { clock, random, signal } = tools
  const waiting: (() => void)[] = []
  const say = sayer(tools, first)
  let fits = first
  let highest = most
  let running = 0
  let steps = 0
  let closedUntil = Number.NEGATIVE_INFINITY

  const admit = (): void => {
    while (running < Math.floor(fits)) {
      const next = waiting.shift()
      if (next === undefined) return
      running += 1
      next()
    }
  }
  const learn = (strain: Strain | undefined, begunAt: number): void => {
    if (strain === undefined) {
      fits = Math.min(highest, fits + GAIN / fits)
      say(Math.floor(fits))
      return
    }
    highest = first
    const { asked } = strain
    if (asked !== undefined) closedUntil = Math.max(closedUntil, clock.seconds() + asked * (1 + 0.1 * random()))
    // What was out already at the last step down belongs to the same burst.
    if (begunAt === steps) {
      steps += 1
      fits = Math.max(1, Math.min(highest, fits) / 2)
    }
    say(Math.floor(fits), strain)
  }
  return {
    fits: () => Math.floor(fits),
    turn: async (work, strainOf) => {
      await new Promise<void>((resolve) => {
        waiting.push(resolve)
        admit()
      })
      try {
        while (clock.seconds() < closedUntil && !signal.aborted) {
          await clock.sleep(closedUntil - clock.seconds(), signal)
        }
        const begunAt = steps
        const result = await work()
        learn(strainOf(result), begunAt)
        return result
      } finally {
        running -= 1
        admit()
      }
    },
  }
}

/** Says each step down once, until all is well again: on SQLite one is taken, and given back, all the time. */
function sayer(
  { clock, log }: Pick<ApplyTools, 'clock' | 'log'>,
  full: number,
): (fits: number, strain?: Strain) => void {
  let last = Number.NEGATIVE_INFINITY
  let lowest = full
  return (fits, strain) => {
    if (fits >= full) lowest = full
    if (strain === undefined || (fits >= lowest && strain.asked === undefined)) return
    if (clock.seconds() - last < SAY_EVERY) return
    last = clock.seconds()
    lowest = fits
    const wait = strain.asked === undefined ? '' : `, after the ${Math.ceil(strain.asked)} s that it asks for`
    const requests = fits === 1 ? 'one request' : `${fits} requests`
    log.info(`Prefect: ${strain.said}; going on with ${requests} at once${wait}`)
  }
}

import type { ApplyTools } from './shapes.ts'

/** How long one piece of work bears trouble; the first trouble starts it. */
export type Patience = Readonly<{
  /** Seconds to wait before the next try, or `undefined` when it is time to give up. `asked`: seconds of `Retry-After`. */
  next: (asked: number | undefined) => number | undefined
  /** Seconds since the first trouble. */
  borne: () => number
}>

/** Seconds of trouble; a server on SQLite is busy for a minute before it gives up a lock (its busy_timeout). */
const BEARS = 120
/** Seconds before the second try, doubled each time, up to the longest. */
const FIRST_WAIT = 0.5
const LONGEST_WAIT = 8
/** A longer `Retry-After` is not worth waiting for; so many of them are. What it asks for does not count as trouble. */
const LONGEST_ASKED = 120
const ASKED_TIMES = 5

export function openPatience({ clock, random }: Pick<ApplyTools, 'clock' | 'random'>): Patience {
  let since: number | undefined
  let until = 0
  let tries = 0
  let obeyed = 0
  return {
    next: (asked) => {
      const now = clock.seconds()
      if (since === undefined) {
        since = now
        until = now + BEARS
      }
      tries += 1
      if (asked !== undefined) {
        obeyed += 1
        if (asked > LONGEST_ASKED || obeyed > ASKED_TIMES) return undefined
        const wait = asked * (1 + 0.2 * random())
        until += wait
        return wait
      }
      const wait = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** (tries - 1)) * (0.5 + 0.5 * random())
      return now + wait > until ? undefined : wait
    },
    borne: () => (since === undefined ? 0 : clock.seconds() - since),
  }
}

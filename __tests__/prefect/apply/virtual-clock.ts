import type { Clock } from '../../../src/host.ts'

export type VirtualClock = Clock &
  Readonly<{
    /** Lets time pass, from one sleeper to the next, until `work` is done. */
    until: <T>(work: Promise<T>) => Promise<T>
  }>

/** A clock that stands still while anybody has something to do, and then goes to where the next sleeper wakes. */
export function virtualClock(): VirtualClock {
  let now = 0
  const sleepers = new Map<() => void, number>()
  const sleep: Clock['sleep'] = (seconds, signal) =>
    new Promise((resolve) => {
      if (signal.aborted) return resolve()
      const wake = (): void => {
        sleepers.delete(wake)
        signal.removeEventListener('abort', wake)
        resolve()
      }
      sleepers.set(wake, now + Math.max(0, seconds))
      signal.addEventListener('abort', wake, { once: true })
    })
  return {
    now: () => new Date(now * 1000),
    seconds: () => now,
    sleep,
    until: async (work) => {
      let done = false
      const end = (): void => void (done = true)
      work.then(end, end)
      for (;;) {
        await new Promise((resolve) => setImmediate(resolve))
        if (done) return work
        if (sleepers.size === 0) throw new Error('Nobody sleeps, and the work is not done.')
        now = Math.min(...sleepers.values())
        for (const [wake, at] of sleepers) if (at === now) wake()
      }
    },
  }
}

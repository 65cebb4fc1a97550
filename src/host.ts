import type { Position } from './faults.ts'

/** Time, handed in so that no test waits for it. */
export type Clock = Readonly<{
  /** Wall clock. */
  now: () => Date
  /** Seconds of a clock that never goes back. */
  seconds: () => number
  /** Waits `seconds`; returns early, without an error, when `signal` is aborted. */
  sleep: (seconds: number, signal: AbortSignal) => Promise<void>
}>

/** The step's log. Every line is masked and cannot be read as a workflow command. */
export type Log = Readonly<{
  info: (line: string) => void
  debug: (line: string) => void
  /** A collapsed group, printed at once so that work that runs side by side never mixes its lines. */
  group: (title: string, lines: readonly string[]) => void
  /** A warning annotation, at a place in a file where there is one. */
  warning: (message: string, position?: Position) => void
}>

/** The clock of the machine. */
export const machineClock: Clock = {
  now: () => new Date(),
  seconds: () => performance.now() / 1000,
  sleep: (seconds, signal) =>
    new Promise((resolve) => {
      if (signal.aborted) {
        resolve()
        return
      }
      const done = (): void => {
        clearTimeout(timer)
        signal.removeEventListener('abort', done)
        resolve()
      }
      const timer = setTimeout(done, seconds * 1000)
      signal.addEventListener('abort', done, { once: true })
    }),
}

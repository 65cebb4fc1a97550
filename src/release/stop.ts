import { Fault } from '../faults.ts'

/** What stops the step before its end: a signal of the runner, or the input `timeout`. */
export type Stop = Readonly<{
  signal: AbortSignal
  /** Starts the clock of `timeout`, in seconds. */
  within: (seconds: number) => void
  /** Lets go of signals and timer. */
  release: () => void
}>

/** Listens to SIGINT and SIGTERM; the runner sends the first, and the second 7.5 s later (actions/runner: ProcessInvoker). */
export function listen(): Stop {
  const controller = new AbortController()
  let timer: NodeJS.Timeout | undefined
  const onSignal = (name: NodeJS.Signals): void => {
    controller.abort(
      new Fault('cancelled', `The step was cancelled (${name}).`, {
        hint: 'What was already applied is in the table; run the job again to finish.',
      }),
    )
  }
  process.on('SIGINT', onSignal)
  process.on('SIGTERM', onSignal)
  return {
    signal: controller.signal,
    within: (seconds) => {
      timer = setTimeout(() => {
        controller.abort(
          new Fault('cancelled', `The step's \`timeout\` of ${seconds / 60} minutes passed.`, {
            hint: 'The log says what was still running; raise `timeout` if it only needed longer.',
          }),
        )
      }, seconds * 1000)
      timer.unref()
    },
    release: () => {
      clearTimeout(timer)
      process.off('SIGINT', onSignal)
      process.off('SIGTERM', onSignal)
    },
  }
}

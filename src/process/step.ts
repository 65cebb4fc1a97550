import { cancelled, Fault } from '../faults.ts'
import type { Clock, Log } from '../host.ts'
import type { ChildResult, ChildSpec, RunChild } from './child.ts'

export type StepSpec = Omit<ChildSpec, 'signal' | 'deadline'> &
  Readonly<{
    /** Seconds; absent: only the step's own `timeout` ends the child. */
    deadline?: number
    /** Gives what turns the child's lines, one after another, into those that the log shows; absent: they are as they are. */
    show?: () => LineView
  }>

/** What is shown for the next line of a child, none or several; it may remember those before. */
export type LineView = (line: string) => readonly string[]

/**
 * One long command of the story: its whole output becomes one collapsed group of the log, and while it runs a line
 * every {@link PROGRESS_EVERY} seconds says that it does.
 *
 * A child that fails is not a fault here: its caller knows what its exit status and its text mean.
 *
 * @throws Fault `cancelled` or `timeout` when the child did not end by itself; `user` when it could not be started; what
 * the input rejects with
 */
export type RunStep = (title: string, spec: StepSpec) => Promise<ChildResult>

type StepTools = Readonly<{ run: RunChild; log: Log; clock: Clock; signal: AbortSignal }>

const asItIs = (): LineView => (line) => [line]

/** Seconds between two lines that say that a command still runs. */
const PROGRESS_EVERY = 15
/** Seconds after which every command is ended, whatever the step's `timeout` says. */
const LONGEST = 6 * 3600

/** The one way in which long commands run: see {@link RunStep}. */
export function stepRunner(tools: StepTools): RunStep {
  return async (title, spec) => {
    const { deadline = LONGEST, show = asItIs, ...child } = spec
    const over = new AbortController()
    const view = show()
    let last = ''
    const onLine: NonNullable<ChildSpec['onLine']> = (line, stream) => {
      spec.onLine?.(line, stream)
      for (const told of view(line)) if (told.trim() !== '') last = told.trim()
    }
    let telling: Promise<void> | undefined
    const onInput = (): void => {
      if (!over.signal.aborted) telling = tellProgress(tools, title, () => last, over.signal)
    }
    // A child that waits for its input is not at work yet.
    Promise.resolve(spec.input).then(onInput, () => undefined)
    try {
      const result = await tools.run({ ...child, deadline, signal: tools.signal, onLine })
      tools.log.group(`${title}: ${ending(result)}`, shown(result, show()))
      if (result.ended === 'cancelled') throw cancelled(tools.signal)
      if (result.ended === 'deadline') throw new Fault('timeout', `${title} did not end within ${deadline} s.`)
      return result
    } finally {
      over.abort()
      await telling
    }
  }
}

async function tellProgress(tools: StepTools, title: string, last: () => string, over: AbortSignal): Promise<void> {
  const started = tools.clock.seconds()
  for (;;) {
    await tools.clock.sleep(PROGRESS_EVERY, over)
    if (over.aborted) return
    const seconds = Math.round(tools.clock.seconds() - started)
    tools.log.info(`${title}: ${seconds} s so far${last() === '' ? '' : `; ${last().slice(0, 160)}`}`)
  }
}

function ending(result: ChildResult): string {
  const seconds = `${result.seconds.toFixed(1)} s`
  switch (result.ended) {
    case 'itself':
      return result.exitCode === 0 ? seconds : `failed with exit status ${result.exitCode ?? 'of a signal'}, ${seconds}`
    case 'cancelled':
      return `cancelled after ${seconds}`
    case 'deadline':
      return `ended by its deadline after ${seconds}`
  }
}

function shown(result: ChildResult, view: LineView): string[] {
  const lines = result.lines.flatMap((line) => view(line))
  return result.dropped === 0 ? lines : [...lines, `(${result.dropped} lines from the middle are left out)`]
}

import type { Clock, Log } from '../host.ts'
import type { Http, TlsSettings } from '../http/client.ts'
import type { Ask } from '../process/ask.ts'
import type { RunStep } from '../process/step.ts'
import type { Report } from '../report/shape.ts'

/** What the story needs of the world around it, handed in so that a test can bring its own. */
export type Host = Readonly<{
  clock: Clock
  log: Log
  /** Aborted by a signal and by the step's `timeout`; its reason is the fault. */
  signal: AbortSignal
  runStep: RunStep
  ask: Ask
  /** From 0 to 1. */
  random: () => number
  openHttp: (tls?: TlsSettings) => Http
  /** Hides texts everywhere from now on: in the log, the report, the summary. */
  hide: (secrets: readonly string[]) => void
  /** A text without what is hidden. */
  hidden: (text: string) => string
  /** Sets the outputs that are known by now. */
  publish: (report: Report) => void
}>

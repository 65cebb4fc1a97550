import type { Log } from '../host.ts'
import type { RunStep } from '../process/step.ts'

/** What a run of the prefect command line needs. Paths are absolute. */
export type PrefectTools = Readonly<{
  runStep: RunStep
  log: Log
  /** `bin/prefect` of the project's environment. */
  command: string
  /** Version of the installed Prefect, PEP 440. */
  version: string
  /** The working folder of every child: entrypoints are relative to it. */
  cwd: string
  /** The checkout: annotations name files relative to it. */
  checkout: string
  /** From `prefectEnvironment`. */
  env: Readonly<Record<string, string>>
  /** Where the credential came from, in words: what a message about it names. */
  keyFrom: string
}>

import type { Log } from '../host.ts'
import type { RunStep } from '../process/step.ts'

/** A value that remembers where it came from (`the input …`, `the environment variable …`). */
export type Given = Readonly<{ value: string; from: string }>

/** What a conversation with one Modal workspace needs. Paths are absolute. */
export type ModalTools = Readonly<{
  runStep: RunStep
  log: Log
  /** `bin/python` of the project's environment. */
  python: string
  /** `bin/modal` of the project's environment. */
  command: string
  /** Version of the installed Modal, PEP 440. */
  version: string
  /** The working folder of every child. */
  cwd: string
  /** The checkout: annotations name files relative to it. */
  checkout: string
  /** From `modalEnvironment`. */
  env: Readonly<Record<string, string>>
  /** Where the token came from, in words: what a message about it names. */
  tokenFrom: string
}>

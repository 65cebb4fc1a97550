import type { Log } from '../host.ts'
import type { Ask } from '../process/ask.ts'
import type { RunStep } from '../process/step.ts'
import type { WantedUv } from './uv-range.ts'

/** What the work in this folder is done with. */
type Tools = Readonly<{
  /** The whole base environment of the children: PATH, the user's UV_*, PIP_* and proxy settings. */
  env: Readonly<Record<string, string>>
  /** Where files live as long as the job (`RUNNER_TEMP`); absolute. */
  tempFolder: string
  /** Where tools outlive a job (`RUNNER_TOOL_CACHE`); absolute. */
  toolFolder: string
  run: RunStep
  ask: Ask
  log: Log
  /** Seconds that one command may take; absent: as long as the step. */
  deadline?: number
}>

export type UvOptions = Tools & Readonly<{ wanted: WantedUv }>

export type PythonOptions = Tools &
  Readonly<{
    /** Absolute, within `checkout`. */
    workingDirectory: string
    /** Absolute root of the repository's checkout. */
    checkout: string
    /** The tools whose commands must be there. */
    needs: Readonly<{ prefect: boolean; modal: boolean }>
    /** The inputs `python-version` and `uv-version`, as uv takes them. */
    pythonVersion?: string
    uvVersion?: string
    /** Extra arguments of `uv sync`. */
    syncArgs: readonly string[]
  }>

/** What the probe is to look at. Keys are the caller's; the answer goes by them. */
export type ProbeRequest = Readonly<{
  /** As prefect.yaml has them, without placeholders. */
  entrypoints: readonly Readonly<{ key: string; entrypoint: string }>[]
  schedules: readonly ProbedSchedule[]
  /** Parameters whose schema Prefect enforces. */
  parameters: readonly Readonly<{ key: string; entrypointKey: string; values: Json }>[]
  jobVariables: readonly Readonly<{ key: string; schema: Json; values: Json }>[]
}>

/** A schedule as `prefect deploy` makes one; what is absent is left to Prefect's own default. */
export type ProbedSchedule = Readonly<{
  key: string
  kind: 'cron' | 'interval' | 'rrule'
  /** A number is an interval's seconds. */
  value: string | number
  timezone?: string | undefined
  dayOr?: boolean | undefined
  anchorDate?: string | undefined
}>

type Json = Readonly<Record<string, unknown>>

/** How long the probe may take, in seconds. */
export type ProbeLimits = Readonly<{
  /** For one entrypoint, or for one value. */
  each: number
  /** For all together, the start of Python and the import of Prefect included. */
  within: number
}>

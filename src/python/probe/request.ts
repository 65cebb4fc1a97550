/** What the probe is to look at. Keys are the caller's; the answer goes by them. */
export type ProbeRequest = Readonly<{
  /** As prefect.yaml has them, without placeholders. */
  entrypoints: readonly Readonly<{ key: string; entrypoint: string }>[]
  schedules: readonly ProbedSchedule[]
  parameters: readonly ProbedParameters[]
  jobVariables: readonly Readonly<{
    key: string
    schema: Json
    values: Json
    /** How they will be written: `trigger`, as those of the runs that an automation starts. Absent: not known yet. */
    write?: 'create' | 'update' | 'trigger'
  }>[]
  /** Parameters of automations, whose texts are templates. */
  templates?: readonly Readonly<{ key: string; values: Json }>[]
}>

/**
 * Parameters whose schema Prefect enforces: that of a flow which is imported, or the one that is written with them. Where
 * the schema is not enforced `{}` has an update judged for what the server makes of values that have a kind.
 */
export type ProbedParameters = Readonly<{ key: string; values: Json }> &
  (Readonly<{ entrypointKey: string }> | Readonly<{ schema: Json; write: 'create' | 'update' }>)

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

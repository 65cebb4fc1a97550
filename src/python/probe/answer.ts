import { z } from 'zod'

/** A place in the user's own code; `file` is relative to the checkout. */
const place = { file: z.string().optional(), line: z.int().positive().optional() }

const failure = {
  /** Name of the exception's class. */
  type: z.string(),
  /** One line. */
  message: z.string(),
  /** It comes of the event loop inside of which `prefect deploy` imports flows; by itself the flow may well import. */
  eventLoop: z.boolean(),
  ...place,
}

/** Why a flow was not imported. */
const failed = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('import-failed'), ...failure }),
  /** It is imported, and Prefect cannot make a schema of its parameters. */
  z.object({ kind: z.literal('no-schema'), ...failure }),
  /** The module asks the workspace when it is imported, and the probe was given none. */
  z.object({ kind: z.literal('needs-workspace'), ...failure }),
  /** There is no such file or module. */
  z.object({ kind: z.literal('not-found') }),
  /** `names` are those of the flows that stand there. */
  z.object({ kind: z.literal('no-such-name'), names: z.array(z.string()) }),
  /** Where that other thing is defined. */
  z.object({ kind: z.literal('not-a-flow'), ...place }),
  z.object({ kind: z.literal('timed-out') }),
  /** It ended the process: by an exit status, by a signal, or so that nothing was heard of it any more. */
  z.object({ kind: z.literal('died'), how: z.enum(['exit', 'signal', 'lost']), status: z.int().optional() }),
])

const imported = z.object({
  kind: z.literal('imported'),
  /** The flow's name, to which the deployment's belongs. */
  name: z.string(),
  /** Empty where it has none. */
  description: z.string(),
  /** The parameters as Prefect would store them; `null` where that is too large or no JSON. */
  schema: z.record(z.string(), z.unknown()).nullable(),
  /** Names of the function's parameters, and of those among them that have no default; `null` of a method. */
  parameters: z.object({ all: z.array(z.string()), needed: z.array(z.string()) }).nullable(),
  /** Where the function stands. */
  ...place,
  /** Why it failed when others had been imported before it in the same process, as `prefect deploy` does. */
  behind: failed.optional(),
})

const refusedSchedule = z.object({
  /** `cron`, `interval`, `rrule`, `timezone`, `anchor_date` or `day_or`. */
  field: z.string(),
  reason: z.string(),
})

const refusedValues = z.object({
  /** Where in the values; empty for the whole. */
  path: z.array(z.union([z.string(), z.int()])),
  /** In Prefect's words, with the value. */
  reason: z.string(),
  /** What is wrong without the value, behind its name: `is not of type integer`. */
  demand: z.string(),
})

/** By the keys of the request; of schedules and values only what Prefect refuses. */
export const probeAnswer = z.object({
  flows: z.record(z.string(), z.union([imported, failed])),
  schedules: z.record(z.string(), refusedSchedule),
  parameters: z.record(z.string(), refusedValues),
  jobVariables: z.record(z.string(), refusedValues),
  templates: z.record(z.string(), refusedValues),
})

export type ProbeAnswer = Readonly<z.infer<typeof probeAnswer>>
export type ImportedFlow = Readonly<z.infer<typeof imported>>
export type FailedFlow = Readonly<z.infer<typeof failed>>
export type RefusedValues = Readonly<z.infer<typeof refusedValues>>
export type RefusedSchedule = Readonly<z.infer<typeof refusedSchedule>>

import { z } from 'zod'

const jsonObject = z.record(z.string(), z.unknown())

/** A schedule of a deployment, as the API answers it. (Prefect: server/schemas/core.py, DeploymentSchedule) */
export const liveSchedule = z.object({
  id: z.string(),
  /** `cron`, `interval` (seconds) or `rrule` with what belongs to it. */
  schedule: jsonObject,
  active: z.boolean(),
  parameters: jsonObject.nullish(),
  slug: z.string().nullish(),
  max_scheduled_runs: z.number().nullish(),
})
export type LiveSchedule = Readonly<z.infer<typeof liveSchedule>>

/**
 * A deployment as `POST /deployments/filter` answers it; what is not named here stands in it as well. (Prefect:
 * server/schemas/responses.py, DeploymentResponse)
 */
export const deploymentAnswer = z.looseObject({
  id: z.string(),
  created: z.string(),
  updated: z.string(),
  name: z.string(),
  flow_id: z.string(),
  version: z.string().nullish(),
  description: z.string().nullish(),
  paused: z.boolean().nullish(),
  schedules: z.array(liveSchedule).nullish(),
  global_concurrency_limit: z.looseObject({ limit: z.number() }).nullish(),
  concurrency_options: jsonObject.nullish(),
  job_variables: jsonObject.nullish(),
  parameters: jsonObject.nullish(),
  tags: z.array(z.string()).nullish(),
  work_queue_name: z.string().nullish(),
  work_pool_name: z.string().nullish(),
  parameter_openapi_schema: jsonObject.nullish(),
  path: z.string().nullish(),
  pull_steps: z.array(z.unknown()).nullish(),
  entrypoint: z.string().nullish(),
  enforce_parameter_schema: z.boolean().nullish(),
})
export type DeploymentAnswer = Readonly<z.infer<typeof deploymentAnswer>>

/** A deployment that is there, with the name of its flow, which the API only knows by id. */
export type LiveDeployment = DeploymentAnswer & Readonly<{ flow: string }>

/** An automation, as `POST /automations/filter` answers it; who owns it cannot be read. */
export const liveAutomation = z.looseObject({
  id: z.string(),
  name: z.string(),
  description: z.string().nullish(),
  enabled: z.boolean(),
  tags: z.array(z.string()).nullish(),
  trigger: jsonObject,
  actions: z.array(jsonObject),
  actions_on_trigger: z.array(jsonObject).nullish(),
  actions_on_resolve: z.array(jsonObject).nullish(),
})
export type LiveAutomation = Readonly<z.infer<typeof liveAutomation>>

/** What is live of what was asked for, at one moment. */
export type Survey = Readonly<{
  /** By `flow/name`. */
  deployments: ReadonlyMap<string, LiveDeployment>
  /** Ids of the flows that were met, by name. */
  flows: ReadonlyMap<string, string>
  /**
   * Automations that act on a surveyed deployment, by the deployment's id; one without any is absent. `undefined` as a
   * whole: the credential may not read automations.
   */
  automations: ReadonlyMap<string, readonly LiveAutomation[]> | undefined
  /** The server's clock, to the second; absent where it sent no `Date`. */
  at?: Date
}>

/** The key by which deployments are known here: a flow's name and the deployment's, as Prefect writes them. */
export function deploymentKey(flow: string, name: string): string {
  return `${flow}/${name}`
}

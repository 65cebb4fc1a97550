import type { JsonObject } from '../json.ts'
import type { WrittenPoints } from '../points.ts'

/**
 * What `prefect deploy` wrote, or would have written, of one deployment. The order in which it is sent is the order of the
 * fields: flow, deployment, schedules, automations, service levels.
 */
export type RecordedDeployment = Readonly<{
  flow: string
  name: string
  /** The live one's where it is updated; where it is made, a placeholder that stands in bodies and paths until then. */
  id: string
  /** The body of `POST /flows/`, where the flow's id was not known: a placeholder stands for it. */
  flowWrite?: Readonly<{ placeholder: string; body: JsonObject }>
  /** `create`: the body of `POST /deployments/`; `update`: that of `PATCH /deployments/{id}`. */
  write: Readonly<{ kind: 'create' | 'update'; body: JsonObject }>
  /** Ids of schedules that `DELETE /deployments/{id}/schedules/{schedule}` named. */
  deletedSchedules: readonly string[]
  /** Whether `DELETE /automations/owned-by/prefect.deployment.{id}` came; it does with every deployment. */
  clearsAutomations: boolean
  /** Bodies of `POST /automations/`, in order. */
  automations: readonly JsonObject[]
  /** Numbers of the bodies that are not to lose their point on the way. */
  points?: WrittenPoints
  /** The body of `POST /slas/apply-resource-slas/prefect.deployment.{id}`, which only Cloud has. */
  slas?: unknown
}>

/** Everything that one rehearsal recorded. */
export type Recording = Readonly<{
  /** In the order of the first write of each. */
  deployments: readonly RecordedDeployment[]
  /** Why nothing that was recorded may be trusted, a sentence each; empty for a sound rehearsal. */
  voids: readonly string[]
}>

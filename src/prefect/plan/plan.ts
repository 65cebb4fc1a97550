import type { RecordedDeployment } from '../rehearsal/recorded.ts'
import type { LiveAutomation, LiveDeployment } from '../survey/shapes.ts'

/**
 * One field that is otherwise than wanted, with the values as the API has them (secrets and all). `field` names it as
 * prefect.yaml does, with dots: `parameters.n`, `work_pool.job_variables.env.REGION`, `schedules[nightly].active`.
 * `undefined` stands for nothing.
 */
export type FieldDifference = Readonly<{ field: string; wanted: unknown; found: unknown }>

/** Something that a person set in the workspace, and that is left so. */
export type KeptState = Readonly<{
  /** `paused`, `schedules[nightly].active`, `automations[name].enabled`, `schedules[cron 0 5 * * *]`. */
  field: string
  /** A sentence: what is kept, why, and how to have what the file says. */
  says: string
}>

/**
 * What has to be sent for one deployment.
 *
 * - `whole`: the recorded body; `version`: of it only `version` and `version_info`, where nothing else differs
 * - `automations`: those that Prefect owns for it are deleted, and the recorded ones made anew
 * - `slas`: sent wherever they were recorded, because no answer of the API tells what they are
 */
export type PlannedWrites = Readonly<{
  deployment: 'whole' | 'version' | 'nothing'
  automations: boolean
  slas: boolean
}>

/** What becomes of one deployment. */
export type PlannedDeployment = Readonly<{
  flow: string
  name: string
  action: 'create' | 'update' | 'unchanged'
  /** What was recorded, edited for what is kept. */
  recorded: RecordedDeployment
  /** Nothing at all for `unchanged`. */
  writes: PlannedWrites
  /** Absent for `create`. */
  live?: LiveDeployment
  /** Those that belong to it, as far as they may be read. */
  liveAutomations: readonly LiveAutomation[]
  /** For `update` what differs; empty otherwise. */
  differences: readonly FieldDifference[]
  kept: readonly KeptState[]
  /** Names of automations whose triggers the file had at the live commit and no longer has: they go. */
  dropped?: readonly string[]
}>

import type { Manifest } from './model.ts'
import { type ManifestText, textsOf } from './placed-texts.ts'

/** Fields of a deployment that Prefect keeps; what stands under another key is dropped unread. (Prefect: cli/deploy/_models.py) */
const KEPT: ReadonlySet<string | number | undefined> = new Set([
  'name',
  'version',
  'version_type',
  'tags',
  'description',
  'schedule',
  'schedules',
  'paused',
  'concurrency_limit',
  'flow_name',
  'entrypoint',
  'parameters',
  'enforce_parameter_schema',
  'work_pool',
  'triggers',
  'sla',
])
const KEPT_OF_POOL: ReadonlySet<string | number | undefined> = new Set(['name', 'work_queue_name', 'job_variables'])

/** The texts of deployments that end on the server, each part once, however many aliases name it. */
export function* deploymentTexts(manifest: Manifest): Generator<ManifestText> {
  for (const found of textsOf(manifest)) {
    const [field, inner] = found.path
    if (found.section !== 'deployment' || !KEPT.has(field)) continue
    if (field !== 'work_pool' || KEPT_OF_POOL.has(inner)) yield found
  }
}

/** Whether a text is of the `parameters` of a trigger, which Prefect fills in when the event comes. */
export function isOfTrigger({ path }: ManifestText): boolean {
  return path[0] === 'triggers'
}

/** Whether a text of a deployment is of the fields that Prefect reads before any step has run, and without which it cannot deploy. */
export function isNeededAtOnce({ path }: Pick<ManifestText, 'path'>): boolean {
  return (path.length === 1 && path[0] === 'entrypoint') || (path[0] === 'work_pool' && path[1] === 'name')
}

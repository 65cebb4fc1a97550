import type { Manifest } from './model.ts'
import { type ManifestText, textsOf } from './placed-texts.ts'
import { KNOWN } from './rules/known-keys.ts'

/** Fields that Prefect keeps; what stands under another key is dropped unread, and steps have rules of their own. */
const KEPT: ReadonlySet<string | number | undefined> = new Set(
  KNOWN.deployment.filter((key) => !['build', 'push', 'pull'].includes(key)),
)
const KEPT_OF_POOL: ReadonlySet<string | number | undefined> = new Set(KNOWN.work_pool)

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

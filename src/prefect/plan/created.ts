import type { RecordedDeployment } from '../rehearsal/recorded.ts'
import { differencesOf } from './differences.ts'
import type { FieldDifference } from './plan.ts'

/**
 * What a deployment that is made will have, but for what is Prefect's default: the differences to one that has nothing. The
 * schema of the parameters follows from the flow, and is left out; of the pull steps, which most deployments of a file share,
 * only their number is told.
 */
export function createdFields(recorded: RecordedDeployment): readonly FieldDifference[] {
  const { id, flow, name } = recorded
  const bare = { id, flow, name, flow_id: '', created: '', updated: '' }
  const fields = differencesOf(recorded, bare, []).filter(({ field }) => !field.startsWith('parameter_openapi_schema'))
  const steps = recorded.write.body['pull_steps']
  const number = Array.isArray(steps) ? steps.length : 0
  if (number === 0) return fields
  const pull = { field: 'pull', wanted: `${number} step${number === 1 ? '' : 's'}`, found: undefined }
  return [...fields.filter(({ field }) => !field.startsWith('pull[')), pull]
}

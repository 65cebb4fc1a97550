import type { RecordedDeployment } from '../rehearsal/recorded.ts'
import { differencesOf } from './differences.ts'
import type { FieldDifference } from './plan.ts'

/**
 * What a deployment that is made will have, but for what is Prefect's default: the differences to one that has nothing. The
 * schema of the parameters follows from the flow, and is left out.
 */
export function createdFields(recorded: RecordedDeployment): readonly FieldDifference[] {
  const { id, flow, name } = recorded
  const bare = { id, flow, name, flow_id: '', created: '', updated: '' }
  return differencesOf(recorded, bare, []).filter(({ field }) => !field.startsWith('parameter_openapi_schema'))
}

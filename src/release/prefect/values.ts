import type { Refusal } from '../../prefect/plan/refusals.ts'
import type { PrefectWork } from '../prefect-work.ts'
import type { PlannedEntry } from './plan.ts'

export async function refusedValues(
  _work: PrefectWork,
  _entries: readonly PlannedEntry[],
): Promise<readonly Readonly<{ one: PlannedEntry; refusal: Refusal }>[]> {
  return []
}

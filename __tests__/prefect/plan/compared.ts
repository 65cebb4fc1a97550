import type { JsonObject } from '../../../src/prefect/json.ts'
import { differencesOf } from '../../../src/prefect/plan/differences.ts'
import type { FieldDifference } from '../../../src/prefect/plan/plan.ts'
import type { RecordedDeployment } from '../../../src/prefect/rehearsal/recorded.ts'
import type { LiveAutomation, LiveDeployment } from '../../../src/prefect/survey/shapes.ts'
import { LIVE_ID } from './pairs-of-states.ts'

export const LIVE: LiveDeployment = {
  id: LIVE_ID,
  flow: 'main',
  name: 'daily',
  flow_id: 'f',
  created: '2026-01-01T00:00:00Z',
  updated: '2026-01-01T00:00:00Z',
}

/** An update of `LIVE`. */
export function recorded(body: JsonObject, more: Partial<RecordedDeployment> = {}): RecordedDeployment {
  return {
    flow: 'main',
    name: 'daily',
    id: LIVE_ID,
    write: { kind: 'update', body },
    deletedSchedules: [],
    clearsAutomations: true,
    automations: [],
    ...more,
  }
}

export type Rows = Readonly<Record<string, readonly [unknown, unknown]>>

/** By field: what is wanted and what is found. */
export function rowsOf(differences: readonly FieldDifference[]): Rows {
  return Object.fromEntries(differences.map(({ field, wanted, found }) => [field, [wanted, found]]))
}

/** What differs where a body meets what is live. */
export function rows(body: JsonObject, live: JsonObject): Rows {
  return rowsOf(differencesOf(recorded(body), { ...LIVE, ...live }, []))
}

/** An automation by hand, or one that is left over. */
export function leftOver(name: string): LiveAutomation {
  return {
    id: 'a',
    name,
    enabled: true,
    trigger: { type: 'event', expect: ['z'] },
    actions: [{ type: 'run-deployment', deployment_id: LIVE_ID }],
  }
}

import { isJsonObject, type JsonObject } from '../../../src/prefect/json.ts'
import { automationRow } from '../../world/instant/automations.ts'
import { deploymentRow } from '../../world/instant/deployments.ts'
import type { State } from '../../world/instant/state.ts'

export type Row = JsonObject & Readonly<{ id: string; name: string }>

/** All that a workspace holds, as its server answers it. */
export type Rows = Readonly<{
  flows: readonly Row[]
  deployments: readonly Row[]
  /** No answer tells whose an automation is: `prefect.deployment.{id}`, or nobody's. */
  automations: readonly Readonly<{ row: Row; owner: string | undefined }>[]
}>

/** What the stand-in holds. */
export function rowsOf(state: State): Rows {
  return {
    flows: [...state.flows.values()].map(({ id, name }) => ({ id, name })),
    deployments: [...state.deployments.values()].map((one) => rowIn(deploymentRow(state, one))),
    automations: [...state.automations.values()].map((one) => ({ row: rowIn(automationRow(one)), owner: one.owner })),
  }
}

/** @throws Error where it is no row */
export function rowIn(value: unknown): Row {
  if (isJsonObject(value) && isRow(value)) return value
  throw new Error(`not a row: ${JSON.stringify(value)}`)
}

function isRow(value: JsonObject): value is Row {
  return typeof value['id'] === 'string' && typeof value['name'] === 'string'
}

/** The rows of a list in one. */
export function listIn(row: JsonObject, key: string): readonly JsonObject[] {
  const list = row[key]
  return Array.isArray(list) ? list.filter(isJsonObject) : []
}

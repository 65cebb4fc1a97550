import { randomUUID } from 'node:crypto'
import type { JsonObject } from '../../../src/prefect/json.ts'

type Kept = Readonly<{ id: string; created: string }>

export type Flow = Kept & Readonly<{ updated: string; name: string; tags: readonly string[]; labels: JsonObject }>

export type Queue = Kept & Readonly<{ name: string; description: string; pool: string; priority: number }>

export type Pool = Kept & {
  updated: string
  readonly name: string
  readonly type: string
  readonly template: JsonObject
  isPaused: boolean
  readonly defaultQueue: string
}

export type Schedule = Kept & {
  updated: string
  schedule: JsonObject
  active: boolean
  max_scheduled_runs: number | null
  parameters: JsonObject
  slug: string | null
}

type ConcurrencyLimit = Kept & Readonly<{ updated: string; limit: number }>

export type Deployment = Kept & {
  updated: string
  readonly name: string
  readonly flow: string
  /** What the API takes and answers as it is. */
  fields: JsonObject
  schedules: Schedule[]
  /** Id of its queue; without one there is no work pool either. */
  queue: string | undefined
  limit: ConcurrencyLimit | undefined
}

export type Automation = Kept & {
  updated: string
  fields: JsonObject
  /** `prefect.deployment.{id}` of whom it belongs to: it goes when that is deployed again. */
  readonly owner: string | undefined
}

export type Variable = Kept & Readonly<{ updated: string; name: string; value: unknown; tags: readonly string[] }>

/** Everything that the stand-in knows, by id or, where the API asks by name, by name. */
export type State = Readonly<{
  flows: Map<string, Flow>
  pools: Map<string, Pool>
  queues: Map<string, Queue>
  deployments: Map<string, Deployment>
  automations: Map<string, Automation>
  variables: Map<string, Variable>
  /** Types of blocks by slug, their schemas by id, and documents by `type/name`. */
  blockTypes: Map<string, JsonObject>
  blockSchemas: Map<string, JsonObject>
  blocks: Map<string, JsonObject>
  /** Microseconds after which the next moment is told, so that no two are equal. */
  clock: { told: number }
}>

export function emptyState(): State {
  return {
    flows: new Map(),
    pools: new Map(),
    queues: new Map(),
    deployments: new Map(),
    automations: new Map(),
    variables: new Map(),
    blockTypes: new Map(),
    blockSchemas: new Map(),
    blocks: new Map(),
    clock: { told: 0 },
  }
}

/** Now, to the microsecond, and later than every moment before it: several answers are sorted by it. */
export function moment({ clock }: State): string {
  clock.told = Math.max(clock.told + 1, Date.now() * 1000)
  const micros = String(clock.told % 1000).padStart(3, '0')
  return new Date(Math.floor(clock.told / 1000)).toISOString().replace('Z', `${micros}Z`)
}

/** What every new row has. */
export function newRow(state: State): Kept & Readonly<{ updated: string }> {
  const created = moment(state)
  return { id: randomUUID(), created, updated: created }
}

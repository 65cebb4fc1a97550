import { createHash } from 'node:crypto'
import { canonical, isJsonObject, type JsonObject } from '../../../src/prefect/json.ts'
import { listIn, type Row, type Rows } from './rows.ts'

/** A schedule as it is stored. */
export type SeenSchedule = Readonly<{
  id: string
  slug: string | undefined
  kind: 'cron' | 'interval' | 'rrule'
  at: string | number
  timezone: string
  anchor: string | undefined
  parameters: JsonObject
  active: boolean
}>

export type SeenAutomation = Readonly<{ name: string; event: string; enabled: boolean }>

export type SeenDeployment = Readonly<{
  id: string
  flow: string
  name: string
  version: string
  entrypoint: string
  runs: boolean
  tags: readonly string[]
  parameters: JsonObject
  description: string | undefined
  /** The latest change first. */
  schedules: readonly SeenSchedule[]
  /** Those that Prefect deletes and makes anew when it is deployed. */
  owned: readonly SeenAutomation[]
  /** A digest of everything of it, its own automations too. */
  whole: string
}>

/** What stands in the workspace, as the server itself has it. */
export type Seen = Readonly<{
  /** By `flow/name`. */
  deployments: ReadonlyMap<string, SeenDeployment>
  /** Digests of the automations that no deployment owns, by id. */
  others: ReadonlyMap<string, string>
}>

export function seen(rows: Rows): Seen {
  const deployments = rows.deployments.map((row) => seenDeployment(rows, row))
  const owners = new Set(deployments.map(({ id }) => ownerOf(id)))
  const others = rows.automations.filter(({ owner }) => owner === undefined || !owners.has(owner))
  return {
    deployments: new Map(deployments.map((one) => [`${one.flow}/${one.name}`, one])),
    others: new Map(others.map(({ row }) => [row.id, digest(row)])),
  }
}

export function ownerOf(id: string): string {
  return `prefect.deployment.${id}`
}

function seenDeployment({ flows, automations }: Rows, row: Row): SeenDeployment {
  const owned = automations.filter(({ owner }) => owner === ownerOf(row.id)).map((one) => one.row)
  const tags: readonly unknown[] = Array.isArray(row['tags']) ? row['tags'] : []
  const { description } = row
  const schedules = listIn(row, 'schedules')
  return {
    id: row.id,
    flow: flows.find(({ id }) => id === row['flow_id'])?.name ?? '',
    name: row.name,
    version: textOf(row['version']),
    entrypoint: textOf(row['entrypoint']),
    runs: row['paused'] !== true,
    tags: tags.map(textOf),
    parameters: objectIn(row['parameters']),
    description: typeof description === 'string' ? description : undefined,
    schedules: schedules.toSorted((one, other) => (updatedOf(one) < updatedOf(other) ? 1 : -1)).map(seenSchedule),
    owned: owned.map(seenAutomation),
    whole: digest([row, owned]),
  }
}

function updatedOf({ updated }: JsonObject): string {
  return textOf(updated)
}

function seenSchedule({ id, slug, schedule, parameters, active }: JsonObject): SeenSchedule {
  const { cron, interval, rrule, timezone, anchor_date: anchor } = objectIn(schedule)
  const kind = cron !== undefined ? 'cron' : interval !== undefined ? 'interval' : 'rrule'
  const rule = textOf(rrule).replace(/^DTSTART:\S+\n/, '')
  return {
    id: textOf(id),
    slug: typeof slug === 'string' ? slug : undefined,
    kind,
    at: kind === 'cron' ? textOf(cron) : kind === 'interval' ? Number(interval) : rule,
    timezone: textOf(timezone) || 'UTC',
    anchor: typeof anchor === 'string' ? anchor : undefined,
    parameters: objectIn(parameters),
    active: active === true,
  }
}

function seenAutomation({ name, enabled, trigger }: JsonObject): SeenAutomation {
  const expected = isJsonObject(trigger) && Array.isArray(trigger['expect']) ? trigger['expect'] : []
  return { name: textOf(name), event: expected.map(textOf).join(), enabled: enabled === true }
}

function digest(value: unknown): string {
  return createHash('sha1').update(canonical(value)).digest('hex')
}

function objectIn(value: unknown): JsonObject {
  return isJsonObject(value) ? value : {}
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

import { createHash } from 'node:crypto'
import { canonical, isJsonObject, type JsonObject } from '../../../src/prefect/json.ts'
import { automationRow } from '../../world/instant/automations.ts'
import { deploymentRow } from '../../world/instant/deployments.ts'
import type { Deployment, Schedule, State } from '../../world/instant/state.ts'

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

export function seen(state: State): Seen {
  const deployments = [...state.deployments.values()].map((row) => seenDeployment(state, row))
  const owners = new Set(deployments.map(({ id }) => ownerOf(id)))
  const others = [...state.automations.values()].filter(({ owner }) => owner === undefined || !owners.has(owner))
  return {
    deployments: new Map(deployments.map((one) => [`${one.flow}/${one.name}`, one])),
    others: new Map(others.map((row) => [row.id, digest(automationRow(row))])),
  }
}

export function ownerOf(id: string): string {
  return `prefect.deployment.${id}`
}

function seenDeployment(state: State, row: Deployment): SeenDeployment {
  const { fields } = row
  const owned = [...state.automations.values()].filter(({ owner }) => owner === ownerOf(row.id))
  const tags: readonly unknown[] = Array.isArray(fields['tags']) ? fields['tags'] : []
  const { description } = fields
  return {
    id: row.id,
    flow: state.flows.get(row.flow)?.name ?? '',
    name: row.name,
    version: textOf(fields['version']),
    entrypoint: textOf(fields['entrypoint']),
    runs: fields['paused'] !== true,
    tags: tags.map(textOf),
    parameters: isJsonObject(fields['parameters']) ? fields['parameters'] : {},
    description: typeof description === 'string' ? description : undefined,
    schedules: row.schedules.toSorted((one, other) => (one.updated < other.updated ? 1 : -1)).map(seenSchedule),
    owned: owned.map((one) => seenAutomation(one.fields)),
    whole: digest([deploymentRow(state, row), owned.map(automationRow)]),
  }
}

function seenSchedule({ id, slug, schedule, parameters, active }: Schedule): SeenSchedule {
  const { cron, interval, rrule, timezone, anchor_date: anchor } = schedule
  const kind = cron !== undefined ? 'cron' : interval !== undefined ? 'interval' : 'rrule'
  const rule = textOf(rrule).replace(/^DTSTART:\S+\n/, '')
  return {
    id,
    slug: slug ?? undefined,
    kind,
    at: kind === 'cron' ? textOf(cron) : kind === 'interval' ? Number(interval) : rule,
    timezone: textOf(timezone) || 'UTC',
    anchor: typeof anchor === 'string' ? anchor : undefined,
    parameters,
    active,
  }
}

function seenAutomation({ name, enabled, trigger }: JsonObject): SeenAutomation {
  const expected = isJsonObject(trigger) && Array.isArray(trigger['expect']) ? trigger['expect'] : []
  return { name: textOf(name), event: expected.map(textOf).join(), enabled: enabled === true }
}

function digest(value: unknown): string {
  return createHash('sha1').update(canonical(value)).digest('hex')
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

import { z } from 'zod'
import type { JsonObject } from '../../../src/prefect/json.ts'
import { optional } from './answers.ts'
import { moment, newRow, type Schedule, type State } from './state.ts'

const kind = z.union([
  z.strictObject({ interval: z.number().gt(0), anchor_date: z.string().optional(), timezone: optional(z.string()) }),
  z.strictObject({ cron: z.string(), timezone: optional(z.string()), day_or: z.boolean().optional() }),
  z.strictObject({ rrule: z.string(), timezone: optional(z.string()) }),
])
type Kind = z.infer<typeof kind>

const shared = {
  max_scheduled_runs: optional(z.int().gt(0)),
  parameters: z.record(z.string(), z.unknown()).optional(),
  slug: optional(z.string()),
  replaces: optional(z.string()),
}

/** Prefect: server/schemas/actions.py, DeploymentScheduleCreate */
export const scheduleCreate = z.strictObject({ ...shared, active: z.boolean().optional(), schedule: kind })

/** Prefect: server/schemas/actions.py, DeploymentScheduleUpdate */
export const scheduleUpdate = z.strictObject({
  ...shared,
  active: optional(z.boolean()),
  schedule: optional(kind),
})
export type ScheduleUpdate = z.infer<typeof scheduleUpdate>

type Settings = Readonly<{
  active?: boolean | undefined
  parameters?: JsonObject | undefined
  slug: string | undefined
}>

/** A new row. `max_scheduled_runs` is lost on the way, as in the server (3.8.8: models/deployments.py, create_deployment). */
export function newSchedule(state: State, given: Settings, schedule: Kind): Schedule {
  return {
    ...newRow(state),
    schedule: filled(state, schedule),
    active: given.active ?? true,
    max_scheduled_runs: null,
    parameters: given.parameters ?? {},
    slug: given.slug ?? null,
  }
}

/** A schedule that is there, changed. Parameters that are not sent are emptied: only null is left out, not defaults. */
export function changeSchedule(state: State, live: Schedule, given: ScheduleUpdate): void {
  if (given.active !== undefined) live.active = given.active
  if (given.schedule !== undefined) live.schedule = filled(state, given.schedule)
  if (given.max_scheduled_runs !== undefined) live.max_scheduled_runs = given.max_scheduled_runs
  if (given.slug !== undefined) live.slug = given.slug
  live.parameters = given.parameters ?? {}
  live.updated = moment(state)
}

/** The latest change first (Prefect: server/database/orm_models.py, Deployment.schedules). */
export function latestFirst(schedules: readonly Schedule[]): readonly Schedule[] {
  return [...schedules].sort((one, other) => (one.updated < other.updated ? 1 : -1))
}

export function twiceTheSameSlug(schedules: readonly Readonly<{ slug?: string | undefined }>[]): boolean {
  const slugs = schedules.flatMap(({ slug }) => (slug === undefined ? [] : [slug]))
  return new Set(slugs).size < slugs.length
}

/** With the defaults of the server. (Prefect: server/schemas/schedules.py) */
function filled(state: State, schedule: Kind): JsonObject {
  if ('interval' in schedule) {
    const anchor = schedule.anchor_date ?? moment(state)
    return { interval: schedule.interval, anchor_date: zoned(anchor), timezone: schedule.timezone ?? 'UTC' }
  }
  if ('cron' in schedule) {
    return { cron: schedule.cron, timezone: schedule.timezone ?? null, day_or: schedule.day_or ?? true }
  }
  return { rrule: anchored(schedule.rrule), timezone: schedule.timezone ?? 'UTC' }
}

/** A time without an offset is taken for UTC. */
function zoned(time: string): string {
  return /(?:Z|[+-]\d\d:?\d\d)$/.test(time) ? time.replace(/\+00:?00$/, 'Z') : `${time}Z`
}

/**
 * With a start (Prefect: _internal/schemas/validators.py, normalize_rrule_string). The recent start of rules by the minute
 * is reckoned in UTC only: the CLI has filled it in before it asks.
 */
function anchored(rule: string): string {
  if (/DTSTART/i.test(rule)) return rule
  const unit = /FREQ=MINUTELY/.test(rule) ? 60 : /FREQ=SECONDLY/.test(rule) ? 1 : undefined
  const legacy = Date.UTC(2020, 0, 1)
  if (unit === undefined || /COUNT=|\n/.test(rule)) return `DTSTART:20200101T000000\n${rule}`
  const period = unit * Number(/INTERVAL=(\d+)/.exec(rule)?.[1] ?? 1) * 1000
  const start = new Date(legacy + Math.floor((Date.now() - legacy) / period) * period)
  return `DTSTART:${start.toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}\n${rule}`
}

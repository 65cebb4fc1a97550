import { isJsonObject, type JsonObject } from '../json.ts'
import { present } from './forms.ts'
import { own } from './leaves.ts'
import { withoutStart } from './rrule-start.ts'

/**
 * When a schedule runs, in one form for what is sent and for what is answered: with the server's defaults (a cron's days
 * count as alternatives, an interval and a rule are in UTC), without the start that Prefect writes before a rule, an anchor
 * as a moment of UTC. A cron without a time zone has none. (Prefect: server/schemas/schedules.py)
 */
export function timesOf(schedule: unknown): JsonObject {
  if (!isJsonObject(schedule)) return {}
  const { timezone, ...rest } = schedule
  const zone = timezone ?? undefined
  if (typeof rest['cron'] === 'string') return present({ ...rest, timezone: zone, day_or: rest['day_or'] ?? true })
  if (typeof rest['rrule'] === 'string') {
    return present({ ...rest, rrule: withoutStart(rest['rrule']), timezone: zone ?? 'UTC' })
  }
  if (typeof rest['interval'] === 'number') {
    return present({ ...rest, anchor_date: momentOf(rest['anchor_date']), timezone: zone ?? 'UTC' })
  }
  return present({ ...rest, timezone: zone })
}

/** How a schedule is named in a field: by its slug, else by its kind and what it says: `cron 0 5 * * *`, `interval 3600`. */
export function scheduleLabel(slug: unknown, times: JsonObject): string {
  if (typeof slug === 'string' && slug !== '') return slug
  const kind = ['cron', 'interval', 'rrule'].find((each) => Object.hasOwn(times, each))
  return kind === undefined ? 'schedule' : `${kind} ${String(own(times, kind))}`
}

const MOMENT = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:?\d\d)?$/

/** A moment in UTC to the last digit that was given; what is none stays as it is. */
function momentOf(value: unknown): unknown {
  const [, day = '', time = '', fraction = '', zone = 'Z'] = MOMENT.exec(typeof value === 'string' ? value : '') ?? []
  const seconds = Date.parse(`${day}T${time}${zone}`)
  if (Number.isNaN(seconds)) return value
  const digits = fraction.replace(/0+$/, '')
  return `${new Date(seconds).toISOString().slice(0, 19)}${digits === '' ? '' : `.${digits}`}Z`
}

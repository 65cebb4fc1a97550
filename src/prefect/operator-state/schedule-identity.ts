import type { FileSchedule } from '../../manifest/file-state.ts'
import { canonical, isJsonObject, type JsonObject } from '../json.ts'
import { timesOf } from '../plan/schedule-meaning.ts'

/** A schedule in the body of a write, or a live one. */
type AnySchedule = Readonly<{ schedule?: unknown; parameters?: unknown }>

const KINDS = ['cron', 'interval', 'rrule'] as const

/**
 * What a schedule without a slug is known by: its kind, what that says, and its time zone. The text is the same for a file,
 * for what Prefect writes of it and for what its server answers; `undefined` where it says nothing that is known here.
 */
export function timeKey({ schedule }: AnySchedule): string | undefined {
  const times = timesOf(schedule)
  const kind = KINDS.find((each) => Object.hasOwn(times, each))
  // Prefect fills in UTC for some kinds and takes nothing for UTC with the others.
  return kind === undefined ? undefined : canonical([kind, times[kind], times['timezone'] || 'UTC'])
}

/** The same with the parameters that its runs get. */
export function scheduleKey(one: AnySchedule): string | undefined {
  const time = timeKey(one)
  return time === undefined ? undefined : `${time}${canonical(isJsonObject(one.parameters) ? one.parameters : {})}`
}

/** Both keys of a schedule in a file, each `undefined` where it is open. */
export function fileKeys({ time, parameters }: FileSchedule): Readonly<{ time?: string; whole?: string }> {
  if (time === undefined) return {}
  const schedule: JsonObject = { [time.kind]: time.expression, timezone: time.timezone }
  const [key, whole] = [timeKey({ schedule }), scheduleKey({ schedule, parameters })]
  if (key === undefined || whole === undefined) return {}
  return parameters === undefined ? { time: key } : { time: key, whole }
}

/** Whether two intervals count from one moment; where one has none, only where neither has. */
export function sameAnchor(one: AnySchedule, other: AnySchedule): boolean {
  return timesOf(one.schedule)['anchor_date'] === timesOf(other.schedule)['anchor_date']
}

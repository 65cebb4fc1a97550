import type { DeploymentEntry } from '../model.ts'
import { placeholdersIn } from '../placeholders.ts'
import { isLaxBoolean, laxText } from '../schema/lax.ts'
import { entryOf, isGiven, isNull, isTruthy, type MapValue, type Place, type Value } from '../value.ts'

/**
 * A schedule that says when, without placeholders there: what a Python with Prefect can judge again. Of its other fields one
 * with a placeholder is left out, as if it were not there.
 */
export type JudgedSchedule = Readonly<{
  kind: 'cron' | 'interval' | 'rrule'
  /** As the file has it; a number is an interval's seconds. */
  value: string | number
  timezone: string | undefined
  /** Of a cron schedule; `undefined` is Prefect's own `true`. */
  dayOr: boolean | undefined
  anchorDate: string | undefined
  /** Where `value` stands. */
  at: Place
  timezoneAt: Place | undefined
}>

const KINDS = ['cron', 'interval', 'rrule'] as const

/**
 * The items of a deployment that Prefect makes schedules of, mappings or not: those of `schedules`, or the one of the
 * old `schedule` where that says something. (Prefect: cli/deploy/_config.py, _handle_deprecated_schedule_fields)
 */
export function scheduleItems({ value }: Pick<DeploymentEntry, 'value'>): readonly Value[] {
  const legacy = entryOf(value, 'schedule')?.value
  if (legacy !== undefined && isTruthy(legacy)) return [legacy]
  const list = entryOf(value, 'schedules')?.value
  return list?.kind === 'list' ? list.items : []
}

/** The schedules of a deployment that can be judged before Prefect fills anything in. */
export function judgedSchedules(entry: Pick<DeploymentEntry, 'value'>): readonly JudgedSchedule[] {
  return scheduleItems(entry).flatMap((item) => {
    const judged = item.kind === 'map' ? judgedSchedule(item) : undefined
    return judged === undefined ? [] : [judged]
  })
}

/** The same of one item; `undefined` where it does not say when, says it twice, or has placeholders there. */
export function judgedSchedule(item: MapValue): JudgedSchedule | undefined {
  const [kind, ...others] = KINDS.filter((key) => isGiven(entryOf(item, key)?.value))
  const given = kind === undefined ? undefined : entryOf(item, kind)?.value
  if (kind === undefined || given === undefined || others.length > 0) return undefined
  if (holdsPlaceholder(given)) return undefined
  const value = kind === 'interval' ? intervalValue(given) : laxText(given)
  if (value === undefined) return undefined
  const timezone = certain(item, 'timezone')
  return {
    kind,
    value,
    timezone: lax(timezone),
    dayOr: booleanOf(certain(item, 'day_or')),
    anchorDate: anchorOf(certain(item, 'anchor_date')),
    at: given.at,
    timezoneAt: timezone === undefined || isNull(timezone) ? undefined : timezone.at,
  }
}

/** What pydantic makes of a value that passes for true or false; `undefined` of every other. */
export function booleanOf(value: Value | undefined): boolean | undefined {
  if (value?.kind !== 'scalar' || !isLaxBoolean(value)) return undefined
  const text = lax(value)
  return text === undefined ? Boolean(value.value) : /^(?:1|on|t|true|y|yes)$/i.test(text)
}

/** A field's value where nothing in it has to be filled in. */
function certain(item: MapValue, key: string): Value | undefined {
  const value = entryOf(item, key)?.value
  return holdsPlaceholder(value) ? undefined : value
}

function lax(value: Value | undefined): string | undefined {
  return value === undefined ? undefined : laxText(value)
}

function holdsPlaceholder(value: Value | undefined): boolean {
  return placeholdersIn(lax(value) ?? '').length > 0
}

function intervalValue(value: Value): string | number | undefined {
  if (value.kind !== 'scalar') return undefined
  return value.type === 'integer' || value.type === 'float' ? Number(value.value) : laxText(value)
}

function anchorOf(value: Value | undefined): string | undefined {
  return value?.kind === 'scalar' && value.type === 'date' ? value.source : lax(value)
}

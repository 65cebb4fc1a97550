import { shown } from '../shown.ts'
import { intervalSeconds } from '../schedule/interval.ts'
import { entryOf, isGiven, isNull, kindOf, type MapEntry, type MapValue, textOf, type Value } from '../value.ts'
import { adviceOnInterval, adviceOnScheduleKey } from './schedule-advice.ts'
import { booleanOrText, text } from './scalars.ts'
import {
  DROPPED,
  type Enters,
  type Fields,
  inFields,
  keyRefusal,
  listOf,
  type Path,
  type Refusal,
  refusal,
  textKeys,
} from './shape.ts'

const EXAMPLE = 'schedules:\n  - cron: "0 6 * * *"\n    timezone: Europe/Berlin'
const SELECTORS = ['cron', 'interval', 'rrule']

function* interval(value: Value, path: Path): Generator<Refusal> {
  if (isNull(value) || intervalSeconds(value) !== undefined) return
  const what = value.kind === 'scalar' && value.type !== 'date' ? `\`${shown(value.source)}\`` : kindOf(value)
  const message = `The interval is ${what}, which Prefect cannot read. ${DROPPED}`
  yield { rule: 'schedule-interval', path, at: value.at, message, hint: adviceOnInterval(value) }
}

/** Prefect: RawScheduleConfig. Unlike elsewhere, a key that it does not know is refused. */
const SCHEDULE: Fields = {
  cron: text(),
  interval,
  rrule: text(),
  timezone: text(),
  anchor_date: text(),
  active: booleanOrText,
  parameters: textKeys({
    hint: (key, value) =>
      isNull(value) ? `Remove the key, or write \`${key}: {}\`.` : `Write \`name: value\` lines below \`${key}\`.`,
  }),
  slug: text(),
  replaces: text(),
  day_or: booleanOrText,
}

/** One schedule. It is told of as the file's own form, of whichever of the model's forms it falls short. */
export function* scheduleItem(value: Value, path: Path, enters: Enters): Generator<Refusal> {
  if (value.kind !== 'map') {
    yield refusal(value, path, { wanted: 'a mapping', hint: itemHint })
  } else if (isNested(value)) {
    yield* nested(value, path)
  } else if (!saysNothing(value) && !isIntervalFromDate(value)) {
    const refusals = [...unknownKeys(value, path), ...inFields(value, path, SCHEDULE, enters)]
    // The number of selectors is looked at only where all else is well.
    yield* refusals.length > 0 ? refusals : selectors(value, path)
  }
}

/** The value of `schedules`. */
export const scheduleList = listOf(scheduleItem, {
  hint: (_, value) => (value.kind === 'map' ? `Begin each schedule with \`- \`:\n${EXAMPLE}` : itemHint('', value)),
})

function itemHint(_: string, value: Value): string {
  if (value.kind === 'list') return `Several schedules stand under \`schedules\`:\n${EXAMPLE}`
  const cron = textOf(value)
  if (cron === undefined || !/^\S+(?: +\S+){4}$/.test(cron)) return `A schedule looks like this:\n${EXAMPLE}`
  return `Say what it is:\nschedules:\n  - cron: "${shown(cron)}"`
}

function* unknownKeys(map: MapValue, path: Path): Generator<Refusal> {
  const keys = new Map(map.entries.map((entry) => [`${entry.keyType} ${entry.key}`, entry]))
  for (const entry of keys.values()) {
    if (entry.keyType === 'text' && Object.hasOwn(SCHEDULE, entry.key)) continue
    yield entry.keyType === 'text' ? unknownKey(entry, path) : keyRefusal(entry, path)
  }
}

function unknownKey({ key, keyAt, value }: MapEntry, path: Path): Refusal {
  return {
    rule: 'schedule-key-unknown',
    path: [...path, key],
    at: keyAt,
    message: `A schedule has no key \`${shown(key)}\`. ${DROPPED}`,
    hint: adviceOnScheduleKey(key, value, Object.keys(SCHEDULE)),
  }
}

function* selectors(map: MapValue, path: Path): Generator<Refusal> {
  const given = SELECTORS.flatMap((key) => entryOf(map, key) ?? []).filter(({ value }) => isGiven(value))
  if (given.length === 1) return
  const places = given
    .map(({ keyAt }) => keyAt)
    .sort((one, other) => one.line - other.line || one.column - other.column)
  const names = given.map(({ key }) => `\`${key}\``).join(' and ')
  yield {
    rule: 'schedule-selector',
    path,
    at: places[1] ?? map.at,
    message:
      given.length === 0
        ? `This schedule has none of \`cron\`, \`interval\` and \`rrule\`. ${DROPPED}`
        : `This schedule has ${names}; it must have one of them. ${DROPPED}`,
    hint:
      given.length === 0
        ? `Say when it runs:\n${EXAMPLE}`
        : 'Keep one of them, and make a schedule of its own of each other.',
  }
}

/** Forms that the model takes and Prefect's deploy then refuses: `{}`, `{~: ~}`. */
function saysNothing({ entries }: MapValue): boolean {
  return entries.every(({ keyType, value }) => keyType === 'null' && isNull(value))
}

/** Prefect: client/schemas/actions.py, DeploymentScheduleCreate; the form of its API. */
const NESTED_KEYS: ReadonlySet<string> = new Set([
  'schedule',
  'active',
  'max_scheduled_runs',
  'parameters',
  'slug',
  'replaces',
])

function isNested(map: MapValue): boolean {
  return (
    entryOf(map, 'schedule') !== undefined &&
    map.entries.every(({ key, keyType }) => keyType === 'text' && NESTED_KEYS.has(key))
  )
}

function* nested(map: MapValue, path: Path): Generator<Refusal> {
  const entry = entryOf(map, 'schedule')
  if (entry === undefined) return
  yield {
    rule: 'schedule-nested',
    path: [...path, 'schedule'],
    at: entry.keyAt,
    message: "This schedule is written as Prefect's API has it, inside of `schedule`; `prefect deploy` refuses it.",
    hint: `Write its keys without \`schedule\` around them:\n${EXAMPLE}`,
  }
}

const INTERVAL_KEYS: ReadonlySet<string> = new Set(['interval', 'anchor_date', 'timezone'])

/**
 * An interval with an `anchor_date` that is no text passes as a schedule of Prefect's own, which knows nothing but these
 * three keys: `anchor_date: 2026-01-01` without quotes is a date. (Prefect: client/schemas/schedules.py, IntervalSchedule)
 */
function isIntervalFromDate(map: MapValue): boolean {
  const anchor = entryOf(map, 'anchor_date')?.value
  if (!map.entries.every(({ key, keyType }) => keyType === 'text' && INTERVAL_KEYS.has(key))) return false
  const seconds = intervalSeconds(entryOf(map, 'interval')?.value ?? map)
  const timezone = entryOf(map, 'timezone')?.value
  const named = timezone === undefined || isNull(timezone) || textOf(timezone) !== undefined
  return seconds !== undefined && seconds > 0 && named && isTime(anchor)
}

/** Seconds, or from 20,000,000,000 on milliseconds, that are a year from 1600 to 9999. (pydantic: datetime in lax mode) */
function isTime(value: Value | undefined): boolean {
  if (value?.kind !== 'scalar') return false
  if (value.type === 'date') return true
  if (value.type !== 'integer' && value.type !== 'float') return false
  const number = Number(value.value)
  const seconds = Math.abs(number) > 2e10 ? number / 1000 : number
  return seconds >= -11_676_096_000 && seconds < 253_402_300_800
}

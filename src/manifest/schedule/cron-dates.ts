import type { CronField, NthWeek } from './cron-field.ts'

const LONGEST_MONTHS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
const FEBRUARY = 2

/**
 * Whether no date ever comes that the fields of a cron text ask for, as the 30th of February. Prefect takes such a text, and
 * then finds no next run; also where `day_or` would let a day of the week in, because croniter looks for both and gives up
 * with the first. A day and a week that never meet (the 1st, `fri#2`) are the same.
 * (croniter 6: `_get_next`, `_calc`)
 */
export function neverComes(fields: readonly CronField[]): boolean {
  const [, , days, months, weekdays, , years] = fields
  if (days === undefined || months === undefined || days.parts.has('*')) return false
  const weeks = [...(weekdays?.nth.values() ?? [])].flatMap((some) => [...some])
  for (let month = 1; month <= LONGEST_MONTHS.length; month += 1) {
    if (!months.parts.has('*') && !months.parts.has(month)) continue
    if (lengths(month, years).some((length) => comesIn(length, days, weeks))) return false
  }
  return true
}

function comesIn(length: number, days: CronField, weeks: readonly NthWeek[]): boolean {
  for (let day = 1; day <= length; day += 1) {
    const asked = days.parts.has(day) || (day === length && days.parts.has('l'))
    if (asked && (weeks.length === 0 || weeks.some((week) => isInWeek(day, week, length)))) return true
  }
  return false
}

/** A weekday's second time in a month is on one of the days 8 to 14, its last on one of the last seven. */
function isInWeek(day: number, week: NthWeek, length: number): boolean {
  return week === 'l' ? day > length - 7 : Math.ceil(day / 7) === week
}

function lengths(month: number, years: CronField | undefined): readonly number[] {
  const longest = LONGEST_MONTHS[month - 1] ?? 0
  if (month !== FEBRUARY) return [longest]
  const named = [...(years?.parts ?? [])].filter((year) => typeof year === 'number')
  const all = named.length === 0 || years?.parts.has('*') === true
  return [
    ...(all || named.some((year) => isLeap(year)) ? [longest] : []),
    ...(all || named.some((year) => !isLeap(year)) ? [longest - 1] : []),
  ]
}

function isLeap(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
}

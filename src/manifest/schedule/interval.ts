import { laxText } from '../schema/lax.ts'
import type { Value } from '../value.ts'

const DAY = 86_400
/** Python's `timedelta` reaches this far in days; pydantic refuses what is longer, and dies of what is shorter than its negative. */
const MOST_DAYS = 999_999_999
const LEAST_SECONDS = -MOST_DAYS * DAY
const END_SECONDS = (MOST_DAYS + 1) * DAY
/** Largest number that pydantic's parser keeps: unsigned, 32 bits. */
const LARGEST = 2 ** 32 - 1

const ISO_PART = /(\d+)(?:[.,](\d*))?([YMWDHMS])/g
const ISO = /^P((?:\d+(?:[.,]\d*)?[YMWD])*)(?:T((?:\d+(?:[.,]\d*)?[HMS])*))?$/
const DAYS = /^(\d+) ?d(?:ays?)?(?:,? ?(.+))?$/is
/** Hours have at most nine digits. */
const CLOCK = /^(\d{1,9}):([0-5]\d)(?::([0-5]\d)(?:[.,](\d+))?)?$/

/**
 * The seconds of a value that Prefect's model takes for an interval, `schedule.interval` or one of an SLA: a number of
 * seconds, ISO 8601 (`PT1H30M`), a clock (`01:30:00`) or days with a clock (`1 day, 02:00:00`). `undefined` of
 * everything else, so of a number in quotes. It may be zero or negative, which Prefect refuses only while it deploys.
 * (pydantic 2.14: timedelta in lax mode)
 */
export function intervalSeconds(value: Value): number | undefined {
  if (value.kind !== 'scalar') return undefined
  if (value.type === 'integer' || value.type === 'float' || value.type === 'boolean') {
    return inRange(Number(value.value))
  }
  const text = laxText(value)
  return text === undefined ? undefined : inRange(secondsOfText(text))
}

function inRange(seconds: number | undefined): number | undefined {
  if (seconds === undefined || !(seconds >= LEAST_SECONDS && seconds < END_SECONDS)) return undefined
  const whole = Math.trunc(seconds)
  return whole + Math.round((seconds - whole) * 1e6) / 1e6
}

function secondsOfText(text: string): number | undefined {
  const unsigned = text.replace(/^[+-]/, '')
  const seconds = unsigned.startsWith('P') ? secondsOfIso(unsigned) : secondsOfClock(unsigned)
  return seconds !== undefined && text.startsWith('-') ? -seconds : seconds
}

const DATE_UNITS: Readonly<Record<string, number>> = { Y: 365 * DAY, M: 30 * DAY, W: 7 * DAY, D: DAY }
const TIME_UNITS: Readonly<Record<string, number>> = { H: 3600, M: 60, S: 1 }

/** A fraction may stand in the last part only; months have 30 days, years 365. */
function secondsOfIso(text: string): number | undefined {
  const [, date = '', time = ''] = ISO.exec(text) ?? []
  if (date === '' && time === '') return undefined
  const fractions = text.match(/[.,]/g)?.length ?? 0
  if (fractions > 1 || (fractions === 1 && !/[.,]\d*[A-Z]T?$/.test(text))) return undefined
  const days = sum(date, DATE_UNITS)
  const seconds = sum(time, TIME_UNITS)
  return days === undefined || seconds === undefined || days > LARGEST * DAY || seconds > LARGEST
    ? undefined
    : days + seconds
}

function sum(parts: string, units: Readonly<Record<string, number>>): number | undefined {
  let seconds = 0
  for (const [, whole = '', fraction = '', unit = ''] of parts.matchAll(ISO_PART)) {
    if (Number(whole) > LARGEST) return undefined
    seconds += Number(`${whole}.${fraction}`) * (units[unit] ?? 0)
  }
  return seconds
}

/** A clock of `24:00` and more is taken by itself, not beside days. */
function secondsOfClock(text: string): number | undefined {
  if (!/d/i.test(text)) return clock(text, Infinity)
  const [, days = '', rest] = DAYS.exec(text) ?? []
  if (days === '' || Number(days) > LARGEST) return undefined
  const seconds = rest === undefined ? 0 : clock(rest, DAY - 1)
  return seconds === undefined ? undefined : Number(days) * DAY + seconds
}

function clock(text: string, most: number): number | undefined {
  // `1:02` is too short to pydantic.
  if (text.length < 5) return undefined
  const [, hours, minutes, seconds = '0', fraction = ''] = CLOCK.exec(text) ?? []
  if (hours === undefined || minutes === undefined) return undefined
  const whole = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)
  return whole > most ? undefined : whole + Number(`0.${fraction.slice(0, 6)}`)
}

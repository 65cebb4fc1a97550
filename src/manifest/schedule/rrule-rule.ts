import { quoted } from './cron-field.ts'
import { pythonInteger } from './python-text.ts'
import { rruleDate, type RruleDate } from './rrule-date.ts'

/** One rule of an rrule text: `FREQ=DAILY;COUNT=3`. */
export type Rule = Readonly<{
  frequency: Frequency
  /** `INTERVAL`, `COUNT` and the lists of numbers, by their names in upper case. */
  numbers: ReadonlyMap<string, readonly bigint[]>
  until: RruleDate | undefined
}>

/** A date that may stand under the rule: where it has none, Prefect takes the time of its look at it. */
export type Start = Extract<RruleDate, { state: 'known' }>

const FREQUENCIES = ['YEARLY', 'MONTHLY', 'WEEKLY', 'DAILY', 'HOURLY', 'MINUTELY', 'SECONDLY'] as const
export type Frequency = (typeof FREQUENCIES)[number]

const SINGLE = new Set(['INTERVAL', 'COUNT'])
const LISTS = new Set('BYSETPOS BYMONTH BYMONTHDAY BYYEARDAY BYEASTER BYWEEKNO BYHOUR BYMINUTE BYSECOND'.split(' '))
const WEEKDAYS = new Set(['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'])
/** Parts of the day, each with the frequency that steps by it and the number it goes round at. */
const CLOCK = [
  { part: 'BYHOUR', frequency: 'HOURLY', base: 24, of: 'hour' },
  { part: 'BYMINUTE', frequency: 'MINUTELY', base: 60, of: 'minute' },
  { part: 'BYSECOND', frequency: 'SECONDLY', base: 60, of: 'second' },
] as const

/** Reads a rule in upper case; a text says why Prefect refuses it. (dateutil 2.9: rrule.py, _parse_rfc_rrule) */
export function readRule(text: string): Rule | string {
  const parts = text.split(':')
  if (parts.length > 2 || (parts.length === 2 && parts[0] !== 'RRULE')) {
    return `${quoted(text)} holds a \`:\` where none may stand`
  }
  const numbers = new Map<string, readonly bigint[]>()
  let frequency: Frequency | undefined
  let until: RruleDate | undefined
  for (const pair of (parts.at(-1) ?? '').split(';')) {
    const [name, value, ...more] = pair.split('=')
    if (name === undefined || value === undefined || more.length > 0) {
      return pair === '' ? 'a `;` stands before nothing' : `${quoted(pair)} is not of the form \`NAME=VALUE\``
    }
    if (name === 'FREQ') {
      frequency = FREQUENCIES.find((known) => known === value)
      if (frequency === undefined) return `${quoted(pair)} is none of ${FREQUENCIES.join(', ')}`
    } else if (name === 'UNTIL') {
      until = rruleDate(value)
      if (until.state === 'wrong') return `${quoted(pair)} is no date`
    } else if (SINGLE.has(name) || LISTS.has(name)) {
      const read = (SINGLE.has(name) ? [value] : value.split(',')).map((item) => pythonInteger(item))
      const whole = read.filter((item) => item !== undefined)
      if (whole.length < read.length) return `${quoted(pair)} holds something that is no whole number`
      numbers.set(name, whole)
    } else if (name === 'WKST' ? !WEEKDAYS.has(value) : isWrongDays(name, value)) {
      return isDays(name) || name === 'WKST'
        ? `${quoted(pair)} names a day that is none of MO, TU, WE, TH, FR, SA, SU`
        : `${quoted(name)} is no part of a rule`
    }
  }
  return frequency === undefined ? 'it has no `FREQ`' : { frequency, numbers, until }
}

const isDays = (name: string): boolean => name === 'BYDAY' || name === 'BYWEEKDAY'

function isWrongDays(name: string, value: string): boolean {
  return !isDays(name) || !value.split(',').every((day) => isDay(day))
}

/** `MO`, `+1MO`, `MO(+1)`; the closing bracket may be any character. */
function isDay(day: string): boolean {
  const bracket = day.indexOf('(')
  if (bracket >= 0) {
    const inner = day.slice(bracket + 1).split('(')[0] ?? ''
    return WEEKDAYS.has(day.slice(0, bracket)) && isOrdinal(inner.slice(0, -1))
  }
  const [, ordinal = '', name = ''] = /^([-+\d]*)(.*)$/s.exec(day) ?? []
  return WEEKDAYS.has(name) && (ordinal === '' || isOrdinal(ordinal))
}

function isOrdinal(text: string): boolean {
  const number = pythonInteger(text)
  return number !== undefined && number !== 0n
}

/**
 * Why Prefect refuses a rule that can be read, under the start that it has or under every time of a deploy;
 * `undefined` where it takes it. (dateutil 2.9: rrule.py, rrule.__init__)
 */
export function ruleFault(rule: Rule, start: Start | undefined): string | undefined {
  const { numbers, until } = rule
  if (numbers.get('BYSETPOS')?.some((position) => position === 0n || position > 366n || position < -366n) === true) {
    return '`BYSETPOS` must be within 1 to 366 or -366 to -1'
  }
  if (start !== undefined && until?.state === 'known' && until.zoned !== start.zoned) {
    return '`UNTIL` ends in `Z` and `DTSTART` has no zone, or the other way round; both must be of one kind'
  }
  return CLOCK.map((part) => clockFault(rule, part, start)).find((fault) => fault !== undefined)
}

type ClockPart = (typeof CLOCK)[number]

function clockFault(rule: Rule, clock: ClockPart, start: Start | undefined): string | undefined {
  const { part, base } = clock
  const wanted = rule.numbers.get(part)
  if (wanted === undefined) return undefined
  if (rule.frequency === clock.frequency) return stepsFault(rule, wanted, clock, start)
  const outside = wanted.find((number) => number < 0n || number >= BigInt(base))
  // From HOURLY on nobody looks before the first run is sought.
  return outside === undefined || isWithinDay(rule.frequency)
    ? undefined
    : `${quoted(`${part}=${outside}`)} is not within 0 to ${base - 1}`
}

/** Whether steps of the interval, from the start on, ever meet one of the numbers that are wanted. */
function stepsFault(
  rule: Rule,
  wanted: readonly bigint[],
  clock: ClockPart,
  start: Start | undefined,
): string | undefined {
  const { part, base, of } = clock
  const interval = rule.numbers.get('INTERVAL')?.[0] ?? 1n
  const stride = commonDivisor(interval, BigInt(base))
  const meets = (from: number): boolean => wanted.some((number) => (number - BigInt(from)) % stride === 0n)
  const name = `${quoted(part)} with an \`INTERVAL\` of ${quoted(String(interval))}`
  if (start !== undefined) return meets(start[of]) ? undefined : `${name} is never met from \`DTSTART\` on`
  const met = Array.from({ length: base }, (_, from) => meets(from))
  return met.includes(false) ? `${name} is met or not by the ${of} of the deploy; give it a \`DTSTART\`` : undefined
}

function commonDivisor(one: bigint, other: bigint): bigint {
  let [a, b] = [one < 0n ? -one : one, other]
  while (b !== 0n) [a, b] = [b, a % b]
  return a
}

/** Whether a rule steps by less than a day. */
function isWithinDay(frequency: Frequency): boolean {
  return FREQUENCIES.indexOf(frequency) >= FREQUENCIES.indexOf('HOURLY')
}

/** Whether a rule steps by less than an hour. */
export function isWithinHour(frequency: Frequency): boolean {
  return FREQUENCIES.indexOf(frequency) > FREQUENCIES.indexOf('HOURLY')
}

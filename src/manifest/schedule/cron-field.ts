import { shown } from '../shown.ts'
import { pythonDigits } from './python-text.ts'

/** What a field of a cron text holds after it is written out: numbers, `*`, and `l` for the last day of the month. */
export type CronPart = number | '*' | 'l'

/** Of a day of the week, in which weeks of the month: `fri#2` is the second, `L5` the last. */
export type NthWeek = number | 'l'

/** A field of a cron text. Those of the first five have names in every cron; Prefect adds seconds and years behind them. */
export type CronFieldKind = Readonly<{
  name: string
  low: number
  high: number
  names: Readonly<Record<string, number>>
}>

const months = Object.fromEntries(
  'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ').map((name, index) => [name, index + 1]),
)
const weekdays = Object.fromEntries('sun mon tue wed thu fri sat'.split(' ').map((name, index) => [name, index]))

const DAY_OF_MONTH: CronFieldKind = { name: 'day of the month', low: 1, high: 31, names: {} }
export const DAY_OF_WEEK: CronFieldKind = { name: 'day of the week', low: 0, high: 6, names: weekdays }

/** The fields in their order. */
export const CRON_FIELDS: readonly CronFieldKind[] = [
  { name: 'minute', low: 0, high: 59, names: {} },
  { name: 'hour', low: 0, high: 23, names: {} },
  DAY_OF_MONTH,
  { name: 'month', low: 1, high: 12, names: months },
  DAY_OF_WEEK,
  { name: 'second', low: 0, high: 59, names: {} },
  { name: 'year', low: 1970, high: 2099, names: {} },
]

/** A field as it is written out; `nth` is empty but for days of the week. */
export type CronField = Readonly<{
  parts: ReadonlySet<CronPart>
  nth: ReadonlyMap<CronPart, ReadonlySet<NthWeek>>
}>

const RANGE = /^([^-]+)-([^-/]+)(?:\/(\p{Nd}+))?$/u
const NTH = /^(?:(mon|tue|wed|thu|fri|sat|sun)-(mon|tue|wed|thu|fri|sat|sun)|[\p{L}\p{N}_]+)#(\p{Nd}+)$/u
const LAST = /^l(\p{Nd}+)$/u

/**
 * One field of a cron text in lower case, without `R` and `H`, written out; a text says what is wrong with it. `count` is
 * the number of fields. (croniter: `_expand`, the loop over the fields, in Prefect 3.4 to 3.9)
 */
export function cronField(text: string, kind: CronFieldKind, count: number): CronField | string {
  const parts = new Set<CronPart>()
  const nth = new Map<CronPart, Set<NthWeek>>()
  if (text.includes('?')) {
    if (text !== '?') return `the ${kind.name} ${quoted(text)} holds a \`?\` beside something else`
    if (kind !== DAY_OF_MONTH && kind !== DAY_OF_WEEK) return `\`?\` cannot stand for the ${kind.name}`
    return { parts: new Set(['*']), nth }
  }
  for (const element of text.split(',')) {
    const read = elementOf(element, kind, count)
    if (typeof read === 'string') return read
    for (const part of read.parts) {
      parts.add(part)
      if (read.week === undefined) continue
      const weeks = nth.get(part) ?? new Set()
      nth.set(part, weeks.add(read.week))
    }
  }
  return { parts, nth }
}

type Element = Readonly<{ parts: readonly CronPart[]; week: NthWeek | undefined }>

/** What stands between two commas. */
function elementOf(element: string, kind: CronFieldKind, count: number): Element | string {
  if (kind !== DAY_OF_WEEK) return written(element, kind, count, undefined)
  const last = LAST.exec(element)?.[1]
  if (last !== undefined) return written(last, kind, count, 'l')
  const number = NTH.exec(element)?.[3]
  if (number === undefined) return written(element, kind, count, undefined)
  const week = pythonDigits(number)
  if (week === undefined || week < 1 || week > 5) return `the week behind the \`#\` of ${quoted(element)} is not 1 to 5`
  return written(element.slice(0, element.indexOf('#')), kind, count, week)
}

function written(text: string, kind: CronFieldKind, count: number, week: NthWeek | undefined): Element | string {
  const range = rangeIn(text, kind)
  if (range === undefined) {
    const parts = single(text, kind, count)
    return typeof parts === 'string' ? parts : { parts, week }
  }
  const numbers = numbersOf(range, text, kind, count)
  if (typeof numbers === 'string') return numbers
  const parts = numbers.map((number) => alias(number, kind, count))
  const outside = parts.find((number) => number < kind.low || number > kind.high)
  return outside === undefined ? { parts, week } : outOfRange(String(outside), kind)
}

function single(text: string, kind: CronFieldKind, count: number): readonly CronPart[] | string {
  if (text === '') return `the ${kind.name} holds a comma with nothing beside it`
  if (text === '*' || (text === 'l' && kind === DAY_OF_MONTH)) return [text]
  const read = /^\p{Nd}+$/u.test(text) ? pythonDigits(text) : named(text, kind)
  if (read === undefined) {
    return /^\p{Nd}+$/u.test(text) ? outOfRange(text, kind) : `${quoted(text)} is no ${kind.name}`
  }
  const number = alias(read, kind, count)
  return number < kind.low || number > kind.high ? outOfRange(text, kind) : [number]
}

type Range = Readonly<{ from: string; to: string; step: string }>

/** `2-5`, `2-5/2`, `*` with a step and `5/2`, which goes on to the end; `undefined` of what is no range. */
function rangeIn(text: string, { low, high }: CronFieldKind): Range | undefined {
  const match =
    RANGE.exec(text.replace(/^\*(?=\/.)/su, `${low}-${high}`)) ??
    RANGE.exec(text.replace(/^(.+)\/(.+)$/su, `$1-${high}/$2`))
  return match === null ? undefined : { from: match[1] ?? '', to: match[2] ?? '', step: match[3] ?? '1' }
}

function numbersOf(range: Range, text: string, kind: CronFieldKind, count: number): readonly number[] | string {
  const to = range.to === 'l' && kind === DAY_OF_MONTH ? '31' : range.to
  const bounds: number[] = []
  for (const bound of [range.from, to]) {
    const read = /^\p{Nd}+$/u.test(bound) ? pythonDigits(bound) : named(bound, kind)
    if (read === undefined) return `${quoted(text)} is no range: ${quoted(bound)} is no ${kind.name}`
    const number = alias(read, kind, count)
    if (number > kind.high) return outOfRange(bound, kind)
    bounds.push(number)
  }
  const step = pythonDigits(range.step)
  if (step === undefined || step === 0) return `the step of ${quoted(text)} must be at least 1`
  return series(bounds[0] ?? kind.low, bounds[1] ?? kind.high, step, kind) ?? outOfRange(text, kind)
}

/** A range that ends before it begins goes around: `22-2` of the hours. `5-5` is everything. */
function series(from: number, to: number, step: number, { low, high }: CronFieldKind): readonly number[] | undefined {
  if (from < to) return everyNth(from, to, step)
  if (from === to) return everyNth(low, high, step)
  const first = everyNth(from, high, step)
  const end = first.at(-1) ?? high
  if (end < low) return undefined
  // croniter counts the step over the turn only so far as the field's own numbers reach.
  const left = high - end
  const skipped = end - low + step > high - low + 1 && left < step ? step - left : 0
  return [...first, ...everyNth(low + skipped, to, step)]
}

function everyNth(from: number, to: number, step: number): readonly number[] {
  const numbers: number[] = []
  for (let number = from; number <= to; number += step) numbers.push(number)
  return numbers
}

/** In a text of five fields 7 is Sunday; in one of six, day 0 is day 1. */
function alias(number: number, kind: CronFieldKind, count: number): number {
  if (kind === DAY_OF_WEEK && number === 7 && count === 5) return 0
  return kind === DAY_OF_MONTH && number === 0 && count === 6 ? 1 : number
}

function named(text: string, kind: CronFieldKind): number | undefined {
  return Object.hasOwn(kind.names, text) ? kind.names[text] : undefined
}

function outOfRange(text: string, { name, low, high }: CronFieldKind): string {
  return `the ${name} ${quoted(text)} is not within ${low} to ${high}`
}

/** A piece of the text as a message shows it. */
export function quoted(text: string): string {
  return `\`${shown(text, 40)}\``
}

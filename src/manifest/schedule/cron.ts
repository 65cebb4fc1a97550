import { CRON_FIELDS, type CronField, cronField, type CronFieldKind, DAY_OF_WEEK, quoted } from './cron-field.ts'
import { pythonDigits, pythonWords } from './python-text.ts'

/** A cron text as Prefect reads it: what is wrong with it, in a clause, or its five, six or seven fields. */
export type CronReading = Readonly<
  | { fault: string }
  | {
      fault: undefined
      /** Minute, hour, day of the month, month, day of the week, and behind them second and year where they are given. */
      fields: readonly CronField[]
      /** A field is drawn by lot, at each of Prefect's looks at it. */
      random: boolean
    }
>

const ALIASES: ReadonlyMap<string, string> = new Map([
  ['@midnight', '0 0 * * *'],
  ['@hourly', '0 * * * *'],
  ['@daily', '0 0 * * *'],
  ['@weekly', '0 0 * * 0'],
  ['@monthly', '0 0 1 * *'],
  ['@yearly', '0 0 1 1 *'],
  ['@annually', '0 0 1 1 *'],
])
const RANDOM = /^([hr])(?:\((\p{Nd}+)-(\p{Nd}+)\))?(?:\/(\p{Nd}+))?$/u
const DAYS_OF_A_WEEK = 7

/**
 * Reads a cron text as Prefect does, from 3.4 to 3.9 the same: by croniter, which takes seconds behind the five fields and
 * ranges that go around, and then without its bare `R` and `H`. Never throws.
 * (Prefect: _internal/schemas/validators.py, validate_cron_string)
 */
export function readCron(text: string): CronReading {
  const lower = text.toLowerCase()
  const words = pythonWords(ALIASES.get(lower) ?? lower)
  if (words.length < 5 || words.length > CRON_FIELDS.length) return { fault: wrongCount(lower, words.length) }
  const fields: CronField[] = []
  for (const [index, word] of words.entries()) {
    const kind = CRON_FIELDS[index]
    const field = kind === undefined ? wrongCount(lower, words.length) : drawnField(word, kind, words.length)
    if (typeof field === 'string') return { fault: field }
    fields.push(field)
  }
  if (mixesWeeks(fields)) {
    return { fault: `the ${DAY_OF_WEEK.name} mixes days of every week with those of one (\`#\`, \`L\`)` }
  }
  return { fault: undefined, fields, random: words.some((word) => RANDOM.test(word)) }
}

function wrongCount(text: string, count: number): string {
  if (count === 0) return 'it is empty'
  if (text.startsWith('@')) return `Prefect knows ${[...ALIASES.keys()].join(', ')} and no other text with an \`@\``
  return `it has ${count} ${count === 1 ? 'field' : 'fields'} instead of five`
}

/** A field, where it may be drawn by lot: it must stand whatever is drawn. (croniter: `HashExpander`) */
function drawnField(word: string, kind: CronFieldKind, count: number): CronField | string {
  const match = RANDOM.exec(word)
  if (match === null) return cronField(word, kind, count)
  if (match[1] === 'h' || word === 'r') return `${quoted(word)} draws the ${kind.name} by lot, which Prefect refuses`
  const draws = extremeDraws(match, kind)
  if (draws === undefined) return `${quoted(word)} is no range of the ${kind.name}`
  const [least, most] = draws.map((draw) => cronField(draw, kind, count))
  if (least === undefined || most === undefined) return `${quoted(word)} is no ${kind.name}`
  return typeof least === 'string' ? least : most
}

/** What the lowest and the highest lot make of a field: what is drawn between them stands if they do. */
function extremeDraws(match: RegExpExecArray, kind: CronFieldKind): readonly string[] | undefined {
  const begin = match[2] === undefined ? kind.low : pythonDigits(match[2])
  const end = match[3] === undefined ? kind.high : pythonDigits(match[3])
  const step = match[4] === undefined ? undefined : pythonDigits(match[4])
  if (begin === undefined || end === undefined || (match[2] !== undefined && begin >= end)) return undefined
  if (match[4] === undefined) return [String(begin), String(end)]
  if (step === undefined || step === 0) return undefined
  return [begin, begin + step - 1].map((from) => `${from}-${end}/${step}`)
}

/** croniter takes `fri#2` beside `mon` only where every day is named. */
function mixesWeeks(fields: readonly CronField[]): boolean {
  const days = fields[CRON_FIELDS.indexOf(DAY_OF_WEEK)]
  if (days === undefined || days.nth.size === 0 || days.parts.size === DAYS_OF_A_WEEK) return false
  return [...days.parts].some((part) => part !== '*' && !days.nth.has(part))
}

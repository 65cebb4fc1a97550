/**
 * A date in an rrule. `known`: dateutil reads it, and `zoned` says whether it brings a zone. `wrong`: dateutil refuses it.
 * `open`: it is written in another of the many ways that dateutil knows, so only Python can tell.
 */
export type RruleDate = Readonly<
  | { state: 'known'; zoned: boolean; hour: number; minute: number; second: number }
  | { state: 'wrong' }
  | { state: 'open' }
>

/** RFC 5545's form, and the same with `-` and `:`. */
const FORMS = [
  /^(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)(Z)?)?$/,
  /^(\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d):(\d\d)(Z)?)?$/,
]
/** Below it dateutil may take the number for a day or a two-digit year. */
const FIRST_CERTAIN_YEAR = 100

/** Reads a date of an rrule, in upper case. (dateutil 2.9: parser.parse) */
export function rruleDate(text: string): RruleDate {
  if (text === '') return { state: 'wrong' }
  const match = FORMS.map((form) => form.exec(text)).find((found) => found !== null)
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = (match ?? [])
    .slice(1, 7)
    .map((part) => Number(part ?? 0))
  if (match === undefined || match === null || year < FIRST_CERTAIN_YEAR) return { state: 'open' }
  const exists = isDay(year, month, day) && hour < 24 && minute < 60 && second < 60
  return exists ? { state: 'known', zoned: match[7] !== undefined, hour, minute, second } : { state: 'wrong' }
}

function isDay(year: number, month: number, day: number): boolean {
  const date = new Date(Date.UTC(year, month - 1, day))
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day
}

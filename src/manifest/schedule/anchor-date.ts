const DATE =
  /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d)(?::?(\d\d)(?::?(\d\d)(?:[.,]\d{1,9})?)?)?(?:Z|[+-]\d\d(?::?\d\d)?)?)?$/
/** Words for a day that none of Prefect's readers knows. */
const WORDS: ReadonlySet<string> = new Set(['today', 'tomorrow', 'yesterday'])

/**
 * Whether no Prefect takes a text for an `anchor_date`. It reads it with pendulum, from Python 3.13 on with dateutil, and
 * each knows ways of writing a date that the other does not: those are not judged. (Prefect: types/_datetime.py, parse_datetime)
 */
export function isNoDate(text: string): boolean {
  const match = DATE.exec(text)
  if (match === null) return WORDS.has(text.toLowerCase())
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match
    .slice(1, 7)
    .map((part) => Number(part ?? 0))
  const date = new Date(0)
  date.setUTCFullYear(year, month - 1, day)
  const exists = year > 0 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day
  return !exists || hour > 23 || minute > 59 || second > 59
}

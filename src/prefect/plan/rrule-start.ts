/** Milliseconds of a period, for the rules that Prefect starts anew; it leaves all others at the first of 2020. */
const PERIODS: Readonly<Record<string, number>> = { SECONDLY: 1000, MINUTELY: 60_000 }
const FIRST = '20200101T000000'
const START = /^DTSTART:(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)\n/

/**
 * A rule without the start that Prefect writes before one that has none: the first of 2020, and for a rule by the minute or
 * second the last moment before the deploy at which a rule of 2020 runs too. Both are the same rule from then on. A start
 * of the file's own that happens to be such a moment cannot be told from Prefect's. (Prefect 3.8:
 * _internal/schemas/validators.py, normalize_rrule_string)
 */
export function withoutStart(rrule: string): string {
  const start = START.exec(rrule)
  if (start === null) return rrule
  const rest = rrule.slice(start[0].length)
  if (/DTSTART/i.test(rest)) return rrule
  if (start[0].slice('DTSTART:'.length, -1) === FIRST) return rest
  const period = periodOf(rest)
  return period !== undefined && sinceFirst(start) % period === 0 ? rest : rrule
}

function periodOf(rest: string): number | undefined {
  if (rest.includes('\n') || /(?:^|[;:])COUNT=/i.test(rest)) return undefined
  const unit = PERIODS[/(?:^|[;:])FREQ=(\w+)/i.exec(rest)?.[1]?.toUpperCase() ?? '']
  const interval = Number(/(?:^|[;:])INTERVAL=(\d+)/i.exec(rest)?.[1] ?? '1')
  return unit === undefined || interval === 0 ? undefined : unit * interval
}

function sinceFirst([, year = '', month = '', day = '', hour = '', minute = '', second = '']: RegExpExecArray): number {
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`) - Date.UTC(2020, 0, 1)
}

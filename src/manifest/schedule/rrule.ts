import { quoted } from './cron-field.ts'
import { pythonWords } from './python-text.ts'
import { NO_PARTS, partsOf, type RruleParts, zonesNamedIn } from './rrule-lines.ts'
import { isWithinHour, readRule, type Rule, ruleFault } from './rrule-rule.ts'

/**
 * What Prefect does with an rrule text. `refused`: for the reason of `fault`, a clause. `open`: a date in it is written so
 * that only Python can tell. `taken`: with its rules and exceptions; `start` is whether a `DTSTART` says
 * from when on they count, and `startZone` the zone that it names.
 */
export type RruleReading = Readonly<
  | { state: 'refused'; fault: string }
  | { state: 'open' }
  | { state: 'taken'; rules: readonly Rule[]; start: boolean; startZone: string | undefined }
>

/** Characters of a rule, and of the `DTSTART` that Prefect writes before one that has none. */
const LONGEST = 6500
const OWN_START = 'DTSTART:20200101T000000\n'

/**
 * Reads an rrule text as Prefect does, with dateutil, when it deploys and when its server stores it. Never throws.
 * (Prefect: _internal/schemas/validators.py, validate_rrule_string and normalize_rrule_string; dateutil 2.9: rrule.py, _parse_rfc)
 */
export function readRrule(text: string): RruleReading {
  const upper = text.toUpperCase()
  const longest = upper.includes('DTSTART') ? LONGEST : LONGEST - OWN_START.length
  if (text.length > longest) return refused(`it is longer than ${longest} characters`)
  const lines = pythonWords(upper)
  if (lines.length === 0) return refused('it is empty')
  const [line = ''] = lines
  const isRule = lines.length === 1 && (!upper.includes(':') || upper.startsWith('RRULE:'))
  const parts = isRule ? { ...NO_PARTS, rules: [line] } : partsOf(lines, zonesNamedIn(text))
  return typeof parts === 'string' ? refused(parts) : readingOf(parts)
}

/** A rrule that is a JSON object, `{"rrule": "FREQ=DAILY", "timezone": "UTC"}`, or is the text itself. */
export type RruleText = Readonly<{ rrule: string; timezone: string | undefined }>

/**
 * The rule of a schedule's `rrule`: Prefect takes a JSON object for one too. A text says what is wrong with that.
 * (Prefect: cli/deploy/_schedules.py, _schedule_config_to_deployment_schedule)
 */
export function rruleTextOf(text: string): RruleText | string {
  const json = jsonOf(text)
  if (json === undefined) return { rrule: text, timezone: undefined }
  if (typeof json.value !== 'object' || json.value === null || Array.isArray(json.value)) {
    return 'it is JSON and no object'
  }
  const fields: ReadonlyMap<string, unknown> = new Map(Object.entries(json.value))
  const odd = [...fields.keys()].find((key) => key !== 'rrule' && key !== 'timezone')
  if (odd !== undefined) return `its JSON object holds ${quoted(odd)}; it may hold \`rrule\` and \`timezone\``
  const [rrule, timezone] = [fields.get('rrule'), fields.get('timezone') ?? undefined]
  if (typeof rrule !== 'string') return 'its JSON object holds no text `rrule`'
  if (timezone !== undefined && typeof timezone !== 'string') return 'the `timezone` of its JSON object is no text'
  return { rrule, timezone }
}

function jsonOf(text: string): Readonly<{ value: unknown }> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return { value }
  } catch {
    return undefined
  }
}

function refused(fault: string): RruleReading {
  return { state: 'refused', fault }
}

function readingOf(parts: RruleParts): RruleReading {
  if (parts.rules.length === 0 && !parts.isSet) return refused('it has no `RRULE`')
  const rules: Rule[] = []
  for (const line of [...parts.rules, ...parts.exceptions]) {
    const rule = readRule(line)
    if (typeof rule === 'string') return refused(rule)
    rules.push(rule)
  }
  const { start } = parts
  const [only, ...more] = rules
  if (start === undefined && !parts.isSet && more.length === 0 && only !== undefined && standsStill(only)) {
    return refused('its `INTERVAL` is 0')
  }
  if (start?.state !== 'open') {
    const known = start?.state === 'known' ? start : undefined
    const fault = rules.map((rule) => ruleFault(rule, known)).find((one) => one !== undefined)
    if (fault !== undefined) return refused(fault)
  }
  if (parts.open || rules.some(({ until }) => until?.state === 'open')) return { state: 'open' }
  return { state: 'taken', rules, start: start !== undefined, startZone: parts.startZone }
}

/** Prefect divides by the interval of a frequent rule, to find a start for it. (3.8: normalize_rrule_string) */
function standsStill({ frequency, numbers, until }: Rule): boolean {
  const zoned = until?.state === 'known' && until.zoned
  return isWithinHour(frequency) && numbers.get('INTERVAL')?.[0] === 0n && !numbers.has('COUNT') && !zoned
}

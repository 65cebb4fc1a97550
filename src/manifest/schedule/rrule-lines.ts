import { quoted } from './cron-field.ts'
import { rruleDate, type RruleDate } from './rrule-date.ts'
import { isZoneToPrefect } from './time-zone.ts'

/** The lines of an rrule text, sorted. */
export type RruleParts = Readonly<{
  rules: readonly string[]
  exceptions: readonly string[]
  /** The last `DTSTART`, and the zone that it names. */
  start: RruleDate | undefined
  startZone: string | undefined
  /** Dates are added or taken out. */
  isSet: boolean
  /** A date is written so that only Python can tell. */
  open: boolean
}>
export const NO_PARTS: RruleParts = {
  rules: [],
  exceptions: [],
  start: undefined,
  startZone: undefined,
  isSet: false,
  open: false,
}

/** The lines of a text, each `NAME;PARAMETER:VALUE` or a rule alone. */
export function partsOf(lines: readonly string[], zones: ReadonlyMap<string, string>): RruleParts | string {
  let parts = NO_PARTS
  for (const line of lines) {
    const colon = line.indexOf(':')
    const [name = '', ...parameters] = colon < 0 ? ['RRULE'] : line.slice(0, colon).split(';')
    const next = withLine(parts, name, parameters, line.slice(colon + 1), zones)
    if (typeof next === 'string') return next
    parts = next
  }
  return parts
}

function withLine(
  parts: RruleParts,
  name: string,
  parameters: readonly string[],
  value: string,
  zones: ReadonlyMap<string, string>,
): RruleParts | string {
  const parameter = parameters.find((one) => name !== 'RDATE' || one !== 'VALUE=DATE-TIME')
  if (name === 'RRULE' || name === 'EXRULE' || name === 'RDATE') {
    if (parameter !== undefined) return `\`${name}\` takes no ${quoted(parameter)}`
    if (name === 'RRULE') return { ...parts, rules: [...parts.rules, value] }
    if (name === 'EXRULE') return { ...parts, exceptions: [...parts.exceptions, value], isSet: true }
  } else if (name !== 'DTSTART' && name !== 'EXDATE') {
    return `${quoted(name)} is no part of it`
  }
  const zone = zoneOf(name === 'RDATE' ? [] : parameters, zones)
  if (typeof zone === 'string') return zone
  const dates = value.split(',').map((item) => rruleDate(item))
  if (dates.some(({ state }) => state === 'wrong')) return `${quoted(value)} holds something that is no date`
  const open = parts.open || zone.open || dates.some(({ state }) => state === 'open')
  if (zone.name !== undefined && dates.some((date) => date.state === 'known' && date.zoned)) {
    return `\`${name}\` names a zone by \`TZID\` and by \`Z\``
  }
  if (name !== 'DTSTART') return { ...parts, open, isSet: true }
  const [date, ...more] = dates
  if (date === undefined || more.length > 0) return '`DTSTART` names more than one date'
  const startZone = zone.name ?? (date.state === 'known' && date.zoned ? 'UTC' : undefined)
  const start = date.state === 'known' ? { ...date, zoned: startZone !== undefined } : date
  return { ...parts, open, start, startZone }
}

/** dateutil looks for `TZID` in the text as it is, and for its parameters in upper case. */
export function zonesNamedIn(text: string): ReadonlyMap<string, string> {
  const names = Array.from(text.matchAll(/TZID=([^:]+):/g), (match) => match[1] ?? '')
  return new Map(names.map((name) => [name.toUpperCase(), name]))
}

/** The zone of a line's parameters; what it knows no zone of is `open`, because dateutil knows more than names. */
function zoneOf(
  parameters: readonly string[],
  zones: ReadonlyMap<string, string>,
): Readonly<{ name: string | undefined; open: boolean }> | string {
  let name: string | undefined
  let open = false
  let typed = false
  for (const parameter of parameters) {
    const found = parameter.startsWith('TZID=') ? zones.get(parameter.split('TZID=').at(-1) ?? '') : undefined
    if (found !== undefined) {
      name = isZoneToPrefect(found, 'rrule') ? found : undefined
      open = name === undefined
    } else if (!parameter.startsWith('TZID=')) {
      if (parameter !== 'VALUE=DATE-TIME' && parameter !== 'VALUE=DATE')
        return `${quoted(parameter)} is no parameter of a date`
      if (typed) return `${quoted(parameter)} is a second \`VALUE\``
      typed = true
    }
  }
  return { name, open }
}

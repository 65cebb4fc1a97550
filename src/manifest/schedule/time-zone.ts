import { nearest } from '../../nearest.ts'
import { ALTERNATE_ZONES, ZONES_BY_ABBREVIATION } from './zone-names.ts'

/** Characters of a name; no zone's name is half as long. */
const LONGEST = 64
/** Names that a machine's own database holds beside the zones; Prefect takes them but for an rrule. */
const OF_THE_MACHINE: ReadonlySet<string> = new Set(['Factory', 'localtime'])

/**
 * Whether Prefect takes `name` for the time zone of a schedule. It wants the names of the IANA database in their own case:
 * for a cron or an interval those that the machine has, for an rrule those of pytz. An empty name is UTC to the first two.
 * (Prefect: _internal/schemas/validators.py, default_timezone; client/schemas/schedules.py, is_valid_timezone)
 */
export function isZoneToPrefect(name: string, kind: 'cron' | 'interval' | 'rrule'): boolean {
  if (name === '' || OF_THE_MACHINE.has(name)) return kind !== 'rrule'
  return isZone(name)
}

function isZone(name: string): boolean {
  if (name === 'UTC' || ALTERNATE_ZONES.has(name)) return true
  // `SystemV/EST5` and `JST` are names of JavaScript's library alone.
  if (!name.includes('/') || name.startsWith('SystemV/') || name.length > LONGEST) return false
  const known = remembered(name)
  if (known === undefined) return false
  // A name that is newer than the list of alternates is answered with an older one.
  return known === name || !(lower(known) === lower(name) || LOWER_ALTERNATES.has(lower(name)))
}

/** Most schedules of a file are in one zone, and asking for it costs a quarter of a millisecond. */
const ASKED = new Map<string, string | undefined>()
const MOST_REMEMBERED = 1000

function remembered(name: string): string | undefined {
  if (!ASKED.has(name) && ASKED.size < MOST_REMEMBERED) ASKED.set(name, knownAs(name))
  return ASKED.has(name) ? ASKED.get(name) : knownAs(name)
}

/** The name under which JavaScript knows a zone; `undefined` where it knows none. */
function knownAs(name: string): string | undefined {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone
  } catch {
    return undefined
  }
}

const lower = (name: string): string => name.toLowerCase()
const LOWER_ALTERNATES: ReadonlySet<string> = new Set(Array.from(ALTERNATE_ZONES, lower))

/** Of the zones the one that a name was probably meant to be: `europe/berlin`, `New York`, `PST`, `+02:00`. */
export function nearestZone(name: string): string | undefined {
  const trimmed = name.trim().replaceAll(/\s+/g, '_')
  if (trimmed === '' || trimmed.length > LONGEST) return undefined
  const abbreviated = ZONES_BY_ABBREVIATION.get(trimmed.toUpperCase()) ?? offsetZone(trimmed)
  if (abbreviated !== undefined) return abbreviated
  const zones = [...Intl.supportedValuesOf('timeZone'), ...ALTERNATE_ZONES, 'UTC']
  const wanted = lower(trimmed)
  const same = zones.find((zone) => lower(zone) === wanted) ?? zones.find((zone) => lower(zone).endsWith(`/${wanted}`))
  if (same !== undefined) return same
  const near = nearest(wanted, zones.map(lower))
  return near === undefined ? undefined : zones.find((zone) => lower(zone) === near)
}

/** `UTC+2` is `Etc/GMT-2`: the sign of these names is turned around. */
function offsetZone(text: string): string | undefined {
  const match = /^(?:UTC|GMT)?([+-])0?(\d{1,2})(?::?00)?$/i.exec(text)
  const hours = Number(match?.[2])
  if (match === null || hours > 14 || (match[1] === '-' && hours > 12)) return undefined
  return hours === 0 ? 'UTC' : `Etc/GMT${match[1] === '+' ? '-' : '+'}${hours}`
}

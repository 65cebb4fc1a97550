import type { Manifest } from '../model.ts'
import { placeholdersIn } from '../placeholders.ts'
import { entryOf, type Value } from '../value.ts'

/**
 * The time zones that the schedules of a file name; `undefined` where one of them cannot be told: it has a placeholder, is no
 * text, or stands in the JSON of an rrule.
 */
export function zonesIn({ deployments }: Manifest): ReadonlySet<string> | undefined {
  const zones = new Set<string>()
  const seen = new Set<Value>()
  for (const { value } of deployments) {
    for (const key of ['schedules', 'schedule']) {
      const given = entryOf(value, key)?.value
      if (given !== undefined && !collected(given, zones, seen)) return undefined
    }
  }
  return zones
}

/** Adds the zones of one part to those known; whether all of them could be told. */
function collected(value: Value, zones: Set<string>, seen: Set<Value>): boolean {
  if (seen.has(value)) return true
  seen.add(value)
  if (value.kind === 'list') return value.items.every((item) => collected(item, zones, seen))
  if (value.kind === 'scalar') {
    return value.type !== 'text' || (placeholdersIn(value.value).length === 0 && !value.value.includes('timezone'))
  }
  return value.entries.every((entry) => {
    if (!collected(entry.value, zones, seen)) return false
    if (entry.key !== 'timezone') return true
    if (entry.value.kind !== 'scalar') return false
    if (entry.value.type === 'text') zones.add(entry.value.value)
    return entry.value.type === 'text' || entry.value.type === 'null'
  })
}

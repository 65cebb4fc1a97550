import { isJsonObject, type JsonObject, sameJson } from '../json.ts'
import type { FieldDifference } from './plan.ts'

/**
 * Where two pieces of JSON differ: one row for each place, named by keys with dots and by places in lists (`env.REGION`,
 * `pull[0].script`). A list of nothing but texts, numbers and the like is one place, and so is what one side lacks.
 * `undefined` stands for what is absent, and is not the same as `null`.
 */
export function leafDifferences(field: string, wanted: unknown, found: unknown): readonly FieldDifference[] {
  if ((wanted === undefined) === (found === undefined) && sameJson(wanted, found)) return []
  if (isJsonObject(wanted) && isJsonObject(found)) {
    const keys = [...new Set([...Object.keys(wanted), ...Object.keys(found)])]
    return keys.flatMap((key) => leafDifferences(`${field}.${key}`, own(wanted, key), own(found, key)))
  }
  if (Array.isArray(wanted) && Array.isArray(found) && !(isPlain(wanted) && isPlain(found))) {
    const longer = wanted.length > found.length ? wanted : found
    return longer.flatMap((_, at) => {
      const place = commonName(wanted[at], found[at]) ?? at
      return leafDifferences(`${field}[${place}]`, wanted[at], found[at])
    })
  }
  return [{ field, wanted, found }]
}

/** What stands under a key; never what every object has from its prototype. */
export function own(object: JsonObject, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined
}

/** The name of two that stand at one place of a list and have the same: `env[REGION].value`. */
function commonName(wanted: unknown, found: unknown): string | undefined {
  if (!isJsonObject(wanted) || !isJsonObject(found)) return undefined
  const name = own(wanted, 'name')
  return typeof name === 'string' && name === own(found, 'name') ? name : undefined
}

function isPlain(list: readonly unknown[]): boolean {
  return list.every((item) => typeof item !== 'object' || item === null)
}

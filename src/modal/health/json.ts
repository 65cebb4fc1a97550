import type { HealthContract } from '../app-request.ts'

/** What an expectation found instead; no value where there is none at all. */
export type Unmet = Readonly<
  { kind: 'not JSON' } | { kind: 'missing'; key: string } | { kind: 'other'; key: string; found: unknown }
>

/** Words of a top-level `status` that say that an app is well. */
const WELL: ReadonlySet<string> = new Set(['ok', 'healthy', 'pass', 'up'])

/**
 * The first expectation that the JSON of an answer does not hold; `undefined` where it holds all.
 *
 * @param wanted values by key; a dot goes one level down, and a key that holds the dot itself counts as well
 */
export function unmetJson(text: string, wanted: HealthContract['json']): Unmet | undefined {
  const expectations = Object.entries(wanted)
  if (expectations.length === 0) return undefined
  const document = parsed(text)
  if (document === undefined) return { kind: 'not JSON' }
  for (const [key, value] of expectations) {
    const found = valuesAt(document.value, key)
    if (found.length === 0) return { kind: 'missing', key }
    if (!found.includes(value)) return { kind: 'other', key, found: found[0] }
  }
  return undefined
}

/** The top-level `status` of a JSON object, where there is one that does not say that the app is well. */
export function unwellStatus(text: string): Readonly<{ status: unknown }> | undefined {
  const value = parsed(text)?.value
  if (typeof value !== 'object' || value === null) return undefined
  const fields = new Map<string, unknown>(Object.entries(value))
  const status = fields.get('status')
  const isWell = typeof status === 'string' && WELL.has(status.trim().toLowerCase())
  return isWell || !fields.has('status') ? undefined : { status }
}

function parsed(text: string): Readonly<{ value: unknown }> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return { value }
  } catch {
    return undefined
  }
}

/** Every value that `key` may mean: `a.b` is the key `a.b`, and `b` within `a`. */
function valuesAt(node: unknown, key: string): unknown[] {
  if (typeof node !== 'object' || node === null) return []
  const fields = new Map<string, unknown>(Object.entries(node))
  const found = fields.has(key) ? [fields.get(key)] : []
  for (let dot = key.indexOf('.'); dot >= 0; dot = key.indexOf('.', dot + 1)) {
    const above = key.slice(0, dot)
    if (fields.has(above)) found.push(...valuesAt(fields.get(above), key.slice(dot + 1)))
  }
  return found
}

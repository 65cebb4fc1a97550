import { placeholdersIn } from './placeholders.ts'
import type { Scalar, Value } from './value.ts'

/** Parts of one value that are converted: aliases may make a small text a huge value. */
const MOST_PARTS = 10_000
const DEEPEST = 100

/**
 * A value as plain JSON, as Prefect sends it to its server. `undefined` where that is not known before Prefect has filled
 * in placeholders, where JSON has no such value (dates, binary, infinity, integers beyond 2^53, keys that are no text), and
 * where the value is too large to be looked at.
 */
export function plainOf(value: Value): unknown {
  const budget = { parts: MOST_PARTS }
  return convert(value, budget, 0)
}

function convert(value: Value, budget: { parts: number }, depth: number): unknown {
  budget.parts -= 1
  if (budget.parts < 0 || depth > DEEPEST) return undefined
  if (value.kind === 'scalar') return scalarOf(value)
  if (value.kind === 'list') {
    const items: unknown[] = []
    for (const item of value.items) {
      const converted = convert(item, budget, depth + 1)
      if (converted === undefined) return undefined
      items.push(converted)
    }
    return items
  }
  const entries: [string, unknown][] = []
  for (const { key, keyType, value: inner } of value.entries) {
    const converted = keyType === 'text' ? convert(inner, budget, depth + 1) : undefined
    if (converted === undefined) return undefined
    entries.push([key, converted])
  }
  return Object.fromEntries(entries)
}

function scalarOf(value: Scalar): unknown {
  switch (value.type) {
    case 'text':
      return placeholdersIn(value.value).length > 0 ? undefined : value.value
    case 'integer':
    case 'float':
      return typeof value.value === 'number' && Number.isFinite(value.value) ? value.value : undefined
    case 'boolean':
    case 'null':
      return value.value
    case 'date':
    case 'binary':
      return undefined
  }
}

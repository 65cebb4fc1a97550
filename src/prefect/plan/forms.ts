import type { JsonObject } from '../json.ts'

/** An object without one of its keys. */
export function without(object: JsonObject, key: string): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([each]) => each !== key))
}

/** An object without what is absent or `null`. */
export function present(object: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined && value !== null))
}

/** A list that is a set: in order, each item once; empty for what is no list. */
export function inOrder(value: unknown): readonly unknown[] {
  return [...new Set(listOf(value))].toSorted((one, other) => (String(one) < String(other) ? -1 : 1))
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

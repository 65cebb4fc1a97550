/**
 * A whole number that is written with a point or an exponent, as Python writes `2.0`, and where it stands. JavaScript knows
 * one kind of number, and would send `2`: Python then gives a flow an `int` where the file has a `float`.
 */
export type Point = Readonly<{
  path: readonly (string | number)[]
  /** As it came. */
  source: string
}>

/** Numbers with a point in a body and in those of its automations, by their index. */
export type WrittenPoints = Readonly<{ body: readonly Point[]; automations: readonly (readonly Point[])[] }>

export const NO_POINTS: WrittenPoints = { body: [], automations: [] }

declare global {
  // TypeScript's own declarations do not have it yet; Node has, from 21 on.
  interface JSON {
    /** A number that `JSON.stringify` writes as it is told. */
    rawJSON: (source: string) => unknown
  }
}

/** The whole numbers with a point in a text of JSON that can be read. */
export function pointsIn(text: string): readonly Point[] {
  if (!/\d(?:\.0|e)/i.test(text)) return []
  // What stands for such a number until its place is known, with how it came.
  const marks = new Map<unknown, string>()
  const marked: unknown = JSON.parse(text, (_key, value: unknown, context?: Readonly<{ source?: string }>) => {
    const source = context?.source ?? ''
    if (typeof value !== 'number' || !Number.isInteger(value) || String(value) === source) return value
    const mark = {}
    marks.set(mark, source)
    return mark
  })
  const found: Point[] = []
  const walk = (value: unknown, path: Point['path']): void => {
    if (typeof value !== 'object' || value === null) return
    const source = marks.get(value)
    if (source !== undefined) found.push({ path, source })
    else if (Array.isArray(value)) value.forEach((item: unknown, index) => walk(item, [...path, index]))
    else for (const [key, item] of Object.entries(value)) walk(item, [...path, key])
  }
  walk(marked, [])
  return found
}

/** A copy of a body, of JSON, with the numbers of these places written as they came; a place that holds another value by now is passed over. */
export function withPoints(body: unknown, points: readonly Point[]): unknown {
  const copy = structuredClone(body)
  for (const { path, source } of points) {
    const key = path.at(-1)
    const owner = path.slice(0, -1).reduce(inner, copy)
    if (key !== undefined && inner(owner, key) === Number(source)) Reflect.set(Object(owner), key, JSON.rawJSON(source))
  }
  return copy
}

function inner(value: unknown, key: string | number): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined
}

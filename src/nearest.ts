import { closest, distance } from 'fastest-levenshtein'

/** Of `names` the one that `wanted` was probably meant to be: a slip of two letters, or of a third of them. */
export function nearest(wanted: string, names: readonly string[]): string | undefined {
  if (names.length === 0) return undefined
  const near = closest(wanted, [...names])
  return distance(near, wanted) <= Math.max(2, wanted.length / 3) ? near : undefined
}

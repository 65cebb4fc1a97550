export type Pairs<W, F> = Readonly<{
  /** Each wanted one with its counterpart, in order. */
  wanted: readonly (readonly [W, F | undefined])[]
  /** What is found and has no counterpart. */
  left: readonly F[]
}>

/** Finds for each wanted one its counterpart, by the first test before the second: nothing is anybody's counterpart twice. */
export function paired<W, F>(
  wanted: readonly W[],
  found: readonly F[],
  tests: readonly ((one: W, other: F) => boolean)[],
): Pairs<W, F> {
  const left = new Set(found)
  const counterparts = new Map<number, F>()
  for (const test of tests) {
    for (const [at, one] of wanted.entries()) {
      const other = counterparts.has(at) ? undefined : [...left].find((each) => test(one, each))
      if (other === undefined) continue
      counterparts.set(at, other)
      left.delete(other)
    }
  }
  return { wanted: wanted.map((one, at) => [one, counterparts.get(at)] as const), left: [...left] }
}

import * as fc from 'fast-check'

/** Chance, as one generated file takes it. */
export type Chance = Readonly<{
  /** A whole number from 0 to `most`. */
  upTo: (most: number) => number
  /** True so often, from 0 to 1. */
  says: (share: number) => boolean
  /** One of items, of which there is at least one. */
  oneOf: <T>(items: readonly T[]) => T
}>

/** What `make` makes of chance, as something that fast-check draws from its seed. */
export function byChance<T>(make: (chance: Chance) => T): fc.Arbitrary<T> {
  return fc.nat({ max: 2 ** 32 - 1 }).map((seed) => make(chanceOf(seed)))
}

/** The generator mulberry32: fast-check's own is slow where each file takes hundreds of choices. */
function chanceOf(seed: number): Chance {
  let state = seed
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const upTo = (most: number): number => Math.floor(next() * (most + 1))
  return {
    upTo,
    says: (share) => next() < share,
    oneOf: <T>(items: readonly T[]): T => {
      const item = items[upTo(items.length - 1)]
      if (item === undefined) throw new Error('There is nothing to choose from.')
      return item
    },
  }
}

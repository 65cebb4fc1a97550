import type * as fc from 'fast-check'
import { byChance, type Chance } from './chance.ts'
import { KEYS, VALUES } from './hostile-values.ts'
import { quoted, type Tree, type TreeEntry } from './tree.ts'

/** How often the walk to a node ends before its leaves. */
const ENDS = 0.25
const MOST_CHANGES = 3

/** Trees with up to three nodes replaced, deleted, doubled, renamed, retyped, wrapped or added. */
export function mutatedTrees(trees: readonly Tree[]): fc.Arbitrary<Tree> {
  return byChance((chance) => {
    let tree = chance.oneOf(trees)
    for (let left = chance.upTo(MOST_CHANGES - 1); left >= 0; left -= 1) tree = changed(tree, chance)
    return tree
  })
}

function changed(tree: Tree, chance: Chance): Tree {
  if (typeof tree === 'string' || chance.says(ENDS)) return otherwise(tree, chance)
  if ('pairs' in tree) {
    const { pairs: entries } = tree
    const at = chosenEntry(entries, chance)
    const [key, value] = entries[at] ?? []
    if (key === undefined || value === undefined || chance.says(0.1)) return { pairs: [...entries, added(chance)] }
    if (chance.says(0.1)) return { pairs: entries.toSpliced(at, 1) }
    if (chance.says(0.1)) return { pairs: entries.with(at, [chance.oneOf(KEYS), value]) }
    if (chance.says(0.05)) return { pairs: [...entries, [key, changed(value, chance)]] }
    return { pairs: entries.with(at, [key, changed(value, chance)]) }
  }
  if (tree.length === 0 || chance.says(0.1)) return [...tree, chance.oneOf(VALUES)]
  const at = chance.upTo(tree.length - 1)
  const item = tree[at] ?? '~'
  if (chance.says(0.1)) return tree.toSpliced(at, 1)
  if (chance.says(0.1)) return tree.toSpliced(at, 0, item)
  return tree.with(at, changed(item, chance))
}

/** An entry; those of the model are chosen more often than parameters and what steps are given. */
function chosenEntry(pairs: readonly TreeEntry[], chance: Chance): number {
  const of = pairs.findIndex(([key]) => key === chance.oneOf(FAVOURITES))
  return of >= 0 ? of : chance.upTo(Math.max(0, pairs.length - 1))
}

const FAVOURITES = ['deployments', 'schedules', 'schedule', 'work_pool', 'concurrency_limit']

function added(chance: Chance): TreeEntry {
  return [chance.oneOf(KEYS), chance.oneOf(VALUES)]
}

function otherwise(tree: Tree, chance: Chance): Tree {
  const kind = chance.upTo(9)
  if (kind === 0) return [tree]
  if (kind === 1) return { pairs: [[chance.oneOf(KEYS), tree]] }
  if (kind === 2 && typeof tree === 'string') return tree.startsWith('"') ? chance.oneOf(VALUES) : quoted(tree)
  return chance.oneOf(VALUES)
}

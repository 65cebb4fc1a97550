import { isNode, isScalar, type Node, type Pair } from 'yaml'
import { type NodeWalk, placeOf, tagOf, trouble, warning } from './node-walk.ts'
import { textScalar } from './scalars.ts'
import { shown } from './shown.ts'
import type { MapEntry, Place, Scalar, Value } from './value.ts'

/** Entries that merge keys may bring in all: a bomb of merges would bring millions. */
const MOST_MERGED = 100_000

/** A key; `merges` is the key `<<`, whose value is taken in. */
export type Key = Readonly<{ key: string; keyType: Scalar['type']; keyAt: Place; merges: boolean }>

/** The key of a pair; `undefined`, with an error noted, where it can be none. `convert` gives the value of a node. */
export function keyOf(pair: Pair, walk: NodeWalk, convert: (node: Node | null) => Value): Key | undefined {
  const node = isNode(pair.key) ? pair.key : null
  const keyAt = placeOf(node, walk)
  // `? ` may stand before nothing, which is the key `null`; PyYAML refuses a `:` before which nothing stands at all.
  if (isBlank(node) && !/\?\s*$/.test(walk.text.slice(0, node?.range?.[0] ?? 0).slice(-100))) {
    trouble(walk, 'yaml-key', 'There is no key before the `:`.', keyAt, 'Remove the `:`, or write the key before it.')
    return undefined
  }
  const merges = isScalar(node) && node.value === '<<' && node.type === 'PLAIN' && tagOf(node) === undefined
  // PyYAML: constructor.py turns the key `=` into a text, though not the value.
  const bare = isScalar(node) && node.value === '=' && node.type === 'PLAIN'
  const value = bare ? textScalar('=', keyAt) : convert(node)
  if (value.kind === 'scalar') return { key: value.source, keyType: value.type, keyAt, merges }
  const hint = 'Quote a text that begins with `{` or `[`: `"{{ $NAME }}"`.'
  trouble(walk, 'yaml-key', `A ${value.kind === 'map' ? 'mapping' : 'list'} cannot be a key.`, keyAt, hint)
  return undefined
}

function isBlank(node: Node | null): boolean {
  if (!isScalar(node)) return node === null
  return node.type === 'PLAIN' && node.value === '' && node.anchor === undefined && tagOf(node) === undefined
}

/** `<<` takes a mapping or a list of them; the first of the list wins, and own keys win over all (PyYAML: constructor.py). */
export function mergedEntries(value: Value, at: Place, walk: NodeWalk): MapEntry[] {
  const sources = value.kind === 'list' ? value.items : [value]
  const found = new Map<string, MapEntry>()
  for (const source of sources) {
    if (source.kind !== 'map') {
      trouble(walk, 'yaml-merge', '`<<` takes a mapping, or a list of mappings.', at)
      return []
    }
    walk.merged += source.entries.length
    if (walk.merged > MOST_MERGED) {
      trouble(walk, 'yaml-alias-bomb', `The merge keys of the file bring in more than ${MOST_MERGED} entries.`, at)
      return []
    }
    for (const entry of source.entries) if (!found.has(identityOf(entry))) found.set(identityOf(entry), entry)
  }
  return [...found.values()]
}

/** `1` and `"1"` are two keys, `yes` and `true` are one. */
export function identityOf(entry: Pick<MapEntry, 'key' | 'keyType'>): string {
  return `${entry.keyType} ${entry.keyType === 'boolean' ? /^(?:yes|true|on)$/i.test(entry.key) : entry.key}`
}

/** Notes a key that stands twice; `seen` is where each key of the mapping stood last. */
export function noteDuplicate(key: Key, seen: Map<string, Place>, walk: NodeWalk): void {
  const identity = identityOf(key)
  const first = seen.get(identity)
  seen.set(identity, key.keyAt)
  if (first === undefined) return
  const message = `The key \`${shown(key.key)}\` stands here again; Prefect drops the one in line ${first.line} without a word.`
  warning(walk, 'duplicate-key', message, key.keyAt, 'Keep one of the two.')
}

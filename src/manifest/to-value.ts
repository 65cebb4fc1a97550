import {
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  type Node,
  type Scalar as ScalarNode,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml'
import { identityOf, keyOf, mergedEntries, noteDuplicate } from './keys.ts'
import { type NodeWalk, nothing, placeOf, tagOf, trouble } from './node-walk.ts'
import { plainScalar, taggedScalar, textScalar } from './scalars.ts'
import { shown } from './shown.ts'
import type { ListValue, MapEntry, MapValue, Place, Scalar, Value } from './value.ts'
import type { YamlReading } from './yaml.ts'

/** Levels of a value, aliases followed: whoever walks it may call himself. The text's own nesting is bounded before. */
const DEEPEST = 200
/** Nodes that the file would have with every alias written out, as Prefect writes it out. */
const MOST_NODES = 1_000_000

/**
 * Turns the library's nodes of a text into a {@link Value}. Each node is visited once, however many aliases name it, and
 * what cannot be read is told and taken for nothing, so that one walk tells all.
 */
export function toValue(root: Node | null, text: string, place: (offset: number) => Place): YamlReading {
  const walk: NodeWalk = {
    text,
    place,
    openEnd: /[^\n ] *$/.test(text.slice(-1000)) ? text.length : undefined,
    troubles: [],
    anchors: new Map(),
    done: new Map(),
    open: new Set(),
    weights: new Map(),
    merged: 0,
  }
  const value = converted(root, walk)
  const unreadable = walk.troubles.some((one) => one.severity === 'error')
  return { value: unreadable ? undefined : value, troubles: walk.troubles }
}

function converted(node: Node | null, walk: NodeWalk): Value {
  const at = placeOf(node, walk)
  if (node === null) return nothing(at)
  if (isAlias(node)) return aliased(node.source, at, walk)
  const known = walk.done.get(node)
  if (known !== undefined) return known
  if (walk.open.has(node)) return trouble(walk, 'yaml-alias', 'An anchor holds an alias of itself.', at)
  remember(node, at, walk)
  walk.open.add(node)
  const value = isMap(node) ? mapOf(node, at, walk) : isSeq(node) ? listOf(node, at, walk) : scalarOf(node, at, walk)
  walk.open.delete(node)
  walk.done.set(node, value)
  return value
}

function remember(node: Node, at: Place, walk: NodeWalk): void {
  const anchor = 'anchor' in node && typeof node.anchor === 'string' ? node.anchor : ''
  if (anchor === '') return
  if (!/^[\w-]+$/.test(anchor)) {
    const message = `The name of the anchor \`&${shown(anchor)}\` may hold letters, digits, \`-\` and \`_\` only.`
    trouble(walk, 'yaml-alias', message, at)
  } else if (walk.anchors.has(anchor)) {
    // PyYAML 6: composer.py, "found duplicate anchor"
    const message = `The anchor \`&${shown(anchor)}\` stands twice; Prefect's YAML reader refuses that.`
    trouble(walk, 'yaml-alias', message, at)
  }
  walk.anchors.set(anchor, node)
}

function aliased(source: string, at: Place, walk: NodeWalk): Value {
  const target = walk.anchors.get(source)
  if (target !== undefined) return converted(target, walk)
  return trouble(walk, 'yaml-alias', `The alias \`*${shown(source)}\` names no anchor before it.`, at)
}

function scalarOf(node: Node, at: Place, walk: NodeWalk): Scalar {
  const source = isScalar(node) && typeof node.value === 'string' ? textIn(node, node.value, walk) : ''
  const tag = tagOf(node)
  // PyYAML: parser.py, parse_node: the tag `!` makes a plain scalar even of a quoted one.
  const plain = tag === '!' || (isScalar(node) && node.type === 'PLAIN')
  const untagged = plain ? plainScalar : textScalar
  const read = tag === undefined || tag === '!' ? untagged(source, at) : taggedScalar(tag, source, at)
  if (read === undefined) return unknownTag(node, at, walk)
  return typeof read === 'string' ? trouble(walk, 'yaml-value', read, at) : read
}

/** The library ends a block scalar with a line break even where the file ends without one; PyYAML does not. */
function textIn(node: ScalarNode, value: string, walk: NodeWalk): string {
  const isBlock = node.type === 'BLOCK_LITERAL' || node.type === 'BLOCK_FOLDED'
  const atEnd = walk.openEnd !== undefined && (node.range?.[1] ?? 0) >= walk.openEnd
  return isBlock && atEnd && value.endsWith('\n') ? value.slice(0, -1) : value
}

function unknownTag(node: Node, at: Place, walk: NodeWalk): Scalar {
  const message = `Prefect's YAML reader knows no tag \`${shown(tagOf(node) ?? '')}\`.`
  return trouble(walk, 'yaml-tag', message, at, 'Remove the tag, or quote a text that begins with `!`.')
}

function listOf(node: YAMLSeq, at: Place, walk: NodeWalk): Value {
  const tag = tagOf(node)
  if (tag !== undefined && !['!', 'seq', 'omap', 'pairs'].includes(tag)) return unknownTag(node, at, walk)
  const items = node.items.map((item) => converted(isNode(item) ? item : null, walk))
  const list: ListValue = { kind: 'list', at, items }
  return weighed(list, items, walk)
}

function mapOf(node: YAMLMap, at: Place, walk: NodeWalk): Value {
  const tag = tagOf(node)
  if (tag !== undefined && !['!', 'map', 'set'].includes(tag)) return unknownTag(node, at, walk)
  const own: MapEntry[] = []
  const merged: MapEntry[] = []
  const seen = new Map<string, Place>()
  for (const pair of node.items) {
    const key = keyOf(pair, walk, (part) => converted(part, walk))
    const value = converted(isNode(pair.value) ? pair.value : null, walk)
    if (key === undefined) continue
    if (key.merges) for (const entry of mergedEntries(value, key.keyAt, walk)) merged.push(entry)
    else {
      noteDuplicate(key, seen, walk)
      own.push({ key: key.key, keyType: key.keyType, keyAt: key.keyAt, value })
    }
  }
  const entries = [...merged.filter((entry) => !seen.has(identityOf(entry))), ...own]
  const map: MapValue = { kind: 'map', at, entries }
  return weighed(
    map,
    entries.map((entry) => entry.value),
    walk,
  )
}

function weighed<V extends ListValue | MapValue>(value: V, parts: readonly Value[], walk: NodeWalk): V | Scalar {
  let size = 1
  let levels = 0
  for (const part of parts) {
    const weight = walk.weights.get(part)
    size += weight?.size ?? 1
    levels = Math.max(levels, weight?.levels ?? 0)
  }
  walk.weights.set(value, { size, levels: levels + 1 })
  if (size > MOST_NODES) {
    const message = `With every alias written out, the file would have more than ${MOST_NODES} values; Prefect writes them out.`
    return trouble(walk, 'yaml-alias-bomb', message, value.at)
  }
  if (levels < DEEPEST) return value
  const message = `With every alias followed, the file is more than ${DEEPEST} levels deep.`
  return trouble(walk, 'yaml-too-deep', message, value.at)
}

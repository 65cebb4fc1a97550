import type { MapEntry, Value } from '../../../src/manifest/value.ts'

/** A YAML value as it is going to be written; scalars and keys are what stands in the file, quotes and all. */
export type Tree = string | readonly Tree[] | TreeMap
export type TreeMap = Readonly<{ pairs: readonly TreeEntry[] }>
export type TreeEntry = readonly [key: string, value: Tree]

/** A text in quotes. */
export const quoted = (text: string): string => JSON.stringify(text)

/** A value that was read as it could be written. */
export function treeOf(value: Value): Tree {
  if (value.kind === 'list') return value.items.map(treeOf)
  if (value.kind === 'map') return { pairs: value.entries.map((entry) => [keyOf(entry), treeOf(entry.value)]) }
  if (value.type === 'text') return quoted(value.value)
  if (value.type === 'binary') return `!!binary ${value.source}`
  return value.type === 'null' ? '~' : value.source
}

function keyOf({ key, keyType }: MapEntry): string {
  if (keyType === 'text') return /^[a-z_]+$/.test(key) ? key : quoted(key)
  if (keyType === 'binary') return `!!binary ${key}`
  return keyType === 'null' ? '~' : key
}

/** The tree on one line. */
export function written(tree: Tree): string {
  if (typeof tree === 'string') return tree
  if ('pairs' in tree) return `{${tree.pairs.map(([key, value]) => `${key}: ${written(value)}`).join(', ')}}`
  return `[${tree.map(written).join(', ')}]`
}

/** A tree with the lists below it cut to so many items. */
export function shortened(tree: Tree, most: number): Tree {
  if (typeof tree === 'string') return tree
  if ('pairs' in tree) return { pairs: tree.pairs.map(([key, value]) => [key, shortened(value, most)]) }
  return tree.slice(0, most).map((item) => shortened(item, most))
}

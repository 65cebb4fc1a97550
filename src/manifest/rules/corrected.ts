import type { DeploymentEntry } from '../model.ts'
import { shown } from '../shown.ts'
import { type MapEntry, textOf, type Value } from '../value.ts'

/** Entries of a mapping that a hint writes out. */
const MOST_ENTRIES = 4

/**
 * Entries as the lines of a corrected file, indented; what is long, or may be a secret, is `…`. `names` gives an entry
 * another name.
 */
export function lines(
  entries: readonly MapEntry[],
  indent: string,
  names: ReadonlyMap<string, string> = new Map(),
): string {
  const written = entries.slice(0, MOST_ENTRIES).map(({ key, value }) => {
    const name = names.get(key) ?? key
    if (value.kind !== 'map')
      return `${indent}${/^[\w-]+$/.test(name) ? name : JSON.stringify(shown(name))}: ${brief(value)}`
    return value.entries.length === 0
      ? `${indent}${name}: {}`
      : `${indent}${name}:\n${keysOf(value.entries, `${indent}  `)}`
  })
  if (entries.length > MOST_ENTRIES) written.push(`${indent}…`)
  return written.join('\n')
}

function keysOf(entries: readonly MapEntry[], indent: string): string {
  const keys = entries.slice(0, MOST_ENTRIES).map(({ key }) => `${indent}${shown(key)}: …`)
  if (entries.length > MOST_ENTRIES) keys.push(`${indent}…`)
  return keys.join('\n')
}

/** A scalar as it would stand in a file; a list or mapping is `…`. */
export function brief(value: Value): string {
  if (value.kind === 'list') return value.items.length === 0 ? '[]' : '…'
  if (value.kind === 'map') return '…'
  const text = textOf(value)
  if (text === undefined) return shown(value.source)
  return /^[a-z][\w./-]*$/i.test(text) && !/^(?:yes|no|true|false|on|off|null)$/i.test(text)
    ? shown(text)
    : JSON.stringify(shown(text))
}

/** The name of the deployment's work pool for a corrected line; one that fits where it has none. */
export function poolOf(deployment: DeploymentEntry | undefined): string {
  const name = deployment?.workPool?.name.text
  return name
    ? brief({ kind: 'scalar', type: 'text', value: name, source: name, at: { line: 0, column: 0 } })
    : 'modal-pool'
}

/** `a`, `b` and `c`, as keys of a message. */
export function listed(keys: readonly string[]): string {
  const named = keys.map((key) => `\`${shown(key)}\``)
  const last = named.pop() ?? ''
  return named.length === 0 ? last : `${named.join(', ')} and ${last}`
}

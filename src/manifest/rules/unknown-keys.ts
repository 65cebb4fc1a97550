import type { DeploymentEntry, Manifest } from '../model.ts'
import { entryOf, type MapEntry, type MapValue, type Value } from '../value.ts'
import { KNOWN, type Level } from './known-keys.ts'

/** A key that Prefect drops. */
export type UnknownKey = Readonly<{
  level: Level
  entry: MapEntry
  /** The mapping that holds it. */
  owner: MapValue
  /** The deployment that it is in, or the only one of the file. */
  deployment: DeploymentEntry | undefined
}>

/** A mapping that holds fields of Prefect's. */
type Fields = Omit<UnknownKey, 'entry'>

const found = new WeakMap<Manifest, readonly UnknownKey[]>()

/**
 * The keys of a file that Prefect does not read, each once, however many aliases bring it in. Left out is what holds
 * anchors for the rest of the file, and what begins with `x-`, `.` or `_`, as such holders do.
 */
export function unknownKeys(manifest: Manifest): readonly UnknownKey[] {
  const known = found.get(manifest)
  if (known !== undefined) return known
  const seen = new Set<MapEntry>()
  const unknown: UnknownKey[] = []
  const all = fieldsOf(manifest)
  const reached = reachedParts(all)
  for (const fields of all) {
    for (const entry of fields.owner.entries) {
      if (seen.has(entry) || isKnown(fields.level, entry) || isHolder(entry, reached)) continue
      seen.add(entry)
      unknown.push({ ...fields, entry })
    }
  }
  found.set(manifest, unknown)
  return unknown
}

function isKnown(level: Level, { key, keyType }: MapEntry): boolean {
  return keyType === 'text' && (KNOWN[level].includes(key) || /^(?:x-|[._])/.test(key))
}

/** Every mapping of the file that Prefect has a model for. */
function fieldsOf({ root, deployments }: Manifest): Fields[] {
  return [
    { level: 'file', owner: root, deployment: deployments.length === 1 ? deployments[0] : undefined },
    ...deployments.flatMap((deployment) => [
      { level: 'deployment' as const, owner: deployment.value, deployment },
      ...inner(deployment, 'work_pool'),
      ...inner(deployment, 'concurrency_limit'),
      ...inner(deployment, 'sla'),
    ]),
  ]
}

function inner(deployment: DeploymentEntry, level: 'work_pool' | 'concurrency_limit' | 'sla'): Fields[] {
  const value = entryOf(deployment.value, level)?.value
  const items = level === 'sla' && value?.kind === 'list' ? value.items : [value]
  return items.flatMap((owner) => (owner?.kind === 'map' ? [{ level, owner, deployment }] : []))
}

/** Whether the value is written here, and a part of it stands, through an alias, where Prefect reads it. */
function isHolder({ keyAt, value }: MapEntry, reached: ReadonlySet<Value>): boolean {
  const isAlias = value.at.line < keyAt.line || (value.at.line === keyAt.line && value.at.column < keyAt.column)
  if (isAlias) return false
  for (const part of partsOf([value])) if (reached.has(part)) return true
  return false
}

/** All parts of the values that Prefect reads. An alias gives the very object that its anchor names. */
function reachedParts(fields: readonly Fields[]): ReadonlySet<Value> {
  const values = fields.flatMap(({ level, owner }) =>
    owner.entries.flatMap(({ key, keyType, value }) =>
      keyType === 'text' && KNOWN[level].includes(key) && !isModelled(level, key, value) ? [value] : [],
    ),
  )
  return new Set(partsOf(values))
}

/** What is read key by key, and `definitions`, which is not read. */
function isModelled(level: Level, key: string, value: Value): boolean {
  if (level === 'file') return key === 'deployments' || key === 'definitions'
  if (level !== 'deployment' || value.kind === 'scalar') return false
  return key === 'work_pool' || key === 'concurrency_limit' || key === 'sla'
}

function* partsOf(values: readonly Value[]): Generator<Value> {
  const seen = new Set<Value>()
  const waiting = [...values]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (seen.has(next)) continue
    seen.add(next)
    yield next
    if (next.kind === 'list') for (const item of next.items) waiting.push(item)
    else if (next.kind === 'map') for (const { value } of next.entries) waiting.push(value)
  }
}

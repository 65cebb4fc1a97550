/** A place in a text: line and column from 1, the column in UTF-16 units. */
export type Place = Readonly<{ line: number; column: number }>

/** A scalar as PyYAML types it; `source` is what stands in the file, without quotes. */
export type Scalar = Readonly<{ kind: 'scalar'; source: string; at: Place }> &
  Readonly<
    | { type: 'text'; value: string }
    | { type: 'integer'; value: number | bigint }
    | { type: 'float'; value: number }
    | { type: 'boolean'; value: boolean }
    | { type: 'null'; value: null }
    /** A date, a time stamp or `!!binary`: Prefect gets an object of Python's, no text. */
    | { type: 'date' | 'binary'; value: string }
  >

/** One key with its value. Only a key of type `text` is the name of a field: `on:` is the boolean `true` to Prefect. */
export type MapEntry = Readonly<{ key: string; keyType: Scalar['type']; keyAt: Place; value: Value }>

/**
 * A YAML value as Prefect sees it after PyYAML's `safe_load`: aliases are followed, merge keys applied, the last of
 * duplicate keys counts. A part that several aliases name is one and the same object, so whoever walks a value must
 * remember where it has been.
 */
export type Value = Scalar | ListValue | MapValue
export type ListValue = Readonly<{ kind: 'list'; items: readonly Value[]; at: Place }>
export type MapValue = Readonly<{ kind: 'map'; entries: readonly MapEntry[]; at: Place }>

/** The entry of a mapping with this key; of several the last. `undefined` where `value` is no mapping. */
export function entryOf(value: Value | undefined, key: string): MapEntry | undefined {
  if (value?.kind !== 'map') return undefined
  return value.entries.findLast((entry) => entry.key === key && entry.keyType === 'text')
}

/** The value under a path of keys: `valueAt(entry, 'work_pool', 'name')`. */
export function valueAt(value: Value | undefined, ...path: readonly string[]): Value | undefined {
  return path.reduce<Value | undefined>((inner, key) => entryOf(inner, key)?.value, value)
}

/** Whether the value is there and says something: neither absent nor `null`. */
export function isGiven(value: Value | undefined): value is Value {
  return value !== undefined && !isNull(value)
}

/** Whether the key is there with nothing behind it: `name:`, `name: null`, `name: ~`. */
export function isNull(value: Value | undefined): boolean {
  return value?.kind === 'scalar' && value.type === 'null'
}

/** The text of a string scalar, `undefined` of everything else. */
export function textOf(value: Value | undefined): string | undefined {
  return value?.kind === 'scalar' && value.type === 'text' ? value.value : undefined
}

/** Whether Python would take the value for true: not empty, not zero, not false. */
export function isTruthy(value: Value | undefined): boolean {
  if (value === undefined) return false
  if (value.kind === 'list') return value.items.length > 0
  if (value.kind === 'map') return value.entries.length > 0
  return Number.isNaN(value.value) || Boolean(value.value)
}

/** What a value is, in the words of a message. */
export function kindOf(value: Value): string {
  if (value.kind === 'list') return 'a list'
  if (value.kind === 'map') return 'a mapping'
  switch (value.type) {
    case 'text':
      return 'a text'
    case 'integer':
    case 'float':
      return 'a number'
    case 'boolean':
      return 'true or false'
    case 'null':
      return 'empty'
    case 'date':
      return 'a date'
    case 'binary':
      return 'binary'
  }
}

/** Every text in a value, each part once, however many aliases name it; keys are not among them. */
export function* textsIn(value: Value): Generator<string> {
  const seen = new Set<Value>()
  const waiting: Value[] = [value]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (seen.has(next)) continue
    seen.add(next)
    if (next.kind === 'list') for (const item of next.items) waiting.push(item)
    else if (next.kind === 'map') for (const entry of next.entries) waiting.push(entry.value)
    else if (next.type === 'text') yield next.value
  }
}

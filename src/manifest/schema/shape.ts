import { shown } from '../shown.ts'
import { isNull, kindOf, type MapEntry, type MapValue, type Place, type Value } from '../value.ts'
import { laxText } from './lax.ts'

/** Where something stands in the file: `['deployments', 0, 'schedules', 1, 'cron']`. A key that is no text is {@link KEY}. */
export type Path = readonly (string | number)[]

/** The last step of the path of a key that is no text. */
const KEY = '[key]'

/** Rules that tell of a refusal; `deployments-empty` is one of the other rules, which tells of `deployments:` too. */
export type RefusalRule =
  | 'deployment-not-a-mapping'
  | 'deployments-empty'
  | 'deployments-not-a-list'
  | 'field-missing'
  | 'field-type'
  | 'key-not-a-text'
  | 'schedule-interval'
  | 'schedule-key-unknown'
  | 'schedule-nested'
  | 'schedule-selector'
  | 'steps-not-a-list'
  | 'value-not-allowed'
  | 'work-pool-name-invalid'
  | 'work-pool-not-a-mapping'

/** One thing for which Prefect's model refuses a file, and with it all of the file. */
export type Refusal = Readonly<{
  rule: RefusalRule
  path: Path
  at: Place
  /** One sentence or two: what is wrong, and what comes of it. */
  message: string
  /** What to write instead. */
  hint: string
}>

/** Whether a walk goes into a value that has to have a shape. */
export type Enters = (shape: Shape, value: Value) => boolean

/** Goes into everything, as often as aliases name it. */
export const always: Enters = () => true

/**
 * Goes into each list and mapping once for a shape, however many aliases name it: what is refused the second time stands
 * at the same places.
 */
export function onceEach(): Enters {
  const entered = new Map<Shape, Set<Value>>()
  return (shape, value) => {
    if (value.kind === 'scalar') return true
    const known = entered.get(shape) ?? new Set()
    entered.set(shape, known)
    if (known.has(value)) return false
    known.add(value)
    return true
  }
}

/** What a value must look like: gives what is refused in it, nothing where it is taken. It never throws. */
export type Shape = (value: Value, path: Path, enters: Enters) => Iterable<Refusal>

/** What comes of every refusal. (Prefect: cli/deploy/_config.py, _load_deploy_configs_and_actions) */
export const DROPPED = 'Prefect drops the whole file.'

/** How a shape words its refusal; `rule` is `field-type` where nothing else is said. */
export type Wording = Readonly<{
  /** What the value must be: `a text`. */
  wanted: string
  /** What to write; `key` is the field's. */
  hint: (key: string, value: Value) => string
  rule?: RefusalRule
}>

/** The refusal of a whole value. */
export function refusal(value: Value, path: Path, { wanted, hint, rule = 'field-type' }: Wording): Refusal {
  const message = `${named(path)} is ${kindOf(value)}; it must be ${wanted}. ${DROPPED}`
  return { rule, path, at: value.at, message, hint: hint(keyOf(path), value) }
}

/** The key of the field that the path leads to or into. */
function keyOf(path: Path): string {
  return path.findLast((step) => typeof step === 'string') ?? ''
}

function named(path: Path): string {
  return typeof path.at(-1) === 'number' ? `An item of \`${keyOf(path)}\`` : `\`${keyOf(path)}\``
}

/** Takes what `takes` says. */
export function one(takes: (value: Value) => boolean, wording: Wording): Shape {
  return (value, path) => (takes(value) ? [] : [refusal(value, path, wording)])
}

/** Takes `null` too. */
export function optional(shape: Shape): Shape {
  return (value, path, enters) => (isNull(value) ? [] : shape(value, path, enters))
}

/** Takes a list of such items. */
export function listOf(item: Shape, wording: Omit<Wording, 'wanted'>): Shape {
  return function* list(value, path, enters) {
    if (value.kind !== 'list') {
      yield refusal(value, path, { ...wording, wanted: 'a list' })
      return
    }
    for (const [index, inner] of value.items.entries()) {
      if (enters(item, inner)) yield* item(inner, [...path, index], enters)
    }
  }
}

export type Fields = Readonly<Record<string, Shape>>

/** Takes a mapping with such fields, none of which must be there; what it does not know it does not look at. */
export function mapping(fields: Fields, wording: Omit<Wording, 'wanted'>): Shape {
  return function* map(value, path, enters) {
    if (value.kind !== 'map') yield refusal(value, path, { ...wording, wanted: 'a mapping' })
    else yield* inFields(value, path, fields, enters)
  }
}

/** What is refused in the fields of a mapping that are there. */
export function* inFields(map: MapValue, path: Path, fields: Fields, enters: Enters): Generator<Refusal> {
  for (const { key, keyType, value } of countedEntries(map)) {
    const shape = keyType === 'text' && Object.hasOwn(fields, key) ? fields[key] : undefined
    if (shape !== undefined && enters(shape, value)) yield* shape(value, [...path, key], enters)
  }
}

/** Takes a mapping of texts to anything. */
export function textKeys(wording: Omit<Wording, 'wanted'>): Shape {
  return function* map(value, path) {
    if (value.kind !== 'map') yield refusal(value, path, { ...wording, wanted: 'a mapping' })
    else for (const entry of countedEntries(value)) if (!isTextKey(entry)) yield keyRefusal(entry, path)
  }
}

/** Whether a key passes for a text. */
function isTextKey({ key, keyType }: MapEntry): boolean {
  if (keyType !== 'binary') return keyType === 'text'
  return laxText({ kind: 'scalar', type: 'binary', value: key, source: key, at: { line: 1, column: 1 } }) !== undefined
}

/** The refusal of a key that is no text. */
export function keyRefusal({ key, keyType, keyAt }: MapEntry, path: Path): Refusal {
  const name = shown(key)
  const kind = KEY_KINDS[keyType]
  return {
    rule: 'key-not-a-text',
    path: [...path, KEY],
    at: keyAt,
    message: `The key \`${name}\` in \`${keyOf(path)}\` is ${kind} to YAML; it must be a text. ${DROPPED}`,
    hint: `Quote it: \`"${name}":\`.`,
  }
}

const KEY_KINDS: Readonly<Record<MapEntry['keyType'], string>> = {
  text: 'a text',
  integer: 'a number',
  float: 'a number',
  boolean: 'true or false',
  null: 'empty',
  date: 'a date',
  binary: 'binary',
}

/** The entries that count: of several with one key the last. */
function countedEntries({ entries }: MapValue): Iterable<MapEntry> {
  const counted = new Map(entries.map((entry) => [`${entry.keyType} ${entry.key}`, entry]))
  return counted.size === entries.length ? entries : counted.values()
}

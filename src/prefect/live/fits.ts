import { isJsonObject, type JsonObject } from '../json.ts'

type Judging = Readonly<{
  /** Where `#/definitions/…` leads. */
  root: unknown
  /** Whether all that is required must be there; Prefect asks for that only of what it starts at once. */
  complete: boolean
  depth: number
  /** Schemas that may still be looked at: a schema may lead to itself, in several ways at once. */
  budget: { left: number }
}>

/** Levels of schemas within schemas. */
const DEEPEST = 30

/** Schemas that are looked at for one value; of a deployment these are some dozens. */
const MOST_LOOKS = 5000

/**
 * Whether Prefect surely takes the value for the schema. `false` says nothing: Prefect's own validator knows. It judges the
 * plain words of JSON Schema; what Prefect changes in a schema before it looks only lets more pass. (Prefect 3.4 to 3.9:
 * utilities/schema_tools/validation.py, preprocess_schema)
 */
export function surelyFits(schema: unknown, value: unknown, { complete }: Pick<Judging, 'complete'>): boolean {
  return fits(schema, value, { root: schema, complete, depth: 0, budget: { left: MOST_LOOKS } })
}

function fits(schema: unknown, value: unknown, judging: Judging): boolean {
  judging.budget.left -= 1
  if (schema === true) return true
  if (!isJsonObject(schema) || judging.budget.left < 0 || judging.depth > DEEPEST) return false
  const inner = { ...judging, depth: judging.depth + 1, schema }
  return Object.entries(schema).every(([word, wanted]) => {
    if (SAYS_NOTHING.has(word)) return true
    const judge = WORDS.get(word)
    return judge !== undefined && judge(wanted, value, inner)
  })
}

/** Words that are for people, or that others refer to. */
const SAYS_NOTHING: ReadonlySet<string> = new Set([
  'title',
  'description',
  'default',
  'examples',
  'position',
  'deprecated',
  'definitions',
  '$defs',
])

type Word = (wanted: unknown, value: unknown, at: Judging & Readonly<{ schema: JsonObject }>) => boolean

const WORDS: ReadonlyMap<string, Word> = new Map<string, Word>([
  ['type', (wanted, value) => list(wanted).some((type) => typeof type === 'string' && isOf(type, value))],
  ['enum', (wanted, value) => typeof value === 'string' && list(wanted).includes(value)],
  ['const', (wanted, value) => typeof value === 'string' && wanted === value],
  ['anyOf', (wanted, value, at) => list(wanted).some((one) => fits(one, value, at))],
  ['allOf', (wanted, value, at) => list(wanted).every((one) => fits(one, value, at))],
  ['$ref', (wanted, value, at) => fits(definition(wanted, at.root), value, at)],
  ['properties', (wanted, value, at) => everyKey(value, (key, part) => fitsNamed(wanted, key, part, at))],
  ['additionalProperties', (wanted, value, at) => everyKey(value, (key, part) => fitsOther(wanted, key, part, at))],
  ['required', (wanted, value, at) => !at.complete || !isJsonObject(value) || hasAll(value, list(wanted))],
  ['items', (wanted, value, at) => !Array.isArray(value) || value.every((one: unknown) => fits(wanted, one, at))],
  ['minimum', (wanted, value) => bounded(wanted, value, (bound, number) => number >= bound)],
  ['maximum', (wanted, value) => bounded(wanted, value, (bound, number) => number <= bound)],
  ['exclusiveMinimum', (wanted, value) => bounded(wanted, value, (bound, number) => number > bound)],
  ['exclusiveMaximum', (wanted, value) => bounded(wanted, value, (bound, number) => number < bound)],
])

function isOf(type: string, value: unknown): boolean {
  switch (type) {
    case 'string':
    case 'boolean':
    case 'number':
      return typeof value === type
    case 'integer':
      return Number.isInteger(value)
    case 'null':
      return value === null
    case 'array':
      return Array.isArray(value)
    case 'object':
      return isJsonObject(value)
    default:
      return false
  }
}

function everyKey(value: unknown, takes: (key: string, part: unknown) => boolean): boolean {
  return !isJsonObject(value) || Object.entries(value).every(([key, part]) => takes(key, part))
}

function fitsNamed(properties: unknown, key: string, part: unknown, at: Judging): boolean {
  if (!isJsonObject(properties)) return false
  return !Object.hasOwn(properties, key) || fits(properties[key], part, at)
}

/** What `properties` names is judged there; where the schema has patterns, the word for them is not known here. */
function fitsOther(
  others: unknown,
  key: string,
  part: unknown,
  at: Judging & Readonly<{ schema: JsonObject }>,
): boolean {
  const { properties } = at.schema
  return (isJsonObject(properties) && Object.hasOwn(properties, key)) || fits(others, part, at)
}

function hasAll(value: JsonObject, keys: readonly unknown[]): boolean {
  return keys.every((key) => typeof key === 'string' && Object.hasOwn(value, key))
}

function bounded(bound: unknown, value: unknown, holds: (bound: number, number: number) => boolean): boolean {
  return typeof value !== 'number' || (typeof bound === 'number' && holds(bound, value))
}

function definition(reference: unknown, root: unknown): unknown {
  const [, place = '', name = ''] = /^#\/(definitions|\$defs)\/([^/~%]+)$/.exec(String(reference)) ?? []
  const definitions = isJsonObject(root) ? root[place] : undefined
  return isJsonObject(definitions) && Object.hasOwn(definitions, name) ? definitions[name] : undefined
}

const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value])

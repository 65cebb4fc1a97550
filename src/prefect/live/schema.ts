import type { JobScalar } from './asked.ts'

/** What a message calls a string. */
export const TEXT = 'a text'

/** JSON Schema's names of types with the words of a message. */
const WORDS: Readonly<Record<string, string>> = {
  string: TEXT,
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  object: 'a mapping',
  array: 'a list',
}

/** Values of an `enum` that a message lists. */
const MOST_VALUES = 10

/** What a value is, in the words of a message; only of a value that is not `unknown`. */
export function wordFor({ is }: JobScalar): string {
  return is === 'string' ? 'this text' : (WORDS[is] ?? 'something else')
}

/**
 * What `schema` wants, where it surely refuses the value: `a whole number`. Only plain cases are judged, of `type`, `enum`
 * and `anyOf`; the rest is left to Prefect's own validator. Null is never refused: Prefect lets it pass for whatever is not
 * required (Prefect: utilities/schema_tools/validation.py, _fix_null_typing).
 */
export function wantedInstead(schema: unknown, value: JobScalar): string | undefined {
  if (!isObject(schema) || value.is === 'unknown') return undefined
  const { type, enum: values, anyOf } = schema
  // Where both stand, Prefect puts an `anyOf` of its own in the place of the other one.
  return ofTypes(type, value) ?? ofEnum(values, value) ?? (type === undefined ? ofAny(anyOf, value) : undefined)
}

/** The schema of what stands in a mapping under `key`; `undefined` where no plain one holds for it. */
export function schemaIn(schema: unknown, key: string): unknown {
  if (!isObject(schema) || 'patternProperties' in schema) return undefined
  const properties = schema['properties']
  return isObject(properties) && Object.hasOwn(properties, key) ? properties[key] : schema['additionalProperties']
}

/** The names in the schema's `properties`. */
export function propertiesOf(schema: unknown): readonly string[] {
  const properties = isObject(schema) ? schema['properties'] : undefined
  return isObject(properties) ? Object.keys(properties) : []
}

/** What the schema says of a key that it does not name: nothing, that it is refused, or that something else holds for it. */
export function saysOfOthers(schema: unknown): 'nothing' | 'refused' | 'allowed' {
  if (!isObject(schema) || 'patternProperties' in schema) return 'allowed'
  const others = schema['additionalProperties']
  if (others === undefined) return 'nothing'
  return others === false ? 'refused' : 'allowed'
}

function ofTypes(type: unknown, value: JobScalar): string | undefined {
  const types = (Array.isArray(type) ? type : [type]) as readonly unknown[]
  const words = types.flatMap((one) => (typeof one === 'string' && one !== 'null' ? [WORDS[one]] : []))
  const known = words.filter((word) => word !== undefined)
  if (known.length === 0 || known.length < words.length) return undefined
  return types.includes(value.is) || (value.is === 'integer' && types.includes('number')) ? undefined : either(known)
}

/** Texts alone are compared: what Python takes for equal among numbers and booleans is a long story. */
function ofEnum(allowed: unknown, value: JobScalar): string | undefined {
  if (!Array.isArray(allowed) || value.is !== 'string' || allowed.length === 0) return undefined
  const texts = allowed.filter((one): one is string => typeof one === 'string')
  if (texts.includes(value.text)) return undefined
  const some = texts.slice(0, MOST_VALUES).map((text) => JSON.stringify(text))
  return some.length === 0 ? 'another value' : `${either(some)}${texts.length > MOST_VALUES ? ' or another' : ''}`
}

function ofAny(schemas: unknown, value: JobScalar): string | undefined {
  if (!Array.isArray(schemas)) return undefined
  const open = schemas.filter((one) => !isNull(one)).map((one) => wantedInstead(one, value))
  const wanted = open.filter((one) => one !== undefined)
  return wanted.length > 0 && wanted.length === open.length ? either(wanted) : undefined
}

function isNull(schema: unknown): boolean {
  return isObject(schema) && schema['type'] === 'null'
}

function either(wanted: readonly string[]): string {
  return [...new Set(wanted)].join(' or ')
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

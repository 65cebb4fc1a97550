import { isSecretName, secretIn } from '../../secret-shapes.ts'
import { isJsonObject, type JsonObject } from '../json.ts'

/** What stands for a value that nobody may see. */
export const HIDDEN = '(hidden)'

/** Takes known secrets out of a text. */
export type Hide = (text: string) => string

type Place = Readonly<{
  /** Whether a name on the way here says that what stands under it is secret. */
  secret: boolean
  /** Whether a value stands here, and not its description in a schema. */
  value: boolean
}>

const SCHEMA = 'parameter_openapi_schema'
/** Where values stand in a schema. */
const SCHEMA_VALUES: ReadonlySet<string> = new Set(['default', 'const', 'enum', 'example', 'examples'])
const MORE_SECRET_NAMES = /^(?:proxy[-_])?(?:auth|authorization)$|^(?:set[-_])?cookie$/i
/** A reference that Prefect resolves when a run starts, and nothing beside it. */
const REFERENCE = /^\s*\{\{[^{}]*\}\}\s*$/

/**
 * A copy of the value of a field without secrets: known ones are taken out of every text; one that its own shape or a name
 * above it gives away is hidden. References to blocks and variables are none.
 *
 * @param field as in a difference: `work_pool.job_variables.env.API_KEY`
 */
export function veiled(field: string, value: unknown, hide: Hide): unknown {
  return copy(value, placeOf(field), hide)
}

/** Whether any name in the field says that its value is secret. */
function placeOf(field: string): Place {
  // What is named in brackets is one of many, by its own name; the value of a named one is that of a variable.
  const named = /\[([^\]]*)\]\.value$/.exec(field)?.[1] ?? ''
  const keys = field.replaceAll(/\[[^\]]*\]/g, '').split('.')
  return keys.reduce((place, key) => within(place, key), {
    secret: isSecretKey(named),
    value: keys[0] !== SCHEMA,
  })
}

function within({ secret, value }: Place, key: string): Place {
  return { secret: secret || isSecretKey(key), value: value || SCHEMA_VALUES.has(key) }
}

function isSecretKey(key: string): boolean {
  return isSecretName(key) || MORE_SECRET_NAMES.test(key)
}

function copy(value: unknown, place: Place, hide: Hide): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => copy(item, place, hide))
  if (isJsonObject(value)) {
    const named = isNamedSecret(value)
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => {
        const there = within(place, key)
        return [key, copy(inner, named && key === 'value' ? { secret: true, value: true } : there, hide)]
      }),
    )
  }
  const isHidden = place.secret && place.value
  if (typeof value === 'number') return isHidden ? HIDDEN : value
  if (typeof value !== 'string' || value === '') return value
  if (secretIn(value) !== undefined) return HIDDEN
  return isHidden && !REFERENCE.test(value) ? HIDDEN : hide(value)
}

/** `{name: API_KEY, value: …}`, as lists of variables have it. */
function isNamedSecret({ name, value }: JsonObject): boolean {
  return typeof name === 'string' && value !== undefined && isSecretKey(name)
}

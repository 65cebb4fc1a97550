import { isJsonObject, type JsonObject, sameJson } from '../json.ts'
import { listOf } from './forms.ts'
import { own } from './leaves.ts'

/**
 * What becomes of a parameter that an update leaves to the server to compute: `{"__prefect_kind": …}`. Creating stores it as
 * it is; updating stores what comes out. (Prefect: utilities/schema_tools/hydration.py; seen in 3.8.8)
 */
type Outcome =
  | Readonly<{ is: 'value'; value: unknown }>
  /** Only the server can tell: a template, a variable of the workspace. */
  | Readonly<{ is: 'unknown' }>
  /** Nothing is stored in its place. */
  | Readonly<{ is: 'removed' }>

const UNKNOWN: Outcome = { is: 'unknown' }

/**
 * The parameters as they are to be found, told as far as they can be told: where only the server knows what it computed,
 * what is found there counts as right, and only its absence as wrong.
 */
export function expectedParameters(wanted: unknown, found: unknown): unknown {
  if (sameJson(wanted, found)) return wanted
  if (isComputed(wanted)) {
    const outcome = outcomeOf(wanted, found)
    if (outcome.is === 'value') return outcome.value
    if (outcome.is === 'removed') return undefined
    return found === undefined ? wanted : found
  }
  if (Array.isArray(wanted)) {
    const places = listOf(found)
    return listOf(wanted)
      .filter((item) => !isRemoved(item))
      .map((item, at) => expectedParameters(item, places[at]))
  }
  if (!isJsonObject(wanted)) return wanted
  const under = isJsonObject(found) ? found : {}
  return Object.fromEntries(
    Object.entries(wanted)
      .map(([key, value]) => [key, expectedParameters(value, own(under, key))] as const)
      .filter(([, value]) => value !== undefined),
  )
}

/** Whether anything in it is computed by the server alone, and stands live as what came out the last time. */
export function isComputedAnew(wanted: unknown, found: unknown): boolean {
  if (sameJson(wanted, found)) return false
  if (isComputed(wanted)) return outcomeOf(wanted, found).is === 'unknown'
  if (Array.isArray(wanted)) {
    const places = listOf(found)
    return listOf(wanted).some((item, at) => isComputedAnew(item, places[at]))
  }
  if (!isJsonObject(wanted)) return false
  const under = isJsonObject(found) ? found : {}
  return Object.entries(wanted).some(([key, value]) => isComputedAnew(value, own(under, key)))
}

function isComputed(value: unknown): value is JsonObject {
  return isJsonObject(value) && Object.hasOwn(value, '__prefect_kind')
}

function isRemoved(value: unknown): boolean {
  return isComputed(value) && outcomeOf(value, undefined).is === 'removed'
}

function outcomeOf(computed: JsonObject, found: unknown): Outcome {
  const value = own(computed, 'value')
  switch (computed['__prefect_kind']) {
    case 'none':
      return passed(value, found)
    case 'json':
      if (value === undefined) return { is: 'removed' }
      if (isJsonObject(value)) return isComputed(value) ? UNKNOWN : passed(value, found)
      return typeof value === 'string' ? parsed(value) : { is: 'value', value }
    case 'jinja':
      return rendered(own(computed, 'template'))
    case 'workspace_variable':
      return Object.hasOwn(computed, 'variable_name') ? UNKNOWN : { is: 'removed' }
    default:
      return { is: 'value', value: value ?? null }
  }
}

/** What stands in it is computed in its turn. */
function passed(value: unknown, found: unknown): Outcome {
  if (isComputed(value)) return outcomeOf(value, found)
  return { is: 'value', value: expectedParameters(value, found) }
}

function parsed(text: string): Outcome {
  try {
    return { is: 'value', value: JSON.parse(text) as unknown }
  } catch {
    // Python's own reader takes `NaN` as well.
    return UNKNOWN
  }
}

/** A template without an expression is its own outcome; Jinja drops the line end at its end. */
function rendered(template: unknown): Outcome {
  return typeof template === 'string' && !/\{[{%#]|[\r\n]/.test(template) ? { is: 'value', value: template } : UNKNOWN
}

import type { Value } from '../value.ts'

// What pydantic 2.14 takes in its lax mode, which is Prefect's, where a model asks for a scalar of another type.

/** The text of a value where a text is asked for: of a text, and of `!!binary` that is UTF-8. */
export function laxText(value: Value): string | undefined {
  if (value.kind !== 'scalar') return undefined
  if (value.type === 'text') return value.value
  if (value.type !== 'binary') return undefined
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.from(value.value, 'base64'))
  } catch {
    return undefined
  }
}

const BOOLEAN = /^(?:0|off|f|false|n|no|1|on|t|true|y|yes)$/i

/** Whether a value passes for true or false: `yes`, `"on"`, `1`, `0.0`. */
export function isLaxBoolean(value: Value): boolean {
  if (value.kind !== 'scalar') return false
  if (value.type === 'boolean') return true
  if (value.type === 'integer' || value.type === 'float') return value.value === 0 || value.value === 1
  const text = laxText(value)
  return text !== undefined && BOOLEAN.test(text)
}

/** Digits in groups, and zeros after a point. What follows leading zeros is read as a number anew: `0-3` is -3. */
const INTEGER = /^(?:[-+]?(?:0[0_]*)?\d(?:_?\d)*|\+?0[0_]*-_?(?:0|[1-9](?:_?\d)*))(?:\.0+)?$/
/** Characters of a text that pydantic still reads as a number. */
const MOST_DIGITS = 4300
/** From here on a float is no integer to it. */
const END_OF_FLOATS = 2 ** 63

/** Whether a value passes for an integer: `3`, `3.0`, `"3"`, `true`. */
export function isLaxInteger(value: Value): boolean {
  if (value.kind !== 'scalar') return false
  if (value.type === 'boolean' || value.type === 'integer') return true
  if (value.type === 'float') return Number.isInteger(value.value) && Math.abs(value.value) < END_OF_FLOATS
  const text = laxText(value)?.trim()
  return text !== undefined && text.length <= MOST_DIGITS && INTEGER.test(text)
}

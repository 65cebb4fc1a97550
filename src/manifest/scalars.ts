import type { Place, Scalar } from './value.ts'

// The patterns of PyYAML's resolver (PyYAML 6: resolver.py). They are neither YAML 1.1 nor 1.2: `y` is a text, `1e3` is
// a text, `010` is eight, `1:30` is ninety.
const BOOLEAN = /^(?:yes|Yes|YES|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF)$/
const TRUE = /^(?:yes|true|on)$/i
const NULL = /^(?:~|null|Null|NULL|)$/
const INTEGER =
  /^(?:[-+]?0b[01_]+|[-+]?0[0-7_]+|[-+]?(?:0|[1-9][0-9_]*)|[-+]?0x[0-9a-fA-F_]+|[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+)$/
const FLOAT =
  /^(?:[-+]?(?:[0-9][0-9_]*)\.[0-9_]*(?:[eE][-+][0-9]+)?|\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/
const DATE = /^\d{4}-\d\d-\d\d$/
const TIMESTAMP = /^\d{4}-\d\d?-\d\d?(?:[Tt]|[ \t]+)\d\d?:\d\d:\d\d(?:\.\d*)?(?:[ \t]*(?:Z|[-+]\d\d?(?::\d\d)?))?$/
const DATE_PARTS =
  /^(\d{4})-(\d\d?)-(\d\d?)(?:(?:[Tt]|[ \t]+)(\d\d?):(\d\d):(\d\d)(?:\.\d*)?(?:[ \t]*(?:Z|[-+](\d\d?)(?::(\d\d))?))?)?$/

/** What PyYAML makes of a plain scalar, or why it stumbles over it: a sentence. (PyYAML: resolver.py, constructor.py) */
export function plainScalar(source: string, at: Place): Scalar | string {
  if (NULL.test(source)) return { kind: 'scalar', type: 'null', value: null, source, at }
  if (BOOLEAN.test(source)) return booleanScalar(source, at)
  if (INTEGER.test(source)) return integerScalar(source, at)
  if (FLOAT.test(source)) return { kind: 'scalar', type: 'float', value: floatOf(source), source, at }
  if (DATE.test(source) || TIMESTAMP.test(source)) return dateScalar(source, at)
  if (source === '=') return "A bare `=` is no text to Prefect's YAML reader; quote it."
  return textScalar(source, at)
}

/** A quoted scalar, a block scalar, or one with the tag `!!str`. */
export function textScalar(source: string, at: Place): Scalar {
  return { kind: 'scalar', type: 'text', value: source, source, at }
}

/** A scalar with one of YAML's own tags, `bool` for `!!bool`; a sentence where the text is none, `undefined` for an unknown tag. */
export function taggedScalar(tag: string, source: string, at: Place): Scalar | string | undefined {
  const misfit = `\`${source.slice(0, 40)}\` is no \`!!${tag}\`.`
  switch (tag) {
    case 'str':
      return textScalar(source, at)
    case 'null':
      return { kind: 'scalar', type: 'null', value: null, source, at }
    case 'bool':
      return /^(?:yes|no|true|false|on|off)$/i.test(source) ? booleanScalar(source, at) : misfit
    case 'int':
      return INTEGER.test(source) ? integerScalar(source, at) : misfit
    case 'float':
      return FLOAT.test(source) || INTEGER.test(source)
        ? { kind: 'scalar', type: 'float', value: floatOf(source), source, at }
        : misfit
    case 'timestamp':
      return DATE_PARTS.test(source) ? dateScalar(source, at) : misfit
    case 'binary':
      return { kind: 'scalar', type: 'binary', value: source, source, at }
    default:
      return undefined
  }
}

function booleanScalar(source: string, at: Place): Scalar {
  return { kind: 'scalar', type: 'boolean', value: TRUE.test(source), source, at }
}

/** Python converts no more decimal digits than these, and a longer number would take long here too. */
const MOST_DIGITS = 4300

function integerScalar(source: string, at: Place): Scalar | string {
  const digits = source.replaceAll('_', '').replace(/^[-+]/, '')
  const value = source.length > MOST_DIGITS ? undefined : digits.includes(':') ? sexagesimal(digits) : bigOf(digits)
  if (value === undefined) return `\`${source.slice(0, 40)}\` looks like a number and is none; quote it.`
  const signed = source.startsWith('-') ? -value : value
  const small = Number(signed)
  return { kind: 'scalar', type: 'integer', value: Number.isSafeInteger(small) ? small : signed, source, at }
}

/** The value of `0b1`, `017`, `0xf` and `12`; `undefined` of `0x` without a digit, which PyYAML's pattern lets through. */
function bigOf(digits: string): bigint | undefined {
  const octal = /^0[0-7]+$/.test(digits)
  if (/^0[bx]?$/.test(digits)) return digits === '0' ? 0n : undefined
  return BigInt(octal ? `0o${digits}` : digits)
}

function sexagesimal(digits: string): bigint {
  return digits.split(':').reduce((value, part) => value * 60n + BigInt(part), 0n)
}

function floatOf(source: string): number {
  const text = source.replaceAll('_', '').toLowerCase().replace(/^[-+]/, '')
  const sign = source.startsWith('-') ? -1 : 1
  if (text === '.inf') return sign * Number.POSITIVE_INFINITY
  if (text === '.nan') return Number.NaN
  return sign * text.split(':').reduce((value, part) => value * 60 + Number(part), 0)
}

/** Python's `date` and `datetime` refuse what is no day or hour; nobody catches that, so Prefect's command dies of it. */
function dateScalar(source: string, at: Place): Scalar | string {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, zoneHour = 0, zoneMinute = 0] = (
    DATE_PARTS.exec(source) ?? []
  )
    .slice(1)
    .map((part) => Number(part ?? 0))
  const days = new Date(Date.UTC(2000 + (year % 400), month, 0)).getUTCDate()
  const real = year >= 1 && month >= 1 && month <= 12 && day >= 1 && day <= days
  const time = hour < 24 && minute < 60 && second < 60 && zoneHour * 60 + zoneMinute < 24 * 60
  return real && time
    ? { kind: 'scalar', type: 'date', value: source, source, at }
    : `\`${source}\` looks like a date and is none; quote it.`
}

import type { ListValue, MapEntry, MapValue, Scalar, Value } from './value.ts'

/** Characters from which on a text is not written twice. */
const WORTH_AN_ANCHOR = 100

/**
 * A value as a YAML text from which PyYAML reads the same value again. Every type is written out (`!!int "0x1F"`) and every
 * text is quoted, so that none of PyYAML's own rules has a say; a part that stands in several places is written once, under
 * an anchor. ASCII only.
 */
export function yamlOf(value: Value): string {
  const shared = sharedParts(value)
  const anchors = new Map<Value, string>()
  const written = (part: Value, indent: string): string => {
    if (part.kind === 'scalar' && part.source.length < WORTH_AN_ANCHOR) return scalar(part)
    const known = anchors.get(part)
    // A space, because PyYAML 5 takes a comma for a part of the name.
    if (known !== undefined) return `*${known} `
    const anchor = shared.has(part) ? `a${anchors.size + 1}` : undefined
    if (anchor !== undefined) anchors.set(part, anchor)
    return `${anchor === undefined ? '' : `&${anchor} `}${part.kind === 'scalar' ? scalar(part) : collection(part, indent, written)}`
  }
  return `${written(value, '')}\n`
}

function collection(
  part: ListValue | MapValue,
  indent: string,
  written: (part: Value, indent: string) => string,
): string {
  const inner = `${indent} `
  const items =
    part.kind === 'list'
      ? part.items.map((item) => written(item, inner))
      : part.entries.map((entry) => `${keyOf(entry)}: ${written(entry.value, inner)}`)
  const [open, close] = part.kind === 'list' ? '[]' : '{}'
  return items.length === 0 ? `${open}${close}` : `${open}\n${inner}${items.join(`,\n${inner}`)}\n${indent}${close}`
}

/** `? `, because PyYAML takes no key of more than 1024 characters without it (scanner.py, stale_possible_simple_keys). */
function keyOf({ key, keyType }: MapEntry): string {
  return `? ${keyType === 'text' ? quoted(key) : `${TAGS[keyType]} ${quoted(key)}`} `
}

const TAGS: Readonly<Record<Exclude<Scalar['type'], 'text'>, string>> = {
  integer: '!!int',
  float: '!!float',
  boolean: '!!bool',
  null: '!!null',
  date: '!!timestamp',
  binary: '!!binary',
}

function scalar({ type, source, ...rest }: Scalar): string {
  if (type !== 'text') return `${TAGS[type]} ${quoted(source)}`
  return quoted(typeof rest.value === 'string' ? rest.value : source)
}

function quoted(text: string): string {
  const inner = text.replaceAll(/["\\]|[^ -~]/gu, (sign) => {
    if (sign === '"' || sign === '\\') return `\\${sign}`
    const code = (sign.codePointAt(0) ?? 0).toString(16)
    return code.length > 4 ? `\\U${code.padStart(8, '0')}` : `\\u${code.padStart(4, '0')}`
  })
  return `"${inner}"`
}

/** The parts that stand in several places. */
function sharedParts(root: Value): ReadonlySet<Value> {
  const seen = new Set<Value>()
  const shared = new Set<Value>()
  const waiting: Value[] = [root]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (seen.has(next)) {
      shared.add(next)
      continue
    }
    seen.add(next)
    if (next.kind === 'scalar') continue
    waiting.push(...(next.kind === 'list' ? next.items : next.entries.map(({ value }) => value)))
  }
  return shared
}

export type HeadersReading = Readonly<{ headers: Readonly<Record<string, string>>; faults: readonly string[] }>

/** Headers whose values say nothing secret; those of all others are masked. */
const PLAIN_HEADERS: ReadonlySet<string> = new Set(['accept', 'content-type', 'user-agent'])
/** Headers that the connection sets itself. */
const FORBIDDEN: ReadonlySet<string> = new Set(['host', 'content-length', 'transfer-encoding', 'connection', 'upgrade'])

/** `Name: value` lines, as the input `health-headers` takes them. Blank lines and `#` comments are ignored. */
export function readHeaderLines(text: string): HeadersReading {
  const pairs: [string, string][] = []
  const faults: string[] = []
  for (const [index, raw] of text.split(/\r\n|\n|\r/).entries()) {
    const line = raw.trim()
    if (line === '' || line.startsWith('#')) continue
    const colon = line.indexOf(':')
    if (colon < 1) faults.push(`line ${index + 1}: \`Name: value\` is wanted`)
    else pairs.push([line.slice(0, colon).trim(), line.slice(colon + 1).trim()])
  }
  const entries = headerEntries(pairs)
  return { headers: entries.headers, faults: [...faults, ...entries.faults] }
}

/** Checks names and values against RFC 9110 §5; the values themselves are never named, they may be secrets. */
export function headerEntries(pairs: readonly (readonly [string, string])[]): HeadersReading {
  const headers: Record<string, string> = {}
  const faults: string[] = []
  for (const [name, value] of pairs) {
    if (!/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(name)) faults.push(`\`${name}\` is not a header name`)
    else if (FORBIDDEN.has(name.toLowerCase())) faults.push(`\`${name}\` is set by the connection`)
    else if (!/^[\t\u0020-\u007e\u0080-\u00ff]*$/.test(value))
      faults.push(`the value of \`${name}\` holds characters that no header may hold`)
    else headers[name.toLowerCase()] = value
  }
  return { headers, faults }
}

/** The values of these headers that must not be shown. */
export function secretHeaderValues(headers: Readonly<Record<string, string>>): string[] {
  return Object.entries(headers).flatMap(([name, value]) => (value === '' || PLAIN_HEADERS.has(name) ? [] : [value]))
}

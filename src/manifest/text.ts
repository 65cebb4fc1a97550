import { LineCounter } from 'yaml'
import type { Place } from './value.ts'

/** A text that can be read: `source` as it stands, and where each offset is. */
export type ReadableText = Readonly<{ source: string; placeOf: (offset: number) => Place }>

export type TextFault = Readonly<{ rule: 'yaml-encoding' | 'yaml-character'; message: string; hint: string; at: Place }>

/** What PyYAML's reader refuses (PyYAML: reader.py, NON_PRINTABLE). */
const UNPRINTABLE =
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  /[^\t\n\r\u0020-\u007e\u0085\u00a0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u

/**
 * The text of a file as Python's `open()` and PyYAML see it: UTF-8, a byte order mark dropped, every character printable.
 * Where it is not, what is wrong with the first byte or character that is not.
 */
export function readText(bytes: Uint8Array): ReadableText | TextFault {
  const source = decoded(bytes)
  if (source === undefined) return notUtf8(bytes)
  const placeOf = placesIn(source)
  const odd = UNPRINTABLE.exec(source)
  if (odd === null) return { source, placeOf }
  const code = (odd[0].codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')
  return {
    rule: 'yaml-character',
    message: `The character U+${code} is not allowed in YAML.`,
    hint: 'Remove it, or write it escaped in double quotes.',
    at: placeOf(odd.index),
  }
}

/**
 * The text with every line break that PyYAML knows as a `\n`; offsets stay as they are. Python's text mode makes one of a
 * lone `\r`, PyYAML 1.1 of U+0085, U+2028 and U+2029; the `yaml` library knows neither.
 */
export function withPlainBreaks(source: string): string {
  return source.replace(/\r(?!\n)|[\u0085\u2028\u2029]/g, '\n')
}

function placesIn(source: string): (offset: number) => Place {
  const lines = new LineCounter()
  lines.addNewLine(0)
  for (const end of source.matchAll(/\r\n|\n|\r/g)) lines.addNewLine(end.index + end[0].length)
  return (offset) => {
    const { line, col } = lines.linePos(offset)
    return { line: Math.max(1, line), column: Math.max(1, col) }
  }
}

function decoded(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return undefined
  }
}

function notUtf8(bytes: Uint8Array): TextFault {
  // As a stream, the decoder keeps the begun sequence at the end to itself.
  const before = new TextDecoder().decode(bytes.subarray(0, validLength(bytes)), { stream: true })
  const wide = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)
  return {
    rule: 'yaml-encoding',
    message: `The file is not UTF-8${wide ? ', but UTF-16' : ''}.`,
    hint: 'Save it as UTF-8; Prefect reads no other encoding on a Linux runner.',
    at: placesIn(before)(before.length),
  }
}

/** The number of bytes before the first that cannot belong to UTF-8. */
function validLength(bytes: Uint8Array): number {
  let good = 0
  let bad = bytes.length + 1
  while (bad - good > 1) {
    const middle = Math.floor((good + bad) / 2)
    if (isPrefixOfUtf8(bytes.subarray(0, middle))) good = middle
    else bad = middle
  }
  return good
}

function isPrefixOfUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true })
    return true
  } catch {
    return false
  }
}

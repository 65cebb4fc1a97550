import { type Document, isNode, parseDocument, type YAMLError } from 'yaml'
import { joinedQuote, openingOf, type OpenQuote, openQuoteOf } from './join.ts'
import { measure } from './measure.ts'
import { shown } from './shown.ts'
import { type ReadableText, readText, withPlainBreaks } from './text.ts'
import { toValue } from './to-value.ts'
import type { Place, Value } from './value.ts'

/** Rules that hold for any YAML file, before its meaning is looked at. */
export type YamlRule =
  | 'duplicate-key'
  | 'yaml-alias'
  | 'yaml-alias-bomb'
  | 'yaml-character'
  | 'yaml-documents'
  | 'yaml-encoding'
  | 'yaml-key'
  | 'yaml-merge'
  | 'yaml-syntax'
  | 'yaml-tag'
  | 'yaml-too-deep'
  | 'yaml-too-large'
  | 'yaml-value'

/** Something that keeps a text from being read, or that is read otherwise than it looks. */
export type YamlTrouble = Readonly<{
  rule: YamlRule
  severity: 'error' | 'warning'
  message: string
  hint?: string
  at: Place
}>

/** `value` is there exactly if no trouble is an error. */
export type YamlReading = Readonly<{ value: Value | undefined; troubles: readonly YamlTrouble[] }>

/** Bytes of a file; the largest real one that was seen has 243 kB. */
export const LARGEST_FILE = 1024 * 1024
const MOST_TOKENS = 100_000
/** Levels of nesting; a prefect.yaml has about ten. */
const DEEPEST = 100
/** Troubles told of one file; what follows the first ones is mostly their echo. */
const MOST_ERRORS = 5

/**
 * Reads a YAML text as PyYAML's `safe_load` would, and says where and why where it would not. Never throws and never takes
 * long: the size, the number of tokens and the depth are bounded before anything is built.
 */
export function readYaml(bytes: Uint8Array): YamlReading {
  if (bytes.length > LARGEST_FILE) {
    return refused('yaml-too-large', { message: `The file is larger than ${LARGEST_FILE} bytes.`, hint: SPLIT })
  }
  const text = readText(bytes)
  if ('rule' in text) return refused(text.rule, text)
  return mended(withPlainBreaks(text.source), text)
}

/** Texts that are parsed anew because a quoted scalar goes on in a line that is not indented. */
const MOST_REPAIRS = 8

/** The reading of a text; where the library stops at an unindented line in quotes, which PyYAML does not mind, it is joined. */
function mended(readable: string, text: ReadableText): YamlReading {
  const first = attempt(readable, text)
  let latest = first
  let source = readable
  for (let repairs = 0; latest.openQuote !== undefined && repairs < MOST_REPAIRS; repairs += 1) {
    const joined = joinedQuote(source, latest.openQuote)
    if (joined === undefined) break
    source = joined
    latest = attempt(source, text)
  }
  return latest.reading.troubles.some((trouble) => trouble.rule === 'yaml-syntax') ? first.reading : latest.reading
}

type Attempt = Readonly<{ reading: YamlReading; openQuote?: OpenQuote | undefined }>

function attempt(readable: string, text: ReadableText): Attempt {
  const size = measure(readable, { tokens: MOST_TOKENS, depth: DEEPEST })
  if (size.tokens > MOST_TOKENS) {
    const message = `The file has more than ${MOST_TOKENS} YAML tokens.`
    return { reading: refused('yaml-too-large', { message, hint: SPLIT }) }
  }
  if (size.depth > DEEPEST) {
    const message = `The file is nested more than ${DEEPEST} levels deep.`
    return { reading: refused('yaml-too-deep', { message, at: text.placeOf(size.deepestAt) }) }
  }
  const document = parsed(readable)
  const errors = errorsOf(document)
  if (errors.length > 0) {
    const troubles = errors.slice(0, MOST_ERRORS).map((error) => {
      const quote = openQuoteOf(error)
      const opening = quote === undefined ? undefined : openingOf(document, quote)
      return syntaxTrouble(error, opening ?? error.pos[0], { readable, text })
    })
    return { reading: { value: undefined, troubles }, openQuote: errors.map(openQuoteOf).find(isThere) }
  }
  if (size.tabAt !== undefined) {
    const message = "A tab stands here, which Prefect's YAML reader refuses outside of quotes."
    return { reading: refused('yaml-syntax', { message, hint: TAB_HINT, at: text.placeOf(size.tabAt) }) }
  }
  return { reading: toValue(isNode(document.contents) ? document.contents : null, readable, text.placeOf) }
}

const TAB_HINT = 'Use spaces to indent and to separate; YAML allows no tab there.'
const SPLIT = 'Split it; the input `prefect-file` takes several files.'
const isThere = (quote: OpenQuote | undefined): quote is OpenQuote => quote !== undefined

function parsed(readable: string): Document.Parsed {
  // `failsafe` makes a text of every scalar: what PyYAML makes of it is decided in scalars.ts. The library's own check
  // for duplicate keys compares each key with each; ours is in to-value.ts.
  return parseDocument(readable, {
    version: '1.1',
    schema: 'failsafe',
    resolveKnownTags: false,
    uniqueKeys: false,
    prettyErrors: false,
  })
}

/** The errors that are errors to PyYAML too, in the order of the text. It knows no YAML but 1.x, and lets `"a"# comment` be. */
function errorsOf(document: Document.Parsed): YAMLError[] {
  const versions = document.warnings.filter(
    ({ code, message }) => code === 'BAD_DIRECTIVE' && !/ version 1\./.test(message),
  )
  return [...document.errors, ...versions.filter(({ message }) => message.includes('version'))]
    .filter(({ message }) => !message.startsWith('Comments must be separated'))
    .sort((one, other) => one.pos[0] - other.pos[0])
}

function syntaxTrouble(
  error: YAMLError,
  offset: number,
  { readable, text }: Readonly<{ readable: string; text: ReadableText }>,
): YamlTrouble {
  const at = text.placeOf(offset)
  if (error.code === 'MULTIPLE_DOCS') {
    return {
      rule: 'yaml-documents',
      severity: 'error',
      message: 'A second YAML document begins here; Prefect reads files of one document only.',
      hint: 'Remove the line `---` and what follows it, or put it into a file of its own.',
      at,
    }
  }
  const lineStart = readable.lastIndexOf('\n', offset - 1) + 1
  const lineEnd = readable.indexOf('\n', lineStart)
  const line = readable.slice(lineStart, lineEnd < 0 ? undefined : lineEnd).slice(0, 500)
  const hint = hintFor(error, line)
  const reason = shown((error.message.split('\n')[0] ?? error.code).replace(/[.:]\s*$/, ''), 200)
  return {
    rule: 'yaml-syntax',
    severity: 'error',
    message: `This is not valid YAML: ${reason}.`,
    at,
    ...(hint === undefined ? {} : { hint }),
  }
}

function hintFor(error: YAMLError, line: string): string | undefined {
  if (error.code === 'TAB_AS_INDENT' || /^ *\t/.test(line)) return TAB_HINT
  if (/:\s+\{\{/.test(line)) return 'Quote a value that begins with `{{`: `"{{ $NAME }}"`.'
  if (/:\s+[@`%]/.test(line)) return 'Quote a value that begins with `@`, `%` or a backtick.'
  if (/^\s*(?:- +)?[\w-]+:\s+[^'"[{|>\s].*: /.test(line)) return 'Quote a value that holds `: `.'
  if (openQuoteOf(error) !== undefined) return 'Close the quote that is opened here.'
  if (error.code === 'BAD_INDENT' || error.code === 'MISSING_CHAR')
    return 'Check the indentation of this line and the one above.'
  return undefined
}

function refused(rule: YamlRule, trouble: Readonly<{ message: string; hint?: string; at?: Place }>): YamlReading {
  const { message, hint, at = { line: 1, column: 1 } } = trouble
  return {
    value: undefined,
    troubles: [{ rule, severity: 'error', message, at, ...(hint === undefined ? {} : { hint }) }],
  }
}

import { type Document, visit, type YAMLError } from 'yaml'

/** A quoted scalar that the library takes to end at the line break `at`, because the next line is not indented enough. */
export type OpenQuote = Readonly<{ at: number; quote: '"' | "'" }>

/** The quoted scalar that an error of the library complains about, where it is one that lacks its closing quote. */
export function openQuoteOf(error: YAMLError): OpenQuote | undefined {
  if (error.code !== 'MISSING_CHAR') return undefined
  const at = error.pos[0]
  if (error.message.startsWith('Missing closing "')) return { at, quote: '"' }
  return error.message.startsWith("Missing closing '") ? { at, quote: "'" } : undefined
}

/** Where that scalar begins: where the library misses the quote, at the end of the text, nobody would look. */
export function openingOf(document: Document, { at, quote }: OpenQuote): number | undefined {
  let opening: number | undefined
  visit(document, {
    Scalar: (_, { type, range }) => {
      const quoted = type === (quote === '"' ? 'QUOTE_DOUBLE' : 'QUOTE_SINGLE')
      if (quoted && range && range[0] < at) opening = Math.max(opening ?? 0, range[0])
    },
  })
  return opening
}

/**
 * The text with the line breaks from there to the closing quote as spaces, so that offsets stay. PyYAML asks for no
 * indentation in quotes (scanner.py, scan_flow_scalar_breaks); it only refuses what looks like the end of the document.
 * `undefined` where the quote is not closed, or PyYAML refuses it too.
 */
export function joinedQuote(text: string, open: OpenQuote): string | undefined {
  const start = text.startsWith('\r\n', open.at) || text[open.at] === '\n' ? open.at : text.indexOf('\n', open.at)
  const end = start < 0 ? -1 : closingQuote(text, start, open.quote)
  if (end < 0) return undefined
  const inner = text.slice(start, end)
  if (/\n(?:---|\.\.\.)(?:\s|$)/.test(inner)) return undefined
  return text.slice(0, start) + inner.replaceAll(/[\r\n]/g, ' ') + text.slice(end)
}

function closingQuote(text: string, start: number, quote: OpenQuote['quote']): number {
  for (let at = start; at < text.length; at += 1) {
    const character = text[at]
    if (character === '\\' && quote === '"') at += 1
    else if (character === quote && quote === "'" && text[at + 1] === quote) at += 1
    else if (character === quote) return at
  }
  return -1
}

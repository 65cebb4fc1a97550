import { CST, Lexer } from 'yaml'

/** What a text would cost to parse, with the offsets where the greatest depth is reached and where the first tab stands that PyYAML refuses. */
export type Measure = Readonly<{ tokens: number; depth: number; deepestAt: number; tabAt: number | undefined }>

/**
 * Counts the tokens and the levels of nesting of a YAML text with the library's lexer, which neither recurses nor builds
 * anything, and stops at the first that is above its limit: the parser and the composer of the library call themselves for
 * each level. The depth counts columns and brackets, so the true one is at most twice as great (a list may stand in the
 * column of its own key).
 */
export function measure(text: string, limits: Readonly<{ tokens: number; depth: number }>): Measure {
  const nesting: Nesting = { columns: [], brackets: 0, column: 0, atStart: true, before: '' }
  let tokens = 0
  let offset = 0
  let tabAt: number | undefined
  let deepest = { depth: 0, at: 0 }
  for (const lexeme of new Lexer().lex(text)) {
    tokens += 1
    if (tabAt === undefined && lexeme.includes('\t') && !mayHoldTabs(lexeme, nesting))
      tabAt = offset + lexeme.indexOf('\t')
    advance(nesting, lexeme)
    const depth = nesting.columns.length + nesting.brackets
    if (depth > deepest.depth) deepest = { depth, at: offset }
    if (tokens > limits.tokens || depth > limits.depth) break
    offset += isMark(lexeme) ? 0 : lexeme.length
  }
  return { tokens, depth: deepest.depth, deepestAt: deepest.at, tabAt }
}

type Nesting = {
  /** Columns of the block collections that are open. */
  columns: number[]
  /** Flow collections that are open. */
  brackets: number
  column: number
  /** Whether what comes next begins a line, an item or a value. */
  atStart: boolean
  /** What stood before: `scalar` behind the library's mark, `block` behind the header of a block scalar. */
  before: '' | 'scalar' | 'header' | 'block'
}

/** The library marks documents, scalars and errors by control characters that are no part of the text. */
function isMark(lexeme: string): boolean {
  return lexeme === CST.DOCUMENT || lexeme === CST.SCALAR || lexeme === CST.FLOW_END
}

/** PyYAML takes a tab for no white space (scanner.py, scan_to_next_token): it stands in quotes, block scalars and comments only. */
function mayHoldTabs(lexeme: string, nesting: Nesting): boolean {
  if (nesting.before === 'block') return true
  const type = nesting.before === 'scalar' ? 'scalar' : CST.tokenType(lexeme)
  return type === 'comment' || type === 'single-quoted-scalar' || type === 'double-quoted-scalar'
}

function advance(nesting: Nesting, lexeme: string): void {
  if (isMark(lexeme)) {
    if (lexeme === CST.SCALAR) nesting.before = nesting.before === 'header' ? 'block' : 'scalar'
    return
  }
  const { before } = nesting
  const type = before === 'block' || before === 'scalar' ? 'scalar' : CST.tokenType(lexeme)
  nesting.before = type === 'block-scalar-header' || (before === 'header' && type !== 'scalar') ? 'header' : ''
  // A block scalar is handed over with its last line break, and its own indentation opens no level.
  if (type === 'newline' || before === 'block') {
    nesting.column = 0
    nesting.atStart = true
    return
  }
  if (type !== 'space' && type !== 'comment') {
    if (nesting.atStart && nesting.brackets === 0) indent(nesting)
    if (type === 'flow-seq-start' || type === 'flow-map-start') nesting.brackets += 1
    if (type === 'flow-seq-end' || type === 'flow-map-end') nesting.brackets = Math.max(0, nesting.brackets - 1)
    nesting.atStart = type === 'seq-item-ind' || type === 'explicit-key-ind' || type === 'map-value-ind'
  }
  const lastBreak = lexeme.lastIndexOf('\n')
  nesting.column = lastBreak < 0 ? nesting.column + lexeme.length : lexeme.length - lastBreak - 1
}

function indent(nesting: Nesting): void {
  while ((nesting.columns.at(-1) ?? -1) >= nesting.column) nesting.columns.pop()
  nesting.columns.push(nesting.column)
}

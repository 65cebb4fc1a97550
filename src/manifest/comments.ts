import { CST, Lexer } from 'yaml'
import type { OwnComment } from '../finding.ts'
import { readText } from './text.ts'
import { LARGEST_FILE } from './yaml.ts'

const MARK = /^#+\s*prefect-modal:\s*(.*)$/s
/** Tokens that are looked at; a file with more is refused anyway. */
const MOST_TOKENS = 100_000

/** The comments of a YAML text that speak to this action. None where the text cannot be read. */
export function ownComments(bytes: Uint8Array, file: string): readonly OwnComment[] {
  if (bytes.length > LARGEST_FILE || !Buffer.from(bytes).includes('prefect-modal:')) return []
  const text = readText(bytes)
  if ('rule' in text) return []
  const comments: OwnComment[] = []
  let tokens = 0
  let offset = 0
  let scalar = false
  // Only the lexer knows a comment from a text that looks like one, in quotes or in a block scalar.
  for (const lexeme of new Lexer().lex(text.source)) {
    tokens += 1
    if (tokens > MOST_TOKENS) break
    const isMark = lexeme === CST.DOCUMENT || lexeme === CST.SCALAR || lexeme === CST.FLOW_END
    const said = scalar || isMark ? undefined : MARK.exec(lexeme)?.[1]
    if (said !== undefined) {
      const { line } = text.placeOf(offset)
      comments.push({ file, line, about: lineBelow(text.source, offset, line), text: said.trim() })
    }
    scalar = lexeme === CST.SCALAR
    if (!isMark) offset += lexeme.length
  }
  return comments
}

/** The line that a comment speaks of: its own, or where it stands alone the next one that says something. */
function lineBelow(source: string, offset: number, line: number): number {
  const start = source.lastIndexOf('\n', offset - 1) + 1
  if (source.slice(start, offset).trim() !== '') return line
  let about = line
  let end = source.indexOf('\n', offset)
  while (end >= 0) {
    const next = source.indexOf('\n', end + 1)
    const below = source.slice(end + 1, next < 0 ? undefined : next).trim()
    about += 1
    if (below !== '' && !below.startsWith('#')) return about
    end = next
  }
  return line
}

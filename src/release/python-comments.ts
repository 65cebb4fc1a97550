import { readFile, realpath } from 'node:fs/promises'
import path from 'node:path'
import type { Finding, OwnComment } from '../finding.ts'

const MARK = /#+\s*prefect-modal:\s*(.*)$/
/** Characters of a file that are read, and lines of comments above one line. */
const LARGEST = 1024 * 1024
const MOST_LINES = 50

/**
 * The comments that speak to this action at the lines of Python files that `findings` name: at the end of such a line, or
 * in lines of their own above it. A file that cannot be read, or lies outside of the checkout, has none.
 */
export async function commentsAt(findings: readonly Finding[], checkout: string): Promise<readonly OwnComment[]> {
  const places = new Map<string, Set<number>>()
  for (const { position } of findings) {
    if (position.line === undefined || !position.file.endsWith('.py')) continue
    places.set(position.file, (places.get(position.file) ?? new Set()).add(position.line))
  }
  const found = await Promise.all(
    [...places].map(async ([file, lines]) => {
      const text = await linesOf(file, checkout)
      return [...lines].flatMap((about) => above(text, about).map((comment) => ({ file, about, ...comment })))
    }),
  )
  return found.flat()
}

function above(text: readonly string[], about: number): Readonly<{ line: number; text: string }>[] {
  const comments = []
  for (let line = about; line > 0 && about - line <= MOST_LINES; line -= 1) {
    const source = text[line - 1] ?? ''
    if (line !== about && !/^\s*#/.test(source)) break
    const said = MARK.exec(source)?.[1]
    if (said !== undefined) comments.push({ line, text: said.trim() })
  }
  return comments
}

async function linesOf(file: string, checkout: string): Promise<readonly string[]> {
  try {
    const [root, real] = await Promise.all([realpath(checkout), realpath(path.resolve(checkout, file))])
    if (path.relative(root, real).startsWith('..')) return []
    return (await readFile(real, 'utf8')).slice(0, LARGEST).split(/\r\n|\n|\r/)
  } catch {
    return []
  }
}

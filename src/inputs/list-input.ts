import { shellWords } from './shell-words.ts'

/** One significant line of a list input: its number from 1, and its words. */
export type ListItem = Readonly<{ line: number; words: readonly string[] }>

export type ListReading = Readonly<{ items: readonly ListItem[]; faults: readonly string[] }>

/** A list input: one item a line, words split as a shell would; blank lines and `#` comments are ignored. */
export function readList(text: string): ListReading {
  const items: ListItem[] = []
  const faults: string[] = []
  for (const [index, line] of text.split(/\r\n|\n|\r/).entries()) {
    const words = shellWords(line)
    if (typeof words === 'string') faults.push(`line ${index + 1}: ${words}`)
    else if (words.length > 0) items.push({ line: index + 1, words })
  }
  return { items, faults }
}

/** A list input of which every line must be one word. */
export function readWords(text: string): { words: readonly string[]; faults: readonly string[] } {
  const { items, faults } = readList(text)
  const crowded = items
    .filter((item) => item.words.length > 1)
    .map((item) => `line ${item.line}: one item a line; quote an item that holds spaces`)
  return { words: items.flatMap((item) => item.words.slice(0, 1)), faults: [...faults, ...crowded] }
}

/** Whether a list input is written as a YAML list: its first significant line starts with `- `. */
export function isYamlList(text: string): boolean {
  const first = text.split(/\r\n|\n|\r/).find((line) => line.trim() !== '' && !line.trimStart().startsWith('#'))
  return first !== undefined && /^\s*-(\s|$)/.test(first)
}

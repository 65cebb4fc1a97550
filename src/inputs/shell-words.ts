/** Why a line could not be split. */
export type WordFault = 'unclosed quote' | 'nothing after the backslash'

/**
 * Splits one line into words as a POSIX shell would (2.2 Quoting), and expands nothing: `'…'` is literal, in `"…"` a
 * backslash escapes `"`, `\`, `$` and `` ` ``, outside of quotes it escapes the next character, and `#` at the start
 * of a word begins a comment.
 */
export function shellWords(line: string): readonly string[] | WordFault {
  const words: string[] = []
  let word: string | undefined
  let at = 0
  while (at < line.length) {
    const char = line.charAt(at)
    if (/\s/.test(char)) {
      if (word !== undefined) words.push(word)
      word = undefined
      at += 1
    } else if (char === '#' && word === undefined) {
      return words
    } else if (char === "'") {
      const end = line.indexOf("'", at + 1)
      if (end < 0) return 'unclosed quote'
      word = (word ?? '') + line.slice(at + 1, end)
      at = end + 1
    } else if (char === '"') {
      const quoted = doubleQuoted(line, at + 1)
      if (quoted === undefined) return 'unclosed quote'
      word = (word ?? '') + quoted.text
      at = quoted.next
    } else if (char === '\\') {
      if (at + 1 === line.length) return 'nothing after the backslash'
      word = (word ?? '') + line.charAt(at + 1)
      at += 2
    } else {
      word = (word ?? '') + char
      at += 1
    }
  }
  return word === undefined ? words : [...words, word]
}

function doubleQuoted(line: string, start: number): { text: string; next: number } | undefined {
  let text = ''
  for (let at = start; at < line.length; at++) {
    const char = line.charAt(at)
    if (char === '"') return { text, next: at + 1 }
    const next = line.charAt(at + 1)
    if (char === '\\' && next !== '' && '"\\$`'.includes(next)) {
      text += next
      at += 1
    } else {
      text += char
    }
  }
  return undefined
}

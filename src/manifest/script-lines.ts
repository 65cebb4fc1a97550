/** A word of a command line; `quotes` has for each character of `text` how it was quoted: ` `, `'`, `"` or `\`. */
export type ShellWord = Readonly<{ text: string; quotes: string }>

/** A line as `shlex.split` reads it; `open` is what it refuses: a quote without its end, or a backslash with nothing behind. */
export type ShellLine = Readonly<{ words: readonly ShellWord[]; open: 'quote' | 'backslash' | undefined }>

type Reading = { words: ShellWord[]; text: string; quotes: string; inWord: boolean }

/**
 * The words of a line, as Python's `shlex.split` gives them to `run_shell_script`: quotes and backslashes as in a shell, but
 * no operators, no variables and no comments.
 */
export function shellLine(line: string): ShellLine {
  const reading: Reading = { words: [], text: '', quotes: '', inWord: false }
  let quote = ''
  for (let index = 0; index < line.length; index += 1) {
    const sign = line.charAt(index)
    const next = line.charAt(index + 1)
    if (sign === '\\' && quote !== "'") {
      if (next === '') return ended(reading, 'backslash')
      // In double quotes a backslash escapes them and itself only.
      if (quote === '"' && next !== '"' && next !== '\\') add(reading, sign, quote)
      else {
        add(reading, next, '\\')
        index += 1
      }
    } else if (quote !== '') {
      if (sign === quote) quote = ''
      else add(reading, sign, quote)
    } else if (sign === '"' || sign === "'") {
      quote = sign
      reading.inWord = true
    } else if (/[ \t\r\n]/.test(sign)) end(reading)
    else add(reading, sign, ' ')
  }
  return ended(reading, quote === '' ? undefined : 'quote')
}

function ended(reading: Reading, open: ShellLine['open']): ShellLine {
  end(reading)
  return { words: reading.words, open }
}

function add(reading: Reading, sign: string, quote: string): void {
  reading.text += sign
  reading.quotes += quote
  reading.inWord = true
}

function end(reading: Reading): void {
  if (reading.inWord) reading.words.push({ text: reading.text, quotes: reading.quotes })
  reading.text = ''
  reading.quotes = ''
  reading.inWord = false
}

/** Whether no sign of the word is quoted. */
export function isBare({ quotes }: ShellWord): boolean {
  return !/[^ ]/.test(quotes)
}

/** The lines of a script, as Python's `splitlines` finds them. */
export function scriptLines(script: string): readonly string[] {
  // oxlint-disable-next-line no-control-regex -- they end a line in Python
  return script.split(/\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]/)
}

/** The longest line that is kept, in characters; the rest of a longer one is cut. */
export const LONGEST_LINE = 16_384

export type LineReader = Readonly<{ write: (chunk: string) => void; end: () => void }>

/**
 * Cuts a stream of text into lines. `\n`, `\r\n` and a lone `\r` (a progress bar) end a line; terminal control
 * sequences are taken out; a line longer than {@link LONGEST_LINE} is cut, so that memory stays bounded.
 */
export function lineReader(onLine: (line: string) => void): LineReader {
  let rest = ''
  const emit = (line: string): void => onLine(plain(line).slice(0, LONGEST_LINE))
  return {
    write: (chunk) => {
      const parts = (rest + chunk).split(/\r\n|\n|\r(?!$)/)
      rest = parts.pop() ?? ''
      for (const part of parts) emit(part)
      // Twice the bound, so that control sequences do not eat into the text that is kept.
      if (rest.length > 2 * LONGEST_LINE) rest = rest.slice(0, 2 * LONGEST_LINE)
    },
    end: () => {
      if (rest !== '') emit(rest.replace(/\r$/, ''))
      rest = ''
    },
  }
}

// CSI sequences, OSC sequences (hyperlinks of Modal 1.6), and other escapes: ECMA-48.
// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const ESCAPES = /\u001b\[[0-?]*[ -/]*[@-~]|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)|\u001b[@-Z\\-_]/g

/** `text` without terminal control sequences. */
export function plain(text: string): string {
  return text.includes('\u001b') ? text.replace(ESCAPES, '') : text
}

/** Characters of a name that a message shows. */
const LONGEST = 80

/** A text of the file as a message may show it: on one line, without control characters and backticks, at most `longest` characters. */
export function shown(text: string, longest = LONGEST): string {
  const line = text.replace(/[\p{C}\p{Zl}\p{Zp}`]/gu, '\ufffd')
  return line.length <= longest ? line : `${line.slice(0, longest)}…`
}

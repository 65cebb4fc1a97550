/** Characters of a text of somebody else's that are shown in one message. */
const SHOWN = 300

/**
 * A text of a tool or of a server as one short line: without control characters, without what could be read as markup
 * of the terminal, without a user name or password in an address. At most `most` characters.
 */
export function oneLine(text: string, most = SHOWN): string {
  const plain = text
    .slice(0, 20 * most)
    .replaceAll(/\/\/[^\s/@]+@/g, '//***@')
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim()
  return plain.length > most ? `${plain.slice(0, most).toWellFormed()}…` : plain
}

/**
 * Any text as the inside of one line of GitHub's Markdown: nothing in it becomes markup, HTML, a mention, a link or a
 * cell's border.
 */
export function escaped(text: string): string {
  return entities(flat(text))
}

function entities(text: string): string {
  return text
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/[\\`*_{}[\]()#+!|~$:@-]/g, (char) => `&#${char.charCodeAt(0)};`)
}

/** Any text as code: nothing is markup in it; a border of a table must still be escaped, and no backtick may end it. */
export function code(text: string): string {
  const line = flat(text)
  if (line === '') return ''
  return `<code>${escaped(line)}</code>`
}

/**
 * A message of the action's own: what stands between two backticks is code, and so is every line after the first, which
 * are lines of YAML. Nothing else in it becomes markup.
 */
export function prose(text: string): string {
  const [first = '', ...rest] = text.split(/\r\n|\n|\r/)
  const yaml = rest.map((line) => `<br><code>${indentOf(line)}${escaped(line)}</code>`)
  return [spans(first), ...yaml].join('')
}

function spans(text: string): string {
  const parts = flat(text).split('`')
  // Without a partner the last backtick is one of somebody else's text.
  const last = parts.length % 2 === 0 ? parts.length - 1 : parts.length
  return parts
    .map((part, index) => {
      if (index === last) return entities(`\`${part}`)
      return index % 2 === 0 ? entities(part) : `<code>${entities(part)}</code>`
    })
    .join('')
}

/** Markdown would drop the blanks at the start of a line. */
function indentOf(line: string): string {
  return '&nbsp;'.repeat(/^ */.exec(line)?.[0].length ?? 0)
}

/** A link to an http(s) address, or the plain text where the address is none. */
export function link(text: string, url: string | undefined): string {
  if (url === undefined || !/^https?:\/\//.test(url)) return escaped(text)
  const address = url.replace(/[\s<>"'`\\()[\]|*_]/g, (char) => encodeURIComponent(char).replace(/[()'*_]/g, percent))
  return `[${escaped(text)}](${address})`
}

/** `encodeURIComponent` leaves these as they are. */
function percent(char: string): string {
  return `%${char.charCodeAt(0).toString(16).toUpperCase()}`
}

/** A table of cells that are Markdown already. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

/** A block that is folded until somebody opens it. */
export function details(title: string, body: string): string {
  return `<details><summary>${escaped(title)}</summary>\n\n${body}\n\n</details>`
}

/** Lines as a block of code: indented, so that no fence inside can end it. */
export function block(lines: readonly string[]): string {
  return `<pre>${lines.map((line) => escaped(line)).join('\n')}</pre>`
}

/** One line: no control characters, which no reader needs and some read as commands. */
export function flat(text: string): string {
  // oxlint-disable-next-line no-control-regex -- control characters are what is taken out
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ').trim()
}

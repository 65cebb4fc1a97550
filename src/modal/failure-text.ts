/** A piece of standard error: a box that Rich has drawn, or plain lines. */
type Block = Readonly<{ title: string | undefined; lines: readonly string[] }>

/** What a failed command says about its failure. */
export type FailureText = Readonly<{
  /** The message without its frame: at least one line, or none where nothing was said. */
  message: readonly string[]
  /** Where the traceback ends in a file of the user's. */
  place?: Readonly<{ file: string; line: number }>
}>

/**
 * Takes the message out of standard error of the modal CLI: out of a box titled `Error` (to 1.6.3), behind `Error: `
 * (1.6.4, and usage errors since 1.4), or behind a traceback, boxed or not.
 *
 * `isOwn` tells which file of a traceback is the user's.
 */
export function failureText(stderr: readonly string[], isOwn: (file: string) => boolean): FailureText {
  // Warnings are boxes too, and no part of a failure.
  const blocks = blocksOf(stderr).filter(({ title }) => title === undefined || !title.includes('Warning'))
  const place = placeOf(blocks, isOwn)
  return { message: trimmed(messageOf(blocks)), ...(place === undefined ? {} : { place }) }
}

function messageOf(blocks: readonly Block[]): readonly string[] {
  const error = blocks.findLast(({ title }) => title?.startsWith('Error'))
  if (error !== undefined) return error.lines
  const boxed = blocks.findLastIndex(({ title }) => title !== undefined)
  const after = blocks.slice(boxed + 1).flatMap(({ lines }) => lines)
  const marked = after.findLastIndex((line) => line.startsWith('Error: '))
  if (marked >= 0) return [after[marked]?.slice('Error: '.length) ?? '', ...after.slice(marked + 1)]
  const raw = after.findLastIndex((line) => line.startsWith('Traceback (most recent call last)'))
  if (raw < 0) return after
  const said = after.slice(raw + 1)
  const first = said.findIndex((line) => line !== '' && !line.startsWith(' '))
  return first < 0 ? said : said.slice(first)
}

function blocksOf(lines: readonly string[]): Block[] {
  const blocks: { title: string | undefined; lines: string[] }[] = []
  let inside = false
  for (const line of lines) {
    const opened = /^╭─*(?: (.*?) )?─*╮?\s*$/.exec(line)
    if (opened !== null) {
      blocks.push({ title: opened[1] ?? '', lines: [] })
      inside = true
    } else if (inside && line.startsWith('╰')) {
      inside = false
      blocks.push({ title: undefined, lines: [] })
    } else if (inside) {
      blocks.at(-1)?.lines.push(line.replace(/^│ ?/, '').replace(/\s*│?\s*$/, ''))
    } else {
      if (blocks.length === 0) blocks.push({ title: undefined, lines: [] })
      blocks.at(-1)?.lines.push(line.trimEnd())
    }
  }
  return blocks.filter(({ title, lines: own }) => title !== undefined || own.some((line) => line !== ''))
}

/** The innermost frame in a file of the user's; a syntax error has a box of its own without a title. */
function placeOf(blocks: readonly Block[], isOwn: (file: string) => boolean): FailureText['place'] {
  const frames = blocks
    .filter(({ title }) => title === '' || title?.startsWith('Traceback'))
    .flatMap(({ lines }) => lines.flatMap((line, index) => framesAt(line, lines[index + 1] ?? '')))
  return [...frames, ...rawFrames(blocks)].findLast(({ file }) => isOwn(file))
}

/** Rich tracebacks are 100 columns wide whatever COLUMNS says: a long path goes on in the next line (Modal 1.6.4). */
function framesAt(line: string, next: string): { file: string; line: number }[] {
  if (!/^ ?\//.test(line)) return []
  const match = FRAME.exec(line) ?? FRAME.exec(line + next.trim())
  return match?.[1] === undefined ? [] : [{ file: match[1], line: Number(match[2]) }]
}

const FRAME = /^ ?(\/.+?\.\w+):(\d{1,7})(?: in\b.*)?$/

function rawFrames(blocks: readonly Block[]): { file: string; line: number }[] {
  return blocks.flatMap(({ lines }) =>
    lines.flatMap((line) => {
      const [, file, number] = /^ {2}File "([^"]+)", line (\d{1,7})/.exec(line) ?? []
      return file === undefined ? [] : [{ file, line: Number(number) }]
    }),
  )
}

function trimmed(lines: readonly string[]): string[] {
  const first = lines.findIndex((line) => line.trim() !== '')
  const last = lines.findLastIndex((line) => line.trim() !== '')
  return first < 0 ? [] : lines.slice(first, last + 1).map((line) => line.trimEnd())
}

/** A piece of standard error: a box that Rich has drawn, or plain lines. */
type Block = Readonly<{ title: string | undefined; lines: readonly string[] }>
type Frame = Readonly<{ file: string; line: number }>

/** What a failed command says about its failure. */
export type FailureText = Readonly<{
  /**
   * Whose words the message holds: Modal's own (in a box, or behind `Error: `), an exception's behind its traceback, or
   * those of nobody known: what user code writes to standard error before it ends the process.
   */
  from: 'modal' | 'traceback' | 'elsewhere'
  /** The message without its frame, at most 40 lines of 2000 characters; none where nothing was said. */
  message: readonly string[]
  /** Where the traceback ends in a file of the user's. */
  place?: Frame
}>

const MOST_LINES = 40
const LONGEST_LINE = 2000

/**
 * Takes the message out of standard error of the modal CLI: out of a box titled `Error` (to 1.6.3), behind `Error: `
 * (1.6.4, and usage errors since 1.4), or behind a traceback, boxed or not.
 *
 * `isOwn` tells which file of a traceback is the user's.
 */
export function failureText(stderr: readonly string[], isOwn: (file: string) => boolean): FailureText {
  // Warnings are boxes too, and no part of a failure.
  const blocks = blocksOf(stderr).filter(({ title }) => title === undefined || !title.includes('Warning'))
  const { from, lines, frames } = messageOf(blocks)
  const place = frames.findLast(({ file }) => isOwn(file))
  const said = trimmed(lines)
  const kept = from === 'elsewhere' ? said.slice(-MOST_LINES) : said.slice(0, MOST_LINES)
  return {
    from,
    message: kept.map((line) => line.slice(0, LONGEST_LINE)),
    ...(place === undefined ? {} : { place }),
  }
}

type Message = Readonly<{ from: FailureText['from']; lines: readonly string[]; frames: readonly Frame[] }>

function messageOf(blocks: readonly Block[]): Message {
  const error = blocks.findLast(({ title }) => title?.startsWith('Error'))
  if (error !== undefined) return { from: 'modal', lines: error.lines, frames: [] }
  const boxed = blocks.findLastIndex(({ title }) => title !== undefined)
  const after = blocks.slice(boxed + 1).flatMap(({ lines }) => lines)
  const traceback = blocks.findLastIndex(({ title }) => title?.startsWith('Traceback'))
  const [said] = trimmed(after)
  if (traceback >= 0 && said !== undefined && !said.startsWith(MARK)) {
    return { from: 'traceback', lines: after, frames: boxedFrames(blocks.slice(traceback)) }
  }
  const marked = after.findLastIndex((line) => line.startsWith(MARK))
  if (marked >= 0) {
    return { from: 'modal', lines: [after[marked]?.slice(MARK.length) ?? '', ...after.slice(marked + 1)], frames: [] }
  }
  const raw = after.findLastIndex((line) => line.startsWith('Traceback (most recent call last)'))
  return raw < 0 ? { from: 'elsewhere', lines: after, frames: [] } : rawMessage(after.slice(raw + 1))
}

const MARK = 'Error: '

function rawMessage(lines: readonly string[]): Message {
  const first = lines.findIndex((line) => line !== '' && !line.startsWith(' '))
  return { from: 'traceback', lines: first < 0 ? lines : lines.slice(first), frames: rawFrames(lines) }
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

/** The frames of a traceback's boxes; a syntax error has a box of its own without a title behind it. */
function boxedFrames(blocks: readonly Block[]): Frame[] {
  return blocks
    .filter(({ title }) => title === '' || title?.startsWith('Traceback'))
    .flatMap(({ lines }) => lines.flatMap((line, index) => framesAt(line, lines[index + 1] ?? '')))
}

/** Rich tracebacks are 100 columns wide whatever COLUMNS says: a long path goes on in the next line (Modal 1.6.4). */
function framesAt(line: string, next: string): Frame[] {
  if (!/^ ?\//.test(line)) return []
  const match = FRAME.exec(line) ?? FRAME.exec(line + next.trim())
  return match?.[1] === undefined ? [] : [{ file: match[1], line: Number(match[2]) }]
}

const FRAME = /^ ?(\/.+?\.\w+):(\d{1,7})(?: in\b.*)?$/

function rawFrames(lines: readonly string[]): Frame[] {
  return lines.flatMap((line) => {
    const [, file, number] = /^ {2}File "([^"]+)", line (\d{1,7})/.exec(line) ?? []
    return file === undefined ? [] : [{ file, line: Number(number) }]
  })
}

function trimmed(lines: readonly string[]): string[] {
  const first = lines.findIndex((line) => line.trim() !== '')
  const last = lines.findLastIndex((line) => line.trim() !== '')
  return first < 0 ? [] : lines.slice(first, last + 1).map((line) => line.trimEnd())
}

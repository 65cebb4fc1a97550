import { withoutValues } from './refusal.ts'

/** What a failed `prefect deploy` says about its failure; values of requests are taken out of it. */
export type FailureText = Readonly<{
  /** The message, without empty lines: of an exception its type and text. None where nothing was said. */
  message: readonly string[]
  /** The first line of the exception that led to this one, where a traceback names one. */
  cause?: string
  /** Where the traceback ends in a file of the user's. */
  place?: Readonly<{ file: string; line: number }>
  /** Prefect ended before it read anything: it could not be imported. */
  atStart?: true
}>

export type Said = Readonly<{ stdout: readonly string[]; stderr: readonly string[] }>

/** What stands on standard output where the reason is a traceback on standard error (cli/_utilities.py; 3.4 to 3.9). */
const ELSEWHERE = 'An exception occurred.'
/** Lines of a message that are kept. */
const LONGEST = 30

/**
 * Takes the message out of the two streams. A ValueError stands at the end of standard output, any other exception as
 * a traceback on standard error, a usage error in a box there.
 *
 * `isOwn` tells which file of a traceback is the user's.
 */
export function failureText({ stdout, stderr }: Said, isOwn: (file: string) => boolean): FailureText {
  const traceback = tracebackOf(stderr, isOwn)
  if (traceback !== undefined && stdout.findLast((line) => line.trim() !== '')?.trimEnd() === ELSEWHERE)
    return traceback
  const usage = errorBox(stderr)
  if (usage.length > 0) return { message: usage }
  const told = closingLines(stdout)
  if (told.length > 0) return { message: kept(told.slice(-LONGEST)) }
  if (traceback === undefined) return { message: kept(stderr.slice(-LONGEST)) }
  return traceback.place === undefined ? { ...traceback, atStart: true } : traceback
}

/** What `prefect deploy` says while all goes well (cli/deploy/_core.py; 3.4 to 3.9). */
const USUAL =
  /^\s*(?:Deploying (?:all flows with an existing|flows with selected) deployment|View Deployment in UI: |To schedule a run for this deployment|To execute flow runs from these deployments|\$ prefect (?:deployment run|worker start|init)\b|Running deployment (?:build|push) steps|> Running .* step\.\.\.$|Your Prefect workers will attempt to load|You have passed options to the deploy command)/

/** The lines of standard output behind the last panel that are not said when all goes well. */
export function closingLines(stdout: readonly string[]): readonly string[] {
  const panel = stdout.findLastIndex((line) => /^[╭│╰]/.test(line))
  return stdout.slice(panel + 1).filter((line) => line.trim() !== '' && line !== ELSEWHERE && !USUAL.test(line))
}

/** The text of a box that is titled `Error`: cyclopts (from 3.6.19) and typer draw the same. */
function errorBox(stderr: readonly string[]): string[] {
  const top = stderr.findLastIndex((line) => line.startsWith('╭─ Error ─'))
  if (top < 0) return []
  const rows = stderr.slice(top + 1).map((line) => /^│ (.*?)\s*│$/.exec(line.trimEnd())?.[1])
  const end = rows.indexOf(undefined)
  return kept(rows.slice(0, end < 0 ? undefined : end).map((row) => row ?? ''))
}

type Raised = { lines: string[]; frames: { file: string; line: number }[] }

/** The last exception on standard error with those that led to it. */
function tracebackOf(stderr: readonly string[], isOwn: (file: string) => boolean): FailureText | undefined {
  const chain = lastChain(stderr)
  const raised = chain.at(-1)
  if (raised === undefined) return undefined
  const causes = chain.slice(0, -1).flatMap(({ lines }) => messageOf(lines).slice(0, 1))
  const cause = causes.findLast((line) => /: ./.test(line)) ?? causes.at(-1)
  const place = chain.flatMap(({ frames }) => frames).findLast(({ file }) => isOwn(file))
  const message = messageOf(raised.lines)
  // ObjectAlreadyExists (3.8.8) and ObjectNotFound (3.4.25) have no text of their own; it is in what led to them.
  const lacking = cause !== undefined && /:$|^ObjectNotFound: None$/.test(message.at(-1) ?? '')
  return {
    message: lacking ? [...message, cause] : message,
    ...(cause === undefined ? {} : { cause }),
    ...(place === undefined ? {} : { place }),
  }
}

const LINK = /^(?:The above exception was the direct cause of|During handling of the above exception, another)/

function lastChain(stderr: readonly string[]): readonly Raised[] {
  let chain: Raised[] = []
  let linked = false
  let inFrames = false
  for (const line of stderr) {
    if (line.startsWith('Traceback (most recent call last):')) {
      if (!linked) chain = []
      chain.push({ lines: [], frames: [] })
      ;[linked, inFrames] = [false, true]
    } else if (LINK.test(line)) linked = true
    else if (inFrames && (line === '' || line.startsWith(' '))) chain.at(-1)?.frames.push(...frameAt(line))
    else if (chain.length > 0) {
      inFrames = false
      chain.at(-1)?.lines.push(line)
    }
  }
  return chain
}

/** A frame of Python's traceback; that of a syntax error names no function. */
function frameAt(line: string): Raised['frames'] {
  const [, file, number] = /^\s*File "([^"]+)", line (\d{1,7})/.exec(line) ?? []
  return file === undefined ? [] : [{ file, line: Number(number) }]
}

/** An answer of the server as one line: so 3.8.8 writes it, and 3.4.25 on three. */
function messageOf(lines: readonly string[]): string[] {
  const joined: string[] = []
  for (const line of kept(lines.map(unqualified))) {
    if (line.startsWith('For more information check: ')) continue
    if (line.startsWith('Response: ') && joined.length > 0) joined.push(`${joined.pop()} - ${line}`)
    else joined.push(line)
  }
  return joined
}

/** `prefect.exceptions.ObjectNotFound: …` without the module. */
function unqualified(line: string): string {
  return line.replace(/^(?:[A-Za-z_]\w*\.)+(?=[A-Za-z_]\w*(?::|$))/, '')
}

function kept(lines: readonly string[]): string[] {
  return lines
    .filter((line) => line.trim() !== '')
    .slice(0, LONGEST)
    .map((line) => withoutValues(line.trimEnd()))
}

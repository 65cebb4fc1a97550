import { z } from 'zod'
import type { Fault } from '../faults.ts'
import type { ChildResult } from '../process/child.ts'
import { modalFailure } from './failures.ts'
import { MARK, SURVEY_SCRIPT } from './survey-script.ts'
import type { ModalTools } from './tools.ts'

/** One reading command of the modal CLI. */
export type ModalCommand = Readonly<{
  args: readonly string[]
  /** The commands behind it are run even if it fails. */
  optional: boolean
}>

export type CommandAnswer = Readonly<{
  /** 2: this version of Modal does not know the command. */
  exit: number
  stdout: string
  stderr: string
}>

/** Seconds for one process of reads; Modal itself gives up on a connection after 63 s (Modal: _utils/grpc_utils.py). */
const READS_WITHIN = 150

const answersSchema = z.array(z.object({ exit: z.int(), stdout: z.string(), stderr: z.string() }))

/**
 * Runs reading commands of the installed Modal, all in one Python process. The answers stand in the order of the
 * commands; behind one that failed and was not optional there are none. Where the commands are still to come, Python and
 * Modal start meanwhile.
 *
 * @throws Fault when Modal itself does not run; `timeout` when there is no answer within 150 s; what `commands` rejects with
 */
export async function readModal(
  tools: ModalTools,
  title: string,
  commands: readonly ModalCommand[] | Promise<readonly ModalCommand[]>,
): Promise<readonly CommandAnswer[]> {
  const result = await tools.runStep(title, {
    command: tools.python,
    args: [...isolated(tools.env), '-c', SURVEY_SCRIPT],
    cwd: tools.cwd,
    env: tools.env,
    deadline: READS_WITHIN,
    aside: true,
    input: Promise.resolve(commands).then((known) => JSON.stringify(known)),
    show: () => (line) => [line.startsWith(MARK) ? `(answer, ${line.length - MARK.length} characters)` : line],
  })
  const answers = surveyAnswers(result)
  if (answers !== undefined) return answers
  const { checkout, tokenFrom, version } = tools
  throw modalFailure(result, { doing: title, checkout, tokenFrom, version })
}

/** The fault of a command that failed. */
export function failedAnswer({ exit, stdout, stderr }: CommandAnswer, tools: ModalTools, doing: string): Fault {
  const { checkout, tokenFrom, version } = tools
  const run = { exitCode: exit, stdout: stdout.split('\n'), stderr: stderr.split('\n') }
  return modalFailure(run, { doing, checkout, tokenFrom, version })
}

/** What the script answered; `undefined` where it did not come to its end. */
export function surveyAnswers(result: Pick<ChildResult, 'stdout'>): readonly CommandAnswer[] | undefined {
  const pieces = result.stdout.filter((line) => line.startsWith(MARK)).map((line) => line.slice(MARK.length))
  const parsed = answersSchema.safeParse(json(pieces.join('')))
  return parsed.success ? parsed.data : undefined
}

/**
 * `-I` keeps the project's own files (`click.py`, `json.py`) from being imported in place of libraries; it also drops
 * Python's own variables, so that three of them are said again.
 */
export function isolated(env: Readonly<Record<string, string>>): string[] {
  const bytecode = env['PYTHONPYCACHEPREFIX']
  const cache = bytecode === undefined || bytecode === '' ? [] : ['-X', `pycache_prefix=${bytecode}`]
  const unwritten = env['PYTHONDONTWRITEBYTECODE'] ? ['-B'] : []
  return ['-I', '-X', 'utf8', ...cache, ...unwritten]
}

const rowsSchema = z.array(z.record(z.string(), z.unknown()))

/**
 * The rows of a command's `--json`, their keys as Modal writes them since 1.5.0: before, they were the titles of the
 * columns (`App ID`, `web suffix`). `undefined` where the text is no such list.
 */
export function jsonRows(text: string): Record<string, unknown>[] | undefined {
  const parsed = rowsSchema.safeParse(json(text))
  if (!parsed.success) return undefined
  return parsed.data.map((row) => Object.fromEntries(Object.entries(row).map(([key, value]) => [snake(key), value])))
}

function snake(title: string): string {
  return title.toLowerCase().replaceAll(/[^a-z0-9]/g, '_')
}

function json(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

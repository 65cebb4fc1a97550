import type { z } from 'zod'
import { Fault } from '../../faults.ts'
import type { AppRequest } from '../app-request.ts'
import { isolated } from '../reads.ts'
import type { ModalTools } from '../tools.ts'
import { type AppAnswer, answerSchema, type InstalledModal, installedSchema } from './facts.ts'
import { APP_SCRIPT, MARK } from './script.ts'

export type AppTools = Pick<ModalTools, 'runStep' | 'log' | 'python' | 'env' | 'cwd' | 'checkout'> &
  Readonly<{ /** Version of the installed Modal, PEP 440. */ modalVersion: string }>

/** The file of an app reference, or the module where `module` is set, without the object in it. */
export type AppFile = Readonly<{ file: string; module: boolean }>

export type Answers = Readonly<{
  installed: InstalledModal
  /** In the order of the files; `undefined` where Python ended before it came to it. */
  answers: readonly (AppAnswer | undefined)[]
}>

/** Seconds for the reading of all app files. */
const WITHIN = 60
/** Pieces of all answers, 8000 characters each. */
const MOST_LINES = 4000

/** The part of a reference in front of `::`, and the object behind it. */
export function partsOf({ reference, module }: Pick<AppRequest, 'reference' | 'module'>): AppFile & { object: string } {
  const at = reference.indexOf('::')
  if (at < 0) return { file: reference, module, object: '' }
  return { file: reference.slice(0, at), module, object: reference.slice(at + 2) }
}

/**
 * Has the project's own Python read app files, all in one process, and tell what they say. None of them is run.
 *
 * @throws Fault `cancelled`, or `user` where Python could not be started
 */
export async function askPython(tools: AppTools, files: readonly AppFile[]): Promise<Answers> {
  const lines = await linesOf(tools, files)
  return {
    installed: parsed(installedSchema, lines.get('modal')) ?? null,
    answers: files.map((_, index) => parsed(answerSchema, lines.get(String(index)))),
  }
}

async function linesOf(tools: AppTools, files: readonly AppFile[]): Promise<ReadonlyMap<string, string>> {
  const lines: string[] = []
  try {
    await tools.runStep('Reading the Modal app files', {
      command: tools.python,
      args: [...isolated(tools.env), '-c', APP_SCRIPT],
      cwd: tools.cwd,
      env: tools.env,
      deadline: WITHIN,
      aside: true,
      input: JSON.stringify({ cwd: tools.cwd, checkout: tools.checkout, apps: files }),
      onLine: (line) => {
        if (line.startsWith(MARK) && lines.length < MOST_LINES) lines.push(line)
      },
      show: () => (line) => [line.startsWith(MARK) ? `(answer, ${line.length - MARK.length} characters)` : line],
    })
  } catch (thrown) {
    // What takes too long to read is not read; the deploy itself has the last word.
    if (!(thrown instanceof Fault && thrown.kind === 'timeout')) throw thrown
  }
  return joined(lines)
}

/** The answers by their key, put together from their pieces. */
export function joined(lines: readonly string[]): ReadonlyMap<string, string> {
  const answers = new Map<string, string[]>()
  for (const line of lines) {
    if (!line.startsWith(MARK)) continue
    const piece = line.slice(MARK.length)
    const colon = piece.indexOf(':')
    const key = piece.slice(0, colon)
    const pieces = answers.get(key)
    if (pieces === undefined) answers.set(key, [piece.slice(colon + 1)])
    else pieces.push(piece.slice(colon + 1))
  }
  return new Map([...answers].map(([key, pieces]) => [key, pieces.join('')]))
}

function parsed<T>(schema: z.ZodType<T>, text: string | undefined): T | undefined {
  if (text === undefined) return undefined
  try {
    const read = schema.safeParse(JSON.parse(text))
    return read.success ? read.data : undefined
  } catch {
    return undefined
  }
}

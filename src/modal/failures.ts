import { isAbsolute, relative, sep } from 'node:path'
import { Fault, type Position } from '../faults.ts'
import type { ChildResult } from '../process/child.ts'
import { FAILURE_RULES, type FailureContext } from './failure-rules.ts'
import { type FailureText, failureText } from './failure-text.ts'
import { oneLine } from './one-line.ts'

export type { FailureContext } from './failure-rules.ts'

/** How a run of the modal CLI ended that did not do what it should. */
export type FailedRun = Pick<ChildResult, 'exitCode' | 'stdout' | 'stderr'>

/** Lines of the message, and of a build log, that are kept for the annotation. */
const MESSAGE_LINES = 8
const LOG_LINES = 12

/**
 * Why a command of Modal's failed, and what to do. Modal's exit status is 1 for nearly everything, so that the text
 * decides (Modal 1.0 to 1.6.4). What is not known is shown as it is.
 */
export function modalFailure(run: FailedRun, context: FailureContext): Fault {
  const text = failureText(run.stderr, (file) => relativeTo(context.checkout, file) !== undefined)
  if (text.message.length === 0) return silentFailure(run, context)
  const message = text.message.join('\n')
  const position = positionOf(text, context)
  const detail = { lines: linesOf(run, text), ...(position === undefined ? {} : { position }) }
  for (const rule of FAILURE_RULES) {
    const match = rule.text.exec(message)
    if (match === null) continue
    const what = rule.what?.(match, context) ?? `${context.doing}: ${oneLine(headline(text))}`
    return new Fault(rule.kind, oneLine(what, 500), { ...detail, hint: oneLine(rule.hint(match, context), 900) })
  }
  return new Fault('refusal', `${context.doing}: ${oneLine(headline(text))}`, {
    ...detail,
    hint: 'Modal said no more than this; its whole output is in the log.',
  })
}

/** Nothing on standard error: user code ended the process, or a signal did. */
function silentFailure(run: FailedRun, { doing }: FailureContext): Fault {
  const lines = run.stdout
    .filter((line) => line.trim() !== '')
    .slice(-MESSAGE_LINES)
    .map((line) => oneLine(line))
  if (run.exitCode === null) {
    return new Fault('remote', `${doing}: a signal ended the command.`, {
      lines,
      hint: 'Often the runner was short of memory. Run the step again, or take a larger runner.',
    })
  }
  return new Fault('user', `${doing}: the command ended with exit status ${run.exitCode} and said nothing.`, {
    lines,
    hint: 'The app file itself ends the process when it is imported: look for `sys.exit` or `os._exit` outside of functions.',
  })
}

/** The line that says most: with a traceback the exception, which stands first; Modal's own texts start with theirs. */
function headline(text: FailureText): string {
  return text.message.find((line) => line.trim() !== '') ?? ''
}

/** With a failed build its last lines, since the reason stands there; then the message. */
function linesOf(run: FailedRun, text: FailureText): string[] {
  const message = text.message.slice(0, MESSAGE_LINES)
  const isBuild = headline(text).startsWith('Image build for ')
  const log = isBuild ? run.stdout.filter((line) => line.trim() !== '').slice(-LOG_LINES) : []
  return [...log, ...message].map((line) => oneLine(line)).filter((line) => line !== '')
}

function positionOf(text: FailureText, { checkout }: FailureContext): Position | undefined {
  if (text.place === undefined) return undefined
  const file = relativeTo(checkout, text.place.file)
  return file === undefined ? undefined : { file, line: text.place.line }
}

/** The path of a file of the user's; `undefined` for installed packages and what lies elsewhere. */
function relativeTo(checkout: string, file: string): string | undefined {
  const path = relative(checkout, file)
  if (path === '' || path.startsWith(`..${sep}`) || isAbsolute(path)) return undefined
  return /(^|\/)(site-packages|dist-packages|\.venv|node_modules)\//.test(path) ? undefined : path
}

import { Fault, type FaultKind, type Position } from '../faults.ts'
import type { ChildResult } from '../process/child.ts'
import { oneLine } from '../process/one-line.ts'
import { ownPath } from '../process/own-path.ts'
import { FAILURE_RULES, type FailureContext } from './failure-rules.ts'
import { type FailureText, failureText } from './failure-text.ts'

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
  const text = failureText(run.stderr, (file) => ownPath(context.checkout, file) !== undefined)
  if (text.message.length === 0) return silentFailure(run, context)
  const message = text.message.join('\n')
  const position = positionOf(text, context)
  const detail = { lines: linesOf(run, text), ...(position === undefined ? {} : { position }) }
  for (const rule of FAILURE_RULES) {
    const match = rule.byModal === true && position !== undefined ? null : rule.text.exec(message)
    if (match === null) continue
    const what = rule.what?.(match, context) ?? `${context.doing}: ${headline(text)}`
    return new Fault(rule.kind, oneLine(what, 500), { ...detail, hint: oneLine(rule.hint(match, context), 900) })
  }
  const { kind, hint } = unknownFailure(text, run, context)
  return new Fault(kind, oneLine(`${context.doing}: ${headline(text)}`, 500), { ...detail, hint })
}

/** What can be said of a text that no rule knows: whose it is. */
function unknownFailure(
  { from, place }: FailureText,
  { exitCode }: FailedRun,
  { deploy }: FailureContext,
): Readonly<{ kind: FaultKind; hint: string }> {
  switch (from) {
    case 'modal':
      return {
        kind: exitCode === 2 ? 'user' : 'refusal',
        hint: 'Modal said no more than this; its whole output is in the log.',
      }
    case 'traceback':
      return place === undefined
        ? {
            kind: 'user',
            hint: 'It was raised in a package, not in a file of the checkout; the whole traceback is in the log.',
          }
        : {
            kind: 'user',
            hint: 'The app could not be imported. `modal deploy` of the same file shows the same on your machine.',
          }
    case 'elsewhere':
      return {
        kind: 'user',
        hint:
          deploy === undefined
            ? "These words are not Modal's own; the whole output is in the log."
            : 'Modal marks its own messages as errors, and this is none: the app file itself may end the process. Look for `sys.exit` outside of functions.',
      }
  }
}

/** Nothing on standard error: user code ended the process, or a signal did. */
function silentFailure(run: FailedRun, { doing, deploy }: FailureContext): Fault {
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
  const what = `${doing}: the command ended with exit status ${run.exitCode} and said nothing.`
  if (deploy === undefined) return new Fault('remote', what, { lines, hint: 'Run the step again.' })
  return new Fault('user', what, {
    lines,
    hint: 'The app file itself ends the process when it is imported: look for `sys.exit` or `os._exit` outside of functions.',
  })
}

/**
 * The line that says most: with a traceback the exception, which stands first; Modal's own texts start with theirs; of
 * other words the last ones, behind what user code logs.
 */
function headline({ from, message }: FailureText): string {
  const [first = '', second = ''] = message.filter((line) => line.trim() !== '')
  if (from === 'elsewhere') return message.at(-1) ?? ''
  return first.endsWith(':') ? `${first} ${second.trim()}` : first
}

/** With a failed build its last lines, since the reason stands there; then the message. */
function linesOf(run: FailedRun, text: FailureText): string[] {
  const message = text.from === 'elsewhere' ? text.message.slice(-MESSAGE_LINES) : text.message.slice(0, MESSAGE_LINES)
  const isBuild = text.message[0]?.startsWith('Image build for ') === true
  const log = isBuild ? run.stdout.filter((line) => line.trim() !== '').slice(-LOG_LINES) : []
  return [...log, ...message].map((line) => oneLine(line)).filter((line) => line !== '')
}

function positionOf(text: FailureText, { checkout }: FailureContext): Position | undefined {
  if (text.place === undefined) return undefined
  const file = ownPath(checkout, text.place.file)
  return file === undefined ? undefined : { file, line: text.place.line }
}

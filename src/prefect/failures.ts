import { Fault, type Position } from '../faults.ts'
import type { ChildResult } from '../process/child.ts'
import { oneLine } from '../process/one-line.ts'
import { ownPath } from '../process/own-path.ts'
import type { FailureContext } from './failure-rule.ts'
import { closingLines, type FailureText, failureText } from './failure-text.ts'
import { PROJECT_RULES } from './project-rules.ts'
import { withoutValues } from './refusal.ts'
import { SERVER_RULES } from './server-rules.ts'

export type { FailureContext } from './failure-rule.ts'

/** How a run of `prefect deploy` ended that did not do what it should. */
export type FailedRun = Pick<ChildResult, 'exitCode' | 'stdout' | 'stderr'>

/** The first that fits counts. */
const RULES = [...SERVER_RULES, ...PROJECT_RULES]
/** Lines of the message, and of what a build step printed, that are kept for the annotation. */
const MESSAGE_LINES = 8
const STEP_LINES = 12
/** The exit status of Prefect's own errors, and of usage errors up to 3.8; a flow file can bring any other. */
const OWN_STATUS: ReadonlySet<number> = new Set([1, 2])

/**
 * Why `prefect deploy` failed, and what to do. Its exit status is 1 for nearly everything, so that the text decides
 * (Prefect 3.4 to 3.9). What is not known is shown as it is; the body of a request never is.
 */
export function prefectFailure(run: FailedRun, context: FailureContext): Fault {
  const text = failureText(run, (file) => ownPath(context.checkout, file, context.cwd) !== undefined)
  if (run.exitCode === null) return killed(run, context)
  if (text.message.length === 0 || !OWN_STATUS.has(run.exitCode)) return ended(run, context)
  if (text.atStart === true) return notStarted(text, context)
  const message = text.message.join('\n')
  for (const rule of RULES) {
    const match = rule.text.exec(message)
    if (match === null) continue
    const what = rule.what?.(match, text, context) ?? lastWords(text)
    const atEntry = rule.kind === 'user' || rule.kind === 'refusal'
    const position = placeOf(text, context) ?? (atEntry ? context.at : undefined)
    return new Fault(rule.kind, sentence(context, what), {
      hint: oneLine(rule.hint(match, text, context), 900),
      lines: linesOf(run, text),
      ...(position === undefined ? {} : { position }),
    })
  }
  const position = placeOf(text, context) ?? context.at
  return new Fault('refusal', sentence(context, lastWords(text)), {
    hint: 'Prefect said no more than this; its whole output is in the log.',
    lines: linesOf(run, text),
    ...(position === undefined ? {} : { position }),
  })
}

/**
 * Why a run that ended with status 0 did not deploy everything: Prefect passes over what it does not find or what has
 * no name, and the user's code can end the process with status 0.
 */
export function silentOmission(run: FailedRun, context: FailureContext): Fault {
  const told = closingLines(run.stdout)
  const detail = {
    lines: told.slice(-MESSAGE_LINES).map((line) => oneLine(withoutValues(line))),
    ...(context.at === undefined ? {} : { position: context.at }),
  }
  const absent = run.stdout.find((line) => line.startsWith('The following deployment(s) could not be found'))
  if (absent !== undefined) {
    return new Fault('user', sentence(context, `Prefect did not find it in the file (${oneLine(absent, 200)})`), {
      ...detail,
      hint: 'Prefect selects by the name and by the function behind the last colon of the `entrypoint`: look for special characters in them, or set `deployments: all`.',
    })
  }
  const unnamed = run.stdout.some((line) => line.startsWith('Discovered unnamed deployment. Skipping'))
  if (unnamed) {
    return new Fault('user', sentence(context, 'Prefect skipped it, because it has no name'), {
      ...detail,
      hint: 'Give each deployment of the file a `name`, or remove what has none.',
    })
  }
  return new Fault('user', sentence(context, 'the command ended well and did not say that it deployed it'), {
    ...detail,
    hint: 'Often the flow file itself ends the process when it is imported: look for `sys.exit` or `os._exit` outside of functions.',
  })
}

function killed(run: FailedRun, context: FailureContext): Fault {
  return new Fault('remote', sentence(context, 'a signal ended the command'), {
    lines: lastLines(run.stdout, MESSAGE_LINES),
    hint: 'Often the runner was short of memory. Run the step again, or take a larger runner.',
  })
}

function notStarted(text: FailureText, context: FailureContext): Fault {
  return new Fault('user', sentence(context, `Prefect ${context.version} does not start: ${lastWords(text)}`), {
    lines: text.message.slice(0, MESSAGE_LINES).map((line) => oneLine(line)),
    hint: "The project's environment lacks a package, or has versions that do not fit each other. Add the package, or raise Prefect (`uv lock --upgrade-package prefect`), and commit uv.lock.",
  })
}

/** An exit status that is none of Prefect's, or no word about the reason: user code ended the process. */
function ended(run: FailedRun, context: FailureContext): Fault {
  return new Fault('user', sentence(context, `the command ended with exit status ${run.exitCode} and gave no reason`), {
    lines: lastLines([...run.stdout, ...run.stderr], MESSAGE_LINES),
    hint: 'Often the flow file itself ends the process when it is imported: look for `sys.exit` or `os._exit` outside of functions.',
    ...(context.at === undefined ? {} : { position: context.at }),
  })
}

function sentence({ doing }: FailureContext, what: string): string {
  return oneLine(`${doing}: ${what}${/[.!?…]$/.test(what) ? '' : '.'}`, 500)
}

const EXCEPTION = /^[A-Za-z_]\w*(?:Error|Exception|Exit|Interrupt|NotFound|Warning|Timeout)\b/

/** An exception stands in the first line; what Prefect says by itself ends with the reason. */
function lastWords({ message }: FailureText): string {
  const [first = ''] = message
  return oneLine(EXCEPTION.test(first) ? first : (message.at(-1) ?? first), 400)
}

/** With a step that failed the end of what it printed, since the reason stands there; then the message. */
function linesOf(run: FailedRun, { message, cause }: FailureText): string[] {
  const [first = ''] = message
  const isStep = first.startsWith('StepExecutionError')
  const printed = isStep ? lastLines(closingLines(run.stdout), STEP_LINES) : []
  const causes = isStep && cause !== undefined ? [cause] : []
  const told = message.filter((line) => !/^\s*For further information/.test(line))
  const kept = EXCEPTION.test(first) ? told.slice(0, MESSAGE_LINES) : told.slice(-MESSAGE_LINES)
  return [...printed, ...causes, ...kept].map((line) => oneLine(line)).filter((line) => line !== '')
}

function lastLines(lines: readonly string[], most: number): string[] {
  return lines
    .filter((line) => line.trim() !== '')
    .slice(-most)
    .map((line) => oneLine(withoutValues(line)))
}

function placeOf({ place }: FailureText, { checkout, cwd }: FailureContext): Position | undefined {
  if (place === undefined) return undefined
  const file = ownPath(checkout, place.file, cwd)
  return file === undefined ? undefined : { file, line: place.line }
}

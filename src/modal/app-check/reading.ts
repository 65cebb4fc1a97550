import type { RuleFacts } from '../../finding.ts'
import type { AppAnswer } from './facts.ts'
import { type AppProblem, quoted } from './rule.ts'

export const UNREADABLE: RuleFacts = {
  id: 'app-unreadable',
  severity: 'error',
  about: "The project's own Python cannot read the app file: `modal deploy` would die on it.",
}

export const NOT_CHECKED: RuleFacts = {
  id: 'app-not-checked',
  severity: 'notice',
  about:
    'An app file was not checked: it is larger than 1 MiB, lies outside of the checkout, is no plain file, is nested too deeply, or Python ended while it read it. Nothing is said against the file.',
}

/** Python's own words about a file that it refuses. */
export function refusal(answer: AppAnswer & { state: 'refused' }): AppProblem {
  const { message, line, column } = answer
  return {
    message: `Python cannot read this file: ${quoted(message).slice(1, -1)}.`,
    hint: "This is what the project's own Python says; `modal deploy` runs the file with the same.",
    ...(line === null || line < 1 ? {} : { at: { line, column: Math.max(1, column ?? 1) } }),
  }
}

type Why = (AppAnswer & { state: 'skipped' })['why'] | 'ended'

const WORDS: Readonly<Record<Why, string>> = {
  outside: 'it lies outside of the checkout, or among installed packages',
  special: 'it is no plain file',
  large: 'it is larger than 1 MiB, or too much was read before it',
  unread: 'it could not be opened',
  deep: 'its expressions are nested too deeply',
  failed: 'the check itself stumbled over it',
  ended: 'Python ended, or ran out of time, before it was read',
}

export function notChecked(why: Why): AppProblem {
  return {
    message: `This app file was not checked: ${WORDS[why]}.`,
    hint: 'The deploy goes on, and Modal itself has the last word.',
  }
}

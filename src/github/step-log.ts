import { randomUUID } from 'node:crypto'
import type { Log } from '../host.ts'
import { annotate, debug, grouped, plainLine } from './workflow-commands.ts'

/**
 * The step's log on standard output, as the runner reads it. Text from outside cannot become a workflow command: the
 * runner looks for `::` after leading blanks and for `##[` anywhere in a line (actions/runner: ActionCommand).
 */
export function stepLog(redact: (text: string) => string): Log {
  const write = (text: string): void => plainLine(harmless(redact(text)))
  return {
    info: write,
    debug: (text) => debug(redact(text)),
    group: (title, lines) => grouped(flatLine(redact(title)), randomUUID(), () => lines.forEach(write)),
    warning: (message, position) =>
      annotate({ level: 'warning', message: redact(message), ...(position === undefined ? {} : { position }) }),
  }
}

/** One line in which the runner finds no command: a zero-width space stands where one would begin. */
function harmless(text: string): string {
  return flatLine(text)
    .replace(/^(\s*):(?=:)/, '$1:\u200b')
    .replaceAll('##[', '##\u200b[')
}

function flatLine(text: string): string {
  return text.replace(/[\r\n\u2028\u2029]+/g, ' ')
}

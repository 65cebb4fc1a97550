import { randomUUID } from 'node:crypto'
import * as core from '@actions/core'
import type { Log } from '../host.ts'
import { annotate } from './step-commands.ts'

/**
 * The step's log on standard output, as the runner reads it. Text from outside cannot become a workflow command: the
 * runner looks for `::` after leading blanks and for `##[` anywhere in a line (actions/runner: ActionCommand).
 */
export function stepLog(redact: (text: string) => string): Log {
  return {
    info: (line) => core.info(harmless(redact(line))),
    debug: (line) => core.debug(redact(line)),
    group: (title, lines) => {
      core.startGroup(flatLine(redact(title)))
      const token = randomUUID()
      process.stdout.write(`::stop-commands::${token}\n`)
      for (const line of lines) core.info(harmless(redact(line)))
      process.stdout.write(`::${token}::\n`)
      core.endGroup()
    },
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

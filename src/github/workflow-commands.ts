import type { Position } from '../faults.ts'

export type StepAnnotation = Readonly<{
  level: 'error' | 'warning'
  title?: string
  message: string
  position?: Position
}>

/**
 * Writes one workflow command, escaped as the runner reads it (actions/toolkit: core/src/command.ts).
 *
 * `@actions/core` does the same, but brings an HTTP client with it, for a token that this action never asks for; the
 * first line of the log would wait for it.
 */
function command(
  name: string,
  message: string,
  properties: readonly (readonly [string, string | number])[] = [],
): void {
  const said = properties.map(([key, value]) => `${key}=${escapedProperty(String(value))}`).join(',')
  process.stdout.write(`::${name}${said === '' ? '' : ` ${said}`}::${escapedMessage(message)}\n`)
}

function escapedMessage(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}

function escapedProperty(text: string): string {
  return escapedMessage(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
}

/** Hides texts in everything that the runner shows from now on. */
export function mask(secrets: readonly string[]): void {
  for (const secret of secrets) command('add-mask', secret)
}

/** Puts an annotation on the run, at its place in a file where it has one. */
export function annotate({ level, title, message, position }: StepAnnotation): void {
  const { file, line, column } = position ?? {}
  command(level, message, [
    ...(title === undefined ? [] : ([['title', title]] as const)),
    ...(file === undefined ? [] : ([['file', file]] as const)),
    ...(line === undefined ? [] : ([['line', line]] as const)),
    ...(line === undefined || column === undefined ? [] : ([['col', column]] as const)),
  ])
}

/** A line that is only shown while debug logging is on. */
export function debug(text: string): void {
  command('debug', text)
}

/** Runs `write` within a collapsed group; `token` is what ends the time in which the runner reads no commands. */
export function grouped(title: string, token: string, write: () => void): void {
  command('group', title)
  command('stop-commands', token)
  write()
  command(token, '')
  command('endgroup', '')
}

/** A line of the log as it is. */
export function plainLine(text: string): void {
  process.stdout.write(`${text}\n`)
}

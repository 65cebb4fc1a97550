/**
 * The grammar of the runner's command files (actions/runner: FileCommandManager): `name=value`, or `name<<DELIMITER`,
 * lines, `DELIMITER`.
 */
export function readCommandFile(text: string): Map<string, string> {
  const values = new Map<string, string>()
  const lines = text.split('\n')
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? ''
    if (line === '') continue
    const equals = line.indexOf('=')
    const heredoc = line.indexOf('<<')
    if (equals >= 0 && (heredoc < 0 || equals < heredoc)) {
      values.set(line.slice(0, equals), line.slice(equals + 1))
      continue
    }
    if (heredoc <= 0) throw new Error(`Invalid format '${line}'`)
    const delimiter = line.slice(heredoc + 2)
    const end = lines.indexOf(delimiter, at + 1)
    if (delimiter === '' || end < 0) throw new Error(`Matching delimiter not found '${delimiter}'`)
    values.set(line.slice(0, heredoc), lines.slice(at + 1, end).join('\n'))
    at = end
  }
  return values
}

export type LogAnnotation = Readonly<{
  level: 'error' | 'warning' | 'notice'
  message: string
  title?: string
  file?: string
  line?: number
  col?: number
}>

export type ReadLog = Readonly<{
  annotations: readonly LogAnnotation[]
  masks: readonly string[]
  /** Titles of the groups, in order. */
  groups: readonly string[]
  /** The lines as GitHub shows them, before masking: commands taken out, groups as `▶ title`. */
  lines: readonly string[]
  /** Commands that the runner does not know. */
  unknown: readonly string[]
}>

/** Reads standard output as the runner does (actions/runner: ActionCommand, OutputManager). */
export function readLog(raw: string): ReadLog {
  const annotations: LogAnnotation[] = []
  const masks: string[] = []
  const groups: string[] = []
  const lines: string[] = []
  const unknown: string[] = []
  let stopped: string | undefined
  for (const line of raw.split(/\r\n|\n|\r/)) {
    const command = /^\s*::([\w-]+)(?: ([^:]*(?:%3A[^:]*)*))?::(.*)$/s.exec(line)
    const name = command?.[1] ?? ''
    const message = unescape(command?.[3] ?? '')
    if (stopped !== undefined) {
      if (name === stopped) stopped = undefined
      else lines.push(line)
    } else if (command === null) {
      if (line.includes('##[')) unknown.push(line)
      lines.push(line)
    } else if (name === 'add-mask') {
      masks.push(message)
    } else if (name === 'stop-commands') {
      stopped = message
    } else if (name === 'error' || name === 'warning' || name === 'notice') {
      annotations.push({ level: name, message, ...properties(command[2] ?? '') })
      lines.push(`${name}: ${message}`)
    } else if (name === 'group') {
      groups.push(message)
      lines.push(`▶ ${message}`)
    } else if (name !== 'endgroup' && name !== 'debug') {
      unknown.push(line)
    }
  }
  return { annotations, masks, groups, lines, unknown }
}

function properties(text: string): Partial<LogAnnotation> {
  const found = new Map(
    text
      .split(',')
      .filter((pair) => pair.includes('='))
      .map((pair) => [pair.slice(0, pair.indexOf('=')), unescape(pair.slice(pair.indexOf('=') + 1))]),
  )
  const [title, file, line, col] = [found.get('title'), found.get('file'), found.get('line'), found.get('col')]
  return {
    ...(title === undefined ? {} : { title }),
    ...(file === undefined ? {} : { file }),
    ...(line === undefined ? {} : { line: Number(line) }),
    ...(col === undefined ? {} : { col: Number(col) }),
  }
}

function unescape(text: string): string {
  return text
    .replaceAll('%0D', '\r')
    .replaceAll('%0A', '\n')
    .replaceAll('%3A', ':')
    .replaceAll('%2C', ',')
    .replaceAll('%25', '%')
}

import { oneLine } from '../../process/one-line.ts'
import type { HealthTarget } from './targets.ts'
import { shownAddress, shownFunction } from './words.ts'

/**
 * What to do about an endpoint that is up, while nobody has said what it should answer: the entry of `modal-apps` that
 * says it, as one line of YAML.
 */
export function contractWarning(target: HealthTarget, status: number): string {
  const entry = `- { app: ${scalar(word(target.reference))}, health: [{ function: ${scalar(target.function)}, ${wanted(target, status)} }] }`
  const what = `${shownFunction(target)} answers ${status} at ${shownAddress(target.asked)}: the app is up, but whether it is well is not known.`
  return `${what} Say in \`modal-apps\` what it must answer, for instance: ${entry}`
}

function wanted({ asked }: HealthTarget, status: number): string {
  if (status === 401 || status === 403) return 'headers: { Authorization: "Bearer ${{ secrets.PROBE_TOKEN }}" }'
  if (status === 405) return 'path: /, method: POST, body: { key: value }'
  return new URL(asked).pathname === '/' ? 'path: /path/that/answers' : 'path: /'
}

/** As the input splits words: what a shell would take apart is quoted. */
function word(reference: string): string {
  const module = reference.startsWith('-m ') ? '-m ' : ''
  const rest = reference.slice(module.length)
  return `${module}${/^[\w./:-]+$/.test(rest) ? rest : `'${rest.replaceAll("'", String.raw`'\''`)}'`}`
}

/** A YAML scalar within a flow mapping; what might be read otherwise is quoted, as JSON is YAML. */
function scalar(text: string): string {
  return /^[A-Za-z_][\w./-]*$/.test(text) && !/^(?:true|false|null|yes|no|on|off)$/i.test(text)
    ? text
    : oneLine(JSON.stringify(text), 200)
}

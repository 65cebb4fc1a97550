import type { HttpAnswer } from '../../http/client.ts'
import { bringsToken, edgeMeaning, logs, type Meaning, refusedToken } from './edge.ts'
import { unmetJson, unwellStatus } from './json.ts'
import type { HealthTarget } from './targets.ts'
import { webUrl } from './url.ts'
import { contractWarning } from './warning.ts'
import { excerpt, shownAddress, shownValue } from './words.ts'

/** What one try says of an endpoint. `said` is one line: the last status, and why it is not the wanted one. */
export type Judgement = Readonly<{ said: string }> &
  Readonly<
    | { state: 'healthy' }
    | { state: 'reachable'; warning: string }
    | { state: 'wrong'; meaning: Meaning /** Seconds, or a date (RFC 9110 §10.2.3). */; retryAfter?: string }
  >

/** Answers by which an app shows that it is up, while nobody has said what it should answer. */
const UP: ReadonlySet<number> = new Set([401, 403, 404, 405])

/**
 * Judges an answer by what is wanted of the endpoint. Never throws, whatever the answer.
 *
 * @param hostname of the address that answered, at the end of a chain of 303
 */
export function judgeAnswer(target: HealthTarget, answer: HttpAnswer, hostname: string): Judgement {
  const edge = edgeMeaning(target, answer, hostname)
  if (edge !== undefined) return wrong(target, answer, edge)
  if (hasRightStatus(target, answer)) return judgeBody(target, answer)
  // Without the token the edge lets nothing through, so that this is its own answer; that of servers has other words.
  if (target.requiresProxyAuth && !bringsToken(target) && (answer.status === 401 || answer.status === 403)) {
    return wrong(target, answer, refusedToken(target))
  }
  if (!target.declared && UP.has(answer.status)) {
    return { state: 'reachable', said: line(target, answer), warning: contractWarning(target, answer.status) }
  }
  return wrong(target, answer, { id: `status-${answer.status}`, ...POLLED_ON, hint: statusHint(target, answer) })
}

/** An app that answers otherwise may be the old revision, or still at its start. */
const POLLED_ON = { patience: Number.POSITIVE_INFINITY, kind: 'remote' } as const

function hasRightStatus({ status }: HealthTarget, answer: HttpAnswer): boolean {
  return status === undefined ? isGood(answer.status) : answer.status === status
}

function isGood(status: number): boolean {
  return status >= 200 && status < 300
}

function judgeBody(target: HealthTarget, answer: HttpAnswer): Judgement {
  const unmet = unmetWords(target, answer)
  if (unmet !== undefined) {
    const hint = `The answer is not what \`json\` in \`modal-apps\` wants of ${target.function}. If it is right, correct \`json\`; else the log of the app may say more: ${logs(target)}.`
    return wrong(target, answer, { id: 'json', ...POLLED_ON, hint }, unmet)
  }
  const hasJson = Object.keys(target.json).length > 0
  const unwell = hasJson || !isGood(answer.status) ? undefined : unwellStatus(answer.text)
  if (unwell !== undefined) {
    const why = `its \`status\` is ${shownValue(target, unwell.status)}`
    const hint = `Of a JSON answer \`status\` must be ok, healthy, pass or up. The log of the app may say why it is not: ${logs(target)}. If this answer is right, declare it by \`json:\` under \`health\` in \`modal-apps\`.`
    return wrong(target, answer, { id: 'unwell', ...POLLED_ON, hint }, why)
  }
  return { state: 'healthy', said: String(answer.status) }
}

function unmetWords(target: HealthTarget, answer: HttpAnswer): string | undefined {
  const unmet = unmetJson(answer.text, target.json)
  switch (unmet?.kind) {
    case undefined:
      return undefined
    case 'not JSON':
      return answer.cut ? 'the answer is too long to be read as JSON' : 'the answer is not JSON'
    case 'missing':
      return `\`${excerpt(target, unmet.key, 80)}\` is missing`
    case 'other': {
      const found = shownValue(target, unmet.found)
      return `\`${excerpt(target, unmet.key, 80)}\` is ${found}, wanted ${shownValue(target, target.json[unmet.key])}`
    }
  }
}

function wrong(target: HealthTarget, answer: HttpAnswer, meaning: Meaning, why?: string): Judgement {
  const retryAfter = answer.headers['retry-after']
  const said = why === undefined ? line(target, answer) : `${answer.status}, but ${why}`
  return { state: 'wrong', said, meaning, ...(retryAfter === undefined ? {} : { retryAfter }) }
}

/** `404: {"detail":"Not Found"}` */
function line(target: HealthTarget, answer: HttpAnswer): string {
  const elsewhere = redirectOf(target, answer)
  const body = elsewhere === undefined ? excerpt(target, answer.text) : `to ${excerpt(target, elsewhere)}`
  return body === '' ? String(answer.status) : `${answer.status}: ${body}`
}

function redirectOf({ asked }: HealthTarget, { status, headers }: HttpAnswer): string | undefined {
  const location = headers['location']
  if (location === undefined || status < 300 || status >= 400) return undefined
  return shownAddress(webUrl(location, new URL(asked))?.href ?? location)
}

function statusHint(target: HealthTarget, answer: HttpAnswer): string {
  const { status } = answer
  const at = `${target.method} ${shownAddress(target.asked)}`
  if (target.status !== undefined && isGood(status)) {
    return `\`status: ${target.status}\` is wanted in \`modal-apps\`. If ${status} is right, correct it.`
  }
  if (status >= 300 && status < 400) {
    return `The app sends ${at} elsewhere, which is not followed. Name the address that answers itself, by \`health-path\` or by \`path:\` under \`health\` in \`modal-apps\`.`
  }
  if (status === 404 || status === 405) {
    return `The app runs, but has no ${at}. Set \`path:\` and \`method:\` under \`health\` in \`modal-apps\`; without \`path:\` it is \`health-path\`. Right after a deploy the old revision may still be the one that answers.`
  }
  if (status === 401 || status === 403) {
    return `The app wants credentials for ${at}. Give them by \`headers:\` under \`health\` in \`modal-apps\`, from a secret of the repository.`
  }
  if (status < 500)
    return `The app does not accept ${at} as it is asked. Correct \`method:\`, \`body:\` or \`headers:\` under \`health\` in \`modal-apps\`.`
  return `The app failed at ${at}. Its log says why: ${logs(target)}.`
}

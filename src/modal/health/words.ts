import { oneLine } from '../../process/one-line.ts'
import type { HealthTarget } from './targets.ts'
import { webUrl } from './url.ts'

/** Characters of an answer that are shown. */
const EXCERPT = 200
/** Headers whose values say nothing secret. */
const PLAIN_HEADERS: ReadonlySet<string> = new Set(['accept', 'content-type', 'user-agent'])
/** A value that short would blacken every second word. */
const SHORTEST = 4

/** What somebody else's text says, on one line and without the values of the headers that were sent: apps echo them. */
export function excerpt(target: HealthTarget, text: string, most = EXCERPT): string {
  return oneLine(hidden(target, text), most)
}

/** A JSON value of an answer, cut. A text is cleared before it is quoted: quoting would disguise what is to be hidden. */
export function shownValue(target: HealthTarget, value: unknown): string {
  const clear: unknown = typeof value === 'string' ? hidden(target, value) : value
  return excerpt(target, JSON.stringify(clear) ?? 'nothing', 80)
}

function hidden(target: HealthTarget, text: string): string {
  return secretsOf(target).reduce((left, secret) => left.replaceAll(secret, '***'), text)
}

/** The function as a message names it. */
export function shownFunction(target: HealthTarget): string {
  return `\`${oneLine(target.function, 100)}\` of ${oneLine(target.app, 80)}`
}

/** An address as a message names it: without its query, which may hold a token. */
export function shownAddress(address: string): string {
  const url = webUrl(address)
  return oneLine(url === undefined ? address : `${url.origin}${url.pathname}`, EXCERPT)
}

/** The values of headers, the words in them (`Bearer …`), and both as JSON writes them; longer ones first. */
function secretsOf({ headers }: HealthTarget): string[] {
  const values = Object.entries(headers).flatMap(([name, value]) => (PLAIN_HEADERS.has(name) ? [] : [value]))
  const words = values.flatMap((value) => [value, ...value.split(/\s+/)]).filter((word) => word.length >= SHORTEST)
  const forms = new Set(words.flatMap((word) => [word, JSON.stringify(word).slice(1, -1)]))
  return [...forms].sort((a, b) => b.length - a.length)
}

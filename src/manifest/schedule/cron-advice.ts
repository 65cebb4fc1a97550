import { readCron } from './cron.ts'
import { pythonWords } from './python-text.ts'

const GENERAL =
  'Write minute, hour, day of the month, month and day of the week: `cron: "30 6 * * mon-fri"` is 6:30 on workdays.'
const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600 }
/** Characters of a text that advice is sought for. */
const LONGEST = 200

/** What to write instead of a cron text that Prefect refuses. */
export function adviceOnCron(text: string): string {
  const every = /^@every\s+(\d{1,6})([smh])$/i.exec(text.trim())
  if (every !== null) {
    const seconds = Number(every[1]) * (SECONDS[(every[2] ?? '').toLowerCase()] ?? 1)
    return `That is an interval: \`interval: ${seconds}\`.`
  }
  const meant = text.length > LONGEST ? undefined : meantBy(text)
  return meant === undefined ? GENERAL : `Did you mean \`cron: "${meant}"\`?`
}

/** The nearest text that Prefect takes, of what other crons take. */
function meantBy(text: string): string | undefined {
  const words = pythonWords(text)
  const plain = words.join(' ')
  const candidates = [
    plain,
    plain.toLowerCase(),
    plain.replaceAll(/\b(sun|mon|tue|wed|thu|fri|sat)[a-z]+/gi, '$1'),
    plain.replaceAll(/\b(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]+/gi, '$1'),
    plain.replaceAll(/\b([0-7])L\b/gi, 'L$1'),
    // Quartz and Spring have seconds before the minutes, and Quartz the year behind all.
    ...(words.length === 6 || words.length === 7 ? [words.slice(1, 6).join(' ')] : []),
  ]
  return candidates.find((candidate) => candidate !== text && readCron(candidate).fault === undefined)
}

/** Five fields of a text of six or seven: without the first, where that was meant for the seconds, and without the last. */
export function withoutSeconds(text: string): Readonly<{ first: string | undefined; last: string | undefined }> {
  const words = pythonWords(text.slice(0, LONGEST))
  const taken = (fields: readonly string[]): string | undefined => {
    const candidate = fields.join(' ')
    return readCron(candidate).fault === undefined ? candidate : undefined
  }
  return { first: taken(words.slice(1, 6)), last: taken(words.slice(0, 5)) }
}

import type { RruleReading } from './rrule.ts'
import type { Rule } from './rrule-rule.ts'

/** What comes of a rule that Prefect takes and that cannot do what was meant. `never`: no run. `count`: it counts from 2020. */
export type Oddity = Readonly<{ kind: 'never' | 'count'; message: string; hint: string }>

/** What a part may name, as its distance from zero where it may be counted from the end. */
const RANGES: Readonly<Record<string, Readonly<{ least: bigint; most: bigint; fromEnd: boolean }>>> = {
  BYMONTH: { least: 1n, most: 12n, fromEnd: false },
  BYMONTHDAY: { least: 1n, most: 31n, fromEnd: true },
  BYYEARDAY: { least: 1n, most: 366n, fromEnd: true },
  BYWEEKNO: { least: 1n, most: 53n, fromEnd: true },
  BYHOUR: { least: 0n, most: 23n, fromEnd: false },
  BYMINUTE: { least: 0n, most: 59n, fromEnd: false },
  BYSECOND: { least: 0n, most: 59n, fromEnd: false },
}

/** What is odd about rules that Prefect takes. (Prefect: server/schemas/schedules.py, RRuleSchedule.to_rrule) */
export function oddityOf({ rules, start }: Extract<RruleReading, { state: 'taken' }>): Oddity | undefined {
  for (const rule of rules) {
    const found = outOfRange(rule) ?? (start ? undefined : withoutStart(rule))
    if (found !== undefined) return found
  }
  return undefined
}

function outOfRange({ numbers }: Rule): Oddity | undefined {
  for (const name of ['COUNT', 'INTERVAL']) {
    const [number] = numbers.get(name) ?? []
    if (number === undefined || number > 0n) continue
    const message = `This rule has \`${name}=${short(number)}\`: Prefect takes it, and no run comes of it.`
    return { kind: 'never', message, hint: `\`${name}\` must be 1 or more.` }
  }
  for (const [name, { least, most, fromEnd }] of Object.entries(RANGES)) {
    const odd = numbers.get(name)?.find((number) => {
      const distance = fromEnd && number < 0n ? -number : number
      return distance < least || distance > most
    })
    if (odd === undefined) continue
    const message = `This rule has \`${name}=${short(odd)}\`, which there is not: Prefect takes it, and makes no run of it or other ones.`
    const range = `${least} to ${most}${fromEnd ? `, or -${least} to -${most}` : ''}`
    return { kind: 'never', message, hint: `\`${name}\` takes ${range}.` }
  }
  return undefined
}

/** Without a `DTSTART` the server reads a rule from a date of 2020 on that has no zone. */
function withoutStart({ numbers, until }: Rule): Oddity | undefined {
  if (until?.state === 'known' && until.zoned) {
    return {
      kind: 'never',
      message:
        'The `UNTIL` of this rule ends in `Z` and there is no `DTSTART`: Prefect takes it, and its server then fails whenever it looks for the next run.',
      hint: 'Remove the `Z`; the time is one of the `timezone` of the schedule.',
    }
  }
  if (!numbers.has('COUNT')) return undefined
  return {
    kind: 'count',
    message: 'The `COUNT` of this rule has no `DTSTART`, so Prefect counts from the first of January 2020.',
    hint: String.raw`Say from when on it counts: ${'`'}rrule: "DTSTART:20270101T000000\nRRULE:FREQ=DAILY;COUNT=10"${'`'}.`,
  }
}

function short(number: bigint): string {
  return String(number).slice(0, 20)
}

import { isNoDate } from '../schedule/anchor-date.ts'
import { intervalSeconds } from '../schedule/interval.ts'
import { booleanOf, judgedSchedule } from '../schedule/judged.ts'
import { shown } from '../shown.ts'
import { entryOf, isGiven, isTruthy, type MapValue, type Place, textOf } from '../value.ts'
import type { FileRule } from './rule.ts'
import { problemsAt, schedulesIn } from './schedule-places.ts'

/** Seconds. A shorter interval hardly suffers from where it counts from. */
const LONG_INTERVAL = 3600
const ANCHOR = 'anchor_date: "2026-01-01T06:00:00Z"'

const intervalNotPositive: FileRule = {
  id: 'interval-not-positive',
  severity: 'error',
  about:
    'The `interval` of a schedule is zero or negative. Prefect reads the file without a word, and fails when it deploys the entry, after the ones before it are written.',
  acceptedByPrefect: true,
  find: (manifest) =>
    problemsAt(
      schedulesIn(manifest).flatMap(({ item }) => {
        const interval = entryOf(item, 'interval')?.value
        const seconds = interval === undefined ? undefined : intervalSeconds(interval)
        if (interval === undefined || seconds === undefined || seconds > 0) return []
        const message = `An interval of \`${interval.kind === 'scalar' ? shown(interval.source) : seconds}\` is refused by Prefect; it must be more than zero.`
        return [{ message, hint: 'Write seconds, `interval: 3600`, or a duration, `interval: PT1H`.', at: interval.at }]
      }),
    ),
}

const anchorDateInvalid: FileRule = {
  id: 'anchor-date-invalid',
  severity: 'error',
  about:
    'The `anchor_date` of an interval is no date. Prefect reads the file without a word, and fails when it deploys the entry, after the ones before it are written.',
  acceptedByPrefect: true,
  find: (manifest) =>
    problemsAt(
      schedulesIn(manifest).flatMap(({ item }) => {
        const anchor = entryOf(item, 'anchor_date')?.value
        const text = textOf(anchor)
        if (
          anchor === undefined ||
          text === undefined ||
          !isNoDate(text) ||
          !isGiven(entryOf(item, 'interval')?.value)
        ) {
          return []
        }
        const message = `The anchor date \`${shown(text)}\` is no date that Prefect can read.`
        return [{ message, hint: `Write \`${ANCHOR}\`.`, at: anchor.at }]
      }),
    ),
}

const intervalWithoutAnchor: FileRule = {
  id: 'interval-without-anchor',
  severity: 'warning',
  about:
    'An interval has no `anchor_date`. A plain `prefect deploy` then counts it from its own moment, so the time of the runs moves, and where deploys are more frequent than the interval no run is ever made; this action keeps the moment of the first one. It is told once a file.',
  depends: 'A notice where every such interval is shorter than an hour.',
  acceptedByPrefect: true,
  find: (manifest) => {
    const without = schedulesIn(manifest).flatMap(({ item }) => unanchored(item) ?? [])
    const first = without.find(({ seconds }) => seconds >= LONG_INTERVAL) ?? without[0]
    if (first === undefined) return []
    const others = without.length - 1
    const whose = others === 0 ? 'This interval has' : `This interval and ${others} more in this file have`
    const message = `${whose} no \`anchor_date\`, so it counts from the time of the first deploy, and with a plain \`prefect deploy\` of each: the runs move, and frequent deploys leave none.`
    const severity = first.seconds >= LONG_INTERVAL ? 'warning' : 'notice'
    return [{ message, hint: `Say from when on it counts: \`${ANCHOR}\`.`, at: first.at, severity }]
  },
}

/** An interval that counts from each deploy. */
function unanchored(item: MapValue): Readonly<{ seconds: number; at: Place }> | undefined {
  const judged = judgedSchedule(item)
  const interval = entryOf(item, 'interval')?.value
  const seconds = interval === undefined ? undefined : intervalSeconds(interval)
  if (judged?.kind !== 'interval' || seconds === undefined || seconds <= 0) return undefined
  const isOff = booleanOf(entryOf(item, 'active')?.value) === false
  // Numbers that pass for dates are no text and no date here, but they are there.
  return isTruthy(entryOf(item, 'anchor_date')?.value) || isOff ? undefined : { seconds, at: judged.at }
}

/** Rules about intervals. */
export const SCHEDULE_INTERVAL_RULES: readonly FileRule[] = [
  intervalNotPositive,
  anchorDateInvalid,
  intervalWithoutAnchor,
]

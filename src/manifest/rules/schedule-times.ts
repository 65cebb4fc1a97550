import { adviceOnCron, withoutSeconds } from '../schedule/cron-advice.ts'
import { neverComes } from '../schedule/cron-dates.ts'
import { type CronReading, readCron } from '../schedule/cron.ts'
import type { JudgedSchedule } from '../schedule/judged.ts'
import { rruleTextOf } from '../schedule/rrule.ts'
import { isZoneToPrefect, nearestZone } from '../schedule/time-zone.ts'
import { shown } from '../shown.ts'
import type { Place } from '../value.ts'
import type { FileRule, Problem } from './rule.ts'
import { judgedProblems } from './schedule-places.ts'

/** What was read, by its place: several rules ask for the same. */
const readings = new WeakMap<Place, CronReading>()

/** A cron text as Prefect reads it; `undefined` of other schedules, and of none at all, which `schedule-kind` tells of. */
function cronReading({ kind, value, at }: JudgedSchedule): CronReading | undefined {
  if (kind !== 'cron' || value === '') return undefined
  const reading = readings.get(at) ?? readCron(String(value))
  readings.set(at, reading)
  return reading
}

const cronInvalid: FileRule = {
  id: 'cron-invalid',
  severity: 'error',
  about:
    "Prefect refuses a cron text. It reads the file without a word, and fails when it deploys the entry, after the ones before it are written. Prefect's cron has a grammar of its own, so what other crons take may be wrong here and the other way round.",
  acceptedByPrefect: true,
  find: (manifest) =>
    judgedProblems(
      manifest,
      (schedule) => {
        const fault = cronReading(schedule)?.fault
        if (fault === undefined) return undefined
        return {
          message: `Prefect refuses the cron text \`${shown(String(schedule.value))}\`: ${fault}.`,
          at: schedule.at,
        }
      },
      ({ value }) => adviceOnCron(String(value)),
    ),
}

const cronNeverFires: FileRule = {
  id: 'cron-never-fires',
  severity: 'warning',
  about:
    'A cron text asks for a date that never comes, as the 30th of February. Prefect deploys it, and never makes a run of it.',
  acceptedByPrefect: true,
  find: (manifest) =>
    judgedProblems(manifest, (schedule) => {
      const { value, at } = schedule
      const reading = cronReading(schedule)
      if (reading?.fault !== undefined || reading === undefined || !neverComes(reading.fields)) return undefined
      const message = `No date ever meets the cron text \`${shown(String(value))}\`: Prefect takes it, and never makes a run of it.`
      const hint = 'The last day of a month is `L` in the third field: `0 0 L * *`. Name months that have the day.'
      return { message, hint, at }
    }),
}

const cronSeconds: FileRule = {
  id: 'cron-seconds',
  severity: 'warning',
  about:
    'A cron text has six or seven fields. Prefect takes the sixth for seconds and the seventh for years, while other crons have the seconds in front: `0 0 12 * * *` runs at every second of a minute once a month.',
  acceptedByPrefect: true,
  find: (manifest) => judgedProblems(manifest, (schedule) => secondsProblem(schedule)),
}

function secondsProblem(schedule: JudgedSchedule): Problem | undefined {
  const { value, at } = schedule
  const reading = cronReading(schedule)
  if (reading?.fault !== undefined || reading === undefined) return undefined
  const seconds = reading.fields[5]
  if (seconds === undefined) return undefined
  const [when] = seconds.parts.size === 1 ? seconds.parts : []
  const runs =
    when === '*'
      ? 'at every second of each minute that the fields before it name'
      : when === undefined
        ? 'several times in each minute that the fields before it name'
        : `at second ${when} of each minute that the fields before it name`
  const years = reading.fields.length > 6 ? ' and the seventh for years' : ''
  const { first, last } = withoutSeconds(String(value))
  const without = [
    ...(first === undefined ? [] : [`without the first field, if that was meant for seconds: \`cron: "${first}"\``]),
    ...(last === undefined ? [] : [`of the first five: \`cron: "${last}"\``]),
  ]
  return {
    message: `Prefect takes the sixth field of \`${shown(String(value))}\` for seconds${years}: it runs ${runs}.`,
    ...(without.length === 0 ? {} : { hint: `Write it ${without.join(', or ')}.` }),
    at,
  }
}

const cronRandom: FileRule = {
  id: 'cron-random',
  severity: 'warning',
  about:
    'A field of a cron text is drawn by lot, `R(0-5)`. Prefect says that it does not support that, and takes it all the same where a range or a step stands behind the `R`; each look at the schedule then gives other times.',
  acceptedByPrefect: true,
  find: (manifest) =>
    judgedProblems(manifest, (schedule) => {
      const { value, at } = schedule
      const reading = cronReading(schedule)
      if (reading?.fault !== undefined || reading?.random !== true) return undefined
      const message = `\`${shown(String(value))}\` is drawn anew at each look that Prefect has at it, so more runs and other times come of it than one expects.`
      return { message, hint: 'Write the time that you want in place of `R`.', at }
    }),
}

const timeZoneInvalid: FileRule = {
  id: 'time-zone-invalid',
  severity: 'error',
  about:
    'The time zone of a schedule is none that Prefect takes: it wants a name of the IANA database in its own case. Prefect reads the file without a word, and fails when it deploys the entry, after the ones before it are written.',
  acceptedByPrefect: true,
  find: (manifest) =>
    judgedProblems(
      manifest,
      (schedule) => {
        const wrong = wrongZone(schedule)
        if (wrong === undefined) return undefined
        const message = `\`${shown(wrong.name)}\` is no time zone to Prefect; it takes the names of the IANA database, in their own case.`
        return { message, at: wrong.at }
      },
      (schedule) => {
        const near = nearestZone(wrongZone(schedule)?.name ?? '')
        return near === undefined
          ? 'Write a name such as `timezone: Europe/Berlin`, or `UTC`.'
          : `Write \`timezone: ${near}\`.`
      },
    ),
}

function wrongZone({
  kind,
  value,
  timezone,
  timezoneAt,
  at,
}: JudgedSchedule): Readonly<{ name: string; at: Place }> | undefined {
  const inner = kind === 'rrule' ? rruleTextOf(String(value)) : undefined
  const isJson = typeof inner === 'object' && inner.rrule !== value
  if (isJson && inner.timezone !== undefined && !isZoneToPrefect(inner.timezone, 'rrule')) {
    return { name: inner.timezone, at }
  }
  // Beside a JSON object an empty zone says nothing to Prefect.
  if (timezone === undefined || timezoneAt === undefined || (isJson && timezone === '')) return undefined
  return isZoneToPrefect(timezone, kind) ? undefined : { name: timezone, at: timezoneAt }
}

/** Rules about cron texts, and about the time zones of all schedules. */
export const SCHEDULE_TIME_RULES: readonly FileRule[] = [
  cronInvalid,
  cronNeverFires,
  cronSeconds,
  cronRandom,
  timeZoneInvalid,
]

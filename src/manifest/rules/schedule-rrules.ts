import type { JudgedSchedule } from '../schedule/judged.ts'
import { readRrule, rruleTextOf } from '../schedule/rrule.ts'
import { oddityOf } from '../schedule/rrule-oddities.ts'
import { shown } from '../shown.ts'
import { entryOf, isGiven } from '../value.ts'
import type { FileRule, Problem } from './rule.ts'
import { judgedProblems } from './schedule-places.ts'

/** Names of UTC: none of them differs from another. */
const UTC = /^(?:Etc\/)?(?:UTC|UCT|Universal|Zulu|GMT|GMT[+-]?0|Greenwich)$/

const rruleInvalid: FileRule = {
  id: 'rrule-invalid',
  severity: 'error',
  about:
    'Prefect refuses an `rrule`. It reads the file without a word, and fails when it deploys the entry, after the ones before it are written.',
  acceptedByPrefect: true,
  find: (manifest) =>
    judgedProblems(manifest, ({ kind, value, at }) => {
      if (kind !== 'rrule' || value === '') return undefined
      const text = rruleTextOf(String(value))
      const reading = typeof text === 'string' ? undefined : readRrule(text.rrule)
      const fault = typeof text === 'string' ? text : reading?.state === 'refused' ? reading.fault : undefined
      if (fault === undefined) return undefined
      const message = `Prefect refuses the rrule \`${shown(String(value))}\`: ${fault}.`
      return { message, hint: 'A rule looks like this: `rrule: "FREQ=WEEKLY;BYDAY=MO,TH;BYHOUR=9"`.', at }
    }),
}

const rruleNeverFires: FileRule = {
  id: 'rrule-never-fires',
  severity: 'warning',
  about:
    'Prefect takes an `rrule` that its server then makes no run of: one that ends in UTC (`UNTIL=…Z`) and has no `DTSTART`, a `COUNT` or an `INTERVAL` that is not positive, a month 13.',
  acceptedByPrefect: true,
  find: (manifest) => judgedProblems(manifest, (schedule) => oddity(schedule, 'never')),
}

const rruleCount: FileRule = {
  id: 'rrule-count-from-2020',
  severity: 'warning',
  about:
    'An `rrule` has a `COUNT` and no `DTSTART`. Prefect counts from the first of January 2020, so the runs that are counted are over before the first deploy.',
  acceptedByPrefect: true,
  find: (manifest) => judgedProblems(manifest, (schedule) => oddity(schedule, 'count')),
}

function oddity({ kind, value, at }: JudgedSchedule, which: 'never' | 'count'): Problem | undefined {
  const text = kind === 'rrule' ? rruleTextOf(String(value)) : ''
  const reading = typeof text === 'string' ? undefined : readRrule(text.rrule)
  if (reading?.state !== 'taken') return undefined
  const found = oddityOf(reading)
  return found?.kind === which ? { message: found.message, hint: found.hint, at } : undefined
}

const rruleZone: FileRule = {
  id: 'rrule-zone-ignored',
  severity: 'warning',
  about:
    'The `DTSTART` of an `rrule` names a zone. Prefect passes over it and takes the time as one of the `timezone` of the schedule, which is UTC where there is none.',
  acceptedByPrefect: true,
  find: (manifest) =>
    judgedProblems(manifest, ({ kind, value, timezone, timezoneAt, at }, { item }) => {
      // What a placeholder will name is not known.
      if (timezoneAt === undefined && isGiven(entryOf(item, 'timezone')?.value)) return undefined
      const text = kind === 'rrule' ? rruleTextOf(String(value)) : ''
      const reading = typeof text === 'string' ? undefined : readRrule(text.rrule)
      if (typeof text === 'string' || reading?.state !== 'taken' || reading.startZone === undefined) return undefined
      const own = timezone === undefined || timezone === '' ? (text.timezone ?? 'UTC') : timezone
      const { startZone } = reading
      if (own === startZone || (UTC.test(own) && UTC.test(startZone))) return undefined
      const message = `Prefect passes over the zone of this \`DTSTART\`, \`${shown(startZone)}\`, and takes its time as one of \`${shown(own)}\`.`
      return { message, hint: `Write the zone beside the rule: \`timezone: ${shown(startZone)}\`.`, at }
    }),
}

/** Rules about rrules. */
export const SCHEDULE_RRULE_RULES: readonly FileRule[] = [rruleInvalid, rruleNeverFires, rruleCount, rruleZone]

import type { Before } from '../../manifest/file-before.ts'
import type { JsonObject } from '../json.ts'
import type { KeptState } from '../plan/plan.ts'
import type { LiveSchedule } from '../survey/shapes.ts'
import type { Treatment } from './schedule-fate.ts'
import { scheduleBefore, type ScheduleBefore } from './schedule-before.ts'
import { type Side, sideOf, type Sides, staysLive } from './three-way.ts'
import { causeOf, keptSwitch, SCHEDULE_WORDS, scheduleField } from './words.ts'

/** A schedule of a body, and what is said of it. */
export type EditedSchedule = Readonly<{ schedule: JsonObject; kept?: KeptState; note?: KeptState }>

type Choice = Readonly<{ before: Before; preserve: boolean; treatment: Treatment }>

/** A schedule of a body that is as active as a person has made its live counterpart. */
export function keptActive(wanted: JsonObject, live: LiveSchedule, choice: Choice): EditedSchedule {
  const now = typeof wanted['active'] === 'boolean' ? wanted['active'] : 'unsaid'
  const field = scheduleField(live)
  if (choice.treatment === 'by-slug' && now === 'unsaid') {
    // To write it would be no harm, but what is not sent needs no proof.
    if (live.active) return { schedule: wanted }
    return { schedule: wanted, note: { field: `${field}.active`, says: SCHEDULE_WORDS.offByItself(field) } }
  }
  const before = scheduleBefore(live, choice.before)
  const side = choice.preserve ? sideOfSchedule(before, { now, written: now !== false, live: live.active }) : 'file'
  if (!staysLive(side)) return { schedule: wanted }
  const kept = keptSwitch(
    {
      field: `${field}.active`,
      live: live.active,
      done: live.active ? 'switched it on' : 'switched it off',
      undo: live.active ? 'Switch it off' : 'Switch it on',
      ...(now === 'unsaid' ? { write: 'active: true' } : {}),
    },
    before.state === 'unknown' ? { side: 'unknown', why: before.why } : causeOf(side, choice.before),
  )
  return { schedule: { ...wanted, active: live.active }, kept }
}

function sideOfSchedule(before: ScheduleBefore, sides: Omit<Sides, 'before'>): Side {
  switch (before.state) {
    case 'unknown':
      return sideOf({ ...sides, before: undefined })
    case 'absent':
      // The file has it anew, so that it is the file that changed.
      return sides.written === sides.live ? 'nobody' : 'file'
    case 'there':
      return sideOf({ ...sides, before: before.said.active })
  }
}

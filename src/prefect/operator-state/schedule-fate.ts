import type { Before } from '../../manifest/file-before.ts'
import type { KeptState } from '../plan/plan.ts'
import type { LiveSchedule } from '../survey/shapes.ts'
import { scheduleBefore } from './schedule-before.ts'
import { SCHEDULE_WORDS as WORDS, scheduleField } from './words.ts'

export type ScheduleChoice = Readonly<{
  /** What the file said at the commit that is live. */
  before: Before
  preserve: boolean
  orphans: 'report' | 'pause' | 'delete'
}>

/**
 * What the server does with the live schedules: it replaces them all by those of the body, takes those of the body one by
 * one, by their slugs, or leaves them, because the body says nothing of schedules.
 */
export type Treatment = 'replaced' | 'by-slug' | 'left'

/**
 * What becomes of a live schedule that the body does not have. `nothing`: what the server does with it by itself; `keep`: it
 * would go, and is kept.
 */
export type Fate = Readonly<{
  live: LiveSchedule
  does: 'nothing' | 'keep' | 'pause' | 'delete'
  kept?: KeptState
  note?: KeptState
}>

type Choice = ScheduleChoice & Readonly<{ treatment: Treatment /** The rehearsal deletes it. */; isDeleted: boolean }>

export function fateOf(live: LiveSchedule, choice: Choice): Fate {
  return choice.treatment === 'replaced' || choice.isDeleted ? goingFate(live, choice) : stayingFate(live, choice)
}

/** Of one that goes unless it is kept: it is a person's where the file never had it. */
function goingFate(live: LiveSchedule, { before: file, preserve }: Choice): Fate {
  const field = scheduleField(live)
  const before = scheduleBefore(live, file)
  const goes = (says: string): Fate => ({ live, does: 'nothing', note: { field, says } })
  switch (before.state) {
    case 'unknown':
      return goes(WORDS.goneUnknown(field, before.why))
    case 'there':
      return preserve && !live.active && before.said.active !== false
        ? goes(WORDS.goneOff(field, before.commit))
        : { live, does: 'nothing' }
    case 'absent': {
      if (!preserve) return goes(WORDS.goneOfPerson(field, before.commit))
      const runs = live.max_scheduled_runs
      const says =
        typeof runs === 'number' ? WORDS.addedLimited(field, before.commit, runs) : WORDS.added(field, before.commit)
      return { live, does: 'keep', kept: { field, says } }
    }
  }
}

/** Of one that stays unless `orphans` says otherwise, which it may only of what the file had. */
function stayingFate(live: LiveSchedule, { before: file, orphans }: Choice): Fate {
  const field = scheduleField(live)
  const before = scheduleBefore(live, file)
  const fate = (does: Fate['does'], says: string): Fate => ({ live, does, note: { field, says } })
  switch (before.state) {
    case 'unknown':
      return fate('nothing', WORDS.leftUnknown(field, before.why))
    case 'absent':
      return fate('nothing', WORDS.leftOfPerson(field, before.commit))
    case 'there':
      if (orphans === 'delete') return fate('delete', WORDS.deleted(field, before.commit))
      if (!live.active) return fate('nothing', WORDS.leftOff(field, before.commit))
      return orphans === 'pause'
        ? fate('pause', WORDS.paused(field, before.commit))
        : fate('nothing', WORDS.leftOrphan(field, before.commit))
  }
}

import type { FileSchedule } from '../../manifest/file-state.ts'
import type { Before } from '../../manifest/file-before.ts'
import type { LiveSchedule } from '../survey/shapes.ts'
import { fileKeys, scheduleKey, timeKey } from './schedule-identity.ts'

/** Whether the file had a live schedule at the commit that is live, and what it said of it. */
export type ScheduleBefore = Readonly<
  | { state: 'there'; commit: string; said: FileSchedule }
  | { state: 'absent'; commit: string }
  /** `why`: a clause behind "because". */
  | { state: 'unknown'; why: string }
>

export function scheduleBefore(live: LiveSchedule, before: Before): ScheduleBefore {
  if (!before.known) return { state: 'unknown', why: before.why }
  const { commit, state } = before
  const said = state.schedules.find((one) => isSame(one, live))
  if (said !== undefined) return { state: 'there', commit, said }
  if (state.hasOpenSchedules || state.schedules.some((one) => mayBeSame(one, live))) {
    return { state: 'unknown', why: `Prefect filled in schedules of the file at ${commit}` }
  }
  return { state: 'absent', commit }
}

function isSame(said: FileSchedule, live: LiveSchedule): boolean {
  if (typeof live.slug === 'string') return said.slug === live.slug
  const { whole } = fileKeys(said)
  return said.slug === undefined && whole !== undefined && whole === scheduleKey(live)
}

/** One whose parameters Prefect filled in. */
function mayBeSame(said: FileSchedule, live: LiveSchedule): boolean {
  if (typeof live.slug === 'string' || said.slug !== undefined || said.parameters !== undefined) return false
  const { time } = fileKeys(said)
  return time !== undefined && time === timeKey(live)
}

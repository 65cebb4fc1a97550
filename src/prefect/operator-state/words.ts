import type { Before } from '../../manifest/file-before.ts'
import { oneLine } from '../../process/one-line.ts'
import type { KeptState } from '../plan/plan.ts'
import { scheduleLabel, timesOf } from '../plan/schedule-meaning.ts'
import type { LiveSchedule } from '../survey/shapes.ts'

/** Something that a person can switch, in the words of the messages. */
export type Switch = Readonly<{
  /** `paused`, `schedules[nightly].active`. */
  field: string
  /** The value that is live. */
  live: boolean
  /** What was done to it, and what undoes that: `paused it`, `Resume it`. */
  done: string
  undo: string
  /** What to write into the file to undo it; absent where the file says something already. */
  write?: string
}>

/** Why a switch stays as it is live, against the file; `why` is a clause behind "because". */
type Cause = Readonly<{ side: 'person'; commit: string } | { side: 'unknown'; why: string }>

/** @param before known: it is the file itself that is open there */
export function causeOf(side: 'person' | 'unknown', before: Before): Cause {
  if (!before.known) return { side: 'unknown', why: before.why }
  return side === 'person' ? { side, commit: before.commit } : { side, why: 'Prefect fills it in' }
}

export function keptSwitch({ field, live, done, undo, write }: Switch, cause: Cause): KeptState {
  if (cause.side === 'unknown') {
    const why = `what the file said when it was deployed is not known, because ${oneLine(cause.why)}`
    return { field, says: `\`${field}\` stays ${live}: ${why}. ${undo} in the UI.` }
  }
  const why = `somebody ${done} in the workspace, and the file has not changed there since ${cause.commit}`
  const how = write === undefined ? `${undo} in the UI.` : `${undo} in the UI, or write \`${write}\` in the file.`
  return { field, says: `\`${field}\` stays ${live}: ${why}. ${how}` }
}

/** The name of a schedule among the fields: its slug, else when it runs. */
export function scheduleField({ slug, schedule }: Pick<LiveSchedule, 'slug' | 'schedule'>): string {
  return `schedules[${plainName(scheduleLabel(slug, timesOf(schedule)))}]`
}

/** A name from outside as it may stand between backticks. */
export function plainName(name: string): string {
  return oneLine(name, LONGEST_NAME).replaceAll('`', "'")
}

const LONGEST_NAME = 80

/** What is said of a schedule that the file does not have now. */
export const SCHEDULE_WORDS = {
  added: (field: string, then: string) =>
    `\`${field}\` is kept: the file did not have it at ${then}, so somebody added it in the workspace. Delete it in the UI if nobody wants it.`,
  addedLimited: (field: string, then: string, runs: number) =>
    `\`${field}\` is kept: the file did not have it at ${then}, so somebody added it in the workspace. Its limit of ${runs} scheduled runs may be lost: Prefect's server drops it when it writes a list of schedules.`,
  leftOfPerson: (field: string, then: string) =>
    `\`${field}\` stays: the file did not have it at ${then}, so somebody added it in the workspace.`,
  leftUnknown: (field: string, why: string) =>
    `\`${field}\` stays: the file does not have it, and whether it ever had is not known, because ${oneLine(why)}. Delete it in the UI if nobody wants it.`,
  leftOrphan: (field: string, then: string) =>
    `\`${field}\` stays, though the file no longer has it as at ${then}: \`orphans\` is \`report\`, or only some deployments are deployed. Delete it in the UI, or set \`orphans\` to \`pause\` or \`delete\`.`,
  leftOff: (field: string, then: string) =>
    `\`${field}\` stays, switched off: the file no longer has it as at ${then}. Delete it in the UI, or set \`orphans\` to \`delete\`.`,
  paused: (field: string, then: string) =>
    `\`${field}\` is switched off: the file no longer has it as at ${then}, and \`orphans\` is \`pause\`.`,
  deleted: (field: string, then: string) =>
    `\`${field}\` is deleted: the file no longer has it as at ${then}, and \`orphans\` is \`delete\`.`,
  goneUnknown: (field: string, why: string) =>
    `\`${field}\` is removed: Prefect replaces a list of schedules as a whole, and whether somebody added this one is not known, because ${oneLine(why)}. Write it into the file to have it back.`,
  goneOfPerson: (field: string, then: string) =>
    `\`${field}\` is removed: somebody added it in the workspace after ${then}, and \`preserve-operator-state\` is off.`,
  goneOff: (field: string, then: string) =>
    `\`${field}\` was switched off in the workspace and is removed: the file no longer has it as at ${then}. What it has instead runs as it says; a \`slug\` keeps a schedule what it is when its times change.`,
  offByItself: (field: string) =>
    `\`${field}.active\` stays false: Prefect leaves a schedule with a \`slug\` as it is where the file says no \`active\`. Switch it on in the UI, or write \`active: true\` in the file.`,
} as const

/** What is said of an automation that no trigger of the file makes. */
export const AUTOMATION_WORDS = {
  leftUnknown: (field: string, why: string) =>
    `\`${field}\` may stay: the file has no such trigger, and whether it ever had is not known, because ${oneLine(why)}. Delete it in the UI if nobody wants it.`,
} as const

import { Fault } from '../../faults.ts'
import { oneLine } from '../../process/one-line.ts'
import { keyOf, type Orphan } from './orphans.ts'

/** What is asked of the orphans of a step. */
type OrphanRule = Readonly<{
  mode: 'report' | 'pause' | 'delete'
  /** Whether the step deploys all entries of the files; of some, nothing tells an orphan from one that was left out. */
  all: boolean
  /** Number of deployments that are live and of these files: those that are wanted, and the orphans that a file named. */
  managedLive: number
}>

/** What is to be done: something about `act`, nothing about `report`. */
export type JudgedOrphans = Readonly<{ act: readonly Orphan[]; report: readonly Orphan[] }>

/** Names in one message. */
const MOST_NAMED = 5
/** Characters of one of them. */
const LONGEST = 80

/**
 * Which of the orphans are paused or deleted: those that a file named. One that is paused already needs no pausing.
 *
 * @throws Fault `user` where that were more than half of what is live: rather a file is wrong than that much given up
 */
export function judgeOrphans(orphans: readonly Orphan[], { mode, all, managedLive }: OrphanRule): JudgedOrphans {
  if (mode === 'report' || !all) return { act: [], report: orphans }
  const act = orphans.filter(({ file, live }) => file !== undefined && (mode === 'delete' || live.paused !== true))
  if (2 * act.length > managedLive) throw tooMany(act, mode, managedLive)
  return { act, report: orphans.filter((orphan) => !act.includes(orphan)) }
}

function tooMany(act: readonly Orphan[], mode: 'pause' | 'delete', managedLive: number): Fault {
  const named = act.slice(0, MOST_NAMED).map((orphan) => `\`${oneLine(keyOf(orphan), LONGEST)}\``)
  const more = act.length > MOST_NAMED ? ` and ${act.length - MOST_NAMED} more` : ''
  const files = [...new Set(act.map(({ file }) => file ?? ''))]
    .slice(0, MOST_NAMED)
    .map((file) => oneLine(file, LONGEST))
  const message = `\`orphans: ${mode}\` would ${mode} ${act.length} of the ${managedLive} deployments that are live, more than half: ${files.join(', ')} no longer names ${named.join(', ')}${more}.`
  const hand = mode === 'delete' ? 'delete them' : 'pause them'
  return new Fault('user', message, {
    hint: `Was something lost from the file? If they are meant to go, ${hand} in the Prefect UI, or take them out of the file in smaller steps. \`orphans: report\` deploys without touching them.`,
  })
}

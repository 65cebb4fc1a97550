import type { Said } from '../../manifest/file-state.ts'

/** One thing that is on or off, from three sides. */
export type Sides = Readonly<{
  /** What the file said of it at the commit that is live; `undefined` where that is not to be had. */
  before: Said | undefined
  /** What the file says of it now. */
  now: Said
  /** What a deploy of the file writes. */
  written: boolean
  live: boolean
}>

/**
 * Whose word counts. `nobody`: both say the same. `file`: it says otherwise than it did. `person`: it says what it did, so
 * that somebody changed what is live. `unknown`: what is off stays off, because nobody can tell who switched it off.
 */
export type Side = 'nobody' | 'file' | 'person' | 'unknown'

export function sideOf({ before, now, written, live }: Sides): Side {
  if (written === live) return 'nobody'
  if (before === undefined || before === 'open' || now === 'open') return live ? 'file' : 'unknown'
  // A value where there was none is a wish, even if it is Prefect's default: it is how to switch on what was switched off.
  const isStated = before === 'unsaid' && now !== 'unsaid'
  return isStated || onOf(before) !== written ? 'file' : 'person'
}

/** Whether live stays as it is, against what the file writes. */
export function staysLive(side: Side): side is 'person' | 'unknown' {
  return side === 'person' || side === 'unknown'
}

/** Prefect's default is on for all of them. */
function onOf(said: Exclude<Said, 'open'>): boolean {
  return said === 'unsaid' || said
}

/** The other way round: a deployment that is paused is off. */
export function opposite(said: Said): Said {
  return typeof said === 'boolean' ? !said : said
}

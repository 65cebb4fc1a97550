import { Fault } from '../../faults.ts'
import { oneLine } from '../../process/one-line.ts'
import type { LiveDeployment, Survey } from '../survey/shapes.ts'
import { keyOf, type Orphan } from './orphans.ts'
import { restoreHint } from './restore.ts'

export type OrphanMode = 'pause' | 'delete'

/** What became of an orphan. */
export type OrphanOutcome = Readonly<{
  orphan: Orphan
  /** Proved by reading it back. One that is gone is `deleted`, whoever did it. */
  state: 'paused' | 'deleted' | 'failed'
  /** Given for `failed`. */
  fault?: Fault
  /** What else is to be told of its automations. */
  automations?: Readonly<{
    /** Names of those that were deleted with it. */
    deleted: readonly string[]
    /** Names of those that somebody else made: they are still there, and act on it. */
    left: readonly string[]
  }>
  /** What would restore it, a line each, values aside; empty where this step deleted nothing of it. */
  restore: readonly string[]
}>

/** Deployments at one moment, by id. */
export type Seen = Readonly<{ deployments: ReadonlyMap<string, LiveDeployment>; automations: Survey['automations'] }>

type Written = Readonly<{ orphan: Orphan; fault?: Fault }>
type Proof = Readonly<{ before: Seen; after: Seen | Fault; mode: OrphanMode }>

/** What became of an orphan that was written to, or that needed no write, by what is there now. */
export function provedOutcome({ orphan, fault }: Written, { before, after, mode }: Proof): OrphanOutcome {
  const { id } = orphan.live
  const old = before.deployments.get(id)
  const acted = before.automations === undefined ? undefined : (before.automations.get(id) ?? [])
  if (after instanceof Fault) {
    const restore = mode === 'delete' && old !== undefined ? restoreHint(old, acted) : []
    return { orphan, state: 'failed', fault: fault ?? notProved(orphan, after), restore }
  }
  const now = after.deployments.get(id)
  if (mode === 'pause') {
    if (now?.paused === true) return { orphan, state: 'paused', restore: [] }
    return now === undefined
      ? { orphan, state: 'deleted', restore: [] }
      : { orphan, state: 'failed', fault: fault ?? asBefore(orphan), restore: [] }
  }
  const left = after.automations === undefined ? undefined : (after.automations.get(id) ?? [])
  const deleted = left === undefined ? undefined : acted?.filter((one) => !left.some((other) => other.id === one.id))
  const automations =
    deleted === undefined || left === undefined
      ? {}
      : { automations: { deleted: deleted.map(({ name }) => name), left: left.map(({ name }) => name) } }
  const lost = now === undefined || (deleted ?? []).length > 0
  const restore = lost && old !== undefined ? restoreHint(old, deleted) : []
  if (now === undefined) return { orphan, state: 'deleted', ...automations, restore }
  return { orphan, state: 'failed', fault: fault ?? asBefore(orphan), ...automations, restore }
}

function notProved(orphan: Orphan, after: Fault): Fault {
  return new Fault(after.kind, `Whether ${shownName(orphan)} is gone or paused is not known. ${after.message}`, {
    hint: after.hint ?? 'Look at it in the Prefect UI.',
    cause: after,
    tookEffect: 'perhaps',
  })
}

function asBefore(orphan: Orphan): Fault {
  return new Fault('remote', `Prefect took the write, but ${shownName(orphan)} is as it was before.`, {
    hint: 'Another job may have deployed it at the same moment. Look at it in the Prefect UI.',
  })
}

function shownName(orphan: Orphan): string {
  return `\`${oneLine(keyOf(orphan), 120)}\``
}

import pLimit from 'p-limit'
import { asFault, Fault, throwIfCancelled } from '../../faults.ts'
import { oneLine } from '../../process/one-line.ts'
import { wasChanged, wereChanged } from '../survey/changed.ts'
import type { LiveDeployment } from '../survey/shapes.ts'
import { survey } from '../survey/survey.ts'
import { keyOf, type Orphan } from './orphans.ts'
import { type OrphanMode, type OrphanOutcome, provedOutcome, type Seen } from './outcome.ts'
import { type OrphanTools, writeAgain } from './write.ts'

/** Orphans at once: a server on SQLite answers 503 to those that write at the same moment. */
const AT_ONCE = { cloud: 8, 'self-hosted': 2 } as const

/**
 * Pauses or deletes orphans side by side, and proves each by reading it back. The automations that Prefect owns for one are
 * deleted before it: they would outlive it, and fire. One that was changed since it was surveyed is left as it is.
 *
 * Never throws: each orphan has its outcome, in no order; that of one that was cancelled has a fault of that kind.
 */
export async function removeOrphans(
  tools: OrphanTools,
  act: readonly Orphan[],
  mode: OrphanMode,
  onOutcome: (outcome: OrphanOutcome) => void,
): Promise<void> {
  const before = await seen(tools, act)
  if (before instanceof Fault) {
    for (const orphan of act) onOutcome({ orphan, state: 'failed', fault: before, restore: [] })
    return
  }
  const atOnce = pLimit(AT_ONCE[tools.api.url.kind])
  const work = WORK[mode]
  const tried = await Promise.all(act.map((orphan) => atOnce(() => attempt(tools, { orphan, before, work }))))
  for (const { orphan, fault, wrote } of tried) {
    if (fault !== undefined && !wrote) onOutcome({ orphan, state: 'failed', fault, restore: [] })
  }
  const open = tried.filter(({ fault, wrote }) => fault === undefined || wrote)
  const after = await seen(
    tools,
    open.map(({ orphan }) => orphan),
  )
  for (const one of open) onOutcome(provedOutcome(one, { before, after, mode }))
}

/** The orphans as they are now. */
async function seen({ api }: OrphanTools, orphans: readonly Orphan[]): Promise<Seen | Fault> {
  try {
    const { deployments, automations } = await survey(api, { ids: orphans.map(({ live }) => live.id) })
    return { deployments: new Map([...deployments.values()].map((one) => [one.id, one])), automations }
  } catch (thrown) {
    return asFault(thrown)
  }
}

type Work = Readonly<{
  done: 'paused' | 'deleted'
  /** Whether nothing has to be written. */
  isDone: (now: LiveDeployment) => boolean
  write: (tools: OrphanTools, id: string, shown: string) => Promise<void>
}>

const WORK: Readonly<Record<OrphanMode, Work>> = {
  pause: {
    done: 'paused',
    isDone: ({ paused }) => paused === true,
    // A PATCH would validate the deployment anew, which one of long ago need not pass (Prefect: server/api/deployments.py).
    write: (tools, id, shown) =>
      writeAgain(tools, { doing: `Pausing ${shown}`, method: 'POST', path: `/deployments/${id}/pause_deployment` }),
  },
  delete: {
    done: 'deleted',
    isDone: () => false,
    write: async (tools, id, shown) => {
      const owned = `/automations/owned-by/prefect.deployment.${id}`
      await writeAgain(tools, { doing: `Deleting the automations of ${shown}`, method: 'DELETE', path: owned })
      await writeAgain(tools, { doing: `Deleting ${shown}`, method: 'DELETE', path: `/deployments/${id}` })
    },
  },
}

type Tried = Readonly<{ orphan: Orphan; wrote: boolean; fault?: Fault }>

async function attempt(
  tools: OrphanTools,
  { orphan, before, work }: Readonly<{ orphan: Orphan; before: Seen; work: Work }>,
): Promise<Tried> {
  let wrote = false
  try {
    throwIfCancelled(tools.signal)
    const now = before.deployments.get(orphan.live.id)
    if (now !== undefined && isChanged(orphan, now, before)) throw changedMeanwhile(orphan, work)
    if (now === undefined || work.isDone(now)) return { orphan, wrote }
    wrote = true
    await work.write(tools, encodeURIComponent(now.id), shownName(orphan))
    return { orphan, wrote }
  } catch (thrown) {
    return { orphan, wrote, fault: asFault(thrown) }
  }
}

/** Whether somebody worked on it, or on its automations, since the plan was made. */
function isChanged({ live, automations }: Orphan, now: LiveDeployment, { automations: all }: Seen): boolean {
  if (wasChanged(live, now)) return true
  return automations !== undefined && all !== undefined && wereChanged(automations, all.get(now.id) ?? [])
}

function changedMeanwhile(orphan: Orphan, { done }: Work): Fault {
  const what = `${shownName(orphan)} was changed in the workspace while this step ran, so it was not ${done}.`
  return new Fault('refusal', what, {
    hint: 'Somebody, or another job, works with it. See in the Prefect UI what it is now, and run the step again.',
  })
}

function shownName(orphan: Orphan): string {
  return `\`${oneLine(keyOf(orphan), 120)}\``
}

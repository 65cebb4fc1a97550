import type { Fault } from '../../faults.ts'
import type { JudgedOrphans } from '../../prefect/orphans/judge.ts'
import type { Orphan } from '../../prefect/orphans/orphans.ts'
import { removeOrphans } from '../../prefect/orphans/remove.ts'
import { restoreHint } from '../../prefect/orphans/restore.ts'
import type { Survey } from '../../prefect/survey/shapes.ts'
import { uiLinks } from '../../prefect/ui-url.ts'
import type { OrphanRow } from '../../report/shape.ts'
import type { PrefectWork } from '../prefect-work.ts'
import { warn } from '../told.ts'

/** Names in one message. */
const MOST_NAMED = 5

/** Enters the orphans as a plan has them. */
export function enterOrphans(work: PrefectWork, { act, report }: JudgedOrphans, { automations }: Survey): void {
  const mode = work.inputs.orphans
  for (const orphan of act) {
    const own = automations === undefined ? undefined : (automations.get(orphan.live.id) ?? [])
    const restore = mode === 'delete' ? restoreHint(orphan.live, own) : []
    work.ledger.orphan({ ...rowOf(work, orphan), act: mode, state: 'planned', restore })
  }
  for (const orphan of report) work.ledger.orphan(rowOf(work, orphan))
}

/**
 * Pauses or deletes the orphans that the plan says, and proves each by reading it back.
 *
 * @throws Fault the first one; each stands in the ledger
 */
export async function removedOrphans(work: PrefectWork, { act }: JudgedOrphans): Promise<void> {
  const mode = work.inputs.orphans
  if (mode === 'report' || act.length === 0) return
  const faults: Fault[] = []
  await removeOrphans(
    { ...work.host, api: work.target.api },
    act,
    mode,
    ({ orphan, state, fault, restore, automations }) => {
      work.ledger.orphan({ ...rowOf(work, orphan), act: mode, state, restore })
      const left = automations?.left ?? []
      if (state === 'deleted' && left.length > 0) {
        const names = left.slice(0, MOST_NAMED).map((name) => `\`${name}\``)
        warn(
          `${orphan.flow}/${orphan.name} is deleted; ${left.length === 1 ? 'one automation still acts' : `${left.length} automations still act`} on it: ${names.join(', ')}. Delete or change what is not wanted any more in the Prefect UI.`,
          work,
        )
      }
      if (fault !== undefined) faults.push(fault)
    },
  )
  for (const fault of faults) work.ledger.fault(fault, 'orphans')
  if (faults[0] !== undefined) throw faults[0]
}

function rowOf({ target, inputs }: PrefectWork, { flow, name, live, file }: Orphan): OrphanRow {
  const links = uiLinks(target.access.url, inputs.prefect.settings)
  return {
    flow,
    name,
    id: live.id,
    url: links.deployment(live.id),
    ...(file === undefined ? {} : { file }),
    act: 'report',
    state: 'left',
    restore: [],
  }
}

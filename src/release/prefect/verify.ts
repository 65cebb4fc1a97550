import { differencesOf } from '../../prefect/plan/differences.ts'
import type { FieldDifference } from '../../prefect/plan/plan.ts'
import type { PrefectWork } from '../prefect-work.ts'
import type { PlannedEntry } from './plan.ts'
import type { ReadyPlan } from './ready.ts'
import { codeText, plannedRow, shownDifferences } from './rows.ts'

/**
 * Enters each deployment as it is live: as the files say, or otherwise. What a person set and a deploy keeps is no
 * difference, nor is the stamp of another commit alone.
 */
export function enterLive(work: PrefectWork, { plan, survey }: ReadyPlan): void {
  for (const one of plan.entries) enterEntry(work, one, survey.automations !== undefined)
}

function enterEntry(work: PrefectWork, one: PlannedEntry, readable: boolean): void {
  const { live, liveAutomations, recorded } = one.planned
  const { changes: _, action: __, ...row } = plannedRow(work, one)
  if (live === undefined) return work.ledger.deployment({ ...row, state: 'missing' })
  const drifted = differencesOf(recorded, live, readable ? liveAutomations : undefined).filter(
    (difference) => !isStamp(difference, work.commit),
  )
  return work.ledger.deployment({
    ...row,
    state: drifted.length === 0 ? 'verified' : 'drifted',
    mismatches: shownDifferences(work, drifted),
    ...codeText(work, live),
  })
}

/** Prefect stamps each deploy with its commit; another one may have changed nothing of this deployment. */
function isStamp({ field, wanted }: FieldDifference, commit: string): boolean {
  return field === 'version' && commit !== '' && wanted === commit.slice(0, 8)
}

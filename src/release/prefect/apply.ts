import { cancelled, Fault } from '../../faults.ts'
import { applyPlan } from '../../prefect/apply/apply.ts'
import { openPrefectApi } from '../../prefect/client.ts'
import type { ApplyOutcome } from '../../prefect/apply/shapes.ts'
import { differencesOf } from '../../prefect/plan/differences.ts'
import { deploymentKey, type Survey } from '../../prefect/survey/shapes.ts'
import { survey } from '../../prefect/survey/survey.ts'
import type { DeploymentRow } from '../../report/shape.ts'
import type { PrefectWork } from '../prefect-work.ts'
import { codeText, plannedRow, shownDifferences } from './rows.ts'
import type { PlannedEntry } from './plan.ts'

/** Writes at once to begin with; a server with SQLite locks itself with more. */
const AT_ONCE = { cloud: 8, 'self-hosted': 4 } as const
/** Writes at once that a server comes to which takes them all, as one with PostgreSQL does. */
const AT_MOST = 8

/** One deployment with what became of its writes. */
export type AppliedEntry = Readonly<{ one: PlannedEntry; outcome: ApplyOutcome }>

/**
 * Sends the plan, and enters what becomes of each deployment as soon as it is known. One that fails does not stop the
 * others.
 *
 * @throws Fault `cancelled`, else the first one, when all have ended; what was applied has been read back by then
 */
export async function appliedEntries(
  work: PrefectWork,
  entries: readonly PlannedEntry[],
): Promise<readonly AppliedEntry[]> {
  const { host, ledger, target } = work
  const rows = new Map(entries.map((one) => [one.planned, one]))
  const faults: Fault[] = []
  const outcomes = await applyPlan(
    { ...host, api: target.api },
    entries.map(({ planned }) => planned),
    {
      atOnce: AT_ONCE[target.api.url.kind],
      atMost: AT_MOST,
      // The stand-ins were replaced before the plan was made.
      reveal: (text) => text,
      onOutcome: (outcome) => {
        const one = rows.get(outcome.planned)
        if (one === undefined) return
        enterOutcome(work, one, outcome)
        if (outcome.fault !== undefined) faults.push(outcome.fault)
      },
    },
  )
  const applied = outcomes.flatMap((outcome) => {
    const one = rows.get(outcome.planned)
    return one === undefined ? [] : [{ one, outcome }]
  })
  for (const fault of faults) ledger.fault(fault, 'prefect')
  // A stop may come where nothing is on its way, so that no write tells of it.
  const ends = host.signal.aborted ? cancelled(host.signal) : faults[0]
  if (ends === undefined) return applied
  // What was applied is still read back, so that the report can vouch for it.
  await verifiedEntries(host.signal.aborted ? inSpiteOfStop(work) : work, applied).catch(() => undefined)
  throw ends
}

/** Seconds for the look at what is live after a stop: the step must be gone within 7. */
const LOOK_WITHIN = 3

/** The same work with a connection of its own, which the stop of the step does not end. */
function inSpiteOfStop(work: PrefectWork): PrefectWork {
  const { host, target, inputs } = work
  const signal = AbortSignal.timeout(LOOK_WITHIN * 1000)
  const http = host.openHttp(inputs.prefect.settings.tls)
  return { ...work, target: { ...target, api: openPrefectApi({ ...host, http, signal }, target.access) } }
}

function enterOutcome(work: PrefectWork, one: PlannedEntry, { state, id, wrote }: ApplyOutcome): void {
  work.ledger.deployment({
    ...plannedRow(work, one, id),
    state,
    ...(wrote ? { wrote: true } : {}),
  })
}

/**
 * Reads every deployment back, also those that had not to be written, and compares each field with what is wanted.
 *
 * @throws Fault `refusal` where one is not as the file says; each stands in the ledger
 */
export async function verifiedEntries(work: PrefectWork, applied: readonly AppliedEntry[]): Promise<void> {
  const { ledger, target } = work
  const tried = applied.filter(({ outcome }) => outcome.state === 'applied' || outcome.state === 'unknown')
  const ids = tried.flatMap(({ outcome: { id } }) => id ?? [])
  // The id of one that was on its way when the step was stopped is not known.
  const names = tried.filter(({ outcome }) => outcome.id === undefined).map(({ one }) => one.planned.name)
  const live = await survey(target.api, { ids, names })
  const faults = tried.flatMap(({ one, outcome }) => entryVerified(work, { one, outcome }, live) ?? [])
  for (const fault of faults) ledger.fault(fault, 'prefect-read-back')
  if (faults[0] !== undefined) throw faults[0]
}

function entryVerified(
  work: PrefectWork,
  { one, outcome }: AppliedEntry,
  { deployments, automations }: Survey,
): Fault | undefined {
  const { flow, name, recorded, dropped } = one.planned
  const live = deployments.get(deploymentKey(flow, name))
  const own = automations === undefined ? undefined : (automations.get(live?.id ?? '') ?? [])
  const differences = differencesOf(recorded, live, own, dropped)
  const state = provedState(outcome, { isThere: live !== undefined, isAsWanted: differences.length === 0 })
  const row = plannedRow(work, one, live?.id ?? outcome.id)
  work.ledger.deployment({
    ...row,
    ...(outcome.wrote ? { wrote: true } : {}),
    state,
    mismatches: live === undefined ? [] : shownDifferences(work, differences),
    ...codeText(work, live),
  })
  if (differences.length === 0 || outcome.state === 'unknown') return undefined
  if (live === undefined) {
    return new Fault('refusal', `The deployment ${flow}/${name} is not there, though Prefect took it.`, {
      hint: 'Somebody may have deleted it meanwhile. Run the step again.',
    })
  }
  const named = shownDifferences(work, differences.slice(0, MOST_NAMED))
  const what = named.map((is) => `${is.field}: wanted ${is.wanted}, found ${is.found}`)
  const more = differences.length - named.length
  const all = more === 0 ? what : [...what, `and ${more} more`]
  return new Fault('refusal', `The deployment ${flow}/${name} is live otherwise than wanted: ${all.join('; ')}.`, {
    hint: 'Another deploy may have overwritten it: give the jobs that deploy here one `concurrency` group, and run again.',
  })
}

/** Differences in one message; the table has the others. */
const MOST_NAMED = 3

type Proof = Readonly<{ isThere: boolean; isAsWanted: boolean }>

/**
 * What the read-back makes of an outcome. What was on its way when the step was stopped may have come; where it did not, it
 * still may: a server goes on with what it has taken, also where nobody waits for it any more.
 */
function provedState({ state }: ApplyOutcome, { isThere, isAsWanted }: Proof): DeploymentRow['state'] {
  if (isAsWanted) return 'verified'
  if (state === 'unknown') return 'unknown'
  return isThere ? 'mismatch' : 'missing'
}

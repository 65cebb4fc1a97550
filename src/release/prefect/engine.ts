import { Fault } from '../../faults.ts'
import type { Rehearsal } from '../../prefect/rehearsal/rehearse.ts'
import { deploymentKey, type LiveDeployment, type Survey } from '../../prefect/survey/shapes.ts'
import type { Course } from '../course.ts'
import type { PrefectWork } from '../prefect-work.ts'
import { warn } from '../told.ts'

/** How the Prefect side goes on: by the plan, by Prefect's own command, or not at all, because nothing can be told. */
export type Engine = 'rehearsed' | 'direct' | 'none'

/** Names in one message. */
const MOST_NAMED = 3

/**
 * What follows from a rehearsal. One that is void plans nothing: a step that only looks ends as `skipped`, and a deploy falls
 * back to `engine: direct` where nothing is lost by that.
 *
 * @throws Fault `user` where the command itself would switch things on again that somebody switched off
 */
export function engineAfter(work: PrefectWork, { does }: Course, { unsound, survey, faults }: Rehearsal): Engine {
  const [why] = unsound
  // What failed is told as what it is.
  if (why === undefined || faults.length > 0) return 'rehearsed'
  if (does !== 'deploy') {
    const skipped = `The plan cannot be computed: ${why}`
    warn(skipped, work)
    work.ledger.know({ skipped })
    return 'none'
  }
  const off = work.inputs.preserveOperatorState ? switchedOff(survey) : []
  if (off.length > 0) throw wouldSwitchOn(why, off)
  warn(`The rehearsal is void, so \`prefect deploy\` runs against the workspace itself: ${why}`, work)
  return 'direct'
}

/**
 * What failed in a rehearsal. Where the recorder refused something, that comes first: the command may have failed because of
 * it, and what it says then ("you lack a permission") is about nobody's workspace.
 */
export function toldFaults({ faults, recording }: Pick<Rehearsal, 'faults' | 'recording'>): Rehearsal['faults'] {
  const [why] = recording.voids
  const [first] = faults
  if (why === undefined || first === undefined) return faults
  if (first.fault.kind === 'cancelled' || first.fault.kind === 'timeout') return faults
  const hint =
    "What failed may come of that alone. Mend what is named here; or set `engine: direct`, which deploys by Prefect's own command, without a rehearsal."
  return [{ fault: new Fault('user', `The rehearsal is void: ${why}`, { hint }) }, ...faults]
}

/** Whether a rehearsal belongs to this step at all; a plan is never made in another way. */
export function rehearses({ inputs }: Pick<PrefectWork, 'inputs'>, { does }: Course): boolean {
  return does !== 'deploy' || inputs.engine === 'rehearsed'
}

/** Deployments of which something is switched off in the workspace. */
function switchedOff({ deployments, automations }: Survey): readonly string[] {
  const isOff = (live: LiveDeployment): boolean =>
    live.paused === true ||
    (live.schedules ?? []).some(({ active }) => !active) ||
    (automations?.get(live.id) ?? []).some(({ enabled }) => !enabled)
  return [...deployments.values()].filter(isOff).map(({ flow, name }) => deploymentKey(flow, name))
}

function wouldSwitchOn(why: string, off: readonly string[]): Fault {
  const named = off.slice(0, MOST_NAMED).map((name) => `\`${name}\``)
  const more = off.length > MOST_NAMED ? ` and ${off.length - MOST_NAMED} more` : ''
  return new Fault('user', `The rehearsal is void: ${why}`, {
    hint: `\`prefect deploy\` against the workspace itself would switch on what is off there, of ${named.join(', ')}${more}. Mend what voids the rehearsal; or set \`engine: direct\`, if that may come back on.`,
  })
}

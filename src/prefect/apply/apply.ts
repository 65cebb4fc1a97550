import { asFault, type Fault } from '../../faults.ts'
import type { PlannedDeployment } from '../plan/plan.ts'
import type { Course, Trace } from './course.ts'
import { writeDeployment } from './deployment.ts'
import { type Flows, openFlows } from './flows.ts'
import { openHealth } from './health.ts'
import { openIds } from './ids.ts'
import { openPace } from './pace.ts'
import { openQueues } from './queues.ts'
import type { ApplyOptions, ApplyOutcome, ApplyTools } from './shapes.ts'

/** Seconds between two lines about how far it is. */
const SAY_EVERY = 5

/**
 * Sends what is planned, several deployments side by side, the writes of one deployment one after another. One that
 * fails does not stop the others, unless the reason is one of them all: the credential, or a server that does not
 * answer any more. Gives an outcome for each, in the order of `planned`.
 *
 * @throws Fault `internal`, where the plan names a placeholder that nothing gives an id, before the first write
 */
export async function applyPlan(
  tools: ApplyTools,
  planned: readonly PlannedDeployment[],
  options: ApplyOptions,
): Promise<readonly ApplyOutcome[]> {
  const first = Math.max(1, options.atOnce)
  const most = Math.max(first, options.atMost ?? first)
  const course: Course = {
    tools,
    ids: openIds(planned),
    pace: openPace(tools, { first, most }),
    health: openHealth(tools.clock),
    queues: openQueues(),
    reveal: options.reveal,
  }
  const flows = openFlows(course)
  const outcomes: ApplyOutcome[] = []
  const settled = settler(tools, planned, options)
  const defects: unknown[] = []
  const left = planned.entries()
  // No more than there is room for: what is begun may be written in part when the step is cancelled, the rest is untried.
  const lanes: Promise<void>[] = []
  const widen = (): void => {
    while (lanes.length < Math.max(first, course.pace.fits())) lanes.push(lane())
  }
  const lane = async (): Promise<void> => {
    for (const [index, one] of left) {
      try {
        const outcome = await outcomeOf(course, flows, one)
        outcomes[index] = outcome
        settled(outcome)
        widen()
      } catch (defect) {
        // The other lanes finish what they have begun before anybody hears of it.
        defects.push(defect)
        course.health.halt()
      }
    }
  }
  widen()
  // This list grows while it is walked.
  for (const one of lanes) await one
  if (defects.length > 0) throw defects[0]
  return outcomes
}

async function outcomeOf(course: Course, flows: Flows, planned: PlannedDeployment): Promise<ApplyOutcome> {
  const trace: Trace = { wrote: false }
  if (!isWritten(planned)) return { planned, state: 'applied', id: planned.recorded.id, wrote: false }
  if (course.tools.signal.aborted || course.health.halted()) return { planned, state: 'never-tried', wrote: false }
  try {
    await writeDeployment(course, flows, { planned, trace })
    return { planned, state: 'applied', ...trace }
  } catch (thrown) {
    const fault = asFault(thrown)
    if (fault.kind === 'internal') throw fault
    if (!isStop(fault, course.tools.signal)) return { planned, state: 'failed', ...trace, fault }
    return { planned, state: trace.wrote ? 'unknown' : 'never-tried', ...trace, fault }
  }
}

function isWritten({ writes }: PlannedDeployment): boolean {
  return writes.deployment !== 'nothing' || writes.automations || writes.slas
}

/** Whether a fault is the step's own stop; the signal brings a fault of its own (`timeout`) or none. */
function isStop(fault: Fault, signal: AbortSignal): boolean {
  return signal.aborted && (fault === signal.reason || fault.kind === 'cancelled')
}

function settler(
  { clock, log }: ApplyTools,
  planned: readonly PlannedDeployment[],
  { onOutcome }: ApplyOptions,
): (outcome: ApplyOutcome) => void {
  const total = planned.filter(isWritten).length
  let written = 0
  let last = clock.seconds()
  return (outcome) => {
    if (outcome.state === 'applied' && isWritten(outcome.planned)) written += 1
    if (clock.seconds() - last >= SAY_EVERY) {
      last = clock.seconds()
      log.info(`Prefect: ${written} of ${total} deployments written`)
    }
    onOutcome(outcome)
  }
}

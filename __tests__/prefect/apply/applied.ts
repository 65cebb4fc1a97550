import type { Log } from '../../../src/host.ts'
import { applyPlan } from '../../../src/prefect/apply/apply.ts'
import type { ApplyOptions, ApplyOutcome } from '../../../src/prefect/apply/shapes.ts'
import type { PlannedDeployment } from '../../../src/prefect/plan/plan.ts'
import { type FakeWorkspace, fakeWorkspace } from './fake-workspace.ts'
import { idOf, plannedOf, REVEALED, scheduleIdsOf, type Sketch, STAND_IN } from './plans.ts'
import { virtualClock } from './virtual-clock.ts'

export type Run = Readonly<{
  outcomes: readonly ApplyOutcome[]
  told: ApplyOutcome[]
  workspace: FakeWorkspace
  /** Of the log: for everybody, and for who asks. */
  lines: string[]
  debug: string[]
  /** How long it took, of virtual time. */
  seconds: number
}>
type Circumstances = Readonly<{
  mishap?: Parameters<typeof fakeWorkspace>[0]['mishap']
  atOnce?: number
  atMost?: number
  change?: (planned: PlannedDeployment) => PlannedDeployment
  onOutcome?: ApplyOptions['onOutcome']
  /** What the signal is aborted with. */
  reason?: unknown
}>

/** Applies a plan to a fake workspace, in which all that is not made anew is live. */
export async function applied(sketches: readonly Sketch[], circumstances: Circumstances = {}): Promise<Run> {
  const {
    mishap = () => undefined,
    atOnce = 4,
    atMost = atOnce,
    change = (planned) => planned,
    onOutcome,
    reason,
  } = circumstances
  const clock = virtualClock()
  const abort = new AbortController()
  const workspace = fakeWorkspace({ clock, abort: () => abort.abort(reason), signal: abort.signal, mishap })
  const lines: string[] = []
  const debug: string[] = []
  const log: Log = {
    info: (line) => lines.push(line),
    debug: (line) => debug.push(line),
    group: () => undefined,
    warning: () => undefined,
  }
  for (const sketch of sketches) if (sketch.kind !== 'create') live(workspace, sketch)
  const told: ApplyOutcome[] = []
  const outcomes = await clock.until(
    applyPlan(
      { api: workspace.api, clock, random: () => 0.5, signal: abort.signal, log },
      sketches.map((sketch) => change(plannedOf(sketch))),
      {
        atOnce,
        atMost,
        reveal: (text) => text.replaceAll(STAND_IN, REVEALED),
        onOutcome: (outcome) => {
          told.push(outcome)
          onOutcome?.(outcome)
        },
      },
    ),
  )
  return { outcomes, told, workspace, lines, debug, seconds: clock.seconds() }
}

/** Puts it into the workspace as it was before, with an automation that it owns and one that somebody else made. */
function live({ deployments, automations }: FakeWorkspace, sketch: Sketch): void {
  const id = idOf(`deployment ${sketch.name}`)
  deployments.set(id, {
    name: sketch.name,
    version: 'old',
    parameters: { n: 1 },
    schedules: ['kept', ...scheduleIdsOf(sketch)],
  })
  automations.push({ name: 'old', owner_resource: `prefect.deployment.${id}` }, { name: 'by hand', of: sketch.name })
}

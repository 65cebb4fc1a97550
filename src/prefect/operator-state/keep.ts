import type { FileState } from '../../manifest/file-state.ts'
import type { Before } from '../../manifest/file-before.ts'
import type { KeptState } from '../plan/plan.ts'
import type { RecordedDeployment } from '../rehearsal/recorded.ts'
import type { LiveAutomation, LiveDeployment } from '../survey/shapes.ts'
import { keepAutomations, leftAutomations } from './automations.ts'
import { keepSchedules } from './schedules.ts'
import { opposite, sideOf, staysLive } from './three-way.ts'
import { causeOf, keptSwitch } from './words.ts'

export type OperatorChoice = Readonly<{
  /** What the file said at the commit that is live. */
  before: Before
  /** What it says now. */
  now: FileState
  /** The input `preserve-operator-state`; without it only the phase of intervals is kept. */
  preserve: boolean
  /** The input `orphans`, for schedules; `report` where not all deployments are deployed. */
  orphans: 'report' | 'pause' | 'delete'
}>

export type Kept = Readonly<{
  /** What is sent. */
  recorded: RecordedDeployment
  /** What people did in the workspace and a plain `prefect deploy` would undo. */
  kept: readonly KeptState[]
  /** What else is to be told: what stays by itself, what goes, and what is left over. */
  notes: readonly KeptState[]
  /** Names of live automations whose triggers the file had at the live commit and no longer has: they are to go. */
  dropped: readonly string[]
}>

/**
 * Edits what a rehearsal recorded so that it leaves what people did in the workspace: paused it or not, switched schedules
 * and automations on or off, added schedules. Three sides are compared: the file at the commit that is live, the file now, and
 * what is live. Where the file changed, the file wins; where it did not and live differs, live stays. Where the file at that
 * commit is not to be had, what is off stays off.
 *
 * @param automations those that act on the deployment; `undefined` where the credential may not read them
 */
export function keepOperatorState(
  recorded: RecordedDeployment,
  live: LiveDeployment | undefined,
  automations: readonly LiveAutomation[] | undefined,
  choice: OperatorChoice,
): Kept {
  if (live === undefined) return { recorded, kept: [], notes: [], dropped: [] }
  const paused = choice.preserve ? keptPaused(recorded, live, choice) : undefined
  const schedules = keepSchedules(recorded, live.schedules ?? [], choice)
  const enabled = choice.preserve
    ? keepAutomations(recorded, automations ?? [], { ...choice, deployment: live })
    : undefined
  const left = leftAutomations(recorded, automations ?? [], { ...choice, deployment: live })
  const { write } = recorded
  const body = {
    ...write.body,
    ...(paused === undefined ? {} : { paused: live.paused === true }),
    ...(schedules.schedules === undefined ? {} : { schedules: schedules.schedules }),
  }
  return {
    recorded: {
      ...recorded,
      write: { ...write, body },
      deletedSchedules: schedules.deletedSchedules,
      automations: enabled?.automations ?? recorded.automations,
    },
    kept: [...(paused === undefined ? [] : [paused]), ...schedules.kept, ...(enabled?.kept ?? [])],
    notes: [...schedules.notes, ...unreadable(recorded, automations, choice), ...left.notes],
    dropped: left.dropped,
  }
}

/** `undefined`: it is as the recorded body says. */
function keptPaused(
  { write }: RecordedDeployment,
  live: LiveDeployment,
  { before, now }: OperatorChoice,
): KeptState | undefined {
  const paused = live.paused === true
  const side = sideOf({
    before: before.known ? opposite(before.state.paused) : undefined,
    now: opposite(now.paused),
    written: write.body['paused'] !== true,
    live: !paused,
  })
  if (!staysLive(side)) return undefined
  return keptSwitch(
    {
      field: 'paused',
      live: paused,
      done: paused ? 'paused it' : 'resumed it',
      undo: paused ? 'Resume it' : 'Pause it',
      ...(now.paused === 'unsaid' ? { write: 'paused: false' } : {}),
    },
    causeOf(side, before),
  )
}

/** A deploy makes automations anew, enabled or not as the file says. */
function unreadable(
  { automations: wanted }: RecordedDeployment,
  live: readonly LiveAutomation[] | undefined,
  { preserve }: OperatorChoice,
): readonly KeptState[] {
  if (!preserve || live !== undefined || wanted.length === 0) return []
  const says =
    '`automations` are made anew as the file says: this credential may not read them, so that nobody can tell which ones somebody disabled. Give it a role that may.'
  return [{ field: 'automations', says }]
}

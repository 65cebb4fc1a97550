import { isJsonObject, type JsonObject } from '../json.ts'
import type { KeptState } from '../plan/plan.ts'
import type { RecordedDeployment } from '../rehearsal/recorded.ts'
import type { LiveSchedule } from '../survey/shapes.ts'
import { keptActive } from './schedule-active.ts'
import { withLiveAnchor } from './schedule-anchor.ts'
import { schedulePairs } from './schedule-pairs.ts'
import { type Fate, fateOf, type ScheduleChoice, type Treatment } from './schedule-fate.ts'
import { scheduleBefore } from './schedule-before.ts'
import { withLostParameters } from './schedule-parameters.ts'

export type KeptSchedules = Readonly<{
  /** For the body; `undefined`: it says nothing of schedules. */
  schedules: readonly unknown[] | undefined
  deletedSchedules: readonly string[]
  kept: readonly KeptState[]
  notes: readonly KeptState[]
}>

/** The schedules of a recorded write, so that what people did to the live ones stays. */
export function keepSchedules(
  { write, deletedSchedules }: Pick<RecordedDeployment, 'write' | 'deletedSchedules'>,
  found: readonly LiveSchedule[],
  choice: ScheduleChoice,
): KeptSchedules {
  const live = withLostParameters(found, choice.before)
  const given = write.body['schedules']
  const list = Array.isArray(given) ? (given as readonly unknown[]) : undefined
  const wanted = (list ?? []).filter(isJsonObject)
  const treatment = treatmentOf(write.kind, list, live)
  // The server refuses the one, and of the other nothing is known: neither is ours to mend.
  if (treatment === 'refused' || wanted.length < (list?.length ?? 0)) {
    return { schedules: list, deletedSchedules, kept: [], notes: [] }
  }
  const mayDiffer = (one: LiveSchedule): boolean => scheduleBefore(one, choice.before).state !== 'absent'
  const pairs = schedulePairs(wanted, live, mayDiffer)
  const edited = pairs.wanted.map(([one, other]) => {
    if (other === undefined) return { schedule: one }
    return keptActive(withLiveAnchor(one, other), other, { ...choice, treatment })
  })
  const fates = pairs.left.map((one) =>
    fateOf(one, { ...choice, treatment, isDeleted: deletedSchedules.includes(one.id) }),
  )
  return {
    schedules: writtenList(list === undefined ? undefined : edited.map(({ schedule }) => schedule), live, {
      fates,
      treatment,
    }),
    deletedSchedules: [
      ...deletedSchedules.filter((id) => !fates.some(({ live: one, does }) => one.id === id && does === 'keep')),
      ...fates.flatMap(({ live: { id }, does }) => (does === 'delete' ? [id] : [])),
    ],
    kept: [...edited.flatMap(({ kept }) => kept ?? []), ...fates.flatMap(({ kept }) => kept ?? [])],
    notes: [...edited.flatMap(({ note }) => note ?? []), ...fates.flatMap(({ note }) => note ?? [])],
  }
}

/** Prefect: server/api/deployments.py, update_deployment, and models/deployments.py, create_deployment */
function treatmentOf(
  kind: 'create' | 'update',
  list: readonly unknown[] | undefined,
  live: readonly LiveSchedule[],
): Treatment | 'refused' {
  if (kind === 'create') return 'replaced'
  if (list === undefined) return 'left'
  if (!areNamed(live)) return 'replaced'
  const named = list.every((one) => isJsonObject(one) && typeof one['slug'] === 'string')
  return named ? 'by-slug' : 'refused'
}

function areNamed(live: readonly LiveSchedule[]): boolean {
  return live.length > 0 && live.every(({ slug }) => typeof slug === 'string')
}

function writtenList(
  edited: readonly JsonObject[] | undefined,
  live: readonly LiveSchedule[],
  { fates, treatment }: Readonly<{ fates: readonly Fate[]; treatment: Treatment }>,
): readonly JsonObject[] | undefined {
  const off = fates.flatMap(({ live: one, does }) => (does === 'pause' ? [one] : []))
  if (treatment === 'replaced') {
    const added = fates.flatMap(({ live: one, does }) => (does === 'keep' ? [copyOf(one)] : []))
    return edited === undefined && added.length === 0 ? undefined : [...(edited ?? []), ...added]
  }
  if (off.length === 0) return edited
  if (areNamed(live)) return [...(edited ?? []), ...off.map((one) => ({ ...copyOf(one), active: false }))]
  return live.map((one) => (off.includes(one) ? { ...copyOf(one), active: false } : copyOf(one)))
}

/** A live schedule as a write takes it, with everything that makes it what it is. */
function copyOf({ schedule, active, parameters, slug, max_scheduled_runs: runs }: LiveSchedule): JsonObject {
  return {
    schedule,
    active,
    parameters: parameters ?? {},
    ...(typeof slug === 'string' ? { slug } : {}),
    ...(typeof runs === 'number' ? { max_scheduled_runs: runs } : {}),
  }
}

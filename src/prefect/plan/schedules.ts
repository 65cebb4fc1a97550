import { isJsonObject, type JsonObject } from '../json.ts'
import type { RecordedDeployment } from '../rehearsal/recorded.ts'
import type { LiveDeployment, LiveSchedule } from '../survey/shapes.ts'
import { present, without } from './forms.ts'
import { leafDifferences } from './leaves.ts'
import { paired } from './pairs.ts'
import type { FieldDifference } from './plan.ts'
import { scheduleLabel, timesOf } from './schedule-meaning.ts'

/**
 * Where the schedules of a deployment are otherwise than a write makes them. A body without `schedules` writes none. An
 * update whose schedules all have slugs, of a deployment whose schedules all have one, changes and adds those that it names
 * and leaves the others; any other write makes all schedules anew. (Prefect: server/api/deployments.py, update_deployment)
 */
export function scheduleDifferences(recorded: RecordedDeployment, live: LiveDeployment): readonly FieldDifference[] {
  const { kind, body } = recorded.write
  const found = live.schedules ?? []
  const deleted = new Set(recorded.deletedSchedules)
  const gone = found.filter(({ id }) => deleted.has(id)).map(surplus)
  const asked = body['schedules']
  if (!Array.isArray(asked)) return gone
  const wanted = asked.filter((one) => isJsonObject(one))
  const staying = found.filter(({ id }) => !deleted.has(id))
  const bySlug = kind === 'update' && [...wanted, ...found].every(hasSlug)
  return [...(bySlug ? named(wanted, staying) : replaced(wanted, staying)), ...gone]
}

function hasSlug({ slug }: Readonly<{ slug?: unknown }>): boolean {
  return slug !== undefined && slug !== null
}

/** Of each schedule only what the body sends is written, and its parameters in any case: the server takes none for `{}`. */
function named(wanted: readonly JsonObject[], found: readonly LiveSchedule[]): readonly FieldDifference[] {
  return wanted.flatMap((one) => {
    const { slug, replaces } = one
    const former = found.find((each) => typeof replaces === 'string' && each.slug === replaces)
    const other = former ?? found.find((each) => each.slug === slug)
    if (other === undefined) return [missing(one)]
    return between(
      scheduleMeaning({ ...present(other), ...present({ ...one, parameters: one['parameters'] ?? {} }) }),
      one,
      other,
    )
  })
}

/** Every schedule has a counterpart that is the same in everything, and none is left over. */
function replaced(wanted: readonly JsonObject[], found: readonly LiveSchedule[]): readonly FieldDifference[] {
  const pairs = paired(anchoredFirst(wanted), found, [
    (one, other) => between(writtenMeaning(one, other), one, other).length === 0,
    (one, other) => labelOf(one) === labelOf(other),
  ])
  return [
    ...pairs.wanted.flatMap(([one, other]) =>
      other === undefined ? [missing(one)] : between(writtenMeaning(one, other), one, other),
    ),
    ...pairs.left.map(surplus),
  ]
}

/** The server forgets the limit of scheduled runs of what it makes anew. (3.4 to 3.9: models/deployments.py) */
function writtenMeaning(wanted: JsonObject, { max_scheduled_runs: most }: LiveSchedule): JsonObject {
  const meaning = scheduleMeaning(wanted)
  return typeof most === 'number' ? meaning : without(meaning, 'max_scheduled_runs')
}

/** One that names no anchor takes any, so it must not take that of another. */
function anchoredFirst(wanted: readonly JsonObject[]): readonly JsonObject[] {
  return [...wanted.filter((one) => !isOpen(one)), ...wanted.filter(isOpen)]
}

function between(meaning: JsonObject, wanted: JsonObject, found: LiveSchedule): readonly FieldDifference[] {
  const field = `schedules[${labelOf(wanted)}]`
  const other = scheduleMeaning(found)
  // An update without an anchor leaves it to the server, which takes the moment of the write.
  return isOpen(wanted)
    ? leafDifferences(field, without(meaning, 'anchor_date'), without(other, 'anchor_date'))
    : leafDifferences(field, meaning, other)
}

/** Everything that a schedule is, on one level, with the server's defaults. */
export function scheduleMeaning(one: JsonObject): JsonObject {
  const { active, parameters, slug, max_scheduled_runs } = one
  return present({
    ...timesOf(one['schedule']),
    active: active ?? true,
    parameters: parameters ?? {},
    slug,
    max_scheduled_runs,
  })
}

function missing(wanted: JsonObject): FieldDifference {
  return { field: `schedules[${labelOf(wanted)}]`, wanted: scheduleMeaning(wanted), found: undefined }
}

function surplus(found: LiveSchedule): FieldDifference {
  return { field: `schedules[${labelOf(found)}]`, wanted: undefined, found: scheduleMeaning(found) }
}

function labelOf({ slug, schedule }: Readonly<{ slug?: unknown; schedule?: unknown }>): string {
  return scheduleLabel(slug, timesOf(schedule))
}

function isOpen({ schedule }: JsonObject): boolean {
  return isJsonObject(schedule) && (schedule['anchor_date'] ?? undefined) === undefined
}

import { isJsonObject, type JsonObject } from '../../../src/prefect/json.ts'
import type { RecordedDeployment } from '../../../src/prefect/rehearsal/recorded.ts'
import type { LiveSchedule } from '../../../src/prefect/survey/shapes.ts'

type Write = Pick<RecordedDeployment, 'write' | 'deletedSchedules'>

/** The moment at which the server fills in an anchor that nobody gave. */
export const WRITTEN_AT = '2026-11-24T12:00:00Z'

/**
 * What Prefect's server makes of the schedules of a deployment when it gets a write (3.8: server/api/deployments.py and
 * server/models/deployments.py, update_deployment); `refused`: it answers 422.
 */
export function written(
  live: readonly LiveSchedule[],
  { write, deletedSchedules }: Write,
): readonly LiveSchedule[] | 'refused' {
  const given = write.body['schedules']
  const list = Array.isArray(given) ? given.filter(isJsonObject) : undefined
  const named = (all: readonly Readonly<{ slug?: unknown }>[]): boolean =>
    all.every(({ slug }) => typeof slug === 'string')
  const left = (all: readonly LiveSchedule[]): readonly LiveSchedule[] =>
    all.filter(({ id }) => !deletedSchedules.includes(id))
  if (write.kind === 'create') return (list ?? []).map(made)
  if (list === undefined) return left(live)
  if (live.length === 0 || !named(live)) return left(list.map(made))
  if (!named(list)) return 'refused'
  const updated = live.map((one) => {
    const found = list.find(({ slug, replaces }) => one.slug === (replaces ?? slug))
    return found === undefined ? one : { ...made(found), id: one.id, active: activeOf(found) ?? one.active }
  })
  const fresh = list.filter(({ slug, replaces }) => !live.some((one) => one.slug === (replaces ?? slug)))
  return left([...updated, ...fresh.map(made)])
}

function activeOf({ active }: JsonObject): boolean | undefined {
  return typeof active === 'boolean' ? active : undefined
}

/** It forgets `max_scheduled_runs`. */
function made(one: JsonObject): LiveSchedule {
  const { schedule, parameters, slug } = one
  if (!isJsonObject(schedule)) throw new Error('a schedule without a schedule')
  return {
    id: `made ${JSON.stringify(one)}`,
    schedule: 'interval' in schedule ? { anchor_date: WRITTEN_AT, ...schedule } : schedule,
    active: activeOf(one) ?? true,
    parameters: isJsonObject(parameters) ? parameters : {},
    slug: typeof slug === 'string' ? slug : null,
    max_scheduled_runs: null,
  }
}

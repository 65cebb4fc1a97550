import { isJsonObject, type JsonObject } from '../json.ts'

/**
 * One body in the place of two that came one after the other: what the second one sends counts, as it does for the server
 * (Prefect: server/api/deployments.py, `update_deployment`). `undefined`: the server would refuse the second one, because
 * some of its schedules have no slug and all that are there have one.
 */
export function mergedWrite(earlier: JsonObject, later: JsonObject): JsonObject | undefined {
  const schedules = mergedSchedules(list(earlier['schedules']), list(later['schedules']))
  if (schedules === 'refused') return undefined
  const { job_variables: variables, schedules: _, ...rest } = later
  return {
    ...earlier,
    ...rest,
    // The server passes over them where they are null, as over nothing else.
    ...(variables === undefined || variables === null ? {} : { job_variables: variables }),
    ...(schedules === undefined ? {} : { schedules }),
  }
}

type Schedules = readonly JsonObject[]

function mergedSchedules(there: Schedules | undefined, sent: Schedules | undefined): Schedules | 'refused' | undefined {
  if (sent === undefined) return there
  if (there === undefined || there.length === 0 || !there.every(hasSlug)) return sent
  if (!sent.every(hasSlug)) return 'refused'
  const merged = [...there]
  for (const schedule of sent) {
    const target = schedule['replaces'] ?? schedule['slug']
    const index = there.findIndex(({ slug }) => slug === target)
    if (index < 0) merged.push(schedule)
    // What is not sent stays, but for the parameters.
    else merged[index] = { ...merged[index], parameters: {}, ...withoutNulls(schedule) }
  }
  return merged
}

function hasSlug({ slug }: JsonObject): boolean {
  return slug !== undefined && slug !== null
}

function withoutNulls(schedule: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(schedule).filter(([, value]) => value !== null))
}

function list(value: unknown): Schedules | undefined {
  return Array.isArray(value) ? value.filter(isJsonObject) : undefined
}

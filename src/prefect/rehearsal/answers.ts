import type { LoopbackAnswer } from '../../http/loopback.ts'
import { isJsonObject, type JsonObject } from '../json.ts'

/** What a server answers to a write, field by field as one of 3.8.8 does; ids and times are the rehearsal's own. */

export function json(status: number, value: unknown): LoopbackAnswer {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) }
}

export function detail(status: number, text: string): LoopbackAnswer {
  return json(status, { detail: text })
}

/** What every object has. */
type Stamp = Readonly<{ id: string; at: string }>

export function flowAnswer({ id, at }: Stamp, body: JsonObject): JsonObject {
  const { name, tags, labels } = body
  return { id, created: at, updated: at, name, tags: tags ?? [], labels: labels ?? {} }
}

/** Prefect: server/schemas/responses.py, DeploymentResponse. `scheduleId` gives the id of each schedule. */
export function createdAnswer({ id, at }: Stamp, body: JsonObject, scheduleId: () => string): JsonObject {
  const stamped = { id, created: at, updated: at }
  const schedules: readonly unknown[] = Array.isArray(body['schedules']) ? body['schedules'] : []
  const limit = body['concurrency_limit']
  return {
    ...stamped,
    ...orNull(body, ['name', 'version', 'description', 'flow_id']),
    paused: body['paused'] ?? false,
    schedules: schedules.filter(isJsonObject).map((schedule) => ({
      ...stamped,
      id: scheduleId(),
      deployment_id: id,
      schedule: schedule['schedule'],
      active: schedule['active'] ?? true,
      parameters: schedule['parameters'] ?? {},
      ...orNull(schedule, ['max_scheduled_runs', 'slug']),
    })),
    concurrency_limit: null,
    global_concurrency_limit: typeof limit === 'number' ? limitAnswer({ id, at }, limit, scheduleId()) : null,
    ...orNull(body, ['concurrency_options']),
    job_variables: body['job_variables'] ?? {},
    parameters: body['parameters'] ?? {},
    tags: body['tags'] ?? [],
    labels: { 'prefect.flow.id': body['flow_id'], ...(isJsonObject(body['labels']) ? body['labels'] : {}) },
    work_queue_name: body['work_queue_name'] ?? 'default',
    work_queue_id: null,
    last_polled: null,
    parameter_openapi_schema: body['parameter_openapi_schema'] ?? {},
    ...orNull(body, ['path']),
    pull_steps: body['pull_steps'] ?? [],
    ...orNull(body, ['entrypoint', 'storage_document_id', 'infrastructure_document_id']),
    created_by: null,
    updated_by: null,
    ...orNull(body, ['work_pool_name']),
    status: 'NOT_READY',
    enforce_parameter_schema: body['enforce_parameter_schema'] ?? true,
  }
}

function limitAnswer({ id, at }: Stamp, limit: number, own: string): JsonObject {
  return {
    id: own,
    created: at,
    updated: at,
    active: true,
    name: `deployment:${id}`,
    limit,
    active_slots: 0,
    slot_decay_per_second: 0,
  }
}

/** Prefect: server/events/schemas/automations.py, Automation: whose it is stands in no answer. */
export function automationAnswer({ id, at }: Stamp, body: JsonObject): JsonObject {
  const { owner_resource: _, ...told } = body
  return { ...AUTOMATION, ...told, id, created: at, updated: at }
}

const AUTOMATION = { description: '', enabled: true, tags: [], actions_on_trigger: [], actions_on_resolve: [] }

function orNull(body: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(names.map((name) => [name, body[name] ?? null]))
}

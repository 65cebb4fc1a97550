import { z } from 'zod'
import type { JsonObject } from '../../../src/prefect/json.ts'
import { type Answer, BROKEN, CONFLICT, invalid, NO_CONTENT, optional, refused, said } from './answers.ts'
import { ensureQueue } from './pools.ts'
import {
  changeSchedule,
  latestFirst,
  newSchedule,
  type ScheduleUpdate,
  scheduleCreate,
  scheduleUpdate,
  twiceTheSameSlug,
} from './schedules.ts'
import { type Deployment, moment, newRow, type State } from './state.ts'

const json = z.record(z.string(), z.unknown())
const text = z.string().nullish()

/** What is stored as it comes, and set only where it is sent. */
const plain = {
  version: text,
  description: text,
  paused: z.boolean().optional(),
  concurrency_options: z
    .strictObject({
      collision_strategy: z.enum(['ENQUEUE', 'CANCEL_NEW']),
      grace_period_seconds: z.int().nullish(),
    })
    .nullish(),
  tags: z.array(z.string()).optional(),
  path: text,
  pull_steps: z.array(json).nullish(),
  entrypoint: text,
  storage_document_id: z.uuid().nullish(),
  infrastructure_document_id: z.uuid().nullish(),
  parameter_openapi_schema: json.nullish(),
}

const apart = {
  concurrency_limit: z.int().gt(0).nullish(),
  work_queue_name: text,
  work_pool_name: text,
  // The open-source server takes it and forgets it.
  version_info: json.nullish(),
}

/** Prefect: server/schemas/actions.py, DeploymentCreate */
const deploymentCreate = z.strictObject({
  ...plain,
  ...apart,
  name: z.string(),
  flow_id: z.uuid(),
  schedules: z.array(scheduleCreate).optional(),
  enforce_parameter_schema: z.boolean().optional(),
  parameters: json.optional(),
  labels: json.nullish(),
  job_variables: json.optional(),
})

/** Prefect: server/schemas/actions.py, DeploymentUpdate */
const deploymentUpdate = z.strictObject({
  ...plain,
  ...apart,
  schedules: z.array(scheduleUpdate).optional(),
  enforce_parameter_schema: z.boolean().nullish(),
  parameters: json.nullish(),
  job_variables: optional(json),
})

const DEFAULTS: JsonObject = {
  version: null,
  description: null,
  paused: false,
  concurrency_options: null,
  job_variables: {},
  tags: [],
  parameter_openapi_schema: {},
  path: null,
  pull_steps: [],
  entrypoint: null,
  storage_document_id: null,
  infrastructure_document_id: null,
  enforce_parameter_schema: true,
  work_queue_name: null,
}

/** `POST /deployments/`: an upsert by flow and name, whose schedules are always made anew. */
export function createDeployment(state: State, body: unknown): Answer {
  const parsed = deploymentCreate.safeParse(body)
  if (!parsed.success) return invalid(parsed.error, body)
  const { name, flow_id: flow, schedules = [], labels, parameters = {}, ...given } = parsed.data
  const queue = queueOf(state, given)
  if (queue.answer !== undefined) return queue.answer
  if (!state.flows.has(flow) || twiceTheSameSlug(schedules)) return CONFLICT
  const there = [...state.deployments.values()].find((one) => one.flow === flow && one.name === name)
  const row: Deployment = there ?? {
    ...newRow(state),
    name,
    flow,
    fields: DEFAULTS,
    schedules: [],
    queue: undefined,
    limit: undefined,
  }
  const system = { 'prefect.flow.id': flow }
  row.fields = { ...row.fields, ...storable(given), parameters, labels: { ...system, ...labels } }
  row.schedules = schedules.map((one) => newSchedule(state, one, one.schedule))
  if (queue.id !== undefined) row.queue = queue.id
  limitTo(state, row, given.concurrency_limit)
  row.updated = moment(state)
  state.deployments.set(row.id, row)
  return said(deploymentRow(state, row), there === undefined ? 201 : 200)
}

/** `PATCH /deployments/{id}`: what is not sent stays. */
export function updateDeployment(state: State, id: string, body: unknown): Answer {
  const row = state.deployments.get(id)
  const parsed = deploymentUpdate.safeParse(body)
  if (!parsed.success) return invalid(parsed.error, body)
  if (row === undefined) return refused(404, 'Deployment not found.')
  const { schedules, ...given } = parsed.data
  const bySlug = row.schedules.length > 0 && row.schedules.every(({ slug }) => slug !== null)
  if (bySlug && schedules?.some(({ slug }) => slug === undefined) === true) return refused(422, SLUG_MISSING)
  if (twiceTheSameSlug(schedules ?? [])) return CONFLICT
  const without = schedules?.some(
    (one) => one.schedule === undefined && !row.schedules.some(({ slug }) => slug === one.slug),
  )
  if (bySlug && without === true) return refused(422, KIND_MISSING)
  const queue = queueOf(state, given)
  if (queue.answer !== undefined) return queue.answer.status === 404 ? BROKEN : queue.answer
  if (given.work_pool_name === null) row.queue = undefined
  if (queue.id !== undefined) row.queue = queue.id
  row.fields = { ...row.fields, ...storable(given) }
  limitTo(state, row, given.concurrency_limit)
  if (schedules !== undefined) setSchedules(state, row, { schedules, bySlug })
  row.updated = moment(state)
  return NO_CONTENT
}

const SLUG_MISSING =
  'Please provide a slug for each schedule in your request to ensure schedules are updated correctly.'
const KIND_MISSING = 'Unable to create new deployment schedules without a schedule configuration.'

/** Where all that are there have slugs, those that are sent are changed or added, and none is lost; else all are new. */
function setSchedules(
  state: State,
  row: Deployment,
  { schedules, bySlug }: Readonly<{ schedules: readonly ScheduleUpdate[]; bySlug: boolean }>,
): void {
  if (!bySlug) {
    row.schedules = schedules.flatMap((one) =>
      one.schedule === undefined ? [] : [newSchedule(state, one, one.schedule)],
    )
    return
  }
  for (const one of schedules) {
    const live = row.schedules.find(({ slug }) => slug === (one.replaces ?? one.slug))
    if (live !== undefined) changeSchedule(state, live, one)
    else if (one.schedule !== undefined) row.schedules.push(newSchedule(state, one, one.schedule))
  }
}

type Target = Readonly<{ work_pool_name?: string | null | undefined; work_queue_name?: string | null | undefined }>

/** The id of the queue that is meant, made where its pool has none of that name. */
function queueOf(state: State, target: Target): Readonly<{ id?: string; answer?: Answer }> {
  const [name, queueName] = [target.work_pool_name ?? '', target.work_queue_name ?? '']
  if (name === '') return {}
  const pool = state.pools.get(name)
  if (pool === undefined) return { answer: refused(404, `Work pool "${name}" not found.`) }
  if (queueName === '') return { id: pool.defaultQueue }
  const queue = ensureQueue(state, pool, queueName)
  return queue === undefined ? { answer: BROKEN } : { id: queue.id }
}

type Given = Readonly<Partial<z.infer<typeof deploymentUpdate>>>

function storable(given: Given): JsonObject {
  const { version_info: _, work_pool_name: __, concurrency_limit: ___, ...stored } = given
  const { job_variables, concurrency_options: options, ...kept } = stored
  return {
    ...kept,
    ...(job_variables === undefined ? {} : { job_variables }),
    ...(options === undefined ? {} : { concurrency_options: options && { grace_period_seconds: null, ...options } }),
  }
}

/** A limit of a deployment is a global one with a name of its own; `undefined` changes nothing. */
function limitTo(state: State, row: Deployment, limit: number | null | undefined): void {
  if (limit === undefined || limit === row.limit?.limit) return
  row.limit = limit === null ? undefined : { ...(row.limit ?? newRow(state)), limit }
}

/** Prefect: server/schemas/responses.py, DeploymentResponse */
export function deploymentRow(state: State, row: Deployment): JsonObject {
  const queue = row.queue === undefined ? undefined : state.queues.get(row.queue)
  const { limit } = row
  return {
    id: row.id,
    created: row.created,
    updated: row.updated,
    name: row.name,
    flow_id: row.flow,
    ...row.fields,
    schedules: latestFirst(row.schedules).map((one) => ({ ...one, deployment_id: row.id })),
    concurrency_limit: null,
    global_concurrency_limit:
      limit === undefined
        ? null
        : { ...limit, active: true, name: `deployment:${row.id}`, active_slots: 0, slot_decay_per_second: 0 },
    work_queue_name: queue?.name ?? row.fields['work_queue_name'],
    work_queue_id: queue?.id ?? null,
    work_pool_name: queue?.pool ?? null,
    last_polled: null,
    created_by: null,
    updated_by: null,
    status: 'NOT_READY',
  }
}

import { z } from 'zod'
import type { JsonObject } from '../../../src/prefect/json.ts'
import { type Answer, invalid, NO_CONTENT, refused, said } from './answers.ts'
import { moment, newRow, type Pool, type Queue, type State } from './state.ts'

const poolCreate = z.looseObject({
  name: z.string(),
  type: z.string(),
  base_job_template: z.record(z.string(), z.unknown()).optional(),
})

export function createPool(state: State, body: unknown): Answer {
  const parsed = poolCreate.safeParse(body)
  if (!parsed.success) return invalid(parsed.error, body)
  const { name, type, base_job_template: template = {} } = parsed.data
  if (state.pools.has(name)) return refused(409, 'A work pool with this name already exists.')
  const queue = addQueue(state, { pool: name, name: 'default', description: "The work pool's default queue." })
  const pool: Pool = { ...newRow(state), name, type, template, isPaused: false, defaultQueue: queue.id }
  state.pools.set(name, pool)
  return said(poolRow(pool), 201)
}

export function readPool(state: State, name: string): Answer {
  const pool = state.pools.get(name)
  return pool === undefined ? noPool(name) : said(poolRow(pool))
}

/** `PATCH /work_pools/{name}`, of which only the pause is known here. */
export function updatePool(state: State, name: string, body: unknown): Answer {
  const pool = state.pools.get(name)
  if (pool === undefined) return noPool(name)
  const parsed = z.strictObject({ is_paused: z.boolean() }).safeParse(body)
  if (!parsed.success) return invalid(parsed.error, body)
  pool.isPaused = parsed.data.is_paused
  pool.updated = moment(state)
  return NO_CONTENT
}

/** `POST /work_pools/{name}/workers/filter`: no worker ever polls. */
export function readWorkers(state: State, name: string): Answer {
  return state.pools.has(name) ? said([]) : noPool(name)
}

export function readQueue(state: State, pool: string, name: string): Answer {
  const queue = [...state.queues.values()].find((one) => one.pool === pool && one.name === name)
  if (queue === undefined) return refused(404, `Work pool queue '${pool}/${name}' not found.`)
  const { pool: work_pool_name, ...row } = queue
  const fixed = { is_paused: false, concurrency_limit: null, filter: null, last_polled: null, active_slots: null }
  const updated = queue.created
  const work_pool_id = state.pools.get(pool)?.id
  return said({ ...row, ...fixed, updated, work_pool_id, work_pool_name, status: 'NOT_READY' })
}

function noPool(name: string): Answer {
  return refused(404, `Work pool "${name}" not found.`)
}

/** `undefined` for a name that the server breaks on (Prefect: types/names.py, WITHOUT_BANNED_CHARACTERS). */
export function ensureQueue(state: State, pool: Pool, name: string): Queue | undefined {
  if (/[/%&><]/.test(name)) return undefined
  const there = [...state.queues.values()].find((one) => one.pool === pool.name && one.name === name)
  return there ?? addQueue(state, { pool: pool.name, name, description: '' })
}

function addQueue(state: State, given: Readonly<{ pool: string; name: string; description: string }>): Queue {
  const { id, created } = newRow(state)
  const priority = 1 + [...state.queues.values()].filter(({ pool }) => pool === given.pool).length
  const queue: Queue = { id, created, ...given, priority }
  state.queues.set(id, queue)
  return queue
}

/** Prefect: server/schemas/responses.py, WorkPoolResponse */
function poolRow(pool: Pool): JsonObject {
  return {
    id: pool.id,
    created: pool.created,
    updated: pool.updated,
    name: pool.name,
    description: null,
    type: pool.type,
    base_job_template: pool.template,
    is_paused: pool.isPaused,
    concurrency_limit: null,
    status: pool.isPaused ? 'PAUSED' : 'NOT_READY',
    default_queue_id: pool.defaultQueue,
    storage_configuration: {
      bundle_upload_step: null,
      bundle_execution_step: null,
      default_result_storage_block_id: null,
    },
    active_slots: null,
  }
}

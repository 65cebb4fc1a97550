import { z } from 'zod'
import type { JsonObject } from '../../../src/prefect/json.ts'
import { type Answer, CONFLICT, invalid, NO_CONTENT, refused, said } from './answers.ts'
import { deploymentRow } from './deployments.ts'
import {
  changeSchedule,
  latestFirst,
  newSchedule,
  scheduleCreate,
  scheduleUpdate,
  twiceTheSameSlug,
} from './schedules.ts'
import { type Deployment, moment, newRow, type Schedule, type State } from './state.ts'

const flowCreate = z.strictObject({
  name: z.string(),
  tags: z.array(z.string()).default([]),
  labels: z.record(z.string(), z.unknown()).nullish(),
})

/** `POST /flows/`: one that is there is answered as it is. */
export function createFlow(state: State, body: unknown): Answer {
  const parsed = flowCreate.safeParse(body)
  if (!parsed.success) return invalid(parsed.error, body)
  const there = [...state.flows.values()].find(({ name }) => name === parsed.data.name)
  if (there !== undefined) return said(there)
  const row = { ...newRow(state), ...parsed.data, labels: parsed.data.labels ?? {} }
  state.flows.set(row.id, row)
  return said(row, 201)
}

export function readFlow(state: State, by: Readonly<{ id?: string; name?: string }>): Answer {
  const row = [...state.flows.values()].find((one) => one.id === by.id || one.name === by.name)
  return row === undefined ? refused(404, 'Flow not found') : said(row)
}

export function readByName(state: State, flow: string, name: string): Answer {
  const row = [...state.deployments.values()].find(
    (one) => one.name === name && state.flows.get(one.flow)?.name === flow,
  )
  return row === undefined ? NOT_FOUND : said(deploymentRow(state, row))
}

export function readById(state: State, id: string): Answer {
  const row = state.deployments.get(id)
  return row === undefined ? NOT_FOUND : said(deploymentRow(state, row))
}

/** Its automations stay. */
export function deleteDeployment(state: State, id: string): Answer {
  return state.deployments.delete(id) ? NO_CONTENT : NOT_FOUND
}

/** `POST /deployments/{id}/pause_deployment` and `resume_deployment`. */
export function pauseDeployment(state: State, id: string, paused: boolean): Answer {
  const row = state.deployments.get(id)
  if (row === undefined) return NOT_FOUND
  row.fields = { ...row.fields, paused }
  row.updated = moment(state)
  return said(null)
}

export function readSchedules(state: State, id: string): Answer {
  return ofDeployment(state, id, (row) => said(latestFirst(row.schedules).map((one) => scheduleRow(one, id))))
}

export function createSchedules(state: State, id: string, body: unknown): Answer {
  const parsed = z.array(scheduleCreate).safeParse(body)
  if (!parsed.success) return invalid(parsed.error, body)
  return ofDeployment(state, id, (row) => {
    if (twiceTheSameSlug([...row.schedules.map(({ slug }) => ({ slug: slug ?? undefined })), ...parsed.data]))
      return CONFLICT
    const added = parsed.data.map(
      (one): Schedule => ({
        ...newSchedule(state, one, one.schedule),
        max_scheduled_runs: one.max_scheduled_runs ?? null,
      }),
    )
    row.schedules = [...row.schedules, ...added]
    const rows = added.map((one) => scheduleRow(one, id))
    return said(rows, 201)
  })
}

export function updateSchedule(state: State, at: Readonly<{ id: string; schedule: string }>, body: unknown): Answer {
  const parsed = scheduleUpdate.safeParse(body)
  if (!parsed.success) return invalid(parsed.error, body)
  return ofDeployment(state, at.id, (row) => {
    const live = row.schedules.find(({ id }) => id === at.schedule)
    if (live === undefined) return NO_SCHEDULE
    changeSchedule(state, live, parsed.data)
    return NO_CONTENT
  })
}

export function deleteSchedule(state: State, at: Readonly<{ id: string; schedule: string }>): Answer {
  return ofDeployment(state, at.id, (row) => {
    const left = row.schedules.filter(({ id }) => id !== at.schedule)
    if (left.length === row.schedules.length) return NO_SCHEDULE
    row.schedules = left
    return NO_CONTENT
  })
}

const NOT_FOUND = refused(404, 'Deployment not found')
const NO_SCHEDULE = refused(404, 'Schedule not found.')

function ofDeployment(state: State, id: string, answer: (row: Deployment) => Answer): Answer {
  const row = state.deployments.get(id)
  return row === undefined ? refused(404, 'Deployment not found.') : answer(row)
}

function scheduleRow(schedule: Schedule, deployment: string): JsonObject {
  return { ...schedule, deployment_id: deployment }
}

import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { isJsonObject, type JsonObject } from '../../../src/prefect/json.ts'
import { type Answer, invalid, NO_CONTENT, said } from './answers.ts'
import { type Automation, moment, newRow, type State } from './state.ts'

const json = z.record(z.string(), z.unknown())
const texts = z.array(z.string())

const eventTrigger = z
  .looseObject({
    type: z.literal('event').default('event'),
    match: json.default({}),
    match_related: z.union([json, z.array(json)]).default({}),
    after: texts.default([]),
    expect: texts.default([]),
    for_each: texts.default([]),
    posture: z.enum(['Reactive', 'Proactive']),
    threshold: z.int().default(1),
    within: z.number().min(0).default(0),
  })
  .transform((trigger) => {
    const { type, match, match_related, after, expect, for_each, posture, threshold } = trigger
    const within = posture === 'Proactive' && trigger.within === 0 ? 10 : trigger.within
    return { type, id: randomUUID(), match, match_related, after, expect, for_each, posture, threshold, within }
  })

/** Metric triggers are Cloud's. (Prefect: server/events/schemas/automations.py) */
const trigger: z.ZodType<JsonObject> = z.union([
  eventTrigger,
  z
    .object({
      type: z.enum(['compound', 'sequence']),
      triggers: z.array(z.lazy(() => trigger)),
      within: z.number().nullable(),
      require: z.union([z.int(), z.enum(['any', 'all'])]).optional(),
    })
    .transform(({ type, triggers, within, require }) => ({
      type,
      id: randomUUID(),
      triggers,
      within,
      ...(type === 'compound' ? { require } : {}),
    })),
])

const action = json.transform(
  (given): JsonObject =>
    given['type'] === 'run-deployment'
      ? { source: 'selected', deployment_id: null, parameters: null, job_variables: null, schedule_after: 0, ...given }
      : given,
)

const fields = {
  name: z.string(),
  description: z.string().default(''),
  enabled: z.boolean().default(true),
  tags: texts.default([]),
  trigger,
  actions: z.array(action),
  actions_on_trigger: z.array(action).default([]),
  actions_on_resolve: z.array(action).default([]),
}
const automationCreate = z.strictObject({ ...fields, owner_resource: z.string().nullish() })
const automationUpdate = z.strictObject(fields)
const automationPatch = z.strictObject({ enabled: z.boolean().default(true) })

const NOT_FOUND: Answer = { status: 404, body: { exception_message: 'Automation not found' } }

/** `POST /automations/`: no upsert, the same body twice makes two. */
export function createAutomation(state: State, body: unknown): Answer {
  const parsed = automationCreate.safeParse(body)
  if (!parsed.success) return invalid(parsed.error, body)
  const { owner_resource: owner, ...given } = parsed.data
  const row: Automation = { ...newRow(state), fields: given, owner: owner ?? undefined }
  state.automations.set(row.id, row)
  return said(automationRow(row), 201)
}

export function readAutomation(state: State, id: string): Answer {
  const row = state.automations.get(id)
  return row === undefined ? NOT_FOUND : said(automationRow(row))
}

/** `PUT` of the whole, `PATCH` of `enabled`. */
export function updateAutomation(state: State, id: string, by: Readonly<{ method: string; body: unknown }>): Answer {
  const parsed = (by.method === 'PUT' ? automationUpdate : automationPatch).safeParse(by.body)
  if (!parsed.success) return invalid(parsed.error, by.body)
  const row = state.automations.get(id)
  if (row === undefined) return NOT_FOUND
  row.fields = { ...row.fields, ...parsed.data }
  row.updated = moment(state)
  return NO_CONTENT
}

export function deleteAutomation(state: State, id: string): Answer {
  return state.automations.delete(id) ? NO_CONTENT : NOT_FOUND
}

/** `DELETE /automations/owned-by/{resource}`: those of users that only act on it stay. */
export function deleteOwned(state: State, resource: string): Answer {
  for (const [id, { owner }] of state.automations) if (owner === resource) state.automations.delete(id)
  return said(null, 202)
}

/** Owned ones, and those that run the deployment (Prefect: server/events/models/automations.py). */
export function relatedTo(state: State, resource: string): Answer {
  const rows = [...state.automations.values()].filter((row) => row.owner === resource || runs(row, resource))
  return said(rows.map(automationRow))
}

function runs({ fields: { actions } }: Automation, resource: string): boolean {
  if (!Array.isArray(actions)) return false
  return actions.some(
    (one: unknown) =>
      isJsonObject(one) &&
      one['type'] === 'run-deployment' &&
      one['source'] === 'selected' &&
      `prefect.deployment.${String(one['deployment_id'])}` === resource,
  )
}

/** Who owns it is not told. */
export function automationRow({ id, created, updated, fields: own }: Automation): JsonObject {
  return { ...own, id, created, updated }
}

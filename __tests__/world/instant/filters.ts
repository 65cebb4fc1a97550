import { z } from 'zod'
import { type Answer, invalid, optional, refused, said } from './answers.ts'
import { automationRow } from './automations.ts'
import { deploymentRow } from './deployments.ts'
import type { Deployment, Flow, Queue, State } from './state.ts'

const texts = optional(z.array(z.string()))
const text = optional(z.string())
const truth = optional(z.boolean())
const operator = z.enum(['and_', 'or_']).default('and_')

const ids = optional(
  z.strictObject({ any_: texts, not_any_: texts }).transform(({ any_: any, not_any_: none }) => ({ any, none })),
)
const names = optional(
  z.strictObject({ any_: texts, like_: text }).transform(({ any_: any, like_: like }) => ({ any, like })),
)
const tags = optional(
  z
    .strictObject({ operator, all_: texts, any_: texts, is_null_: truth })
    .transform((one) => ({ operator: one.operator, all: one['all_'], any: one['any_'], none: one['is_null_'] })),
)
const either = optional(z.strictObject({ like_: text }).transform(({ like_: like }) => ({ like })))
const equal = optional(z.strictObject({ eq_: truth }).transform(({ eq_: value }) => value))
const oneOf = optional(z.strictObject({ any_: texts }).transform(({ any_: any }) => any))

const deploymentFilter = optional(
  z.strictObject({
    operator,
    id: ids,
    name: names,
    flow_or_deployment_name: either,
    paused: equal,
    tags,
    work_queue_name: oneOf,
  }),
)
const flowFilter = optional(z.strictObject({ operator, id: ids, name: names, tags }))
const poolFilter = optional(z.strictObject({ operator, name: oneOf }))
const automationFilter = optional(z.strictObject({ operator, id: ids, name: names, tags }))

const paging = {
  limit: optional(z.int()),
  offset: z.int().min(0).default(0),
  sort: z.enum(['CREATED_DESC', 'UPDATED_DESC', 'NAME_ASC', 'NAME_DESC']).optional(),
}
const deploymentsBody = z.looseObject({
  ...paging,
  deployments: deploymentFilter,
  flows: flowFilter,
  work_pools: poolFilter,
})
const automationsBody = z.looseObject({ ...paging, automations: automationFilter })

/** Prefect: server/api/dependencies.py, LimitBody */
const MOST = 200

type Row = Readonly<{ created: string; updated: string; name: string }>
type Page = Readonly<{ limit?: number | undefined; offset: number; sort?: string | undefined }>
type Of = 'rows' | 'count'

/** `POST /deployments/filter` and `/count`. */
export function filterDeployments(state: State, body: unknown, of: Of): Answer {
  const parsed = deploymentsBody.safeParse(body ?? {})
  if (!parsed.success) return invalid(parsed.error, body)
  const { deployments: own, flows, work_pools: pools } = parsed.data
  const found = [...state.deployments.values()].filter((row) => {
    const flow = state.flows.get(row.flow)
    const rightFlow = flows === undefined || (flow !== undefined && flowMatches(flow, flows))
    return rightFlow && deploymentMatches(state, row, own) && isOneOf(pools?.name, queueOf(state, row)?.pool) !== false
  })
  if (of === 'count') return said(found.length)
  return paged(found, parsed.data, (one) => deploymentRow(state, one))
}

/** `POST /flows/filter` and `/count`. */
export function filterFlows(state: State, body: unknown, of: Of): Answer {
  const parsed = deploymentsBody.safeParse(body ?? {})
  if (!parsed.success) return invalid(parsed.error, body)
  const { flows, deployments } = parsed.data
  const has = ({ id }: Flow): boolean =>
    [...state.deployments.values()].some((one) => one.flow === id && deploymentMatches(state, one, deployments))
  const found = [...state.flows.values()].filter(
    (row) => flowMatches(row, flows) && (deployments === undefined || has(row)),
  )
  return of === 'count' ? said(found.length) : paged(found, parsed.data, (one) => one)
}

/** `POST /automations/filter` and `/count`. */
export function filterAutomations(state: State, body: unknown, of: Of): Answer {
  const parsed = automationsBody.safeParse(body ?? {})
  if (!parsed.success) return invalid(parsed.error, body)
  const own = parsed.data.automations
  const named = [...state.automations.values()].map((row) => ({ ...row, row, name: String(row.fields['name']) }))
  const found = named.filter(({ id, name, fields }) =>
    combined(own?.operator, [
      idMatches(own?.id, id),
      nameMatches(own?.name, name),
      tagsMatch(own?.tags, fields['tags']),
    ]),
  )
  return of === 'count' ? said(found.length) : paged(found, parsed.data, ({ row }) => automationRow(row))
}

function paged<T extends Row>(found: readonly T[], page: Page, rowOf: (one: T) => unknown): Answer {
  const { limit = MOST, offset, sort = 'NAME_ASC' } = page
  if (limit < 0) return refused(422, 'Invalid limit: must be greater than or equal to 0.')
  if (limit > MOST) return refused(422, `Invalid limit: must be less than or equal to ${MOST}.`)
  const key = sort === 'CREATED_DESC' ? 'created' : sort === 'UPDATED_DESC' ? 'updated' : 'name'
  const sign = sort === 'NAME_ASC' ? 1 : -1
  const order = (one: T, other: T): number => (one[key] === other[key] ? 0 : one[key] > other[key] ? sign : -sign)
  return said(
    [...found]
      .sort(order)
      .slice(offset, offset + limit)
      .map(rowOf),
  )
}

/** All of the criteria or one of them; those that are `undefined` are not asked for. */
function combined(by: 'and_' | 'or_' | undefined, criteria: readonly (boolean | undefined)[]): boolean {
  const asked = criteria.filter((one) => one !== undefined)
  return asked.length === 0 || (by === 'or_' ? asked.some(Boolean) : asked.every(Boolean))
}

function isOneOf(wanted: readonly string[] | undefined, value: string | undefined): boolean | undefined {
  return wanted === undefined ? undefined : value !== undefined && wanted.includes(value)
}

function idMatches(filter: z.infer<typeof ids>, id: string): boolean | undefined {
  if (filter === undefined) return undefined
  return isOneOf(filter.any, id) !== false && filter.none?.includes(id) !== true
}

function nameMatches(filter: z.infer<typeof names>, name: string): boolean | undefined {
  if (filter === undefined) return undefined
  return isOneOf(filter.any, name) !== false && isLike(name, filter.like)
}

function isLike(name: string, part = ''): boolean {
  return name.toLowerCase().includes(part.toLowerCase())
}

function tagsMatch(filter: z.infer<typeof tags>, given: unknown): boolean | undefined {
  if (filter === undefined) return undefined
  const own: readonly unknown[] = Array.isArray(given) ? given : []
  return combined(filter.operator, [
    filter.all?.every((one) => own.includes(one)),
    filter.any?.some((one) => own.includes(one)),
    filter.none === undefined ? undefined : filter.none === (own.length === 0),
  ])
}

function deploymentMatches(state: State, row: Deployment, filter: z.infer<typeof deploymentFilter>): boolean {
  const texted = filter?.flow_or_deployment_name
  const known = [row.name, state.flows.get(row.flow)?.name ?? '']
  return combined(filter?.operator, [
    idMatches(filter?.id, row.id),
    nameMatches(filter?.name, row.name),
    texted === undefined ? undefined : known.some((name) => isLike(name, texted.like)),
    filter?.paused === undefined ? undefined : filter.paused === row.fields['paused'],
    tagsMatch(filter?.tags, row.fields['tags']),
    isOneOf(filter?.work_queue_name, queueOf(state, row)?.name),
  ])
}

function queueOf(state: State, { queue }: Deployment): Queue | undefined {
  return queue === undefined ? undefined : state.queues.get(queue)
}

function flowMatches(row: Flow, filter: z.infer<typeof flowFilter>): boolean {
  const { id, name, tags: own } = row
  return combined(filter?.operator, [
    idMatches(filter?.id, id),
    nameMatches(filter?.name, name),
    tagsMatch(filter?.tags, own),
  ])
}

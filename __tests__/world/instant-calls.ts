import { z } from 'zod'
import { isJsonObject } from '../../src/prefect/json.ts'
import { fetchUnlocked } from './prefect-server.ts'

/** One call; `{name}` in its text is the id that a call of that name was answered. */
type Call = readonly [name: string, route: string, body?: unknown]

const CRON = { cron: '0 5 * * *', timezone: 'Europe/Berlin' }
const HOURLY = { interval: 3600 }
const EVENT = {
  type: 'event',
  match: { 'prefect.resource.id': 'lake.*' },
  expect: ['lake.filled'],
  posture: 'Reactive',
}
const RUN = { type: 'run-deployment', source: 'selected', deployment_id: '{a}' }
const OWNED = { trigger: EVENT, actions: [RUN], owner_resource: 'prefect.deployment.{a}' }
const UNKNOWN = '6f1b5e1a-1111-4111-8111-111111111111'
const OF_FLOW = { flows: { name: { any_: ['instant-flow'] } } }
const A = {
  name: 'a',
  flow_id: '{flow}',
  work_pool_name: 'instant-pool',
  description: 'None',
  parameters: { n: 3 },
  tags: ['b', 'a'],
  pull_steps: [{ 'prefect.deployments.steps.set_working_directory': { directory: '/opt' } }],
  job_variables: { env: { A: '1' } },
  labels: {},
  version: '1',
  version_info: { type: 'prefect:simple', version: '1' },
  concurrency_limit: 2,
  concurrency_options: { collision_strategy: 'ENQUEUE' },
  parameter_openapi_schema: { type: 'object', properties: { n: { type: 'integer', position: 0 } } },
  schedules: [
    { schedule: CRON, active: true, slug: 'daily', parameters: { n: 4 }, max_scheduled_runs: 3, replaces: null },
    { schedule: { interval: 60, anchor_date: '2026-01-01T02:00:00+02:00' }, active: false, slug: 'often' },
    { schedule: { rrule: 'FREQ=DAILY;BYHOUR=4' }, slug: 'rule' },
  ],
}

/** Every rule of the server that a deploy can meet, one call after the other. */
const CALLS: readonly Call[] = [
  ['health', 'GET /health'],
  ['version', 'GET /version'],
  ['csrf', 'GET /csrf-token?client=one'],
  ['nowhere', 'GET /nowhere'],
  ['wrong method', 'PUT /deployments/filter', {}],
  ['me', 'GET /me/workspaces'],
  ['pool', 'GET /work_pools/instant-pool'],
  ['no pool', 'GET /work_pools/instant-none'],
  ['workers', 'POST /work_pools/instant-pool/workers/filter', {}],
  ['no workers', 'POST /work_pools/instant-none/workers/filter', {}],
  ['default queue', 'GET /work_pools/instant-pool/queues/default'],
  ['no queue', 'GET /work_pools/instant-pool/queues/none'],
  ['same pool', 'POST /work_pools/', { name: 'instant-pool', type: 'process' }],
  ['no variable', 'GET /variables/name/instant_none'],
  ['variable', 'POST /variables/', { name: 'instant_one', value: { a: 1 } }],
  ['read variable', 'GET /variables/name/instant_one'],
  ['no block', 'GET /block_types/slug/instant/block_documents/name/none?include_secrets=true'],
  ['no block type', 'GET /block_types/slug/instant-none'],
  ['flow', 'POST /flows/', { name: 'instant-flow', tags: [], labels: {} }],
  ['flow again', 'POST /flows/', { name: 'instant-flow', tags: ['new'] }],
  ['other flow', 'POST /flows/', { name: 'instant-other' }],
  ['flow by name', 'GET /flows/name/instant-flow'],
  ['flows', 'POST /flows/filter', { flows: { name: { like_: 'INSTANT-' } } }],
  ['flows by id', 'POST /flows/filter', { flows: { id: { any_: ['{flow}'] } } }],
  ['not found by name', 'GET /deployments/name/instant-flow/a'],
  ['a', 'POST /deployments/', A],
  ['by name', 'GET /deployments/name/instant-flow/a'],
  ['by id', 'GET /deployments/{a}'],
  ['unknown flow', 'POST /deployments/', { ...A, flow_id: UNKNOWN }],
  ['unknown pool', 'POST /deployments/', { ...A, work_pool_name: 'instant-none' }],
  ['unknown key', 'POST /deployments/', { ...A, shedules: [] }],
  ['no limit', 'POST /deployments/', { ...A, concurrency_limit: 0 }],
  ['bad queue', 'POST /deployments/', { ...A, work_queue_name: 'a/b' }],
  ['slug twice', 'POST /deployments/', { ...A, schedules: [1, 2].map(() => ({ schedule: CRON, slug: 's' })) }],
  ['null tags', 'POST /deployments/', { ...A, tags: null }],
  ['after the refusals', 'GET /deployments/{a}'],
  ['patch nobody', `PATCH /deployments/${UNKNOWN}`, { tags: [] }],
  ['patch key', 'PATCH /deployments/{a}', { name: 'b' }],
  [
    'patch some',
    'PATCH /deployments/{a}',
    { description: null, job_variables: {}, work_queue_name: 'instant-queue', work_pool_name: 'instant-pool' },
  ],
  ['after patch', 'GET /deployments/{a}'],
  [
    'slugged',
    'PATCH /deployments/{a}',
    {
      schedules: [
        { schedule: HOURLY, slug: 'often' },
        { schedule: CRON, slug: 'new', active: false, max_scheduled_runs: 2 },
      ],
    },
  ],
  ['after slugged', 'GET /deployments/{a}'],
  ['limited schedule', 'PATCH /deployments/{a}', { schedules: [{ slug: 'new', max_scheduled_runs: 2, active: true }] }],
  ['renamed', 'PATCH /deployments/{a}', { schedules: [{ slug: 'newer', replaces: 'new', schedule: CRON }] }],
  ['no slug', 'PATCH /deployments/{a}', { schedules: [{ schedule: CRON }] }],
  ['no kind', 'PATCH /deployments/{a}', { schedules: [{ slug: 'nothing' }] }],
  ['empty', 'PATCH /deployments/{a}', { schedules: [], concurrency_limit: 5, tags: [], paused: true }],
  ['after empty', 'GET /deployments/{a}'],
  ['schedules', 'GET /deployments/{a}/schedules'],
  ['of nobody', `GET /deployments/${UNKNOWN}/schedules`],
  ['delete no schedule', `DELETE /deployments/{a}/schedules/${UNKNOWN}`],
  [
    'upsert',
    'POST /deployments/',
    { name: 'a', flow_id: '{flow}', work_pool_name: 'instant-pool', schedules: [{ schedule: HOURLY }] },
  ],
  ['no limit any more', 'PATCH /deployments/{a}', { concurrency_limit: null, concurrency_options: null }],
  [
    'no slugs',
    'PATCH /deployments/{a}',
    {
      schedules: [
        { schedule: { cron: '1 1 * * *' } },
        { schedule: { ...HOURLY, anchor_date: '2026-01-01T00:00:00' }, active: false },
      ],
    },
  ],
  ['after no slugs', 'GET /deployments/{a}'],
  ['added', 'POST /deployments/{a}/schedules', [{ schedule: CRON, parameters: { n: 1 }, max_scheduled_runs: 2 }]],
  ['off', 'PATCH /deployments/{a}/schedules/{added}', { active: false }],
  ['after off', 'GET /deployments/{a}'],
  ['gone', 'DELETE /deployments/{a}/schedules/{added}'],
  ['emptied', 'PATCH /deployments/{a}', { schedules: [] }],
  ['paused', 'POST /deployments/{a}/pause_deployment'],
  ['after paused', 'GET /deployments/{a}'],
  ['resumed', 'POST /deployments/{a}/resume_deployment'],
  [
    'c',
    'POST /deployments/',
    { name: 'c', flow_id: '{flow}', work_pool_name: 'instant-pool', paused: true, tags: ['x'] },
  ],
  ['b', 'POST /deployments/', { name: 'b', flow_id: '{flow}' }],
  ['names', 'POST /deployments/filter', { ...OF_FLOW, deployments: { name: { any_: ['c', 'a', 'none'] } } }],
  ['page', 'POST /deployments/filter', { ...OF_FLOW, sort: 'NAME_DESC', limit: 1, offset: 1 }],
  [
    'by tag or pause',
    'POST /deployments/filter',
    { ...OF_FLOW, deployments: { operator: 'or_', tags: { all_: ['x'] }, id: { any_: ['{b}'] } } },
  ],
  ['of pool', 'POST /deployments/count', { ...OF_FLOW, work_pools: { name: { any_: ['instant-pool'] } } }],
  ['count', 'POST /deployments/count', OF_FLOW],
  ['flows of', 'POST /flows/filter', { deployments: { id: { any_: ['{b}'] } } }],
  ['too many', 'POST /deployments/filter', { limit: 201 }],
  ['too few', 'POST /deployments/filter', { limit: -1 }],
  ['odd filter', 'POST /deployments/filter', { deployments: { names: {} } }],
  ['owned', 'POST /automations/', { ...OWNED, name: 'instant-1', description: '' }],
  ['owned again', 'POST /automations/', { ...OWNED, name: 'instant-1', enabled: false }],
  ['by a user', 'POST /automations/', { ...OWNED, name: 'instant-2', owner_resource: null }],
  [
    'compound',
    'POST /automations/',
    {
      name: 'instant-3',
      trigger: { type: 'compound', triggers: [EVENT, { ...EVENT, posture: 'Proactive' }], within: 60, require: 'all' },
      actions: [{ type: 'do-nothing' }],
    },
  ],
  [
    'sequence',
    'POST /automations/',
    { name: 'instant-4', trigger: { type: 'sequence', triggers: [EVENT], within: null }, actions: [] },
  ],
  ['metric', 'POST /automations/', { ...OWNED, name: 'instant-5', trigger: { type: 'metric', metric: {} } }],
  ['odd automation', 'POST /automations/', { ...OWNED, name: 'instant-5', shown: true }],
  [
    'automations',
    'POST /automations/filter',
    { automations: { name: { any_: ['instant-1', 'instant-2', 'instant-4'] } } },
  ],
  ['related', 'GET /automations/related-to/prefect.deployment.{a}'],
  ['user off', 'PATCH /automations/{by a user}', { enabled: false }],
  ['user read', 'GET /automations/{by a user}'],
  ['owned gone', 'DELETE /automations/owned-by/prefect.deployment.{a}'],
  ['related still', 'GET /automations/related-to/prefect.deployment.{a}'],
  ['a gone', 'DELETE /deployments/{a}'],
  ['a gone twice', 'DELETE /deployments/{a}'],
  ['automation stays', 'GET /automations/{by a user}'],
  ['automation gone', 'DELETE /automations/{by a user}'],
  ['automation gone twice', 'DELETE /automations/{by a user}'],
  ['rest', 'POST /deployments/filter', OF_FLOW],
]

const identified = z.union([
  z.object({ id: z.string() }),
  z.tuple([z.object({ id: z.string() })]).transform(([one]) => one),
])

/** What a server answers to every call, with ids and moments made equal: `name METHOD route` → status and body. */
export async function answersOf(url: string): Promise<Readonly<Record<string, unknown>>> {
  const ids = new Map<string, string>()
  const seen = new Map<string, string>()
  const answers: Record<string, unknown> = {}
  const withIds = (text: string): string =>
    text.replaceAll(/\{([^{}":,]+)\}/g, (all, name: string) => ids.get(name) ?? all)
  for (const [name, route, body] of CALLS) {
    const [method = '', path = ''] = withIds(route).split(/ (?=\/)/)
    const init = body === undefined ? {} : { body: withIds(JSON.stringify(body)) }
    const answer = await fetchUnlocked(url + path, { method, headers: { 'content-type': 'application/json' }, ...init })
    const text = await answer.text()
    const value: unknown = text === '' ? undefined : JSON.parse(text)
    const made = identified.safeParse(value)
    if (made.success && method === 'POST') ids.set(name, made.data.id)
    answers[`${name}: ${route}`] = { status: answer.status, body: plain(value, seen) }
  }
  return answers
}

/** The n-th id that was seen is `#n`; a moment of this run is `now`; what Pydantic says of an issue is left to its place. */
export function plain(value: unknown, seen: Map<string, string>): unknown {
  if (typeof value === 'string') return plainText(value, seen)
  if (Array.isArray(value)) return value.map((one: unknown) => plain(one, seen))
  if (!isJsonObject(value)) return value
  const { exception_detail: issues } = value
  if (Array.isArray(issues)) return { ...value, request_body: undefined, exception_detail: places(issues) }
  const entries = Object.entries(value).map(([key, one]) => [key, plain(one, seen)] as const)
  return Object.fromEntries(entries.filter(([key]) => !NOT_TOLD.has(key)))
}

/** Keys of blocks and queues that say nothing to a deploy. */
const NOT_TOLD: ReadonlySet<string> = new Set(['priority'])

function plainText(text: string, seen: Map<string, string>): string {
  const moment = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(text) && Math.abs(Date.parse(text) - Date.now()) < 3600_000
  if (moment) return 'now'
  return text.replaceAll(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, (id) => {
    const known = seen.get(id) ?? `#${seen.size}`
    seen.set(id, known)
    return known
  })
}

const located = z.array(z.object({ loc: z.array(z.union([z.string(), z.number()])) }))

/** Where the issues are; those inside a union are told once a member, which is not held against the server. */
function places(issues: unknown): readonly string[] {
  return [...new Set(located.parse(issues).map(({ loc }) => loc.slice(0, 2).join('.')))]
}

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { JsonObject } from '../../../src/prefect/json.ts'
import { refusalsOf } from '../../../src/prefect/plan/refusals.ts'
import { sharedPrefect } from '../../world/shared-prefect.ts'
import { serverCases, type ServerCases } from './server-cases.ts'

const POOL = 'refusals'
let cases: ServerCases

beforeAll(async () => {
  await sharedPrefect().ensurePool(POOL)
  cases = await serverCases(POOL, 'refusals-orders')
})
afterAll(() => cases.close())

const cron = (more: JsonObject = {}): JsonObject => ({ schedule: { cron: '0 1 * * *', timezone: 'UTC' }, ...more })
const slugged = (...slugs: readonly string[]): JsonObject => ({ schedules: slugs.map((slug) => cron({ slug })) })
const schedules = (...more: readonly JsonObject[]): JsonObject => ({ schedules: more.map(cron) })
const grace = (seconds: number): JsonObject => ({
  concurrency_options: { collision_strategy: 'ENQUEUE', grace_period_seconds: seconds },
})

/** The field that is refused of a create, and of an update of `live`; `undefined` where the server takes it. */
type Case = readonly [
  string,
  JsonObject,
  create?: string | undefined,
  update?: string | undefined,
  live?: JsonObject | undefined,
]

const SLUG_A = 'schedules[a].slug'
const SLUG_N = 'schedules[n].slug'

const CASES: readonly Case[] = [
  ['a deployment like any other', {}],
  ['one slug twice', slugged('a', 'a'), SLUG_A, SLUG_A],
  ['an empty slug twice', slugged('', ''), 'schedules[].slug', 'schedules[].slug'],
  ['one slug twice, which is live: the second counts', slugged('a', 'a'), SLUG_A, undefined, slugged('a')],
  ['one slug twice, beside others that are live', slugged('a', 'a'), SLUG_A, SLUG_A, slugged('b')],
  ['one slug twice, onto schedules without', slugged('a', 'a'), SLUG_A, SLUG_A, schedules({})],
  ['no slug onto slugs', schedules({}), undefined, 'schedules', slugged('a')],
  ['some slugs onto slugs', schedules({ slug: 'a' }, {}), undefined, 'schedules', slugged('a')],
  ['some slugs', schedules({ slug: 'a' }, {})],
  ['no schedules onto slugs', { schedules: [] }, undefined, undefined, slugged('a')],
  ['a slug in any letters', slugged('Bad Slug!')],
  [
    'one replaced by two',
    schedules({ slug: 'b', replaces: 'a' }, { slug: 'c', replaces: 'a' }),
    undefined,
    'schedules[a]',
    slugged('a'),
  ],
  [
    'one replaced by two, where those that are live have no slugs',
    schedules({ slug: 'b', replaces: 'a' }, { slug: 'c', replaces: 'a' }),
    undefined,
    undefined,
    schedules({}),
  ],
  [
    'one renamed to another that is live',
    schedules({ slug: 'b', replaces: 'a' }),
    undefined,
    'schedules[b].replaces',
    slugged('a', 'b'),
  ],
  [
    'the same renaming once more',
    schedules({ slug: 'b', replaces: 'a' }),
    undefined,
    'schedules[b].replaces',
    slugged('b'),
  ],
  ['one renamed to itself', schedules({ slug: 'a', replaces: 'a' }), undefined, undefined, slugged('a')],
  ['one renamed that is not there', schedules({ slug: 'b', replaces: 'z' }), undefined, undefined, slugged('a')],
  ['replaces that says nothing', schedules({ slug: 'b', replaces: '' }), undefined, undefined, slugged('a')],
  [
    'two that change their names',
    schedules({ slug: 'b', replaces: 'a' }, { slug: 'a', replaces: 'b' }),
    undefined,
    undefined,
    slugged('a', 'b'),
  ],
  [
    'one renamed to what another was',
    schedules({ slug: 'b', replaces: 'a' }, { slug: 'c', replaces: 'b' }),
    undefined,
    undefined,
    slugged('a', 'b'),
  ],
  [
    'one renamed, and one made of that name',
    schedules({ slug: 'n', replaces: 'a' }, { slug: 'n' }),
    SLUG_N,
    SLUG_N,
    slugged('a'),
  ],
  [
    'one renamed, and its old name once more',
    schedules({ slug: 'n', replaces: 'a' }, { slug: 'a' }),
    undefined,
    undefined,
    slugged('a'),
  ],
  [
    'two renamed to one',
    schedules({ slug: 'n', replaces: 'a' }, { slug: 'n', replaces: 'b' }),
    SLUG_N,
    SLUG_N,
    slugged('a', 'b'),
  ],
  ['no limit at all', { concurrency_limit: 0 }, 'concurrency_limit', 'concurrency_limit'],
  ['a limit below nothing', { concurrency_limit: -1 }, 'concurrency_limit', 'concurrency_limit'],
  ['a limit of one', { concurrency_limit: 1 }],
  ...[59, 86_401].map(
    (seconds): Case => [
      `a grace of ${seconds} seconds`,
      grace(seconds),
      'concurrency_limit.grace_period_seconds',
      'concurrency_limit.grace_period_seconds',
    ],
  ),
  ['the least grace', grace(60)],
  ['the longest grace', grace(86_400)],
  ...['/', '>'].map(
    (sign): Case => [
      `a queue with ${sign}`,
      { work_queue_name: `a${sign}b` },
      'work_pool.work_queue_name',
      'work_pool.work_queue_name',
    ],
  ),
  ...['', ' ', `é?#"'\n`, 'x'.repeat(3000)].map(
    (name): Case => [`the queue ${JSON.stringify(name).slice(0, 12)}`, { work_queue_name: name }],
  ),
  ['tags that are odd', { tags: ['', 'a', 'a', 'a/b', 'x'.repeat(10_000)] }],
  ['texts that are long', { description: 'x'.repeat(200_000), version: 'y'.repeat(10_000) }],
  ['no steps to pull', { pull_steps: [] }],
  ['a parameter that the flow does not have', { parameters: { z: 1 } }],
  ['parameters of a schedule that are none', schedules({ parameters: { n: 'many', z: 1 } })],
  ['many schedules', slugged(...Array.from({ length: 60 }, (_, at) => `s${at}`))],
  [
    'parameters to be checked without a schema, neither sent nor live',
    { parameter_openapi_schema: null },
    undefined,
    'enforce_parameter_schema',
    { parameter_openapi_schema: null, enforce_parameter_schema: false },
  ],
  [
    'parameters not to be checked without a schema',
    { parameter_openapi_schema: null, enforce_parameter_schema: false },
    undefined,
    undefined,
    { parameter_openapi_schema: null, enforce_parameter_schema: false },
  ],
  ['parameters to be checked by the schema that is live', { parameter_openapi_schema: null }],
]

const SELF_HOSTED = { cloud: false }

describe('what is refused is what the server refuses', () => {
  // Jest takes a parameter that a row has nothing for to be its `done`.
  test.each(CASES.map(([title, ...rest]) => [title, rest] as const))('%s', async (_, row) => {
    const [change, ofCreate, ofUpdate, live] = row
    for (const [written, field] of [
      [await cases.create(change), ofCreate],
      [await cases.update(change, live), ofUpdate],
    ] as const) {
      expect([written.planned.action, written.status < 300]).toEqual([written.planned.action, field === undefined])
      const found = refusalsOf(written.planned, SELF_HOSTED)
      expect(found.map((one) => one.field)).toEqual(field === undefined ? [] : [field])
    }
  })

  test.each(['/', '%', '&', '<', '>'])('names with %s in them', async (sign) => {
    const name = `a${sign}b`
    const [named, queued] = [await cases.create({ name }), await cases.create({ work_queue_name: name })]
    expect([named.status, queued.status]).toEqual([500, 500])
    expect(refusalsOf(named.planned, SELF_HOSTED)).toMatchObject([{ field: 'name' }])
    expect(refusalsOf(queued.planned, SELF_HOSTED)).toMatchObject([{ field: 'work_pool.work_queue_name' }])
  })
})

describe('what no server of one’s own refuses, or none here can be asked about', () => {
  test.each<[string, JsonObject, string]>([
    ['a request that is too large', { description: 'x'.repeat(5 * 1024 * 1024) }, 'description'],
    [
      'a request with much in its job variables',
      { job_variables: { env: { A: 'ü'.repeat(3_000_000) } } },
      'work_pool.job_variables',
    ],
  ])('%s is refused by Prefect Cloud', async (_, more, field) => {
    const { planned } = await cases.create({})
    const { write } = planned.recorded
    const large = {
      ...planned,
      recorded: { ...planned.recorded, write: { ...write, body: { ...write.body, ...more } } },
    }
    expect(refusalsOf(large, { cloud: true })).toMatchObject([{ field }])
    expect([refusalsOf(planned, { cloud: true }), refusalsOf(large, SELF_HOSTED)]).toEqual([[], []])
  })

  test.each(['', 'a/b'])('a flow named %j', async (flow) => {
    const { planned } = await cases.create({})
    const recorded = { ...planned.recorded, flow, flowWrite: { placeholder: 'flow', body: { name: flow } } }
    expect(refusalsOf({ ...planned, flow, recorded }, SELF_HOSTED)).toMatchObject([{ field: 'flow' }])
    expect(refusalsOf({ ...planned, flow }, SELF_HOSTED)).toEqual([])
  })

  test('nothing is refused of what is not sent', async () => {
    const { planned } = await cases.update({ concurrency_limit: 0, ...slugged('a', 'a') })
    const writes = { deployment: 'nothing', automations: false, slas: false } as const
    expect(refusalsOf(planned, SELF_HOSTED)).toHaveLength(2)
    expect(refusalsOf({ ...planned, writes }, SELF_HOSTED)).toEqual([])
  })
})

/** As `prefect deploy` makes it of a trigger (Prefect 3.8.8: events/schemas/deployment_triggers.py, as_automation). */
const automation = (trigger: JsonObject, more: JsonObject = {}): JsonObject => ({
  name: 'refusals__automation_1',
  description: '',
  enabled: true,
  tags: [],
  trigger: {
    type: 'event',
    match: {},
    match_related: {},
    after: [],
    expect: [],
    for_each: [],
    posture: 'Reactive',
    threshold: 1,
    within: 0,
    ...trigger,
  },
  actions: [
    {
      type: 'run-deployment',
      source: 'selected',
      deployment_id: '{{ id }}',
      parameters: null,
      job_variables: null,
      schedule_after: 0,
    },
  ],
  actions_on_trigger: [],
  actions_on_resolve: [],
  owner_resource: 'prefect.deployment.{{ id }}',
  ...more,
})

const RUNS = 'prefect.flow-run.*'
const LOOP = { match: { 'prefect.resource.id': RUNS }, expect: ['prefect.flow-run.Running'] }
const NAMED = { 'prefect.resource.name': 'orders' }
const METRIC = {
  type: 'metric',
  posture: 'Metric',
  match: {},
  match_related: {},
  metric: { name: 'lateness', threshold: 1, operator: '>', range: 300, firing_for: 300 },
}
const all = (...triggers: readonly unknown[]): JsonObject =>
  automation({}, { trigger: { type: 'compound', require: 'all', within: 10, triggers } })

const AUTOMATIONS: readonly (readonly [string, JsonObject, refused?: true])[] = [
  ['waits for a flow', automation({ ...LOOP, match_related: NAMED })],
  ['waits for every run', automation(LOOP), true],
  ['waits for every run among others', automation({ ...LOOP, expect: ['x', 'prefect.flow-run.*'] }), true],
  ['waits for every run by a list', automation({ ...LOOP, match: { 'prefect.resource.id': ['a', RUNS] } }), true],
  ['waits for every run without saying so', automation({ ...LOOP, match: {} }), true],
  ['waits for every run related to any', automation({ ...LOOP, match_related: [NAMED, {}] }), true],
  ['waits for runs related to nothing', automation({ ...LOOP, match_related: [] })],
  ['waits for runs with a label', automation({ ...LOOP, match: { ...LOOP.match, ...NAMED } })],
  ['waits for runs of any kind', automation({ ...LOOP, match: { 'prefect.resource.id': '*' } })],
  ['waits for what ends well', automation({ ...LOOP, expect: ['prefect.flow-run.Completed'] })],
  ['waits for anything', automation({ ...LOOP, expect: ['*'] })],
  ['waits for the absence of runs', automation({ ...LOOP, posture: 'Proactive', within: 60 })],
  ['is switched off', automation(LOOP, { enabled: false })],
  ['waits for every run in a part', all(automation(LOOP)['trigger'])],
  ['asks for a metric', automation({}, { trigger: METRIC }), true],
  ['asks for a metric in a part', all(METRIC), true],
]

describe('a trigger is refused where the server refuses its automation', () => {
  test.each(AUTOMATIONS.map(([title, body, refused = false]) => [title, body, refused] as const))(
    '%s',
    async (_, body, refused) => {
      const { status, planned } = await cases.automation(body)
      expect(status).toBe(refused ? 422 : 201)
      const found = refusalsOf(planned, SELF_HOSTED).map(({ field }) => field)
      expect(found).toEqual(refused ? ['triggers[refusals__automation_1]'] : [])
    },
  )
})

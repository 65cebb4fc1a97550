import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { z } from 'zod'
import { type Clock, type Log, machineClock } from '../../../src/host.ts'
import { applyPlan } from '../../../src/prefect/apply/apply.ts'
import type { ApplyOutcome } from '../../../src/prefect/apply/shapes.ts'
import type { JsonObject } from '../../../src/prefect/json.ts'
import type { PlannedDeployment } from '../../../src/prefect/plan/plan.ts'
import { sharedPrefect } from '../../world/shared-prefect.ts'
import { startWire, type Wire } from '../../world/wire.ts'
import { tooMany, UNAVAILABLE } from '../../world/wire-faults.ts'
import { openApi } from '../api-tools.ts'

const POOL = 'apply-pool'
/** Of this run: the server keeps what earlier ones left. */
const MARK = `apply-${randomUUID()}`
const SECRET = 'hunter2-and-more'
const STAND_IN = 'stand-in-of-a-secret'

const SCHEMA = { type: 'object', properties: { n: { type: 'integer' } } }
const deploymentShape = z.looseObject({
  id: z.string(),
  name: z.string(),
  flow_id: z.string(),
  description: z.string().nullable(),
  version: z.string().nullable(),
  job_variables: z.looseObject({}),
  schedules: z.array(z.looseObject({ slug: z.string().nullable() })),
})
const automationShape = z.looseObject({
  name: z.string(),
  actions: z.array(z.looseObject({ deployment_id: z.string().nullish() })),
})
const madeShape = z.object({ id: z.string() })

const server = sharedPrefect()
let wire: Wire

beforeAll(async () => {
  await server.ensurePool(POOL)
  wire = await startWire(server.url)
})
afterAll(async () => {
  const ids = (await live()).map(({ id }) => id)
  for (let from = 0; from < ids.length; from += 50) {
    await server.call('POST', '/deployments/bulk_delete', { deployments: { id: { any_: ids.slice(from, from + 50) } } })
  }
  await wire.stop()
})

async function live(): Promise<z.infer<typeof deploymentShape>[]> {
  const asked = { deployments: { name: { like_: MARK } }, limit: 200 }
  return z.array(deploymentShape).parse(await server.call('POST', '/deployments/filter', asked))
}

/** Names of the automations that run each deployment, by its id. */
async function automations(): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>()
  for (let offset = 0; ; offset += 200) {
    const page = z
      .array(automationShape)
      .parse(await server.call('POST', '/automations/filter', { limit: 200, offset }))
    for (const { name, actions } of page) {
      const id = actions[0]?.deployment_id
      if (typeof id === 'string') found.set(id, [...(found.get(id) ?? []), name].toSorted())
    }
    if (page.length < 200) return found
  }
}

type Planning = Readonly<{
  flow: string
  name: string
  body?: JsonObject
  automations?: number
  id?: string
  action?: JsonObject
}>

/** A plan for one deployment: an update where it has an id. */
function planned({ flow, name, body = {}, automations: count, id, action = {} }: Planning): PlannedDeployment {
  const kind = id === undefined ? 'create' : 'update'
  const own = id ?? randomUUID()
  const placeholder = placeholderOf(flow)
  const fields = {
    version: 'new',
    description: kind === 'create' ? 'None' : null,
    entrypoint: 'flows.py:main',
    work_pool_name: POOL,
    parameters: {},
    parameter_openapi_schema: SCHEMA,
    enforce_parameter_schema: true,
    job_variables: { env: { TOKEN: STAND_IN } },
    ...body,
  }
  return {
    flow,
    name,
    action: kind,
    recorded: {
      flow,
      name,
      id: own,
      ...(kind === 'create' ? { flowWrite: { placeholder, body: { name: flow } } } : {}),
      write: { kind, body: kind === 'create' ? { name, flow_id: placeholder, ...fields } : fields },
      deletedSchedules: [],
      clearsAutomations: true,
      automations: Array.from({ length: count ?? 0 }, (_, index) =>
        automationOf(`${name}__automation_${index}`, own, action),
      ),
    },
    writes: { deployment: 'whole', automations: count !== undefined, slas: false },
    liveAutomations: [],
    differences: [],
    kept: [],
  }
}

const placeholders = new Map<string, string>()

function placeholderOf(flow: string): string {
  const known = placeholders.get(flow) ?? randomUUID()
  placeholders.set(flow, known)
  return known
}

function automationOf(name: string, id: string, action: JsonObject = {}): JsonObject {
  return {
    name,
    trigger: { type: 'event', posture: 'Reactive', expect: [`never.${name}`], threshold: 1, within: 0 },
    actions: [{ type: 'run-deployment', source: 'selected', deployment_id: id, ...action }],
    owner_resource: `prefect.deployment.${id}`,
  }
}

/** Makes it live before the plan: with a schedule of each slug, an automation of its own and one that somebody made by hand. */
async function before(name: string, slugs: readonly string[] = []): Promise<string> {
  const flow = madeShape.parse(await server.call('POST', '/flows/', { name: `${MARK}-before` }))
  const schedules = slugs.map((slug) => ({ slug, schedule: { cron: '0 6 * * *' }, active: true }))
  const body = {
    name,
    flow_id: flow.id,
    work_pool_name: POOL,
    schedules,
    version: 'old',
    parameter_openapi_schema: SCHEMA,
  }
  const { id } = madeShape.parse(await server.call('POST', '/deployments/', body))
  await server.call('POST', '/automations/', automationOf(`${name}__automation_9`, id))
  const { owner_resource: _, ...byHand } = automationOf('by hand', id)
  await server.call('POST', '/automations/', byHand)
  return id
}

async function applied(
  url: string,
  plan: readonly PlannedDeployment[],
  clock: Clock,
): Promise<Readonly<{ outcomes: readonly ApplyOutcome[]; said: string }>> {
  const { api, http } = openApi(url)
  const lines: string[] = []
  const keep = (line: string): void => void lines.push(line)
  const log: Log = { info: keep, debug: keep, group: keep, warning: keep }
  const signal = new AbortController().signal
  const outcomes = await applyPlan({ api, clock, random: Math.random, signal, log }, plan, {
    atOnce: 4,
    reveal: (text) => text.replaceAll(STAND_IN, SECRET),
    onOutcome: () => undefined,
  })
  await http.close()
  return { outcomes, said: [...lines, ...outcomes.map(({ fault }) => `${fault?.message} ${fault?.hint}`)].join('\n') }
}

/** Waits are shorter here: the trouble on the wire does not pass with time. */
const hasty: Clock = { ...machineClock, sleep: (seconds, signal) => machineClock.sleep(seconds / 10, signal) }

describe('against a real server', () => {
  it('makes and updates everything once, through a bad wire, and attributes what the server refuses', async () => {
    const named = (name: string): string => `${MARK}-${name}`
    const ids = new Map<string, string>()
    for (const name of ['u0', 'u1', 'gone', 'variables', 'parameters']) ids.set(name, await before(named(name)))
    ids.set('renamed', await before(named('renamed'), ['old']))
    await server.call('DELETE', `/deployments/${ids.get('gone') ?? ''}`)
    const update = (name: string, change: Partial<Planning> = {}): PlannedDeployment =>
      planned({ flow: `${MARK}-before`, name: named(name), id: ids.get(name) ?? '', ...change })
    const create = (name: string, change: Partial<Planning> = {}): PlannedDeployment =>
      planned({ flow: `${MARK}-flow-${name.length % 3}`, name: named(name), ...change })
    const schedule = { schedule: { cron: '0 6 * * *' }, active: true }
    const good = [
      ...['c0', 'c1', 'c-2', 'c--3', 'c--4'].map((name, index) => create(name, { automations: index })),
      update('u0', { automations: 0 }),
      update('u1', { automations: 3 }),
      update('renamed', { body: { schedules: [{ ...schedule, slug: 'new', replaces: 'old' }] } }),
    ]
    const bad = [
      update('gone'),
      update('variables', { body: { job_variables: { env: STAND_IN } } }),
      update('parameters', { body: { parameters: { n: SECRET } } }),
      create('bad-variables', { body: { job_variables: { env: STAND_IN } } }),
      create('bad-slugs', { body: { schedules: [schedule, schedule].map((one) => ({ ...one, slug: 'same' })) } }),
      create('bad-field', { body: { concurrency_limit: 0, description: SECRET } }),
      create('bad-automation', { automations: 1, action: { job_variables: { env: SECRET } } }),
    ]
    wire.fault({ method: 'POST', path: /\/flows\/$/, times: 1, breaks: 'after' })
    wire.fault({ method: 'POST', path: /\/deployments\/$/, nth: 2, times: 2, breaks: 'after' })
    wire.fault({ method: 'POST', path: /\/deployments\/$/, nth: 3, times: 1, breaks: 'half' })
    wire.fault({ method: 'PATCH', path: new RegExp(ids.get('renamed') ?? ''), times: 1, breaks: 'after' })
    wire.fault({ method: 'PATCH', path: /deployments/, times: 1, breaks: 'before' })
    wire.fault({ method: 'DELETE', path: /owned-by/, nth: 2, times: 2, answer: UNAVAILABLE })
    wire.fault({ method: 'POST', path: /automations/, nth: 3, times: 2, breaks: 'after' })
    wire.fault({ method: 'POST', path: /automations/, nth: 4, times: 1, breaks: 'half' })
    wire.fault({ path: /./, nth: 20, times: 1, answer: tooMany(1) })

    const { outcomes, said } = await applied(wire.url, [...good, ...bad], hasty)

    expect(outcomes.map(({ planned: { name }, state }) => [name, state])).toEqual([
      ...good.map(({ name }) => [name, 'applied']),
      ...bad.map(({ name }) => [name, 'failed']),
    ])
    const there = new Map((await live()).map((one) => [one.name, one]))
    const running = await automations()
    for (const [index, { name, recorded }] of good.entries()) {
      const found = there.get(name)
      expect(found).toMatchObject({
        id: outcomes[index]?.id,
        version: 'new',
        description: null,
        job_variables: { env: { TOKEN: SECRET } },
      })
      const own = recorded.automations.map((_, nth) => `${name}__automation_${nth}`)
      const left = recorded.write.kind === 'create' ? [] : ['by hand']
      const kept = name === named('renamed') ? [`${name}__automation_9`] : []
      expect([name, running.get(found?.id ?? '') ?? []]).toEqual([name, [...own, ...kept, ...left].toSorted()])
    }
    expect(there.get(named('renamed'))?.schedules.map(({ slug }) => slug)).toEqual(['new'])
    const reasons = outcomes.slice(good.length).map(({ fault }) => fault?.message.replaceAll(MARK, 'X'))
    expect(reasons).toEqual([
      'Updating the deployment `X-before/X-gone`: it is not there any more (404).',
      'Updating the deployment `X-before/X-variables`: Prefect refused it with 409 (Error creating deployment: <ValidationError: "a value is not valid under any of the given schemas">).',
      "Updating the deployment `X-before/X-parameters`: Prefect refused it with 409 (Error updating deployment: Validation failed for field 'n'. Failure reason: a value is not valid under any of the given schemas).",
      "Making the deployment `X-flow-1/X-bad-variables`: Prefect refused it with 422 (Error creating deployment: Validation failed for field 'env'. Failure reason: a value is not valid under any of the given schemas).",
      'Making the deployment `X-flow-0/X-bad-slugs`: Prefect refused it with 409 (Data integrity conflict. This usually means a unique or foreign key constraint was violated. See server logs for details).',
      'Making the deployment `X-flow-0/X-bad-field`: Prefect refused it with 422 (concurrency_limit: Input should be greater than 0).',
      "Making the automation `X-bad-automation__automation_0` of `X-flow-2/X-bad-automation`: Prefect refused it with 422 (Error creating automation: Validation failed for field 'env'. Failure reason: a value is not valid under any of the given schemas).",
    ])
    expect(said).not.toContain(SECRET)
  })

  it('makes sixty at four at once on SQLite, which takes one at a time', async () => {
    const plan = Array.from({ length: 60 }, (_, index) =>
      planned({
        flow: `${MARK}-many-${index % 20}`,
        name: `${MARK}-many-${index}`,
        ...(index % 3 === 0 ? { automations: 1 } : {}),
      }),
    )
    const { outcomes } = await applied(server.url, plan, machineClock)
    expect(outcomes.filter(({ state }) => state !== 'applied')).toEqual([])
    const running = await automations()
    const ids = outcomes.map(({ id = '' }) => id)
    const there = (await live()).filter(({ name }) => name.includes('-many-'))
    expect(there.map(({ id }) => id).toSorted()).toEqual(ids.toSorted())
    expect(ids.map((id) => running.get(id)?.length ?? 0)).toEqual(
      plan.map(({ recorded }) => recorded.automations.length),
    )
  })
})

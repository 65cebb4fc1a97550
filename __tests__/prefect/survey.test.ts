import { afterEach, describe, expect, it } from '@jest/globals'
import { z } from 'zod'
import type { Http } from '../../src/http/client.ts'
import type { PrefectApi } from '../../src/prefect/client.ts'
import type { LiveAutomation, LiveDeployment, Survey } from '../../src/prefect/survey/shapes.ts'
import { mergedSurveys, survey } from '../../src/prefect/survey/survey.ts'
import { sharedPrefect } from '../world/shared-prefect.ts'
import { startWire } from '../world/wire.ts'
import { openApi } from './api-tools.ts'
import { type ListingServer, type Row, startListing } from './listing-server.ts'

let server: ListingServer | undefined
let http: Http | undefined
afterEach(async () => {
  await http?.close()
  await server?.stop()
  http = undefined
  server = undefined
})

type Lists = Parameters<typeof startListing>[0]

/** The client, before lists in memory. */
async function listed(lists: Lists): Promise<PrefectApi> {
  server = await startListing(lists)
  const opened = openApi(server.url)
  http = opened.http
  return opened.api
}

const row = (number: number, more: object = {}): Row => ({
  id: `d${number}`,
  name: `n${number}`,
  flow_id: 'f1',
  created: '2026-01-01T00:00:00Z',
  updated: '2026-01-01T00:00:00Z',
  ...more,
})
const rows = (many: number, more: object = {}): readonly Row[] =>
  Array.from({ length: many }, (_, index) => row(index, more))
const FLOW = [{ id: 'f1', name: 'flow' }]
const automation = (id: string, more: object): Row => ({
  id,
  name: id,
  enabled: true,
  trigger: { type: 'event' },
  actions: [],
  ...more,
})
const runs = (id: string): object => ({ type: 'run-deployment', source: 'selected', deployment_id: id })

describe('what is asked for', () => {
  it.each([
    [{}, 0],
    [{ names: [], flows: [], ids: [] }, 0],
    // Deployments, flows and automations, side by side.
    [{ names: ['a'] }, 3],
    [{ names: ['a', 'a'], flows: ['f'] }, 5],
    [{ names: rows(200).map(({ id }) => id) }, 5],
    [{ ids: rows(201).map(({ id }) => id) }, 7],
  ])('%#: costs as many requests as it needs', async (which, requests) => {
    const api = await listed({})
    const found = await survey(api, which)
    expect([found.deployments.size, found.flows.size, found.automations?.size]).toEqual([0, 0, 0])
    expect(server?.asked()).toHaveLength(requests)
    expect(api.requests()).toBe(requests)
  })

  it('is each name once, and each kind by its own filter', async () => {
    const api = await listed({})
    await survey(api, { names: ['a', 'b', 'a'], flows: ['f'], ids: ['1'] })
    const filters = server?.asked().filter(({ path }) => path === '/deployments/filter')
    expect(filters?.map(({ body }) => body)).toEqual([
      { deployments: { name: { any_: ['a', 'b'] } }, sort: 'CREATED_DESC', offset: 0, limit: 200 },
      { flows: { name: { any_: ['f'] } }, sort: 'CREATED_DESC', offset: 0, limit: 200 },
      { deployments: { id: { any_: ['1'] } }, sort: 'CREATED_DESC', offset: 0, limit: 200 },
    ])
  })

  it('is met once where several of them name it', async () => {
    const api = await listed({ '/deployments/filter': () => [row(1)], '/flows/filter': () => FLOW })
    const found = await survey(api, { names: ['n1'], flows: ['flow'], ids: ['d1'] })
    expect([...found.deployments.keys()]).toEqual(['flow/n1'])
    expect([...found.flows]).toEqual([['flow', 'f1']])
  })
})

describe('pages', () => {
  it.each([199, 200, 201, 450, 1000])('of %i rows are all read, in the order of the list', async (many) => {
    const api = await listed({ '/deployments/filter': () => rows(many), '/flows/filter': () => FLOW })
    const { deployments } = await survey(api, { flows: ['flow'] })
    expect([...deployments.values()].map(({ id }) => id)).toEqual(rows(many).map(({ id }) => id))
  })

  it.each<[string, (nth: number) => readonly Row[]]>([
    ['made', (nth) => [...(nth > 0 ? [row(1000), row(1001)] : []), ...rows(450)]],
    ['deleted', (nth) => rows(450).slice(nth > 0 ? 15 : 0)],
  ])('miss nothing where something is %s between two of them', async (_, now) => {
    const api = await listed({ '/deployments/filter': (__, nth) => now(nth), '/flows/filter': () => FLOW })
    const { deployments } = await survey(api, { flows: ['flow'] })
    const ids = new Set([...deployments.values()].map(({ id }) => id))
    expect(rows(450).filter(({ id }) => !ids.has(id))).toEqual([])
  })

  it.each<[string, Lists[string], string, number]>([
    [
      'without end',
      ({ offset, limit }) => rows(offset + limit),
      'Reading the deployments: Prefect answered more than 20,000 rows, so they were not read to the end.',
      130,
    ],
    [
      'that are always the first one',
      ({ offset, limit }) => [...rows(offset), ...rows(limit)],
      'Reading the deployments: Prefect answered the same page again and again, so they were not read to the end.',
      6,
    ],
  ])('%s are a fault, after a bounded number', async (_, list, message, most) => {
    const api = await listed({ '/deployments/filter': list, '/flows/filter': () => FLOW })
    await expect(survey(api, { flows: ['flow'] })).rejects.toMatchObject({ kind: 'remote', message })
    expect(api.requests()).toBeLessThan(most)
  })

  it('of five megabytes are taken whole, and longer ones in parts', async () => {
    const heavy = (kilobytes: number): readonly Row[] =>
      rows(200, { parameter_openapi_schema: { description: 'x'.repeat(kilobytes * 1000) } })
    for (const [kilobytes, questions] of [
      [25, 3],
      [60, 7],
    ] as const) {
      const api = await listed({ '/deployments/filter': () => heavy(kilobytes), '/flows/filter': () => FLOW })
      const { deployments } = await survey(api, { flows: ['flow'] })
      expect(deployments.size).toBe(200)
      expect(server?.asked().filter(({ path }) => path === '/deployments/filter').length).toBeLessThanOrEqual(questions)
      await http?.close()
      await server?.stop()
    }
  })

  it('of one row that is longer than can be read are a fault that says so', async () => {
    const api = await listed({ '/deployments/filter': () => [row(0), row(1, { description: 'x'.repeat(9_000_000) })] })
    await expect(survey(api, { flows: ['flow'] })).rejects.toMatchObject({
      kind: 'remote',
      message: expect.stringContaining('longer than 8 MiB'),
    })
  })
})

describe('flows', () => {
  it('that came between two answers are asked for by id; a deployment whose flow went is left out', async () => {
    const late = [row(1), row(2, { flow_id: 'f2' }), row(3, { flow_id: 'f3' })]
    const api = await listed({
      '/deployments/filter': () => late,
      '/flows/filter': (_, nth) => [...FLOW, ...(nth === 0 ? [] : [{ id: 'f2', name: 'late' }])],
    })
    const { deployments, flows } = await survey(api, { names: ['n1'] })
    expect([...deployments.keys()]).toEqual(['flow/n1', 'late/n2'])
    expect([...flows]).toEqual([
      ['flow', 'f1'],
      ['late', 'f2'],
    ])
    expect(server?.asked().at(-1)?.body).toMatchObject({ flows: { id: { any_: ['f2', 'f3'] } } })
  })
})

describe('automations', () => {
  const one = { '/deployments/filter': () => [row(1), row(2)], '/flows/filter': () => FLOW }

  it('are kept where one of their actions aims at a surveyed deployment, whatever the others look like', async () => {
    const list = [
      automation('a', { actions: [runs('d1'), runs('other')] }),
      automation('b', { actions_on_trigger: [runs('d2')] }),
      automation('c', { actions_on_resolve: [runs('d1'), runs('d2')] }),
      automation('d', { actions: [runs('other')] }),
      automation('e', { actions: [runs('gone')] }),
      { id: 'f', actions: 'strange', trigger: null },
    ]
    const api = await listed({ ...one, '/automations/filter': () => list })
    const { automations } = await survey(api, { names: ['n1'], ids: ['gone'] })
    const found = [...(automations ?? [])].map(([id, own]) => [id, own.map(({ name }) => name)])
    // Of what was asked for by id also those of a deployment that is gone.
    expect(new Map(found.map(([id, own]) => [id, own]))).toEqual(
      new Map([
        ['d1', ['a', 'c']],
        ['d2', ['b', 'c']],
        ['gone', ['e']],
      ]),
    )
  })

  it('are found on whatever page of the workspace they are', async () => {
    const list = Array.from({ length: 450 }, (_, index) => automation(`a${index}`, {}))
    const api = await listed({
      ...one,
      '/automations/filter': () => [...list, automation('z', { actions: [runs('d1')] })],
    })
    const { automations } = await survey(api, { names: ['n1'] })
    expect(automations?.get('d1')?.map(({ id }) => id)).toEqual(['z'])
  })

  it.each([403, 404])('are not known where the server answers %i', async (status) => {
    const api = await listed({ ...one, '/automations/filter': () => ({ status, body: '{"detail":"no"}' }) })
    const found = await survey(api, { names: ['n1'] })
    expect(found.automations).toBeUndefined()
    expect(found.deployments.size).toBe(2)
  })

  it('that cannot be understood are a fault only where they concern a surveyed deployment', async () => {
    const api = await listed({ ...one, '/automations/filter': () => [{ id: 'x', actions: [runs('d1')] }] })
    await expect(survey(api, { names: ['n1'] })).rejects.toMatchObject({ kind: 'remote' })
  })
})

describe('an answer', () => {
  it.each<[string, Lists, string, RegExp]>([
    [
      'of no list',
      { '/deployments/filter': () => ({ status: 200, body: '<html>' }) },
      'target',
      /is not Prefect's API/,
    ],
    ['of another shape', { '/deployments/filter': () => [{ id: 'd1' }] }, 'target', /is not Prefect's API/],
    ['401', { '/flows/filter': () => ({ status: 401, body: '{}' }) }, 'target', /Reading the flows: .* 401/],
    [
      '403',
      { '/deployments/filter': () => ({ status: 403, body: '{}' }) },
      'target',
      /Reading the deployments: .* 403/,
    ],
    [
      '500 to automations',
      { '/automations/filter': () => ({ status: 500, body: '{}' }) },
      'remote',
      /automations: .* 500/,
    ],
  ])('%s is a fault', async (_, lists, kind, message) => {
    const api = await listed(lists)
    await expect(survey(api, { names: ['n1'] })).rejects.toMatchObject({
      kind,
      message: expect.stringMatching(message),
    })
  })
})

describe('two surveys as one', () => {
  const live = (id: string, name: string, version: string): LiveDeployment => ({
    ...z.looseObject({ id: z.string(), created: z.string(), updated: z.string() }).parse(row(0)),
    id,
    name,
    flow_id: 'f1',
    version,
    flow: 'flow',
  })
  const fires = (name: string): LiveAutomation => ({ id: name, name, enabled: true, trigger: {}, actions: [] })
  const of = (deployments: readonly LiveDeployment[], rest: Partial<Survey> = {}): Survey => ({
    deployments: new Map(deployments.map((one) => [`flow/${one.name}`, one])),
    flows: new Map([['flow', 'f1']]),
    automations: new Map(),
    ...rest,
  })

  it('have what both met as the newer one met it', () => {
    const older = of([live('1', 'a', 'old'), live('2', 'b', 'old'), live('3', 'was', 'old')], {
      automations: new Map([
        ['1', [fires('gone')]],
        ['2', [fires('kept')]],
      ]),
      at: new Date(1000),
    })
    const newer = of([live('1', 'a', 'new'), live('3', 'is', 'new')], { at: new Date(9000) })
    const { deployments, automations, at } = mergedSurveys(older, newer)
    expect([...deployments].map(([key, { version }]) => [key, version])).toEqual([
      ['flow/b', 'old'],
      ['flow/a', 'new'],
      ['flow/is', 'new'],
    ])
    expect([...(automations ?? [])].map(([id]) => id)).toEqual(['2'])
    expect(at).toEqual(new Date(1000))
  })

  it('know no automations where one of them does not', () => {
    expect(mergedSurveys(of([]), of([], { automations: undefined })).automations).toBeUndefined()
    expect(mergedSurveys(of([], { automations: undefined }), of([])).automations).toBeUndefined()
  })
})

describe('against a real server', () => {
  it('finds deployments by name, flow and id, with their flows and automations, in one wave of requests', async () => {
    const { call, url, ensurePool } = sharedPrefect()
    await ensurePool('survey-pool')
    const made = async (path: string, body: unknown): Promise<string> =>
      z.object({ id: z.string() }).parse(await call('POST', path, body)).id
    const [one, two] = [await made('/flows/', { name: 'survey-one' }), await made('/flows/', { name: 'survey-two' })]
    const deploy = async (flow: string, name: string): Promise<string> =>
      made('/deployments/', {
        name,
        flow_id: flow,
        work_pool_name: 'survey-pool',
        entrypoint: 'a.py:f',
        tags: ['t'],
        schedules: [{ schedule: { cron: '0 5 * * *', timezone: 'UTC' }, slug: 'daily' }],
      })
    const [shared, own, other] = [
      await deploy(one, 'survey-shared'),
      await deploy(one, 'survey-own'),
      await deploy(two, 'survey-shared'),
    ]
    const trigger = { type: 'event', posture: 'Reactive', expect: ['survey.never'], threshold: 1, within: 0 }
    const action = { type: 'run-deployment', source: 'selected', deployment_id: own }
    await made('/automations/', { name: 'survey-automation', trigger, actions: [action] })
    const wire = await startWire(url)
    const opened = openApi(wire.url)
    http = opened.http
    const keys = async (which: Parameters<typeof survey>[1]): Promise<string[]> =>
      [...(await survey(opened.api, which)).deployments.keys()].sort()
    expect(await keys({ names: ['survey-shared', 'survey-none'] })).toEqual([
      'survey-one/survey-shared',
      'survey-two/survey-shared',
    ])
    expect(await keys({ ids: [other, '00000000-0000-4000-8000-000000000000'] })).toEqual(['survey-two/survey-shared'])
    const { deployments, flows, automations, at } = await survey(opened.api, { flows: ['survey-one'] })
    await wire.stop()
    expect([...deployments.values()].map(({ id }) => id).sort()).toEqual([shared, own].sort())
    expect(deployments.get('survey-one/survey-own')).toMatchObject({
      name: 'survey-own',
      flow: 'survey-one',
      entrypoint: 'a.py:f',
      tags: ['t'],
      work_pool_name: 'survey-pool',
      work_queue_name: 'default',
      schedules: [{ schedule: { cron: '0 5 * * *', timezone: 'UTC' }, active: true, slug: 'daily' }],
    })
    expect([...flows]).toEqual([['survey-one', one]])
    expect([...(automations ?? [])].map(([id, own_]) => [id, own_.map(({ name }) => name)])).toEqual([
      [own, ['survey-automation']],
    ])
    expect(at).toBeInstanceOf(Date)
  })
})

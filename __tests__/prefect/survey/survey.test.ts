import { afterEach, describe, expect, it } from '@jest/globals'
import { z } from 'zod'
import type { PrefectApi } from '../../../src/prefect/client.ts'
import { survey } from '../../../src/prefect/survey/survey.ts'
import { sharedPrefect } from '../../world/shared-prefect.ts'
import { startWire } from '../../world/wire.ts'
import { openApi } from '../api-tools.ts'
import { FLOW, type List, type Listing, openListing, type Row, row, rows } from './listing.ts'

let listing: Listing | undefined
afterEach(async () => {
  await listing?.stop()
  listing = undefined
})

async function listed(lists: Readonly<Record<string, List>>): Promise<PrefectApi> {
  listing = await openListing(lists)
  return listing.api
}

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
    expect(listing?.asked()).toHaveLength(requests)
    expect(api.requests()).toBe(requests)
  })

  it('is each name once, and each kind by its own filter', async () => {
    const api = await listed({})
    await survey(api, { names: ['a', 'b', 'a'], flows: ['f'], ids: ['1'] })
    const filters = listing?.asked().filter(({ path }) => path === '/deployments/filter')
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
    expect(listing?.asked().at(-1)?.body).toMatchObject({ flows: { id: { any_: ['f2', 'f3'] } } })
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
  it.each<[string, Readonly<Record<string, List>>, string, RegExp]>([
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
    const keys = async (which: Parameters<typeof survey>[1]): Promise<string[]> =>
      [...(await survey(opened.api, which)).deployments.keys()].sort()
    expect(await keys({ names: ['survey-shared', 'survey-none'] })).toEqual([
      'survey-one/survey-shared',
      'survey-two/survey-shared',
    ])
    expect(await keys({ ids: [other, '00000000-0000-4000-8000-000000000000'] })).toEqual(['survey-two/survey-shared'])
    const { deployments, flows, automations, at } = await survey(opened.api, { flows: ['survey-one'] })
    await opened.http.close()
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

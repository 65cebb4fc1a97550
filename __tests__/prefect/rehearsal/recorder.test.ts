import { afterEach, describe, expect, test } from '@jest/globals'
import { z } from 'zod'
import { Fault } from '../../../src/faults.ts'
import type { Survey } from '../../../src/prefect/survey/shapes.ts'
import { FLOW, type Heard, heard, LIVE, liveDeployment, openStage, SCHEDULE, type Stage, surveyOf } from './stage.ts'

const open: Stage[] = []

afterEach(async () => {
  await Promise.all(open.splice(0).map(({ close }) => close()))
})

async function stage(given: Parameters<typeof openStage>[0] = {}): Promise<Stage> {
  const opened = await openStage(given)
  open.push(opened)
  return opened
}

function idOf({ body }: Heard): string {
  return z.looseObject({ id: z.uuid() }).parse(body).id
}

const CLOUD = {
  kind: 'cloud',
  base: 'https://api.prefect.cloud/api/accounts/a/workspaces/w',
  accountId: 'a',
  workspaceId: 'w',
  cloudApi: 'https://api.prefect.cloud/api',
} as const

const AUTOMATION = { name: 't', trigger: { type: 'event' }, actions: [{ type: 'run-deployment' }] }

describe('a survey that is on its way', () => {
  test('is waited for', async () => {
    const coming = Promise.withResolvers<Survey>()
    const on = await stage({ survey: coming.promise, surveyed: ['one'] })
    const asked = on.call('GET', '/deployments/name/f/one')
    coming.resolve(surveyOf(liveDeployment('f', 'one')))
    expect(await asked).toMatchObject({ status: 200, body: { id: LIVE } })
    expect((await on.survey()).deployments.get('f/one')).toMatchObject({ id: LIVE })
  })

  test('and does not come makes the command fail, for the reason that whoever asks for it hears', async () => {
    const fault = new Fault('target', 'Not yours.')
    const on = await stage({ survey: Promise.reject(fault), surveyed: ['one'] })
    expect((await on.call('GET', '/deployments/name/f/one')).status).toBe(500)
    expect([on.troubles(), on.recording().voids]).toEqual([[fault], []])
    await expect(on.survey()).rejects.toBe(fault)
  })
})

describe('what the command writes', () => {
  test("a flow's name with `?` or `#` in it cuts the path: not found, as the server answers, and the deployment is made", async () => {
    const on = await stage({ surveyed: ['one'] })
    expect(await on.call('GET', '/deployments/name/Q%20')).toEqual({ status: 404, body: { detail: 'Not Found' } })
    const flow = await on.call('POST', '/flows/', { name: 'Q #2', tags: [], labels: {} })
    expect(await on.call('POST', '/deployments/', { name: 'one', flow_id: idOf(flow) })).toMatchObject({ status: 201 })
  })

  test('a deployment that is not there: flow and deployment get placeholders, and all that follows is known by them', async () => {
    const on = await stage({ surveyed: ['one'] })
    expect(await on.call('GET', '/deployments/name/f/one')).toEqual({
      status: 404,
      body: { detail: 'Deployment not found' },
    })
    const flow = await on.call('POST', '/flows/', { name: 'f', tags: [], labels: {} })
    const create = { name: 'one', flow_id: idOf(flow), tags: ['a'], big: 1e300 }
    const made = await on.call('POST', '/deployments/', create)
    const owner = `prefect.deployment.${idOf(made)}`
    const automation = { ...AUTOMATION, owner_resource: owner }
    const cleared = [
      await on.call('DELETE', `/automations/owned-by/${owner}`),
      await on.call('DELETE', `/automations/owned-by/${owner}`),
    ]
    const told = await on.call('POST', '/automations/', automation)
    const slas = await on.call('POST', `/slas/apply-resource-slas/${owner}`, [{ name: 's', owner_resource: owner }])
    expect([flow.status, made.status, told.status, slas]).toEqual([
      201,
      201,
      201,
      { status: 200, body: { created: [], updated: [], deleted: [] } },
    ])
    expect(cleared).toEqual([
      { status: 202, body: null },
      { status: 202, body: null },
    ])
    expect(idOf(told)).not.toBe(idOf(made))
    expect(told.body).not.toHaveProperty('owner_resource')
    expect(on.recording()).toEqual({
      voids: [],
      deployments: [
        {
          flow: 'f',
          name: 'one',
          id: idOf(made),
          flowWrite: { placeholder: idOf(flow), body: { name: 'f', tags: [], labels: {} } },
          write: { kind: 'create', body: create },
          deletedSchedules: [],
          clearsAutomations: true,
          automations: [automation],
          points: { body: [], automations: [[]] },
          slas: [{ name: 's', owner_resource: owner }],
        },
      ],
    })
    expect(on.asked()).toEqual([])
  })

  test('a deployment that is live keeps its id, and a flow that is live is not made', async () => {
    const on = await stage({ survey: surveyOf(liveDeployment('f', 'one')) })
    const { flow: _, ...answered } = liveDeployment('f', 'one')
    expect(await on.call('GET', '/deployments/name/f/one')).toEqual({ status: 200, body: answered })
    expect(await on.call('PATCH', `/deployments/${LIVE}`, { tags: ['b'] })).toEqual({ status: 204, body: '' })
    expect((await on.call('DELETE', `/deployments/${LIVE}/schedules/${SCHEDULE}`)).status).toBe(204)
    expect(await on.call('POST', '/flows/', { name: 'f' })).toMatchObject({ status: 200, body: { id: FLOW } })
    await on.call('POST', '/deployments/', { name: 'two', flow_id: FLOW })
    expect(on.recording().deployments).toMatchObject([
      { name: 'one', id: LIVE, write: { kind: 'update', body: { tags: ['b'] } }, deletedSchedules: [SCHEDULE] },
      { name: 'two', flow: 'f', write: { kind: 'create' }, clearsAutomations: false },
    ])
    expect(on.recording().deployments[1]).not.toHaveProperty('flowWrite')
    expect(on.recording().voids).toEqual([])
  })

  test('a flow and name that come again update what was recorded', async () => {
    const on = await stage({ surveyed: ['one'] })
    const flow = idOf(await on.call('POST', '/flows/', { name: 'f' }))
    const body = { name: 'one', flow_id: flow, tags: ['a'], version: '1', schedules: [{ slug: 's', active: false }] }
    const id = idOf(await on.call('POST', '/deployments/', body))
    await on.call('POST', '/automations/', { ...AUTOMATION, owner_resource: `prefect.deployment.${id}` })
    const there = await on.call('GET', '/deployments/name/f/one')
    expect(there).toMatchObject({ status: 200, body: { id, flow_id: flow, tags: ['a'], work_queue_name: 'default' } })
    await on.call('PATCH', `/deployments/${id}`, { version: '2', schedules: [{ slug: 's', parameters: { n: 1 } }] })
    await on.call('DELETE', `/automations/owned-by/prefect.deployment.${id}`)
    const schedules = [{ slug: 's', active: false, parameters: { n: 1 } }]
    expect(on.recording().deployments).toMatchObject([
      { id, write: { kind: 'create', body: { ...body, version: '2', schedules } }, automations: [] },
    ])
    expect(await on.call('PATCH', `/deployments/${id}`, { schedules: [{ schedule: {} }] })).toEqual({
      status: 422,
      body: { detail: expect.stringContaining('Please provide a slug') },
    })
    expect(on.recording().deployments[0]?.write.body).toMatchObject({ schedules })
  })

  test('two processes at once: one placeholder for a flow, each write to its own deployment', async () => {
    const on = await stage({ surveyed: ['one', 'two'] })
    const shard = async (name: string): Promise<void> => {
      await on.call('GET', `/deployments/name/f/${name}`)
      const flow = idOf(await on.call('POST', '/flows/', { name: 'f' }))
      const id = idOf(await on.call('POST', '/deployments/', { name, flow_id: flow }))
      await on.call('DELETE', `/automations/owned-by/prefect.deployment.${id}`)
      const automation = { ...AUTOMATION, name, owner_resource: `prefect.deployment.${id}` }
      await on.call('POST', '/automations/', automation)
    }
    await Promise.all([shard('one'), shard('two'), shard('one')])
    const { deployments, voids } = on.recording()
    expect(voids).toEqual([])
    expect(
      deployments.map(({ name, automations }) => [name, [...new Set(automations.map((one) => one['name']))]]),
    ).toEqual(
      expect.arrayContaining([
        ['one', ['one']],
        ['two', ['two']],
      ]),
    )
    expect(deployments).toHaveLength(2)
    expect(new Set(deployments.map(({ flowWrite }) => flowWrite?.placeholder)).size).toBe(1)
  })

  test('of Cloud the address has both parts, and SLAs are recorded', async () => {
    const on = await stage({ url: CLOUD, survey: surveyOf(liveDeployment('f', 'one')) })
    const { url, segment } = on.address
    expect(url).toMatchObject({
      kind: 'cloud',
      base: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/[\w-]{24}\/api\/accounts\/a\/workspaces\/w$/),
      cloudApi: url.base.slice(0, url.base.indexOf('/accounts/')),
    })
    expect(url.base).toContain(`/${segment}/`)
    await on.call('PATCH', `/deployments/${LIVE}`, {})
    await on.call('POST', `/slas/apply-resource-slas/prefect.deployment.${LIVE}`, [])
    expect(on.recording()).toMatchObject({ voids: [], deployments: [{ slas: [] }] })
    const above = await heard(`${url.kind === 'cloud' ? url.cloudApi : ''}/me/workspaces`)
    expect(above.status).toBe(403)
    expect(on.recording().voids).toEqual([expect.stringContaining('of another place than the workspace')])
  })
})

describe('a name that the survey did not ask for', () => {
  const path = '/deployments/name/f%C3%BC%20f%2B/a%22b%23c%3Fd'
  const { flow: _, ...live } = liveDeployment('fü f+', 'a"b#c?d')
  const related = `GET /automations/related-to/prefect.deployment.${LIVE}`
  const automation = { id: 'a', name: 'mine', enabled: true, trigger: {}, actions: [{ deployment_id: LIVE }] }

  test('is asked of the workspace once, and what is found counts as surveyed from then on', async () => {
    const other = { ...automation, id: 'b', actions: [{ deployment_id: SCHEDULE }] }
    const on = await stage({ answers: { [`GET ${path}`]: [200, live], [related]: [200, [automation, other]] } })
    const twice = await Promise.all([on.call('GET', path), on.call('GET', path)])
    expect(twice).toEqual([
      { status: 200, body: live },
      { status: 200, body: live },
    ])
    await on.call('GET', path)
    expect(on.asked()).toEqual([`GET ${path}`, related])
    expect((await on.call('PATCH', `/deployments/${LIVE}`, {})).status).toBe(204)
    expect(await on.call('POST', '/flows/', { name: 'fü f+' })).toMatchObject({ body: { id: FLOW } })
    expect(on.recording()).toMatchObject({ voids: [], deployments: [{ flow: 'fü f+', name: 'a"b#c?d', id: LIVE }] })
    expect((await on.survey()).deployments.get('fü f+/a"b#c?d')).toMatchObject({ id: LIVE, flow: 'fü f+' })
    expect((await on.survey()).automations?.get(LIVE)).toMatchObject([{ id: 'a' }])
  })

  test('is made where the workspace has none', async () => {
    const on = await stage({ answers: { [`GET ${path}`]: [404, { detail: 'Deployment not found' }] } })
    expect((await on.call('GET', path)).status).toBe(404)
    const flow = idOf(await on.call('POST', '/flows/', { name: 'fü f+' }))
    await on.call('POST', '/deployments/', { name: 'a"b#c?d', flow_id: flow })
    expect(on.asked()).toEqual([`GET ${path}`])
    expect(on.recording()).toMatchObject({ voids: [], deployments: [{ write: { kind: 'create' } }] })
  })

  test('whose automations may not be read makes all of them unknown', async () => {
    const on = await stage({ answers: { [`GET ${path}`]: [200, live], [related]: [403, { detail: 'Forbidden' }] } })
    expect((await on.call('GET', path)).status).toBe(200)
    expect((await on.survey()).automations).toBeUndefined()
  })

  test('that the command cannot find because of its name must not take the place of a live one', async () => {
    const on = await stage({ answers: { [`GET ${path}`]: [200, live], [related]: [200, []] } })
    const flow = idOf(await on.call('POST', '/flows/', { name: 'fü f+' }))
    expect((await on.call('POST', '/deployments/', { name: 'a"b#c?d', flow_id: flow })).status).toBe(403)
    expect(on.recording()).toMatchObject({ deployments: [], voids: [expect.stringContaining('take the place')] })
  })

  test('with another answer than a deployment is a fault of the workspace', async () => {
    const on = await stage({ answers: { [`GET ${path}`]: [200, { id: 1 }] } })
    expect((await on.call('GET', path)).status).toBe(500)
    expect(on.troubles()).toMatchObject([{ kind: 'target' }])
  })
})

describe('who is not the command', () => {
  test.each([
    ['no segment', () => '/api/flows/', {}],
    ['another segment', (segment: string) => `/${'a'.repeat(segment.length)}/api/work_pools/p`, {}],
    ['the start of the segment', (segment: string) => `/${segment.slice(0, -1)}/api/work_pools/p`, {}],
    ['more than the segment', (segment: string) => `/${segment}a/api/work_pools/p`, {}],
    ['an address as a proxy gets it', (segment: string) => `http://127.0.0.1/${segment}/api/work_pools/p`, {}],
    ['another name for this host', (segment: string) => `/${segment}/api/work_pools/p`, { host: 'localhost' }],
    ['a name that leads here', (segment: string) => `/${segment}/api/work_pools/p`, { host: 'evil.example' }],
  ])('%s: 404 and nothing else, and the recording stays sound', async (_, pathOf, options) => {
    const on = await stage({ answers: { 'GET /work_pools/p': [200, {}] } })
    const { origin, host } = new URL(on.address.url.base)
    const at = 'host' in options ? { host: options.host + host.slice(host.indexOf(':')) } : {}
    expect(await heard(origin, { ...at, path: pathOf(on.address.segment) })).toEqual({ status: 404, body: '' })
    expect([on.strangers(), on.recording(), on.asked()]).toEqual([1, { deployments: [], voids: [] }, []])
  })

  test('the segment is told to whoever hides secrets, and no sentence has it', async () => {
    const on = await stage()
    await on.call('POST', `/${on.address.segment}`, {})
    await on.call('PUT', '/variables/x', {})
    expect(on.hidden).toEqual([on.address.segment])
    expect(on.recording().voids).toEqual([
      expect.stringContaining('`POST /***`'),
      expect.stringContaining('`PUT /variables/x`'),
    ])
  })
})

import { afterEach, describe, expect, test } from '@jest/globals'
import { LIVE, liveDeployment, openStage, SCHEDULE, type Stage, surveyOf } from './stage.ts'

let on: Stage

afterEach(() => on.close())

const OTHER = '99999999-0000-4000-8000-000000000009'
const AUTOMATION = { name: 't', trigger: {}, actions: [] }
const survey = surveyOf(liveDeployment('f', 'one'))

/** What makes a recording void: the request, and what the sentence about it says. */
const VOID: readonly (readonly [method: string, path: string, body: unknown, says: string, status?: number])[] = [
  // A build or push step that writes.
  ['POST', '/variables/', { name: 'x' }, 'something else than deployments'],
  ['POST', '/flow_runs/', {}, 'something else than deployments'],
  ['POST', '/events', [], 'something else than deployments'],
  ['PUT', `/automations/${OTHER}`, {}, 'something else than deployments'],
  ['DELETE', `/deployments/${LIVE}`, undefined, 'something else than deployments'],
  ['POST', `/deployments/${LIVE}/pause_deployment`, {}, 'something else than deployments'],
  ['POST', `/deployments/${LIVE}/create_flow_run`, {}, 'something else than deployments'],
  ['PUT', '/flows/', { name: 'f' }, 'something else than deployments'],
  ['POST', '/flows', { name: 'f' }, 'something else than deployments'],
  // What belongs to nobody here.
  ['PATCH', `/deployments/${OTHER}`, {}, 'did not write before'],
  ['DELETE', `/deployments/${OTHER}/schedules/${SCHEDULE}`, undefined, 'did not write before'],
  ['DELETE', `/deployments/${LIVE}/schedules/${SCHEDULE}`, undefined, 'did not write before'],
  ['DELETE', `/automations/owned-by/prefect.deployment.${OTHER}`, undefined, 'did not write before'],
  ['DELETE', `/automations/owned-by/prefect.deployment.${LIVE}`, undefined, 'did not write before'],
  ['DELETE', '/automations/owned-by/prefect.work-pool.x', undefined, 'something else than deployments'],
  ['POST', '/automations/', { ...AUTOMATION, owner_resource: `prefect.deployment.${OTHER}` }, 'did not write before'],
  ['POST', `/slas/apply-resource-slas/prefect.deployment.${OTHER}`, [], 'did not write before'],
  ['POST', '/deployments/', { name: 'two', flow_id: OTHER }, 'a flow that `prefect deploy` did not ask for'],
  [
    'POST',
    '/deployments/',
    { name: 'one', flow_id: survey.flows.get('f') },
    'take the place of the live deployment `f/one`',
  ],
  // Other shapes.
  ['POST', '/flows/', { name: '' }, 'does not understand'],
  ['POST', '/flows/', '', 'does not understand'],
  ['POST', '/flows/', '{"name": NaN}', 'not JSON'],
  ['POST', '/deployments/', { name: 'two' }, 'does not understand'],
  ['PATCH', `/deployments/${LIVE}`, [], 'does not understand'],
  ['PATCH', `/deployments/${LIVE}`, 'null', 'does not understand'],
  ['POST', '/automations/', AUTOMATION, 'does not understand'],
  ['POST', `/slas/apply-resource-slas/prefect.deployment.${LIVE}`, {}, 'does not understand'],
  ['PATCH', `/deployments/${LIVE}`, '{"parameters": {"n": 12345678901234567890}}', 'so large'],
  ['PATCH', `/deployments/${LIVE}`, `"${'x'.repeat(5 * 1024 * 1024)}"`, 'more than 5 MiB', 413],
  // Reads.
  ['GET', `/deployments/${LIVE}`, undefined, 'not known to ask'],
  ['GET', '/work_pools/p/queues/default', undefined, 'not known to ask'],
  ['GET', '/work_pools/%2e%2e', undefined, 'not known to ask'],
  ['GET', '/variables/name/%E4', undefined, 'not known to ask'],
  ['GET', '/block_types/slug/secret/block_documents/name/x', undefined, 'not known to ask'],
  ['GET', '/block_types/slug/secret/block_documents/name/x?include_secrets=true&x=1', undefined, 'not known to ask'],
  ['POST', '/deployments/filter', {}, 'not known to ask'],
  ['POST', '/flows/count', {}, 'not known to ask'],
  ['POST', '/deployments/paginate', {}, 'not known to ask'],
  ['GET', '/events/in', undefined, 'not known to ask'],
  ['OPTIONS', '/flows/', undefined, 'not known to ask'],
]

describe('what is refused makes the recording void', () => {
  test.each(VOID)('%s %s %j', async (method, path, body, says, status = 403) => {
    on = await openStage({ survey, surveyed: ['one', 'two'] })
    const answer = await on.call(method, path, body)
    expect(answer).toEqual({ status, body: { detail: expect.stringContaining(says) } })
    const route = `\`${method} ${path.split('?')[0]}\``
    expect(on.recording()).toEqual({ deployments: [], voids: [expect.stringContaining(route)] })
    expect(on.recording().voids[0]).toMatch(/^`.*\.$/)
    expect([on.asked(), on.troubles(), on.strangers()]).toEqual([[], [], 0])
  })

  test('an automation of nobody, though its deployment was written', async () => {
    on = await openStage({ survey })
    await on.call('PATCH', `/deployments/${LIVE}`, {})
    for (const owner of [`prefect.deployment.${LIVE}x`, `x.prefect.deployment.${LIVE}`, LIVE, '']) {
      expect((await on.call('POST', '/automations/', { ...AUTOMATION, owner_resource: owner })).status).toBe(403)
    }
    expect(on.recording().deployments).toMatchObject([{ automations: [] }])
  })

  test('a read of what is only recorded is not asked of the workspace', async () => {
    on = await openStage({ surveyed: ['one'] })
    const flow = await on.call('POST', '/flows/', { name: 'f' })
    const [id] = /[0-9a-f-]{36}/.exec(JSON.stringify(flow.body)) ?? []
    const made = await on.call('POST', '/deployments/', { name: 'one', flow_id: id })
    const [deployment] = /[0-9a-f-]{36}/.exec(JSON.stringify(made.body)) ?? []
    for (const path of [
      `/deployments/${deployment?.toUpperCase()}`,
      `/flows/${id}`,
      `/block_documents/${id}?include_secrets=true`,
    ]) {
      expect((await on.call('GET', path)).status).toBe(404)
    }
    expect(on.asked()).toEqual([])
    expect(on.recording().voids).toEqual([
      expect.stringContaining('only there after the deploy'),
      expect.stringContaining('only there after the deploy'),
      expect.stringContaining('only there after the deploy'),
    ])
  })

  test('each reason stands once, and a flood of them is cut', async () => {
    on = await openStage()
    for (let index = 0; index < 30; index += 1) {
      await on.call('POST', `/variables/${index}`, {})
      await on.call('POST', '/variables/0', {})
    }
    expect(on.recording().voids).toHaveLength(20)
  })

  test('a path is told on one line, and not to its end', async () => {
    on = await openStage()
    await on.call('POST', `/a%0A${'b'.repeat(2000)}`, {})
    expect(on.recording().voids[0]?.length).toBeLessThan(400)
  })
})

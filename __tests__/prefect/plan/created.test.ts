import { expect, test } from '@jest/globals'
import { createdFields } from '../../../src/prefect/plan/created.ts'

test('a deployment that is made is told by what it has beyond the defaults', () => {
  const step = { 'prefect.deployments.steps.git_clone': { repository: 'https://github.com/acme/flows.git' } }
  const fields = createdFields({
    flow: 'hello',
    name: 'daily',
    id: '00000000-0000-4000-8000-000000000001',
    write: {
      kind: 'create',
      body: {
        name: 'daily',
        flow_id: '00000000-0000-4000-8000-000000000002',
        entrypoint: 'flows/hello.py:hello',
        description: 'None',
        paused: false,
        tags: [],
        parameters: { n: 2 },
        enforce_parameter_schema: true,
        work_pool_name: 'pool',
        work_queue_name: null,
        parameter_openapi_schema: { type: 'object', properties: { n: { type: 'integer' } } },
        pull_steps: [step, step],
        schedules: [{ schedule: { cron: '0 1 * * *', timezone: 'UTC' }, active: true, slug: 'nightly' }],
      },
    },
    deletedSchedules: [],
    clearsAutomations: true,
    automations: [],
  })
  expect(fields.map(({ field }) => field)).toEqual([
    'entrypoint',
    'parameters.n',
    'work_pool.name',
    'schedules[nightly]',
    'pull',
  ])
  expect(fields.at(-1)).toEqual({ field: 'pull', wanted: '2 steps', found: undefined })
})

import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { z } from 'zod'
import { deploymentKey } from '../../../src/prefect/survey/shapes.ts'
import { type Checkout, layOut } from '../../world/checkout.ts'
import { startPrefectCloud } from '../../world/prefect-cloud.ts'
import type { PrefectServer } from '../../world/prefect-server.ts'
import { sharedPrefect } from '../../world/shared-prefect.ts'
import { prefectVenv, tools } from '../../world/tools.ts'
import { startWire } from '../../world/wire.ts'
import { openApi } from '../api-tools.ts'
import { asRecorded, type Command, idsOf, plain, type Rehearsed, rehearsed, withoutIds } from './commands.ts'

let server: PrefectServer
const checkouts: Checkout[] = []

beforeAll(async () => {
  server = sharedPrefect()
  await server.createPool('recorded-pool')
  await server.ensureBlock('recorded-secret', 'main')
  await server.call('POST', '/variables/', { name: 'recorded_region', value: 'eu-west-1' })
})

afterAll(() => {
  for (const checkout of checkouts) checkout.remove()
})

async function project(files: Readonly<Record<string, string>>): Promise<string> {
  const checkout = await layOut(files)
  checkouts.push(checkout)
  return checkout.path
}

const made = z.looseObject({ id: z.string() })

/** Makes a deployment over the API, with schedules that have these slugs. */
async function live(flow: string, name: string, slugs: readonly string[] = []): Promise<void> {
  const { id } = made.parse(await server.call('POST', '/flows/', { name: flow }))
  const schedules = slugs.map((slug) => ({ slug, schedule: { cron: '0 1 * * *' } }))
  await server.call('POST', '/deployments/', {
    name,
    flow_id: id,
    work_pool_name: 'recorded-pool',
    schedules,
  })
}

/** What was recorded equals what the plain command writes when it runs after it. */
async function expectTheSame({ recorder }: Rehearsed, command: Command): Promise<void> {
  const writes = await plain(server, command)
  const { deployments } = recorder.recording()
  for (const one of deployments) {
    expect(withoutIds(one)).toEqual(asRecorded(writes, one, await idsOf(server, one)))
  }
  const written = new Set(writes.filter(({ path }) => /owned-by/.test(path)).map(({ path }) => path))
  expect(deployments).toHaveLength(written.size)
}

const FLOWS = `from prefect import flow

@flow(name="recorded-alpha")
def alpha(n: int = 1, name: str = "x", config: dict | None = None):
    """Counts."""

@flow(name="recorded-beta")
def beta(n: int = 1):
    pass
`

const MANIFEST = `pull:
  - prefect.deployments.steps.git_clone:
      id: clone
      repository: https://github.com/acme/flows.git
      access_token: "{{ prefect.blocks.recorded-secret.main.token }}"
deployments:
  - name: nightly
    entrypoint: flows.py:alpha
    description: |
      Two
      lines
    tags: [b, "{{ $TEAM }}", a]
    parameters: {n: 2, name: "grün ✓", config: {deep: [1, null, {x: 0.5}]}}
    concurrency_limit: 3
    schedules:
      - {cron: 0 5 * * *, timezone: Europe/Berlin, active: false, slug: five, parameters: {n: 9}}
      - {interval: 3600}
      - {interval: 7200.5, anchor_date: "2020-01-01T00:00:00+02:00"}
      - {rrule: FREQ=WEEKLY}
    triggers:
      - {expect: [order.paid], parameters: {n: "{{ event.payload.n }}"}, name: Paid}
      - {type: compound, require: any, triggers: [{expect: [a]}, {expect: [b]}], enabled: false}
    work_pool: {name: recorded-pool}
  - name: nightly
    entrypoint: flows.py:beta
    tags: [z, c]
    concurrency_limit: {limit: 2, collision_strategy: CANCEL_NEW}
    pull: []
    schedules: [{interval: 600}, {cron: 0 6 * * *, slug: six}]
    triggers: [{posture: Proactive, expect: [beat], within: 30.5}]
    work_pool:
      name: "{{ $POOL }}"
      job_variables:
        env: {REGION: "{{ prefect.variables.recorded_region }}", KEY: "{{ prefect.blocks.recorded-secret.main.token }}"}
  - name: queued
    entrypoint: flows.py:alpha
    paused: true
    enforce_parameter_schema: false
    version: "1.0"
    schedules: []
    work_pool: {name: recorded-pool, work_queue_name: recorded-queue}
  - name: "{{ $TEAM }}: a+b ü \\"q\\" 'it' $5!"
    entrypoint: flows.py:alpha
    schedules: [{cron: 0 7 * * *, slug: seven}]
    work_pool: {name: recorded-pool}
  - name: hash#tag?
    entrypoint: flows.py:beta
    work_pool: {name: recorded-pool}
  - name: twice
    entrypoint: flows.py:beta
    tags: [first]
    schedules: [{cron: 0 8 * * *, slug: eight}]
    triggers: [{expect: [first]}]
    work_pool: {name: recorded-pool, job_variables: {env: {A: "1"}}}
  - name: twice
    entrypoint: flows.py:beta
    description: Second
    schedules: [{cron: 0 9 * * *, slug: eight}, {cron: 0 10 * * *, slug: ten}]
    triggers: [{expect: [second]}]
    work_pool: {name: recorded-pool}
`

test('3.8.8: what is recorded is what the plain command writes, and nothing is written meanwhile', async () => {
  const env = { TEAM: 'blue', POOL: 'recorded-pool' }
  const placed = 'blue: a+b ü "q" \'it\' $5!'
  await live('recorded-alpha', 'nightly')
  await live('recorded-alpha', 'queued')
  await live('recorded-alpha', placed, ['seven'])
  const { prefect: python } = await tools()
  const command = { python, cwd: await project({ 'flows.py': FLOWS, 'prefect.yaml': MANIFEST }), args: ['--all'], env }
  const wire = await startWire(server.url)
  const { api, http } = openApi(wire.url)
  const names = ['nightly', 'queued', 'twice', 'hash#tag?']
  const result = await rehearsed(api, command, names)
  await Promise.all([wire.stop(), http.close()])

  const { run, recorder, hidden } = result
  expect([run.exitCode, run.stderr]).toEqual([0, []])
  expect([recorder.recording().voids, recorder.troubles(), recorder.strangers()]).toEqual([[], [], 0])
  expect(wire.writes()).toEqual([])
  const reads = wire.requests().map(({ method, path }) => `${method} ${decodeURIComponent(path)}`)
  expect(new Set(reads).size).toBe(reads.length)
  expect(hidden).toEqual([recorder.address.segment, 'a-token'])
  expect(run.lines.join('\n')).not.toContain(recorder.address.segment)
  const [first] = recorder.recording().deployments
  expect(run.stdout).toContain(
    `View Deployment in UI: https://ui.example/workspace/deployments/deployment/${first?.id}`,
  )
  const kinds = recorder.recording().deployments.map(({ flow, name, write }) => [deploymentKey(flow, name), write.kind])
  expect(kinds).toEqual([
    ['recorded-alpha/nightly', 'update'],
    ['recorded-beta/nightly', 'create'],
    ['recorded-alpha/queued', 'update'],
    [`recorded-alpha/${placed}`, 'update'],
    ['recorded-beta/hash#tag?', 'create'],
    ['recorded-beta/twice', 'create'],
  ])
  expect((await recorder.survey()).deployments.get(`recorded-alpha/${placed}`)).toMatchObject({ name: placed })
  await expectTheSame(result, command)
})

const SMALL = (version: string, more: string): string => `deployments:
  - name: live
    entrypoint: flows.py:main
    schedules: []
    triggers: [{expect: [x]}]
    work_pool: {name: recorded-pool}
  - name: new
    entrypoint: flows.py:main
    tags: ["${version}"]
    schedules: [{interval: 60, slug: minute}, {rrule: FREQ=DAILY, active: false}]
    triggers: [{expect: [y], enabled: false, job_variables: {env: {A: "1"}}}]${more}
    work_pool:
      name: recorded-pool
      job_variables: {env: {KEY: "{{ prefect.blocks.recorded-secret.main.token }}"}}
`
const SLA = '\n    sla: [{name: slow, duration: 60, severity: high}]'
const WORKSPACE = {
  accountId: '11111111-1111-4111-8111-111111111111',
  accountHandle: 'acme',
  workspaceId: '22222222-2222-4222-8222-222222222222',
  workspaceHandle: 'prod',
}

test.concurrent.each(['3.4.25', '3.9.1'])('%s: as on Cloud without a key, and then as on a server', async (version) => {
  const flow = `recorded-${version}`
  await live(flow, 'live', ['gone'])
  const cwd = await project({
    'flows.py': `from prefect import flow\n\n@flow(name="${flow}")\ndef main():\n    pass\n`,
    'prefect.yaml': SMALL(version, SLA),
    'plain.yaml': SMALL(version, ''),
  })
  const env = { PREFECT_DEPLOYMENTS_CLEAR_SCHEDULES_ON_EMPTY: 'true' }
  const command = { python: await prefectVenv(version), cwd, env }
  const cloud = await startPrefectCloud({ server: server.url, workspaces: [WORKSPACE], keys: [{ key: 'pnu_real' }] })
  const { api, http } = openApi(cloud.urlOf(WORKSPACE), { apiKey: 'pnu_real', cloudApiUrl: cloud.apiUrl })
  const result = await rehearsed(api, { ...command, args: ['--all'] }, ['live', 'new'])
  await Promise.all([cloud.stop(), http.close()])

  const { run, recorder } = result
  expect([run.exitCode, recorder.recording().voids, recorder.troubles()]).toEqual([0, [], []])
  expect(cloud.requests().filter((one) => !/^GET |\/filter /.test(one))).toEqual([])
  const [, fresh] = recorder.recording().deployments
  const owner = `prefect.deployment.${fresh?.id}`
  expect(fresh?.slas).toEqual([expect.objectContaining({ name: 'slow', owner_resource: owner })])
  expect(recorder.recording().deployments[0]?.deletedSchedules).toHaveLength(version === '3.9.1' ? 1 : 0)
  await expectTheSame(result, { ...command, args: ['--all', '--prefect-file=plain.yaml'] })
})

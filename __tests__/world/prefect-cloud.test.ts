import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { z } from 'zod'
import { prefectEnvironment } from '../../src/prefect/child-env.ts'
import { runChild } from '../../src/process/child.ts'
import { layOut } from './checkout.ts'
import { type InstantPrefect, startInstantPrefect } from './instant-prefect.ts'
import { type CloudWorkspace, type PrefectCloud, startPrefectCloud } from './prefect-cloud.ts'
import { tools } from './tools.ts'

const SALES: CloudWorkspace = {
  accountId: '11111111-1111-4111-8111-111111111111',
  accountHandle: 'acme',
  workspaceId: '22222222-2222-4222-8222-222222222222',
  workspaceHandle: 'sales',
}
const KEYS = [{ key: 'pnu_all' }, { key: 'pnu_reads', viewer: true }, { key: 'pnu_short', revokedAfter: 2 }]
const started: PrefectCloud[] = []
let server: InstantPrefect
let cloud: PrefectCloud

beforeAll(async () => {
  server = await startInstantPrefect()
  await server.createPool('cloud-pool')
  cloud = await open()
})

afterAll(async () => {
  for (const one of started) await one.stop()
  await server.stop()
})

async function open(limit?: Parameters<typeof startPrefectCloud>[0]['limit']): Promise<PrefectCloud> {
  const options = { server: server.url, workspaces: [SALES], keys: KEYS }
  const one = await startPrefectCloud(limit === undefined ? options : { ...options, limit })
  started.push(one)
  return one
}

type Asked = Readonly<{ method?: string; key?: string; body?: unknown; of?: PrefectCloud }>

async function ask(route: string, { method = 'GET', key = 'pnu_all', body, of = cloud }: Asked = {}) {
  return fetch(of.urlOf(SALES) + route, {
    method,
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
}

const PROJECT = (round: number): Record<string, string> => ({
  'flows.py': 'from prefect import flow\n\n@flow\ndef hello(): pass\n',
  'prefect.yaml': `
pull:
  - prefect.deployments.steps.set_working_directory: {directory: /opt}
deployments:
  - name: in-cloud
    entrypoint: flows.py:hello
    work_pool: {name: cloud-pool}
    tags: ["${round}"]
    sla:
      - {name: quick, duration: ${round}00, severity: high}
      - {name: only-${round}, within: 600}
`,
})

test('the real command deploys to it, with service levels and versions that it keeps', async () => {
  const home = mkdtempSync(path.join(tmpdir(), 'prefect-home-'))
  const seen: unknown[] = []
  for (const round of [1, 2]) {
    const checkout = await layOut(PROJECT(round))
    await deploy(checkout.path, home)
    const answer = await ask('/deployments/filter', { method: 'POST', body: {} })
    const [live] = z.array(z.looseObject({ id: z.string(), version_id: z.uuid() })).parse(await answer.json())
    const commit = checkout.sha()
    checkout.remove()
    const info = { type: 'vcs:git', commit_sha: commit, branch: 'main' }
    expect(live).toMatchObject({ version_info: info, branch: null, tags: [String(round)] })
    expect(cloud.slas(live?.id ?? '')).toMatchObject([
      { name: 'quick', duration: round * 100, owner_resource: `prefect.deployment.${live?.id}` },
      { name: `only-${round}` },
    ])
    seen.push(live?.version_id)
  }
  expect(new Set(seen).size).toBe(2)
  expect(cloud.requests().filter((one) => /csrf-token|\/admin\//.test(one))).toEqual([])
  rmSync(home, { recursive: true })
})

async function deploy(cwd: string, home: string): Promise<void> {
  const venv = path.dirname(path.dirname((await tools()).prefect))
  const { accountId, workspaceId } = SALES
  const url = { kind: 'cloud', base: cloud.urlOf(SALES), accountId, workspaceId, cloudApi: cloud.apiUrl } as const
  const base = { PATH: process.env['PATH'] ?? '', HOME: home, PREFECT_CLOUD_API_URL: cloud.apiUrl }
  const { exitCode, lines } = await runChild({
    command: path.join(venv, 'bin/prefect'),
    args: ['--no-prompt', 'deploy', '--all'],
    cwd,
    env: prefectEnvironment({ base, venv, prefectHome: home, url, apiKey: 'pnu_all' }),
    deadline: 100,
    signal: new AbortController().signal,
  })
  if (exitCode !== 0) throw new Error(lines.join('\n'))
}

test('service levels are made, changed and deleted by name', async () => {
  const apply = async (names: readonly string[]): Promise<unknown> => {
    const body = names.map((name) => ({ name, duration: 10 }))
    return (await ask('/slas/apply-resource-slas/prefect.deployment.one', { method: 'POST', body })).json()
  }
  expect(await apply(['a', 'b'])).toMatchObject({ created: [{ name: 'a' }, { name: 'b' }], updated: [], deleted: [] })
  expect(await apply(['b', 'c'])).toMatchObject({
    created: [{ name: 'c' }],
    updated: [{ name: 'b' }],
    deleted: [{ name: 'a' }],
  })
})

test('a push pool is ready unless it is paused', async () => {
  const status = async (): Promise<unknown> => (await ask('/work_pools/cloud-pool')).json()
  expect(await status()).toMatchObject({ type: 'modal:push', status: 'READY' })
  await ask('/work_pools/cloud-pool', { method: 'PATCH', body: { is_paused: true } })
  expect(await status()).toMatchObject({ status: 'PAUSED' })
  await ask('/work_pools/cloud-pool', { method: 'PATCH', body: { is_paused: false } })
})

test('keys: unknown, revoked, and those that may only read', async () => {
  const of = async (key: string, method = 'GET', route = '/work_pools/cloud-pool'): Promise<number> =>
    (await ask(route, { key, method, ...(method === 'GET' ? {} : { body: {} }) })).status
  expect([await of('pnu_other'), await of('pnu_all')]).toEqual([401, 200])
  expect([await of('pnu_short'), await of('pnu_short'), await of('pnu_short')]).toEqual([200, 200, 401])
  expect([await of('pnu_reads'), await of('pnu_reads', 'POST', '/deployments/filter')]).toEqual([200, 200])
  expect([await of('pnu_reads', 'POST', '/deployments/'), await of('pnu_reads', 'PATCH')]).toEqual([403, 403])
})

test('it has neither CSRF tokens nor a version of the server, and takes no body over 5 MiB', async () => {
  expect((await ask('/csrf-token?client=one')).status).toBe(404)
  expect((await ask('/admin/version')).status).toBe(404)
  const body = { name: 'x'.repeat(5 * 1024 * 1024) }
  expect((await ask('/flows/', { method: 'POST', body })).status).toBe(413)
})

test('an account that has asked enough in a minute is told when the next one begins', async () => {
  let now = 0
  const of = await open({ perMinute: 2, now: () => now })
  const statuses = async (): Promise<readonly number[]> => {
    const answers = [await ask('/work_pools/cloud-pool', { of }), await ask('/work_pools/cloud-pool', { of })]
    return answers.map(({ status }) => status)
  }
  expect(await statuses()).toEqual([200, 200])
  now = 20_000
  const refused = await ask('/work_pools/cloud-pool', { of })
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '40'])
  now = 60_000
  expect(await statuses()).toEqual([200, 200])
})

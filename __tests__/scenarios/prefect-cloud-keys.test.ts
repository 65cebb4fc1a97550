import { afterAll, expect, it } from '@jest/globals'
import { type CloudWorkspace, type PrefectCloud, startPrefectCloud } from '../world/prefect-cloud.ts'
import { expectRefused, expectTidy } from './refusals.ts'
import { prefectYaml, SMALL_PROJECT } from './small-project.ts'
import { openStage, type Played } from './stage.ts'

const stage = openStage()
const SALES: CloudWorkspace = {
  accountId: '11111111-1111-4111-8111-111111111111',
  accountHandle: 'acme',
  workspaceId: '22222222-2222-4222-8222-222222222222',
  workspaceHandle: 'sales',
}
const KEYS = [
  { key: 'pnu_all_of_acme' },
  { key: 'pnu_reads_of_acme', viewer: true },
  { key: 'pnu_elsewhere_of_acme', workspaces: [] },
]
const NAMES = ['cloud-a', 'cloud-b', 'cloud-c', 'cloud-d']
const FLOW = 'from prefect import flow\n\n\n@flow(name="cloud-keys")\ndef hello(name: str = "you"):\n    pass\n'

function file(description: string): string {
  const sla = ['sla:', '  - { name: quick, duration: 600, severity: high }']
  return prefectYaml(
    NAMES.map((name) => ({ name, extra: [`description: ${description}`, ...(name === 'cloud-a' ? sla : [])] })),
  )
}

function expectEnd({ outputs, log }: Played, end: Readonly<{ verdict: string; changed: string }>): void {
  expect({ verdict: outputs['verdict'], changed: outputs['changed'], log }).toMatchObject(end)
}

const started: PrefectCloud[] = []
afterAll(() => Promise.all(started.map((one) => one.stop())))

it('a workspace of Cloud takes service levels and patience, and a key says how far it reaches', async () => {
  const { wire, prefect } = stage.world()
  // A minute of a second: the step meets its end, and is told to wait.
  const limit = { perMinute: 5, minuteMs: 1000 }
  const cloud = await startPrefectCloud({ server: wire.url, workspaces: [SALES], keys: KEYS, limit })
  started.push(cloud)
  const by = (key: string) => ({
    inputs: { 'modal-apps': '' },
    env: { PREFECT_CLOUD_API_URL: cloud.apiUrl, PREFECT_API_URL: cloud.urlOf(SALES), PREFECT_API_KEY: key },
  })
  const files = { ...SMALL_PROJECT, 'modal_app.py': null, 'flows/hello.py': FLOW, 'prefect.yaml': file('first') }
  const first = await stage.run({ files, ...by('pnu_all_of_acme') })
  expectEnd(first, { verdict: 'verified', changed: 'true' })
  const ids = first.report?.deployments.map(({ id = '' }) => id) ?? []
  expect(cloud.slas(ids[0] ?? '')).toMatchObject([{ name: 'quick', duration: 600, severity: 'high' }])
  expect(cloud.slas(ids[1] ?? '')).toEqual([])

  // What stands there of service levels cannot be read, so they are sent each time.
  const sent = cloud.requests().length
  const second = await stage.again(first, by('pnu_all_of_acme'))
  expectEnd(second, { verdict: 'verified', changed: 'true' })
  const writes = cloud
    .requests()
    .slice(sent)
    .filter((one) => / 2\d\d$/.test(one) && !/^GET |\/(?:filter|count) /.test(one))
  expect(writes).toEqual([expect.stringContaining(`/slas/apply-resource-slas/prefect.deployment.${ids[0]} `)])
  expect(cloud.requests().filter((one) => one.endsWith(' 429'))).not.toEqual([])

  expectRefused(await stage.again(first, by('pnu_elsewhere_of_acme')), /Prefect answered 404|no member/)

  first.checkout.commit({ 'prefect.yaml': file('second') })
  const reader = await stage.again(first, by('pnu_reads_of_acme'))
  expectEnd(reader, { verdict: 'not-deployed', changed: 'false' })
  expect(reader.written.prefect).toEqual([])
  expect(reader.report?.reason).toMatch(/Prefect answered 403/)
  expect(JSON.stringify(reader.report?.faults)).toContain('The role Developer is enough to deploy')

  // Taken back once something was written with it.
  const written = wire.answered({ method: 'PATCH', path: /\/deployments\/[\da-f-]+$/ }, 1)
  const half = await stage.again(first, {
    ...by('pnu_all_of_acme'),
    onStart: () =>
      void written.then(() => wire.fault({ path: /^/, answer: { status: 401, body: '{"detail":"Invalid"}' } })),
  })
  wire.heal()
  expectEnd(half, { verdict: 'not-deployed', changed: 'true' })
  expect(half.report?.reason).toMatch(/Prefect answered 401/)
  for (const { id, state, wrote } of half.report?.deployments ?? []) {
    const live = await prefect.call('GET', `/deployments/${id}`)
    if (state === 'applied') expect(live).toMatchObject({ description: 'second' })
    else if (wrote !== true) expect(live).toMatchObject({ description: 'first' })
  }
  expect(half.report?.deployments.map(({ state }) => state)).toContain('failed')
  expectTidy(half)
}, 300_000)

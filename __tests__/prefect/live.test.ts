import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { z } from 'zod'
import type { Finding } from '../../src/finding.ts'
import type { Http } from '../../src/http/client.ts'
import { selectDeployments } from '../../src/manifest/select.ts'
import { type Live, poolTemplates, poolTypes } from '../../src/prefect/live/live.ts'
import { readLive } from '../../src/prefect/live/read.ts'
import { liveFindings } from '../../src/prefect/live/rules.ts'
import { askedOf } from '../../src/release/live.ts'
import { manifestFrom } from '../manifest/sample.ts'
import type { PrefectServer } from '../world/prefect-server.ts'
import { sharedPrefect } from '../world/shared-prefect.ts'
import { startWire, type Wire } from '../world/wire.ts'
import { openApi } from './api-tools.ts'

/** What only a secret's value holds. */
const SECRET = 'the-value-that-nobody-may-see'

let server: PrefectServer
let wire: Wire
let http: Http

beforeAll(async () => {
  server = sharedPrefect()
  await fill(server)
})
beforeEach(async () => {
  wire = await startWire(server.url)
})
afterEach(async () => {
  await http.close()
  await wire.stop()
})

async function fill({ call, createPool }: PrefectServer): Promise<void> {
  await createPool('live-orders')
  await call('POST', '/work_pools/live-orders/queues', { name: 'nightly' })
  await call('POST', '/work_pools/live-orders/queues', { name: 'asleep', is_paused: true })
  await call('POST', '/work_pools/live-orders/queues', { name: 'cpu' })
  await createPool('live-paused')
  await call('POST', '/work_pools/live-paused/queues', { name: 'asleep', is_paused: true })
  await call('PATCH', '/work_pools/live-paused', { is_paused: true })
  await call('POST', '/variables/', { name: 'live_region', value: SECRET })
  await createSecret(call, 'live-token')
}

async function createSecret(call: PrefectServer['call'], name: string): Promise<void> {
  const row = z.object({ id: z.string() })
  const { id: type } = row.parse(await call('GET', '/block_types/slug/secret'))
  const body = { block_schemas: { block_type_id: { any_: [type] } }, limit: 1 }
  const [schema] = z.array(row).parse(await call('POST', '/block_schemas/filter', body))
  await call('POST', '/block_documents/', {
    name,
    block_type_id: type,
    block_schema_id: schema?.id,
    data: { value: SECRET },
  })
}

type Surveyed = Readonly<{ live: Live; findings: readonly Finding[] }>

/** What is found of a file in the workspace, over the wire. */
async function surveyed(text: string): Promise<Surveyed> {
  const opened = openApi(wire.url)
  http = opened.http
  const asked = askedOf(selectDeployments([manifestFrom(text)], 'all'))
  const live = await readLive(opened.api, asked)
  return { live, findings: liveFindings(live, asked) }
}

function told(findings: readonly Finding[]): string[] {
  return findings.map(({ rule, severity, message }) => `${rule} ${severity}: ${message}`)
}

const PULL = `pull:
  - prefect.deployments.steps.git_clone:
      access_token: "{{ prefect.blocks.secret.live-token }}"
      branch: "{{ prefect.variables.live_region }}"
`

/** A file with one deployment for each line of `work_pool`. */
function fileOf(pools: readonly string[], pull = 'pull: []\n'): string {
  return `${pull}deployments:\n${pools.map((pool, at) => `  - name: d${at}\n    work_pool: ${pool}\n`).join('')}`
}

describe('a file of which all is there', () => {
  it('has no finding, and costs one question for each thing', async () => {
    const pools = ['{ name: live-orders }', '{ name: live-orders }', '{ name: live-orders, work_queue_name: nightly }']
    const { live, findings } = await surveyed(fileOf(pools, PULL))
    expect(findings).toEqual([])
    expect([...poolTypes(live)]).toEqual([['live-orders', 'modal:push']])
    expect(poolTemplates(live).get('live-orders')).toEqual({ type: 'object', properties: { env: { type: 'object' } } })
    const paths = wire.requests().map(({ method, path }) => `${method} ${path.replace('/api', '')}`)
    expect(paths.sort()).toEqual([
      'GET /block_types/slug/secret/block_documents/name/live-token',
      'GET /variables/name/live_region',
      'GET /work_pools/live-orders',
      'GET /work_pools/live-orders/queues/default',
      'GET /work_pools/live-orders/queues/nightly',
    ])
  })
})

describe('work pools', () => {
  it('are told one by one where they are missing, with the nearest there is', async () => {
    const pools = ['{ name: live-order }', '{ name: \'a/b "c" %\' }', '{ name: .. }', '{ name: live-order }']
    const { findings } = await surveyed(fileOf(pools))
    expect(told(findings)).toEqual([
      'work-pool-unknown error: There is no work pool `live-order` in the Prefect workspace; 2 deployments name it.',
      'work-pool-unknown error: There is no work pool `a/b "c" %` in the Prefect workspace.',
      'work-pool-unknown error: There is no work pool `..` in the Prefect workspace.',
    ])
    expect(findings[0]).toMatchObject({
      position: { file: 'prefect.yaml', line: 4, column: 24 },
      hint: expect.stringMatching(/^Did you mean `live-orders`\? There are: .*`live-orders`.* Create it/),
    })
  })

  it('and queues that are paused are a warning', async () => {
    const [pool, queue] = [
      '{ name: live-paused, work_queue_name: asleep }',
      '{ name: live-orders, work_queue_name: asleep }',
    ]
    const { findings } = await surveyed(fileOf([pool, queue, queue]))
    expect(told(findings)).toEqual([
      'work-pool-paused warning: The work pool `live-paused` is paused, so what is deployed to it does not run.',
      'work-queue-paused warning: The work queue `asleep` of the work pool `live-orders` is paused, so the 2 deployments that go to it do not run.',
    ])
  })

  it('whose queue `default` is paused are told so where nothing else is named', async () => {
    await server.createPool('live-held')
    await server.call('PATCH', '/work_pools/live-held/queues/default', { is_paused: true })
    const { findings } = await surveyed(fileOf(['{ name: live-held }']))
    expect(told(findings)).toEqual([
      'work-queue-paused warning: The work queue `default` of the work pool `live-held` is paused, so what is deployed to it does not run.',
    ])
  })

  it.each([
    ['nigthly', ['`nightly`']],
    ['defualt', ['`default`']],
    ['nightly2', []],
    ['gpu', []],
    ['reports', []],
  ])('without a queue %s are told where it is a slip of another: %j', async (queue, meant) => {
    const { findings } = await surveyed(fileOf([`{ name: live-orders, work_queue_name: ${queue} }`]))
    expect(findings.map(({ rule, severity, hint }) => [rule, severity, hint])).toEqual(
      meant.map((name) => ['work-queue-unknown', 'notice', `Did you mean ${name}?`]),
    )
  })
})

describe('blocks and variables', () => {
  const pull = (text: string): string => `pull:\n  - tools.clone:\n      credentials: "${text}"\n`

  it.each([
    [
      '{{ prefect.blocks.secret.live-tokem }}',
      'block-unknown error: There is no block `live-tokem` of the type `secret` in the Prefect workspace, so every run fails.',
      /^Did you mean `live-token`\? There are: .*Create it/,
    ],
    [
      '{{ prefect.blocks.secrte.live-token.value }}',
      'block-unknown error: There is no block type `secrte` in the Prefect workspace, so every run fails.',
      /^Did you mean `secret`\? Correct its slug/,
    ],
    [
      '{{ prefect.blocks.slack-webhook.alerts }}',
      'block-unknown error: There is no block `alerts` of the type `slack-webhook` in the Prefect workspace, so every run fails.',
      /^The workspace has none of this type\. Create it/,
    ],
    [
      'x-{{ prefect.variables.live_regoin }}',
      'variable-unknown warning: There is no variable `live_regoin` in the Prefect workspace, so Prefect puts an empty text in its place when a flow runs.',
      /^Did you mean `live_region`\? There are: .*Create it/,
    ],
    [
      '{{ prefect.variables... }}',
      'variable-unknown warning: There is no variable `..` in the Prefect workspace, so Prefect puts an empty text in its place when a flow runs.',
      /Create it/,
    ],
  ])('%s, which is not there, is found', async (text, message, hint) => {
    const { findings } = await surveyed(fileOf(['{ name: live-orders }'], pull(text)))
    expect(told(findings)).toEqual([message])
    expect(findings[0]).toMatchObject({ position: { line: 3, column: 20 }, hint: expect.stringMatching(hint) })
  })

  it('that a deployment wants are missed by the deploy itself', async () => {
    const wants = (name: string): string =>
      `{ name: live-orders, job_variables: { env: { X: "{{ prefect.${name} }}" } } }`
    const { findings } = await surveyed(fileOf([wants('blocks.secret.x'), wants('variables.x'), wants('variables.x')]))
    expect(told(findings)).toEqual([
      'block-unknown error: There is no block `x` of the type `secret` in the Prefect workspace, so the deploy fails.',
      'variable-unknown warning: There is no variable `x` in the Prefect workspace, so Prefect puts an empty text in its place when it deploys; 2 deployments ask for it.',
    ])
  })

  it('that a build step may make are a warning', async () => {
    const build = 'build:\n  - prefect.deployments.steps.run_shell_script:\n      script: python blocks.py\n'
    const { findings } = await surveyed(
      fileOf(['{ name: live-orders }'], build + pull('{{ prefect.blocks.secret.x }}')),
    )
    expect(told(findings)).toEqual([
      'block-unknown warning: There is no block `x` of the type `secret` in the Prefect workspace, so every run fails unless a build or push step makes it.',
    ])
  })
})

describe('the value of a secret', () => {
  it('is never asked for, found or not', async () => {
    const missing = PULL.replace('live-token', 'live-tokem').replace('live_region', 'live_regoin')
    const { live, findings } = await surveyed(fileOf(['{ name: live-order }'], PULL + missing.replace('pull:\n', '')))
    expect(findings).toHaveLength(3)
    expect(live.blocks.get('secret/live-token')).toBe('there')
    const asked = wire.requests().map(({ path, body }) => `${path} ${body}`)
    expect(asked.filter((one) => one.includes('include_secrets'))).toEqual([])
    expect(wire.writes()).toEqual([])
    expect(JSON.stringify([...live.blocks, ...live.variables, live.names, findings])).not.toContain(SECRET)
  })

  it('is not in what the server answers to these questions', async () => {
    const route = '/block_types/slug/secret/block_documents/name/live-token'
    const filter = { block_types: { slug: { any_: ['secret'] } } }
    const answers = [await server.call('GET', route), await server.call('POST', '/block_documents/filter', filter)]
    expect(JSON.stringify(answers)).not.toContain(SECRET)
    expect(JSON.stringify(await server.call('GET', `${route}?include_secrets=true`))).toContain(SECRET)
  })
})

describe('a credential that may not look', () => {
  it('leaves blocks and variables unknown, which is said once for each, and queues without a word', async () => {
    for (const path of [/block_types/, /variables/, /queues/]) {
      wire.fault({ path, answer: { status: 403, body: '{"detail":"Forbidden"}' } })
    }
    const more = 'x: ["{{ prefect.blocks.secret.a }}", "{{ prefect.blocks.secret.b }}", "{{ prefect.variables.c }}"]'
    const { findings } = await surveyed(
      fileOf(['{ name: live-orders, work_queue_name: nigthly }'], `${PULL}      ${more}\n`),
    )
    expect(told(findings)).toEqual([
      'workspace-not-readable notice: The Prefect credential may not read 3 of the blocks that the files name, so whether they exist is not known.',
      'workspace-not-readable notice: The Prefect credential may not read 2 of the variables that the files name, so whether they exist is not known.',
    ])
    expect(findings[0]?.position).toEqual({ file: 'prefect.yaml', line: 3, column: 21 })
  })

  it('is a fault where it may not read the pools, or is no credential', async () => {
    wire.fault({ path: /work_pools/, times: 2, answer: { status: 403, body: '{"detail":"Forbidden"}' } })
    await expect(surveyed(fileOf(['{ name: live-orders }']))).rejects.toMatchObject({ kind: 'target' })
    await http.close()
    wire.fault({ path: /variables/, answer: { status: 401, body: '{"detail":"Unauthorized"}' } })
    await expect(surveyed(fileOf(['{ name: live-orders }'], PULL))).rejects.toMatchObject({
      kind: 'target',
      message: 'Looking for the variable `live_region`: Prefect answered 401 (Unauthorized).',
    })
  })
})

describe('a server in trouble', () => {
  it('is a fault where it does not say what there is', async () => {
    wire.fault({ path: /variables/, answer: { status: 500, body: '{"exception_message":"broken"}' } })
    await expect(surveyed(fileOf(['{ name: live-orders }'], PULL))).rejects.toMatchObject({ kind: 'remote' })
  })

  it('leaves the hint without names where only those are missing', async () => {
    wire.fault({ path: /filter/, answer: { status: 500, body: '{"exception_message":"broken"}' } })
    const text = fileOf(['{ name: live-order }'], PULL.replace('live-token', 'live-tokem'))
    const { findings } = await surveyed(text)
    expect(findings.map(({ rule, hint }) => [rule, hint])).toEqual([
      ['work-pool-unknown', 'Create it in the Prefect UI, or correct `work_pool.name`.'],
      ['block-unknown', expect.stringMatching(/^Create it in the Prefect UI under Blocks/)],
    ])
  })

  it('that answers a pool without a template is taken as it is', async () => {
    const body = JSON.stringify({ name: 'live-orders', type: 'process', is_paused: false, base_job_template: null })
    wire.fault({ path: /work_pools\/live-orders$/, answer: { status: 200, body } })
    const { live, findings } = await surveyed(fileOf(['{ name: live-orders, job_variables: { x: 1 } }']))
    expect(findings).toEqual([])
    expect(live.pools.get('live-orders')).toEqual({
      type: 'process',
      paused: false,
      variables: undefined,
    })
    expect(poolTemplates(live).size).toBe(0)
  })
})

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Http } from '../../src/http/client.ts'
import { proveWorkspace } from '../../src/prefect/workspace.ts'
import { type CloudWorkspace, type PrefectCloud, startPrefectCloud } from '../world/prefect-cloud.ts'
import { type PrefectServer, startPrefectServer } from '../world/prefect-server.ts'
import { sharedPrefect } from '../world/shared-prefect.ts'
import { startWire, type Wire } from '../world/wire.ts'
import { openApi } from './api-tools.ts'

const SALES: CloudWorkspace = {
  accountId: '11111111-1111-4111-8111-111111111111',
  accountHandle: 'acme',
  workspaceId: '22222222-2222-4222-8222-222222222222',
  workspaceHandle: 'sales',
}
const OTHER: CloudWorkspace = {
  ...SALES,
  workspaceId: '33333333-3333-4333-8333-333333333333',
  workspaceHandle: 'other',
}

let server: PrefectServer
let cloud: PrefectCloud
let wire: Wire
const https: Http[] = []

function opened(...args: Parameters<typeof openApi>): ReturnType<typeof openApi>['api'] {
  const { api, http } = openApi(...args)
  https.push(http)
  return api
}

beforeAll(async () => {
  server = sharedPrefect()
  wire = await startWire(server.url)
  cloud = await startPrefectCloud({
    server: server.url,
    workspaces: [SALES, OTHER],
    keys: [{ key: 'pnu_member' }, { key: 'pnu_stranger', workspaces: [OTHER.workspaceId] }],
  })
})

afterAll(async () => {
  await Promise.all(https.map((http) => http.close()))
  await cloud.stop()
  await wire.stop()
})

describe('a self-hosted server', () => {
  it('is proved, with its version and its clock', async () => {
    const proven = await proveWorkspace(opened(server.url), undefined)
    expect(proven.serverVersion).toBe('3.8.8')
    expect(Math.abs((proven.at?.getTime() ?? 0) - Date.now())).toBeLessThan(60_000)
    expect(proven.handle).toBeUndefined()
  })

  it('has no workspaces, so that a wanted one is refused before anything is asked', async () => {
    await expect(proveWorkspace(opened(server.url), 'acme/sales')).rejects.toMatchObject({
      kind: 'target',
      message: expect.stringContaining('a server without workspaces'),
    })
  })

  it('is told from something else that answers there', async () => {
    wire.fault({
      path: /count$/,
      times: 1,
      answer: { status: 200, headers: { 'content-type': 'text/html' }, body: '<html>' },
    })
    await expect(proveWorkspace(opened(wire.url), undefined)).rejects.toMatchObject({
      kind: 'target',
      message: expect.stringContaining("is not Prefect's API (status 200, text/html)"),
    })
  })

  it('is asked again while the trouble looks passing, and not when it does not', async () => {
    wire.fault({ path: /count$/, times: 2, answer: { status: 503 } })
    wire.fault({ path: /count$/, times: 1, breaks: 'middle' })
    await expect(proveWorkspace(opened(wire.url), undefined)).resolves.toMatchObject({ serverVersion: '3.8.8' })
    const before = wire.requests().length
    wire.fault({ path: /count$/, times: 1, answer: { status: 500, body: '{"exception_message":"broken"}' } })
    await expect(proveWorkspace(opened(wire.url), undefined)).rejects.toMatchObject({
      kind: 'remote',
      message: 'Proving the Prefect credentials: Prefect answered 500 (broken).',
    })
    expect(
      wire
        .requests()
        .slice(before)
        .filter((one) => one.path.endsWith('count')),
    ).toHaveLength(1)
  })

  it('that does not listen is a fault of the remote side', async () => {
    const gone = await startWire(server.url)
    await gone.stop()
    await expect(proveWorkspace(opened(gone.url), undefined)).rejects.toMatchObject({
      kind: 'remote',
      hint: expect.stringContaining('Nobody listens there'),
    })
  })
})

describe('a server with basic authentication and CSRF protection', () => {
  let guarded: PrefectServer
  beforeAll(async () => {
    guarded = await startPrefectServer({ authString: 'deployer:pa:ss', csrf: true })
  })
  afterAll(() => guarded.stop())

  it('is proved by user and password, and gets its CSRF token', async () => {
    const api = opened(guarded.url, { authString: 'deployer:pa:ss' })
    await expect(proveWorkspace(api, undefined)).resolves.toMatchObject({ serverVersion: '3.8.8' })
  })

  it.each([{ authString: 'deployer:wrong' }, {}])('refuses %j', async (given) => {
    await expect(proveWorkspace(opened(guarded.url, given), undefined)).rejects.toMatchObject({
      kind: 'target',
      message: expect.stringContaining('401 (Unauthorized)'),
    })
  })
})

describe('a workspace of Prefect Cloud', () => {
  it('is proved, with its handle', async () => {
    const api = opened(cloud.urlOf(SALES), { cloudApiUrl: cloud.apiUrl, apiKey: 'pnu_member' })
    await expect(proveWorkspace(api, 'acme/sales')).resolves.toMatchObject({ handle: 'acme/sales' })
    await expect(proveWorkspace(api, undefined)).resolves.toMatchObject({ handle: 'acme/sales' })
  })

  it('that is another one than the wanted one is refused', async () => {
    const api = opened(cloud.urlOf(OTHER), { cloudApiUrl: cloud.apiUrl, apiKey: 'pnu_member' })
    await expect(proveWorkspace(api, 'acme/sales')).rejects.toMatchObject({
      kind: 'target',
      message: expect.stringContaining('`acme/other`'),
    })
  })

  it('refuses a wrong key, and is not there for a stranger', async () => {
    const wrong = opened(cloud.urlOf(SALES), { cloudApiUrl: cloud.apiUrl, apiKey: 'pnu_wrong' })
    await expect(proveWorkspace(wrong, undefined)).rejects.toMatchObject({
      kind: 'target',
      message: 'Proving the Prefect credentials: Prefect answered 401 (Invalid authentication credentials).',
      hint: expect.stringContaining('the input `prefect-api-key`'),
    })
    const stranger = opened(cloud.urlOf(SALES), { cloudApiUrl: cloud.apiUrl, apiKey: 'pnu_stranger' })
    await expect(proveWorkspace(stranger, undefined)).rejects.toMatchObject({
      kind: 'target',
      hint: expect.stringContaining('no member of it'),
    })
  })
})

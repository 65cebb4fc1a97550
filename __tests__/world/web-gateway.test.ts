import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { EnvHttpProxyAgent, request } from 'undici'
import { openModalCommand } from './modal-command.ts'
import { startWebGateway, type WebGateway } from './web-gateway.ts'

const { plane, modal } = openModalCommand()

describe('gateway', () => {
  let gateway: WebGateway
  let agent: EnvHttpProxyAgent

  beforeAll(async () => {
    const apps = ['hello.py', 'everything.py', 'servers.py']
    const deployed = await Promise.all(apps.map((file) => modal(['deploy', file, '--tag', 'one'])))
    expect(deployed.map(({ code }) => code)).toEqual(apps.map(() => 0))
    gateway = await startWebGateway({ controlPlane: plane() })
    const ca = await readFile(gateway.caFile, 'utf8')
    const settings = { httpProxy: '', httpsProxy: gateway.proxyUrl, noProxy: '' }
    agent = new EnvHttpProxyAgent({ ...settings, requestTls: { ca } })
  })

  afterAll(async () => {
    await agent.destroy()
    await gateway.stop()
  })

  async function ask(url: string, headers: Record<string, string> = {}): Promise<readonly [number, string]> {
    const answer = await request(url, { dispatcher: agent, headers })
    return [answer.statusCode, await answer.body.text()]
  }

  test('answers as the published apps do, and as the edge where there is none', async () => {
    expect(await ask('https://acme--hello-health.modal.run/')).toEqual([200, '{"status":"ok"}'])
    expect(await ask('https://acme--hello-health.modal.run/x')).toEqual([404, '{"detail":"Not Found"}'])
    expect(await ask('https://api.example.com/health')).toEqual([200, '{"status":"ok"}'])
    expect(await ask('https://acme--hello-wealth.modal.run/')).toEqual([404, 'modal-http: invalid function call'])
    expect(gateway.requests('https://api.example.com/')).toMatchObject([{ method: 'GET', path: '/health', nth: 1 }])
  })

  test('asks for the proxy token where the endpoint does', async () => {
    const url = 'https://acme--servers-srv.us-east.modal.direct/health'
    const { key, secret } = gateway.proxyToken
    expect(await ask(url)).toEqual([401, 'modal-http: missing credentials for proxy authorization'])
    expect((await ask(url, { 'Modal-Key': key, 'Modal-Secret': 'ws-other' }))[1]).toContain('invalid credentials')
    expect((await ask(url, { 'Modal-Key': key, 'Modal-Secret': secret }))[0]).toBe(200)
    expect((await ask(url, { Authorization: `Bearer ${key}.${secret}` }))[0]).toBe(200)
  })

  test('plays a script step by step and is itself again afterwards', async () => {
    const url = 'https://acme--hello-health.modal.run/'
    gateway.behave(
      url,
      { kind: 'no-container', times: 2 },
      { kind: 'modal-http', text: 'lost-input', times: 1 },
      { kind: 'revision', at: 'json:build.commit', commit: 'old', times: 1 },
      { kind: 'reset', times: 1 },
      { kind: 'half-answer', times: 1 },
      { kind: 'slow-body', pieceMs: 1, times: 1 },
    )
    expect(await ask(url)).toMatchObject([503, expect.anything()])
    expect(await ask(url)).toMatchObject([503, expect.anything()])
    expect((await ask(url))[1]).toContain('modal-http: internal error')
    expect(await ask(url)).toEqual([200, '{"status":"ok","build":{"commit":"old"}}'])
    await expect(ask(url)).rejects.toThrow('other side closed')
    await expect(ask(url)).rejects.toThrow('other side closed')
    expect(await ask(url)).toEqual([200, '{"status":"ok"}'])
    expect(await ask(url)).toEqual([200, '{"status":"ok"}'])
  })

  test('sends a slow call from one 303 to the next', async () => {
    const url = 'https://api.example.com/health'
    gateway.behave(url, { kind: 'see-other', hops: 2, times: 1 })
    let location = url
    const seen: number[] = []
    for (let status = 303; status === 303; ) {
      const answer = await request(location, { dispatcher: agent })
      status = answer.statusCode
      seen.push(status)
      location = String(answer.headers['location'] ?? '')
      await answer.body.dump()
    }
    expect(seen).toEqual([303, 303, 200])
    expect(gateway.requests('api.example.com').at(-1)?.path).toMatch(/\?__modal_function_call_id=fc-\w{22}$/)
  })

  test('holds a cold start until it is released', async () => {
    const url = 'https://www.example.com/health'
    gateway.behave(url, { kind: 'hold' })
    const answer = ask(url)
    await gateway.arrived(url)
    gateway.release(url)
    expect(await answer).toEqual([200, '{"status":"ok"}'])
  })

  test('follows what is published', async () => {
    expect((await modal(['deploy', 'servers.py', '--name', 'hello'])).code).toBe(0)
    const endpoint = (await plane().endpoints()).find(({ url }) => url.startsWith('https://acme--hello-open'))
    expect(endpoint).toMatchObject({ version: 2, previous: { version: 1, tag: 'one' } })
    const url = 'https://acme--hello-open.eu-west.modal.direct/health'
    gateway.behave(url, { kind: 'revision', at: 'header:x-revision' })
    const answer = await request(url, { dispatcher: agent })
    await answer.body.dump()
    expect(answer.headers['x-revision']).toBe(endpoint?.commit ?? '')
    expect(await ask('https://acme--hello-health.modal.run/')).toEqual([404, 'modal-http: invalid function call'])
  })
})

import { describe, expect, it } from '@jest/globals'
import type { GatewayBehaviour } from '../world/gateway-behaviour.ts'
import { expectTidy } from './refusals.ts'
import { modalApp } from './small-project.ts'
import { openStage, type Played } from './stage.ts'

const stage = openStage()

async function deployed(app: string, behaviour: readonly GatewayBehaviour[], timeout: number): Promise<Played> {
  const host = `acme--${app}-web.modal.run`
  stage.world().gateway.behave(host, ...behaviour)
  return stage.run({
    files: { 'modal_app.py': modalApp(app) },
    inputs: { 'health-timeout': String(timeout), 'prefect-file': 'none' },
  })
}

function expectNotAnswering(played: Played, message: RegExp): void {
  expect({ verdict: played.outputs['verdict'], exitCode: played.exitCode, log: played.log }).toMatchObject({
    verdict: 'not-answering',
    exitCode: 1,
  })
  expect(played.annotations.filter((one) => one.level === 'error').map((one) => one.message)).toEqual([
    expect.stringMatching(message),
  ])
  expect(played.report?.apps).toMatchObject([{ state: 'deployed', version: 'v1', endpoints: [{ state: 'unhealthy' }] }])
  expect(played.outputs['url']).toBe('')
  expectTidy(played)
}

describe('an endpoint', () => {
  it('that answers 500 for ever is given up at its deadline', async () => {
    const played = await deployed('always-500', [{ kind: 'json', body: { detail: 'boom' }, status: 500 }], 3)
    expectNotAnswering(played, /500/)
  })

  it('that Modal does not know is given up', async () => {
    const played = await deployed('modal-404', [{ kind: 'modal-http', text: 'invalid-function-call' }], 3)
    expectNotAnswering(played, /invalid function call/)
  })

  it('that wants proxy authentication is given up at once, and told how to give it', async () => {
    const host = 'acme--guarded-web.modal.run'
    const files = {
      'modal_app.py': modalApp('guarded').replace('@modal.asgi_app()', '@modal.asgi_app(requires_proxy_auth=True)'),
    }
    const inputs = { 'health-timeout': '600', 'prefect-file': 'none' }
    const without = await stage.run({ files, inputs })
    expectNotAnswering(without, /missing credentials for proxy authorization[^]*Modal-Key[^]*`health-headers`/)
    expect(stage.world().gateway.requests(host)).toHaveLength(1)

    const { key, secret } = stage.world().gateway.proxyToken
    const headers = `Modal-Key: ${key}\nModal-Secret: ${secret}`
    const given = await stage.again(without, { inputs: { ...inputs, 'health-headers': headers } })
    expect(given.outputs).toMatchObject({ verdict: 'unchanged', url: `https://${host}` })
    expect(given.masks).toEqual(expect.arrayContaining([key, secret]))
  })

  it('that starts for 20 s is waited for by one request, with a line that says so', async () => {
    const played = await deployed('cold', [{ kind: 'cold-start', ms: 20_000 }], 120)
    expect({ verdict: played.outputs['verdict'], log: played.log }).toMatchObject({ verdict: 'verified' })
    expect(stage.world().gateway.requests('acme--cold-web.modal.run')).toHaveLength(1)
    expect(played.log).toMatch(/Waiting for `web` of cold at \S+: 15 of 120 s, try 1/)
  })

  it('that answers after 303 and a lost connection is healthy', async () => {
    const script = [
      { kind: 'reset', times: 1 },
      { kind: 'see-other', hops: 2 },
    ] as const
    const played = await deployed('roundabout', script, 60)
    expect({ verdict: played.outputs['verdict'], log: played.log }).toMatchObject({ verdict: 'verified' })
  })

  it('without a health route is reachable, with a warning that shows the contract', async () => {
    const played = await deployed('no-route', [{ kind: 'json', body: { detail: 'Not Found' }, status: 404 }], 30)
    expect({ verdict: played.outputs['verdict'], log: played.log }).toMatchObject({ verdict: 'verified' })
    expect(played.report?.apps[0]?.endpoints).toMatchObject([{ state: 'reachable' }])
    expect(played.annotations).toEqual([
      expect.objectContaining({ level: 'warning', message: expect.stringContaining('health:') }),
    ])
    expect(played.outputs['url']).toBe('')
  })
})

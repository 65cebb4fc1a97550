import { describe, expect, it } from '@jest/globals'
import type { GatewayBehaviour } from '../world/gateway-behaviour.ts'
import { expectTidy } from './refusals.ts'
import { modalApp } from './small-project.ts'
import { openStage, type Played } from './stage.ts'

const stage = openStage()

/** Deploys apps of these names side by side, each behind what its web address does. */
async function deployed(apps: Readonly<Record<string, readonly GatewayBehaviour[]>>, timeout: number): Promise<Played> {
  const names = Object.keys(apps)
  for (const [name, behaviour] of Object.entries(apps)) stage.world().gateway.behave(hostOf(name), ...behaviour)
  return stage.run({
    files: { 'modal_app.py': null, ...Object.fromEntries(names.map((name) => [`${name}.py`, modalApp(name)])) },
    inputs: {
      'modal-apps': names.map((name) => `${name}.py`).join('\n'),
      'health-timeout': String(timeout),
      'prefect-file': 'none',
    },
  })
}

function hostOf(app: string): string {
  return `acme--${app}-web.modal.run`
}

/** `messages`: of each app, in the order of the list. */
function expectNotAnswering(played: Played, ...messages: readonly RegExp[]): void {
  expect({ verdict: played.outputs['verdict'], exitCode: played.exitCode, log: played.log }).toMatchObject({
    verdict: 'not-answering',
    exitCode: 1,
  })
  expect(played.annotations.filter((one) => one.level === 'error').map((one) => one.message)).toEqual(
    messages.map((message) => expect.stringMatching(message)),
  )
  expect(played.report?.apps).toMatchObject(
    messages.map(() => ({ state: 'deployed', version: 'v1', endpoints: [{ state: 'unhealthy' }] })),
  )
  expect(played.outputs['url']).toBe('')
  expectTidy(played)
}

describe('an endpoint', () => {
  it('that answers 500 for ever is given up at its deadline, and so is one that Modal does not know', async () => {
    const played = await deployed(
      {
        'always-500': [{ kind: 'json', body: { detail: 'boom' }, status: 500 }],
        'modal-404': [{ kind: 'modal-http', text: 'invalid-function-call' }],
      },
      3,
    )
    expectNotAnswering(played, /always-500[^]*500/, /modal-404[^]*invalid function call/)
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

  it('that starts slowly, loses a connection or has no health route is waited for, and told as what it is', async () => {
    const played = await deployed(
      {
        'no-route': [{ kind: 'json', body: { detail: 'Not Found' }, status: 404 }],
        cold: [{ kind: 'cold-start', ms: 18_000 }],
        roundabout: [
          { kind: 'reset', times: 1 },
          { kind: 'see-other', hops: 2 },
        ],
      },
      120,
    )
    expect({ verdict: played.outputs['verdict'], log: played.log }).toMatchObject({ verdict: 'verified' })
    // One request, and a line that says so.
    expect(stage.world().gateway.requests(hostOf('cold'))).toHaveLength(1)
    expect(played.log).toMatch(/Waiting for `web` of cold at \S+: 15 of 120 s, try 1/)
    // Healthy after 303 and a lost connection, reachable without a route, with a warning that shows the contract.
    expect(played.report?.apps.map(({ name, endpoints }) => [name, endpoints.map(({ state }) => state)])).toEqual([
      ['no-route', ['reachable']],
      ['cold', ['healthy']],
      ['roundabout', ['healthy']],
    ])
    expect(played.annotations).toEqual([
      expect.objectContaining({ level: 'warning', message: expect.stringMatching(/no-route[^]*health:/) }),
    ])
    expect(played.outputs['url']).toBe(`https://${hostOf('cold')}`)
  })
})

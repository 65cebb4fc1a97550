import { execFileSync } from 'node:child_process'
import { tmpdir } from 'node:os'
import { describe, expect, test } from '@jest/globals'
import { z } from 'zod'
import { type ApiUrl, parseApiUrl } from '../../src/prefect/api-url.ts'
import { uiLinks } from '../../src/prefect/ui-url.ts'
import { tools } from '../world/tools.ts'

const A = '11111111-aaaa-4aaa-8aaa-111111111111'
const W = '22222222-bbbb-4bbb-8bbb-222222222222'
const ADDRESSES: readonly [api: string, cloudApiUrl: string, env: Readonly<Record<string, string>>][] = [
  [`https://api.prefect.cloud/api/accounts/${A}/workspaces/${W}`, 'https://api.prefect.cloud/api', {}],
  [`https://api.stg.prefect.dev/api/accounts/${A}/workspaces/${W}`, 'https://api.stg.prefect.dev/api', {}],
  [`https://prefect.acme.example/api/accounts/${A}/workspaces/${W}`, 'https://prefect.acme.example/api', {}],
  [`https://api.acme.example/api/accounts/${A}/workspaces/${W}`, 'https://api.acme.example/api', {}],
  [
    `https://prefect.acme.example/api/accounts/${A}/workspaces/${W}`,
    'https://prefect.acme.example/api',
    { PREFECT_CLOUD_UI_URL: 'https://console.acme.example' },
  ],
  ['http://127.0.0.1:4200/api', 'https://api.prefect.cloud/api', {}],
  ['https://acme.example/prefect/api', 'https://api.prefect.cloud/api', {}],
  ['http://127.0.0.1:4200/api', 'https://api.prefect.cloud/api', { PREFECT_UI_URL: 'https://ui.acme.example/prefect' }],
]

function linksOf(api: string, cloudApiUrl: string, env: Readonly<Record<string, string>>): ReturnType<typeof uiLinks> {
  const { url } = parseApiUrl(api, { cloudApiUrl })
  const [uiUrl, cloudUiUrl] = [env['PREFECT_UI_URL'], env['PREFECT_CLOUD_UI_URL']]
  return uiLinks(url, {
    ...(uiUrl === undefined ? {} : { uiUrl }),
    ...(cloudUiUrl === undefined ? {} : { cloudUiUrl }),
  })
}

/** The address of the UI by the installed Prefect's own settings, for each environment on standard input. */
const PREFECTS_OWN = `
import json, os, sys
from prefect.settings import Settings
found = []
for environment in json.load(sys.stdin):
    os.environ.update(environment)
    found.append(Settings().ui_url)
    for name in environment:
        del os.environ[name]
print(json.dumps(found))
`

describe('uiLinks', () => {
  test('are those that Prefect itself makes', async () => {
    const { prefect } = await tools()
    const environments = ADDRESSES.map(([api, cloudApiUrl, env]) => ({
      PREFECT_API_URL: api,
      PREFECT_CLOUD_API_URL: cloudApiUrl,
      ...env,
    }))
    const said = execFileSync(prefect, ['-c', PREFECTS_OWN], {
      cwd: tmpdir(),
      encoding: 'utf8',
      input: JSON.stringify(environments),
      env: { HOME: tmpdir(), PREFECT_HOME: tmpdir() },
    })
    expect(ADDRESSES.map((one) => linksOf(...one).workspace)).toEqual(z.array(z.string()).parse(JSON.parse(said)))
  })

  test('lead to a deployment, a flow run and a work pool', () => {
    const url: ApiUrl = { kind: 'self-hosted', base: 'http://127.0.0.1:4200/api' }
    const links = uiLinks(url)
    expect(links.deployment(A)).toBe(`http://127.0.0.1:4200/deployments/deployment/${A}`)
    expect(links.flowRun(A)).toBe(`http://127.0.0.1:4200/runs/flow-run/${A}`)
    expect(links.workPool('a pool/of ours')).toBe('http://127.0.0.1:4200/work-pools/work-pool/a%20pool%2Fof%20ours')
  })

  test('a slash at the end of the given address is not doubled', () => {
    expect(uiLinks({ kind: 'self-hosted', base: 'http://x/api' }, { uiUrl: 'https://ui.example/' }).deployment(A)).toBe(
      `https://ui.example/deployments/deployment/${A}`,
    )
  })
})

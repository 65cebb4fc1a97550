import { X509Certificate } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import { REHEARSAL_CERTIFICATE } from '../../../src/prefect/rehearsal/certificate.ts'
import { type RehearsedChild, rehearsalEnvironment } from '../../../src/prefect/rehearsal/child-env.ts'

const CHILD: RehearsedChild = {
  base: { PATH: '/usr/bin', HOME: '/home/runner' },
  venv: '/project/.venv',
  prefectHome: '/tmp/prefect',
  address: {
    url: { kind: 'self-hosted', base: 'http://127.0.0.1:4000/segment/api' },
    uiUrl: 'https://ui.example',
    segment: 'segment',
  },
}
const CLOUD_URL = {
  kind: 'cloud',
  base: 'http://127.0.0.1:4000/segment/api/accounts/a/workspaces/w',
  accountId: 'a',
  workspaceId: 'w',
  cloudApi: 'http://127.0.0.1:4000/segment/api',
} as const

describe('rehearsalEnvironment', () => {
  test('finds the recorder, links to the real UI, and is otherwise that of any prefect child', () => {
    const env = rehearsalEnvironment(CHILD)
    expect(env).toMatchObject({
      PREFECT_API_URL: 'http://127.0.0.1:4000/segment/api',
      PREFECT_UI_URL: 'https://ui.example',
      PATH: '/project/.venv/bin:/usr/bin',
      PREFECT_HOME: '/tmp/prefect',
      PREFECT_CLI_PROMPT: 'false',
    })
    expect(env).not.toHaveProperty('PREFECT_CLOUD_API_URL')
    expect(env).not.toHaveProperty('PREFECT_API_SSL_CERT_FILE')
  })

  test('Cloud is where the recorder is', () => {
    const address = { ...CHILD.address, url: CLOUD_URL }
    const base = { ...CHILD.base, PREFECT_CLOUD_API_URL: 'https://api.prefect.cloud/api' }
    expect(rehearsalEnvironment({ ...CHILD, base, address })).toMatchObject({
      PREFECT_API_URL: CLOUD_URL.base,
      PREFECT_CLOUD_API_URL: CLOUD_URL.cloudApi,
    })
  })

  test('has no credential, whatever the environment holds', () => {
    const base = {
      ...CHILD.base,
      PREFECT_API_KEY: 'pnu_secret',
      PREFECT_API_AUTH_STRING: 'user:secret',
      PREFECT_CLIENT_CUSTOM_HEADERS: '{"Authorization": "Bearer secret"}',
    }
    expect(JSON.stringify(rehearsalEnvironment({ ...CHILD, base }))).not.toContain('secret')
  })

  test('nothing is asked again, and no proxy stands between', () => {
    const base = { ...CHILD.base, PREFECT_CLIENT_RETRY_EXTRA_CODES: '403,500', https_proxy: 'http://proxy' }
    const env = rehearsalEnvironment({ ...CHILD, base })
    expect(env).toMatchObject({ PREFECT_CLIENT_RETRY_EXTRA_CODES: '', https_proxy: 'http://proxy' })
    expect([env['NO_PROXY'], env['no_proxy']]).toEqual(['localhost,127.0.0.1,::1', 'localhost,127.0.0.1,::1'])
  })

  test.each([
    ['internal.example', 'internal.example,localhost,127.0.0.1,::1'],
    ['a, 127.0.0.1,b', 'a, 127.0.0.1,b'],
    ['*', '*'],
    ['10.127.0.0.1', '10.127.0.0.1,localhost,127.0.0.1,::1'],
  ])('what is spared by %j goes on being spared', (given, spared) => {
    expect(rehearsalEnvironment({ ...CHILD, base: { no_proxy: given } })).toMatchObject({ NO_PROXY: spared })
  })

  test('with one certificate it trusts nobody else', () => {
    const base = { PREFECT_API_SSL_CERT_FILE: '/own.pem', PREFECT_API_TLS_INSECURE_SKIP_VERIFY: 'true' }
    expect(rehearsalEnvironment({ ...CHILD, base })).toMatchObject(base)
    expect(rehearsalEnvironment({ ...CHILD, base, certificateFile: '/tmp/one.pem' })).toMatchObject({
      PREFECT_API_SSL_CERT_FILE: '/tmp/one.pem',
      PREFECT_API_TLS_INSECURE_SKIP_VERIFY: 'false',
    })
  })

  test('it is given no time zones but those of its packages only where they are all that the files name', () => {
    const base = { PYTHONTZPATH: '/own' }
    expect(rehearsalEnvironment({ ...CHILD, base })).toMatchObject(base)
    expect(rehearsalEnvironment({ ...CHILD, base, ownZones: true })).toMatchObject({ PYTHONTZPATH: '' })
  })
})

test('the certificate can be read, signs for nobody, and outlives this action', () => {
  const certificate = new X509Certificate(REHEARSAL_CERTIFICATE)
  expect(certificate.ca).toBe(false)
  expect(certificate.validToDate.getUTCFullYear()).toBeGreaterThan(2100)
})

import { describe, expect, test } from '@jest/globals'
import { type PrefectChild, prefectEnvironment } from '../../src/prefect/child-env.ts'

const CHILD: PrefectChild = {
  base: { PATH: '/usr/bin', HOME: '/home/runner', GITHUB_SHA: 'abc' },
  venv: '/project/.venv',
  prefectHome: '/tmp/prefect',
  url: { kind: 'self-hosted', base: 'http://127.0.0.1:4200/api' },
}

describe('prefectEnvironment', () => {
  test('asks nothing, colours nothing, and finds this workspace and no other', () => {
    expect(prefectEnvironment(CHILD)).toMatchObject({
      HOME: '/home/runner',
      GITHUB_SHA: 'abc',
      PATH: '/project/.venv/bin:/usr/bin',
      VIRTUAL_ENV: '/project/.venv',
      PREFECT_API_URL: 'http://127.0.0.1:4200/api',
      PREFECT_HOME: '/tmp/prefect',
      PREFECT_CLI_PROMPT: 'false',
      PREFECT_CLI_COLORS: 'false',
      PREFECT_SERVER_ALLOW_EPHEMERAL_MODE: 'false',
    })
  })

  test.each([
    'FORCE_COLOR',
    'TTY_COMPATIBLE',
    'TTY_INTERACTIVE',
    'PREFECT_CLI_WRAP_LINES',
    'PREFECT_PROFILE',
    'PREFECT_PROFILES_PATH',
    'PREFECT_SERVER_EPHEMERAL_ENABLED',
    'PYTHONHOME',
  ])('%s does not reach the child', (name) => {
    expect(prefectEnvironment({ ...CHILD, base: { ...CHILD.base, [name]: '1' } })).not.toHaveProperty(name)
  })

  test('only the credentials that are given count, whatever the environment holds', () => {
    const base = {
      ...CHILD.base,
      PREFECT_API_KEY: 'old',
      PREFECT_API_AUTH_STRING: 'old:old',
      PREFECT_API_URL: 'http://old/api',
    }
    const without = prefectEnvironment({ ...CHILD, base })
    expect(JSON.stringify(without)).not.toContain('old')
    expect(prefectEnvironment({ ...CHILD, base, apiKey: 'pnu_new' })).toMatchObject({ PREFECT_API_KEY: 'pnu_new' })
    expect(prefectEnvironment({ ...CHILD, base, authString: 'a:b' })).toMatchObject({ PREFECT_API_AUTH_STRING: 'a:b' })
  })

  test('other settings of Prefect reach it unchanged', () => {
    const base = { PREFECT_CLIENT_CUSTOM_HEADERS: '{"a": "b"}', PREFECT_API_TLS_INSECURE_SKIP_VERIFY: 'true' }
    expect(prefectEnvironment({ ...CHILD, base })).toMatchObject({ ...base, PATH: '/project/.venv/bin' })
  })
})

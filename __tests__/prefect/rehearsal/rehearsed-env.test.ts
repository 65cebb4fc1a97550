import { expect, test } from '@jest/globals'
import { prefectEnvironment } from '../../../src/prefect/child-env.ts'
import { changedVariables, namedStandIns, rehearsedEnvironment } from '../../../src/prefect/rehearsal/rehearsed-env.ts'
import type { PrefectTools } from '../../../src/prefect/tools.ts'
import { manifestFrom } from '../../manifest/sample.ts'

const NAMED = [
  manifestFrom(
    'x: "{{ $MODAL_TOKEN_ID }} {{ $NO_PROXY }} {{ $PREFECT_API_URL }} {{ $PATH }} {{ $PREFECT_API_AUTH_STRING }}"',
  ),
  manifestFrom('x: "{{ $PREFECT_API_KEY }} {{ $PREFECT_HOME }} {{ $PREFECT_API_SSL_CERT_FILE }} {{ $OWN }}"', 'b.yaml'),
]

/** What a plain deploy runs, as far as its environment goes. */
function plain(base: Readonly<Record<string, string>>): PrefectTools {
  return {
    runStep: async () => Promise.reject(new Error('nothing is run')),
    log: { info: () => undefined, debug: () => undefined, group: () => undefined, warning: () => undefined },
    command: '/venv/bin/prefect',
    version: '3.8.8',
    cwd: '/project',
    checkout: '/project',
    keyFrom: 'the input `prefect-api-key`',
    env: {
      ...prefectEnvironment({
        base: { PATH: '/usr/bin', OWN: 'own', ...base },
        venv: '/venv',
        prefectHome: '/home-of-the-step',
        url: { kind: 'self-hosted', base: 'https://prefect.example/api' },
        apiKey: 'pnu_real',
      }),
      MODAL_TOKEN_ID: 'ak-real',
      MODAL_TOKEN_SECRET: 'as-real',
    },
  }
}

const RECORDER = {
  address: {
    url: { kind: 'self-hosted', base: 'http://127.0.0.1:4000/segment/api' },
    uiUrl: 'https://ui.example',
    segment: 'segment',
  },
} as const

test('a rehearsed command has the environment of a plain one, but for the address and the credentials', () => {
  const tools = plain({ NO_PROXY: '127.0.0.1' })
  const standIns = namedStandIns(tools, NAMED)
  const env = rehearsedEnvironment(tools, standIns, RECORDER)
  expect(Object.values(env).filter((value) => value.includes('real'))).toEqual([])
  expect(Object.keys(standIns.env).sort()).toEqual(['MODAL_TOKEN_ID', 'PREFECT_API_KEY'])
  expect(env).toMatchObject({
    ...standIns.env,
    PATH: '/venv/bin:/usr/bin',
    OWN: 'own',
    PREFECT_HOME: '/home-of-the-step',
    PREFECT_API_URL: 'http://127.0.0.1:4000/segment/api',
    PREFECT_UI_URL: 'https://ui.example',
  })
  // Nobody asks for it.
  expect(env).not.toHaveProperty('MODAL_TOKEN_SECRET')
  expect(changedVariables(tools, env, NAMED)).toEqual([])
})

test('what else the files would get otherwise is told', () => {
  const tools = plain({ NO_PROXY: 'example.com' })
  const certificateFile = '/tmp/certificate.pem'
  const env = rehearsedEnvironment(tools, namedStandIns(tools, NAMED), { ...RECORDER, certificateFile })
  expect(changedVariables(tools, env, NAMED)).toEqual([
    'The files ask for the variable `NO_PROXY`, which has another value in a rehearsal.',
    'The files ask for the variable `PREFECT_API_SSL_CERT_FILE`, which has another value in a rehearsal.',
  ])
})

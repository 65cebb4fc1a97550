import { describe, expect, test } from '@jest/globals'
import { Fault } from '../../src/faults.ts'
import { modalEnvironment, requireToken, tokenFrom } from '../../src/modal/child-env.ts'
import type { Given } from '../../src/modal/tools.ts'

const id: Given = { value: 'ak-1', from: 'the input `modal-token-id`' }
const secret: Given = { value: 'as-1', from: 'the environment variable MODAL_TOKEN_SECRET' }

describe('the token', () => {
  test('is both halves, with the places that they came from', () => {
    expect(requireToken(id, secret)).toEqual({ id, secret })
    expect(tokenFrom({ id, secret })).toBe('the input `modal-token-id` and the environment variable MODAL_TOKEN_SECRET')
  })

  test.each([
    [
      'both',
      undefined,
      undefined,
      '`modal-token-id` and `modal-token-secret` are missing',
      'MODAL_TOKEN_ID and MODAL_TOKEN_SECRET',
    ],
    ['the id', undefined, secret, '`modal-token-id` is missing', 'or as MODAL_TOKEN_ID in `env:`'],
    ['the secret', id, undefined, '`modal-token-secret` is missing', 'or as MODAL_TOKEN_SECRET in `env:`'],
  ])('is refused without %s', (_, givenId, givenSecret, message, hint) => {
    const fault = refusal(givenId, givenSecret)
    expect(fault.message).toContain(message)
    expect(fault.hint).toContain(hint)
  })

  test.each([
    ['swapped', 'as-1', 'ak-1', 'is swapped: the input `modal-token-id` holds the secret', 'The id starts with `ak-`'],
    ['proxy tokens', 'wk-1', 'ws-1', 'The input `modal-token-id` is a proxy token', 'goes into `health-headers`'],
    ['half a proxy token', 'ak-1', 'ws-1', 'is a proxy token', 'goes into `health-headers`'],
  ])('is refused where the halves are %s', (_, idValue, secretValue, message, hint) => {
    const fault = refusal({ ...id, value: idValue }, { ...secret, value: secretValue })
    expect(fault.message).toContain(message)
    expect(fault.hint).toContain(hint)
    expect(`${fault.message}${fault.hint}`).not.toContain(secretValue)
  })
})

function refusal(givenId: Given | undefined, givenSecret: Given | undefined): Fault {
  try {
    requireToken(givenId, givenSecret)
  } catch (thrown) {
    if (thrown instanceof Fault && thrown.kind === 'target') return thrown
  }
  throw new Error('The token was not refused.')
}

describe('the environment of a child', () => {
  const child = { token: { id, secret }, folder: '/tmp/step' }

  test("holds the token and nothing of a person's own configuration", () => {
    const base = {
      PATH: '/bin',
      FORCE_COLOR: '1',
      CLICOLOR_FORCE: '1',
      COLUMNS: '40',
      TTY_COMPATIBLE: '1',
      MODAL_PROFILE: 'me',
      MODAL_ENVIRONMENT: 'mine',
      MODAL_SERVER_URL: 'https://elsewhere.example',
      MODAL_TOKEN_ID: 'ak-mine',
      MODAL_TOKEN_SECRET: 'as-mine',
      MODAL_CONFIG_PATH: '/root/.modal.toml',
      MODAL_OAUTH_CLIENT_ID: 'x',
      MODAL_OAUTH_ANYTHING: 'x',
      MODAL_LOGLEVEL: 'INFO',
    }
    expect(modalEnvironment(base, child)).toEqual({
      PATH: '/bin',
      MODAL_LOGLEVEL: 'INFO',
      COLUMNS: '1000',
      PYTHONUTF8: '1',
      PYTHONIOENCODING: 'utf-8',
      NO_COLOR: '1',
      TERM: 'dumb',
      TTY_COMPATIBLE: '0',
      MODAL_TOKEN_ID: 'ak-1',
      MODAL_TOKEN_SECRET: 'as-1',
      MODAL_CONFIG_PATH: '/tmp/step/modal.toml',
    })
  })

  test('points at another control plane where one is given', () => {
    expect(modalEnvironment({}, { ...child, serverUrl: 'http://127.0.0.1:1' })).toMatchObject({
      MODAL_SERVER_URL: 'http://127.0.0.1:1',
    })
  })
})

import { describe, expect, test } from '@jest/globals'
import { Trouble, type TroubleKind, troubleOf } from '../../src/http/trouble.ts'

describe('troubleOf', () => {
  test.each<readonly [string, TroubleKind]>([
    ['ECONNREFUSED', 'refused'],
    ['ENOTFOUND', 'dns'],
    ['EAI_AGAIN', 'dns'],
    ['ECONNRESET', 'reset'],
    ['UND_ERR_SOCKET', 'reset'],
    ['UND_ERR_CONNECT_TIMEOUT', 'timeout'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'tls'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'tls'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'tls'],
    ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'tls'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'tls'],
    ['CERT_HAS_EXPIRED', 'tls'],
    ['INVALID_CA', 'tls'],
    ['EPROTO', 'tls'],
    ['HPE_INVALID_CONSTANT', 'other'],
  ])('%s is %s, wherever it stands', (code, kind) => {
    const error = Object.assign(new Error('it failed'), { code })
    const wrapped = new Error('fetch failed', { cause: new AggregateError([error]) })
    for (const thrown of [error, wrapped]) expect(troubleOf(thrown).kind).toBe(kind)
    if (kind !== 'other') expect(troubleOf(wrapped).message).toBe(`it failed (${code})`)
  })

  test('a proxy that says no is told by its words', () => {
    expect(troubleOf(new Error('Proxy response (407) !== 200 when HTTP Tunneling'))).toMatchObject({ kind: 'proxy' })
  })

  test('anything may be thrown', () => {
    const same = new Trouble('dns', 'x')
    expect(troubleOf(same)).toBe(same)
    expect(troubleOf('text')).toMatchObject({ kind: 'other', message: 'text' })
    expect(troubleOf(undefined)).toMatchObject({ kind: 'other', message: 'undefined' })
  })
})

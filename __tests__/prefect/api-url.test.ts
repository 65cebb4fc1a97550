import { describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import { Fault } from '../../src/faults.ts'
import { parseApiUrl } from '../../src/prefect/api-url.ts'

const A = '11111111-aaaa-4aaa-8aaa-111111111111'
const W = '22222222-bbbb-4bbb-8bbb-222222222222'
const CLOUD = 'https://api.prefect.cloud/api'
const RIGHT = `${CLOUD}/accounts/${A}/workspaces/${W}`
const OWN = 'https://prefect.acme.example/api'

function faultOf(text: string, cloudApiUrl = CLOUD): Fault {
  try {
    parseApiUrl(text, { cloudApiUrl })
  } catch (thrown) {
    if (thrown instanceof Fault) return thrown
  }
  throw new Error(`${text} was taken`)
}

describe("Cloud's address", () => {
  test.each([RIGHT, `${RIGHT}/`, `${RIGHT}//`, RIGHT.replace(A, A.toUpperCase())])('%s', (text) => {
    expect(parseApiUrl(text, { cloudApiUrl: CLOUD })).toEqual({
      url: { kind: 'cloud', base: RIGHT, accountId: A, workspaceId: W, cloudApi: CLOUD },
      warnings: [],
    })
  })

  test.each<[string, string, string?]>([
    [`https://app.prefect.cloud/account/${A}/workspace/${W}`, 'address of the console'],
    [`https://app.prefect.cloud/account/${A}/workspace/${W}/dashboard`, 'address of the console'],
    [`https://app.prefect.cloud/account/${A}/workspace/${W}/runs?state=failed`, 'query or a fragment'],
    [`https://app.prefect.cloud/api/accounts/${A}/workspaces/${W}`, 'address of the console'],
    [`${CLOUD}/account/${A}/workspaces/${W}`, 'says `/account/` for `/accounts/`'],
    [`${CLOUD}/accounts/${A}/workspace/${W}`, 'says `/workspace/` for `/workspaces/`'],
    [`https://api.prefect.cloud/accounts/${A}/workspaces/${W}`, 'does not begin with'],
    [RIGHT.replace('https', 'http'), 'Prefect Cloud wants `https://`'],
    [`${RIGHT}/deployments`, 'goes on behind the workspace'],
    [`${RIGHT}#x`, 'query or a fragment'],
    [` ${RIGHT}\n`, 'white space'],
    [`"${RIGHT}"`, 'quotes'],
    [`<${RIGHT}>`, 'quotes or brackets'],
    [RIGHT.replace('https://', ''), 'no scheme'],
    [RIGHT.replace('https://', 'https://user:secret@'), 'user name or password'],
    [`${CLOUD}/accounts/acme/workspaces/${W}`, 'names the account `acme`', '<account id>'],
    [`${CLOUD}/accounts/${A}/workspaces/sales`, 'names the workspace `sales`', '<workspace id>'],
    [`${CLOUD}/accounts/${A}/workspaces/`, 'lacks the id of the workspace', '<workspace id>'],
    [`${CLOUD}/accounts/${A}`, 'names no workspace', '<workspace id>'],
    [CLOUD, 'names neither account nor workspace', '<workspace id>'],
    ['https://app.prefect.cloud', 'names neither account nor workspace', '<workspace id>'],
  ])('%s is refused, with the right one', (text, what, hint = RIGHT) => {
    const fault = faultOf(text)
    expect(fault.kind).toBe('target')
    expect(fault.message).toContain(what)
    expect(fault.hint).toContain(hint)
    expect(`${fault.message} ${fault.hint}`).not.toContain('secret@')
  })

  test("of an organisation's own Cloud", () => {
    const text = `${OWN}/accounts/${A}/workspaces/${W}`
    expect(parseApiUrl(text, { cloudApiUrl: `${OWN}/` }).url).toMatchObject({
      kind: 'cloud',
      base: text,
      cloudApi: OWN,
    })
    const fault = faultOf(text)
    expect(fault.message).toContain('but Prefect Cloud is https://api.prefect.cloud/api')
    expect(fault.hint).toContain('PREFECT_CLOUD_API_URL: https://prefect.acme.example/api')
  })

  test('a hint is itself an address that is taken', () => {
    for (const text of [` ${RIGHT}`, `https://app.prefect.cloud/account/${A}/workspace/${W}/x`, `${RIGHT}/flows?x=1`]) {
      const right = /It should be: (\S+)$/.exec(faultOf(text).hint ?? '')?.[1] ?? ''
      expect(parseApiUrl(right, { cloudApiUrl: CLOUD }).url.base).toBe(RIGHT)
    }
  })
})

describe('an address of a server of one’s own', () => {
  test.each([
    ['http://127.0.0.1:4200/api', 'http://127.0.0.1:4200/api'],
    ['http://localhost:4200/api/', 'http://localhost:4200/api'],
    [OWN, OWN],
    ['https://acme.example/prefect/api', 'https://acme.example/prefect/api'],
    ['http://[::1]:4200/api', 'http://[::1]:4200/api'],
  ])('%s', (text, base) => {
    expect(parseApiUrl(text, { cloudApiUrl: CLOUD })).toEqual({ url: { kind: 'self-hosted', base }, warnings: [] })
  })

  test('without /api is only warned of: a gateway may put it elsewhere', () => {
    const { url, warnings } = parseApiUrl('http://127.0.0.1:4200', { cloudApiUrl: CLOUD, from: 'The input' })
    expect(url.base).toBe('http://127.0.0.1:4200')
    expect(warnings).toEqual([
      expect.stringMatching(/^The input does not end in `\/api`.*try http:\/\/127\.0\.0\.1:4200\/api\.$/),
    ])
  })

  test.each<[string, string, string]>([
    ['', 'is empty', 'It has the form'],
    ['  ', 'is empty', 'It has the form'],
    ['localhost:4200/api', 'no scheme', 'http://localhost:4200/api'],
    ['10.0.0.7/api', 'no scheme', 'http://10.0.0.7/api'],
    ['prefect.acme.example/api', 'no scheme', 'https://prefect.acme.example/api'],
    ['ftp://prefect.acme.example/api', '`ftp://`', 'It has the form'],
    ['${{ secrets.PREFECT_API_URL }}', 'white space', 'It has the form'],
    ['https://', 'is not an address', 'It has the form'],
    ['https://user:pw@prefect.acme.example/api', 'user name or password', 'prefect-auth-string'],
  ])('%s is refused', (text, what, hint) => {
    const fault = faultOf(text)
    expect(fault.message).toContain(what)
    expect(fault.hint).toContain(hint)
  })

  test.each(['pnu_0123456789abcdef', 'https://pnb_0123456789abcdef'])('a key in its place is never shown', (key) => {
    const fault = faultOf(key)
    expect(fault.message).toContain('holds an API key')
    expect(`${fault.message} ${fault.hint}`).not.toContain('0123456789abcdef')
  })
})

test('any text is an address or a fault of the target, and what is taken has no slash at its end', () => {
  const parts = fc.constantFrom(
    'https://',
    'api.prefect.cloud',
    '/api',
    '/accounts/',
    A,
    '/workspaces/',
    W,
    '/',
    'app.',
    '?',
    ' ',
    '@',
  )
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.webUrl(),
        fc.array(parts).map((some) => some.join('')),
      ),
      (text) => {
        try {
          const { base } = parseApiUrl(text, { cloudApiUrl: CLOUD }).url
          expect(base.endsWith('/')).toBe(false)
          expect(parseApiUrl(base, { cloudApiUrl: CLOUD }).url.base).toBe(base)
        } catch (thrown) {
          expect(thrown).toMatchObject({ kind: 'target' })
        }
      },
    ),
  )
})

import { describe, expect, it } from '@jest/globals'
import { type GivenPrefect, requirePrefect } from '../../src/prefect/credentials.ts'

const CLOUD =
  'https://api.prefect.cloud/api/accounts/11111111-1111-4111-8111-111111111111/workspaces/22222222-2222-4222-8222-222222222222'
const given = (value: string, from: string): GivenPrefect['apiKey'] => ({ value, from })

function inputs(changes: Partial<GivenPrefect>): GivenPrefect {
  return {
    apiUrl: given(CLOUD, 'the environment variable PREFECT_API_URL'),
    apiKey: given('pnu_key', 'the input `prefect-api-key`'),
    authString: undefined,
    cloudApiUrl: 'https://api.prefect.cloud/api',
    headers: {},
    ...changes,
  }
}

describe('what opens the Prefect side', () => {
  it('is address and key of Cloud, with where the key came from', () => {
    const { access } = requirePrefect(inputs({}))
    expect(access).toMatchObject({ apiKey: 'pnu_key', from: 'the input `prefect-api-key`', url: { kind: 'cloud' } })
  })

  it('may be an address alone, of a server of one’s own', () => {
    const { access } = requirePrefect(
      inputs({ apiUrl: given('http://prefect.internal:4200/api', 'x'), apiKey: undefined }),
    )
    expect(access).toMatchObject({ url: { kind: 'self-hosted' }, from: 'no credential' })
  })

  it('may be a header that somebody sets', () => {
    expect(requirePrefect(inputs({ apiKey: undefined, headers: { authorization: 'Bearer x' } })).access.url.kind).toBe(
      'cloud',
    )
  })

  it.each<[string, Partial<GivenPrefect>, RegExp]>([
    ['no address', { apiUrl: undefined }, /No Prefect API URL: `prefect-api-url` is missing or empty/],
    ['no key of Cloud', { apiKey: undefined }, /No Prefect API key/],
    [
      'a key of two lines',
      { apiKey: given('pnu_\nkey', 'the input `prefect-api-key`') },
      /^The input `prefect-api-key` holds white space/,
    ],
    [
      'a key for user and password',
      { authString: given('pnu_key', 'the input `prefect-auth-string`') },
      /not of the form/,
    ],
    [
      'the address of the console',
      { apiUrl: given(CLOUD.replace('api.', 'app.'), 'the input `prefect-api-url`') },
      /^The input `prefect-api-url` /,
    ],
  ])('is not %s', (_, changes, message) => {
    let thrown: unknown
    try {
      requirePrefect(inputs(changes))
    } catch (caught) {
      thrown = caught
    }
    expect(thrown).toMatchObject({ kind: 'target', message: expect.stringMatching(message) })
    expect(JSON.stringify(thrown)).not.toContain('pnu_')
  })
})

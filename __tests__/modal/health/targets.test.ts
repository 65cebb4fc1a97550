import { describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import type { AppRequest, HealthContract } from '../../../src/modal/app-request.ts'
import type { Endpoint } from '../../../src/modal/deploy-output.ts'
import { type HealthTargets, healthTargets } from '../../../src/modal/health/targets.ts'
import { joinUrl } from '../../../src/modal/health/url.ts'
import { CONTRACT } from './sample.ts'

const DEFAULTS = { path: '/health', timeout: 600, headers: { 'x-probe': 'deploy' } }
const WEB: Endpoint = {
  function: 'web',
  url: 'https://acme--shop-web.modal.run',
  customDomains: [],
  requiresProxyAuth: false,
  kind: 'web function',
}

function targetsOf(
  endpoints: readonly Endpoint[],
  health: readonly HealthContract[] = [],
  changes: Partial<AppRequest> = {},
): HealthTargets {
  const request = {
    reference: 'modal_app.py',
    module: false,
    strategy: 'rolling',
    functions: [],
    health,
    ...changes,
  } as const
  return healthTargets({ request, endpoints, name: 'shop', environment: 'main' }, DEFAULTS)
}

function asked(endpoints: readonly Endpoint[], health: readonly HealthContract[] = []): string[] {
  const { targets, faults } = targetsOf(endpoints, health)
  expect(faults).toEqual([])
  return targets.map((target) => target.asked)
}

describe('without a contract', () => {
  test('every endpoint is asked', () => {
    const { targets, faults } = targetsOf([WEB, { ...WEB, function: 'admin', requiresProxyAuth: true }])
    expect(faults).toEqual([])
    expect(targets[0]).toEqual({
      app: 'shop',
      reference: 'modal_app.py',
      environment: 'main',
      function: 'web',
      url: 'https://acme--shop-web.modal.run',
      customDomains: [],
      requiresProxyAuth: false,
      asked: 'https://acme--shop-web.modal.run/health',
      method: 'GET',
      headers: { 'x-probe': 'deploy' },
      json: {},
      timeout: 600,
      declared: false,
    })
    expect(targets[1]).toMatchObject({ function: 'admin', requiresProxyAuth: true })
  })

  test.each([
    ['web', 'https://acme--shop-web.modal.run/health'],
    ['health', 'https://acme--shop-web.modal.run/'],
    ['Model.health', 'https://acme--shop-web.modal.run/'],
    ['health.web', 'https://acme--shop-web.modal.run/health'],
    ['unhealth', 'https://acme--shop-web.modal.run/health'],
  ])('%s is asked at %s', (name, url) => {
    expect(asked([{ ...WEB, function: name }])).toEqual([url])
  })

  test('at its first custom domain', () => {
    const customDomains = ['https://api.example.com', 'https://www.example.com']
    expect(targetsOf([{ ...WEB, customDomains }]).targets).toMatchObject([
      { url: 'https://api.example.com', asked: 'https://api.example.com/health', customDomains },
    ])
    expect(asked([{ ...WEB, customDomains: ['https://%', 'https://www.example.com'] }])).toEqual([
      'https://www.example.com/health',
    ])
  })

  test('an address that is none is told, and the others are asked', () => {
    const { targets, faults } = targetsOf([{ ...WEB, url: 'https://[' }, WEB])
    expect(targets).toHaveLength(1)
    expect(faults).toMatchObject([{ kind: 'remote', message: expect.stringContaining('`https://[`') }])
  })

  test('a module is named as `modal-apps` names it', () => {
    expect(targetsOf([WEB], [], { reference: 'pkg.app', module: true }).targets).toMatchObject([
      { reference: '-m pkg.app' },
    ])
  })
})

describe('with contracts', () => {
  test('only what they name is asked', () => {
    const admin = { ...WEB, function: 'admin', url: 'https://acme--shop-admin.modal.run' }
    expect(asked([WEB, admin], [{ ...CONTRACT, target: { kind: 'function', name: 'admin' } }])).toEqual([
      'https://acme--shop-admin.modal.run/health',
    ])
  })

  test('everything that a contract may say', () => {
    const contract: HealthContract = {
      ...CONTRACT,
      path: '/ready?full=1',
      method: 'POST',
      body: '{"ping":1}',
      status: 201,
      headers: { 'X-Probe': 'own', Accept: 'text/plain' },
      json: { 'model.loaded': true },
      timeout: 900,
    }
    expect(targetsOf([WEB], [contract])).toMatchObject({
      faults: [],
      targets: [
        {
          function: 'web',
          asked: 'https://acme--shop-web.modal.run/ready?full=1',
          method: 'POST',
          body: '{"ping":1}',
          status: 201,
          headers: { 'x-probe': 'own', accept: 'text/plain', 'content-type': 'application/json' },
          json: { 'model.loaded': true },
          timeout: 900,
          declared: true,
        },
      ],
    })
  })

  test.each([
    ['{"a": 1}', { 'Content-Type': 'application/vnd.api+json' }, 'application/vnd.api+json'],
    ['[1]', {}, 'application/json'],
    ['a=1', {}, undefined],
    ['{not json', {}, undefined],
    ['"text"', {}, undefined],
  ])('the body %s goes as its kind', (body, headers, kind) => {
    const { targets } = targetsOf([WEB], [{ ...CONTRACT, method: 'POST', body, headers }])
    expect(targets[0]?.headers['content-type']).toBe(kind)
  })

  test.each([
    ['https://api.example.com/v1/', undefined, 'api.example.com/v1', 'https://api.example.com/v1/'],
    ['https://api.example.com', undefined, 'api.example.com', 'https://api.example.com/'],
    ['http://api.example.com:8080/a?b=1#c', '/d', 'api.example.com:8080/a', 'http://api.example.com:8080/a/d?b=1'],
  ])('the address %s with path %s', (url, path, name, address) => {
    const target = { kind: 'url', url } as const
    const { targets, faults } = targetsOf([WEB], [{ ...CONTRACT, target, ...(path === undefined ? {} : { path }) }])
    expect(faults).toEqual([])
    expect(targets).toMatchObject([{ function: name, asked: address, declared: true, customDomains: [] }])
  })

  test.each([
    ['web', 'Did you mean `webb`? There are: webb, Model.api.'],
    ['something-else', 'There are: webb, Model.api.'],
  ])('a function without an endpoint: %s', (name, hint) => {
    const endpoints = ['webb', 'Model.api'].map((one) => ({ ...WEB, function: one }))
    const { targets, faults } = targetsOf(endpoints, [{ ...CONTRACT, target: { kind: 'function', name } }])
    expect(targets).toEqual([])
    expect(faults).toMatchObject([{ kind: 'user', message: expect.stringContaining(`\`${name}\``) }])
    expect(faults[0]?.hint?.startsWith(hint)).toBe(true)
  })

  test('an app without any endpoint', () => {
    const { faults } = targetsOf([], [CONTRACT])
    expect(faults).toMatchObject([{ kind: 'user', hint: expect.stringContaining('It published none at all.') }])
  })

  test('HEAD has no body to hold values', () => {
    const { targets, faults } = targetsOf(
      [WEB],
      [
        { ...CONTRACT, method: 'HEAD', json: { a: 1 } },
        { ...CONTRACT, method: 'HEAD' },
      ],
    )
    expect(targets).toMatchObject([{ method: 'HEAD' }])
    expect(faults).toMatchObject([{ kind: 'user', message: expect.stringContaining('HEAD') }])
  })

  test.each(['https://me:secret@api.example.com/', 'ftp://api.example.com', '/health', 'https://['])(
    'the address %s is refused',
    (url) => {
      const { targets, faults } = targetsOf([WEB], [{ ...CONTRACT, target: { kind: 'url', url } }])
      expect(targets).toEqual([])
      expect(faults).toMatchObject([{ kind: 'user' }])
      expect(JSON.stringify([faults[0]?.message, faults[0]?.hint])).not.toContain('secret')
    },
  )
})

describe('joinUrl', () => {
  test.each([
    ['https://a.example', '/health', 'https://a.example/health'],
    ['https://a.example/', '/health', 'https://a.example/health'],
    ['https://a.example//', '//health', 'https://a.example/health'],
    ['https://a.example/v1', 'health', 'https://a.example/v1/health'],
    ['https://a.example/v1?k=1', '/health', 'https://a.example/v1/health?k=1'],
    ['https://a.example/v1?k=1', '/health?z=2#f', 'https://a.example/v1/health?k=1&z=2'],
    ['https://a.example', '/h?x=a?b', 'https://a.example/h?x=a?b'],
    ['https://a.example/v1?k=1#f', '', 'https://a.example/v1?k=1'],
    ['https://a.example/v1', '?z=2', 'https://a.example/v1?z=2'],
    ['https://a.example/v1', '/', 'https://a.example/v1/'],
    ['https://a.example', '/a b', 'https://a.example/a%20b'],
    ['https://a.example', '/\\evil.example/x', 'https://a.example/evil.example/x'],
    ['https://u:p@a.example', '/x', 'https://a.example/x'],
    ['https://', '/x', undefined],
    ['mailto:a@example.com', '/x', undefined],
  ])('%s with %s', (base, path, joined) => {
    expect(joinUrl(base, path)).toBe(joined)
  })

  test('whatever the path, the host stays, and the joint has one slash', () => {
    fc.assert(
      fc.property(fc.webUrl({ withQueryParameters: true }), fc.string({ unit: 'grapheme' }), (base, path) => {
        const joined = new URL(joinUrl(base, `/${path}`) ?? '')
        expect(joined.host).toBe(new URL(base).host)
        expect(joined.hash).toBe('')
        const below = new URL(base).pathname.replace(/\/+$/, '')
        if (!/\.|%2e/i.test(path)) expect(joined.pathname.startsWith(`${below}/`)).toBe(true)
        for (const [name, value] of new URL(base).searchParams) {
          expect(joined.searchParams.getAll(name)).toContain(value)
        }
      }),
    )
  })

  test('never throws', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (base, path) => {
        const joined = joinUrl(base, path)
        expect(joined === undefined || /^https?:/.test(joined)).toBe(true)
      }),
    )
  })
})

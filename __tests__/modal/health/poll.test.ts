import { describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import { Fault } from '../../../src/faults.ts'
import type { TroubleKind } from '../../../src/http/trouble.ts'
import { pollHealth } from '../../../src/modal/health/poll.ts'
import {
  answer,
  CALL,
  edge,
  OK,
  polled,
  type Scripted,
  scriptedHttp,
  TARGET,
  virtualTime,
  writtenLog,
} from './sample.ts'

describe('an endpoint that becomes well', () => {
  test('is healthy at its first good answer', async () => {
    const { health, requests, progress } = await polled([OK], { headers: { 'x-probe': 'deploy' } })
    expect(health).toEqual({ state: 'healthy', attempts: 1, seconds: 0, detail: '200' })
    expect(requests).toMatchObject([
      { method: 'GET', url: TARGET.asked, headers: { 'x-probe': 'deploy' }, timeout: 155, maxBytes: 65_536 },
    ])
    expect(requests[0]).not.toHaveProperty('body')
    expect(progress).toEqual([])
  })

  test('is asked ever more rarely until then', async () => {
    const cold = Array.from({ length: 7 }, () => edge(503, 'no container is ready'))
    const { health, at } = await polled([...cold, OK])
    expect(at).toEqual([0, 1, 3, 7, 15, 25, 35, 45])
    expect(health).toEqual({ state: 'healthy', attempts: 8, seconds: 45, detail: '200' })
  })

  test('is not asked by many at the same moment', async () => {
    const cold = Array.from({ length: 5 }, () => edge(503, 'no container is ready'))
    const { at } = await polled([...cold, OK], {}, () => 0)
    expect(at).toEqual([0, 0.75, 2.25, 5.25, 11.25, 18.75])
  })

  test('is waited for while its request is held, and heard of every 15 s', async () => {
    const { health, at, progress } = await polled([
      edge(500, 'internal error: function was terminated by signal'),
      { ...OK, after: 140 },
    ])
    expect(health).toMatchObject({ state: 'healthy', attempts: 2, seconds: 141 })
    expect(at).toEqual([0, 1])
    expect(progress).toHaveLength(9)
    expect(progress[1]).toBe(
      'Waiting for `web` of shop at https://acme--shop-web.modal.run/health: 30 of 600 s, try 2; last: 500: modal-http: internal error: function was terminated by signal',
    )
  })

  test('a request that is held too long is replaced', async () => {
    const { health, at } = await polled([{ ...OK, after: 1000 }, OK])
    expect(at).toEqual([0, 156])
    expect(health).toMatchObject({ state: 'healthy', attempts: 2 })
  })

  test.each<readonly [TroubleKind]>([['refused'], ['dns'], ['tls'], ['reset'], ['timeout'], ['other']])(
    'may have had the trouble %s before',
    async (trouble) => {
      const { health } = await polled([{ trouble }, { trouble }, OK])
      expect(health).toMatchObject({ state: 'healthy', attempts: 3 })
    },
  )

  test('a contract may first meet the old revision', async () => {
    const contract = { declared: true, status: 200, json: { 'build.n': 7 } }
    const old = { answer: answer(200, '{"build":{"n":6}}') }
    const { health } = await polled(
      [{ answer: answer(404) }, old, { answer: answer(200, '{"build":{"n":7}}') }],
      contract,
    )
    expect(health).toMatchObject({ state: 'healthy', attempts: 3 })
  })

  test('the clock of a trouble starts anew when something else came between', async () => {
    const unknown = edge(404, 'invalid function call')
    const script = [unknown, unknown, unknown, unknown, unknown, { answer: answer(500) }, unknown, unknown, OK]
    const { health, at } = await polled(script)
    expect(health).toMatchObject({ state: 'healthy' })
    expect(at.at(-1)).toBeGreaterThan(30)
  })
})

describe('Retry-After', () => {
  test('is obeyed', async () => {
    const wait = (header: string): Scripted => ({ answer: answer(429, '', { 'retry-after': header }) })
    const { at } = await polled([wait('40'), wait('Thu, 01 Jan 1970 00:01:40 GMT'), wait('0'), wait('soon'), OK])
    expect(at).toEqual([0, 40, 100, 104, 112])
  })

  test('beyond the deadline ends it', async () => {
    const { health } = await polled([{ answer: answer(503, 'busy', { 'retry-after': '3600' }) }])
    expect(health).toMatchObject({ state: 'unhealthy', attempts: 1, seconds: 0, fault: { kind: 'remote' } })
    expect(health.fault?.message).toBe(
      '`web` of shop at https://acme--shop-web.modal.run/health asks by Retry-After for more patience than 600 s (0 s and 1 try): 503: busy',
    )
  })
})

describe('an endpoint that stays unwell', () => {
  test('has its deadline, and one try shortly before it', async () => {
    const { health, at } = await polled([{ answer: answer(500, 'Internal Server Error') }], { timeout: 30 })
    expect(at).toEqual([0, 1, 3, 7, 15, 25, 29])
    expect(health).toMatchObject({ state: 'unhealthy', attempts: 7, seconds: 29, detail: '500: Internal Server Error' })
    expect(health.fault).toBeInstanceOf(Fault)
    expect(health.fault).toMatchObject({
      kind: 'remote',
      message:
        '`web` of shop at https://acme--shop-web.modal.run/health did not answer well within 30 s (29 s and 7 tries); last: 500: Internal Server Error',
      hint: expect.stringContaining('`modal app logs shop --env main`'),
    })
    expect(health.fault?.cause).toBeUndefined()
  })

  test('a contract is held until then too, whatever the app answers', async () => {
    const { health } = await polled([{ answer: answer(404, '{"detail":"Not Found"}') }], {
      timeout: 20,
      declared: true,
    })
    expect(health).toMatchObject({ state: 'unhealthy', seconds: 19, fault: { kind: 'remote' } })
  })

  test('a request that is never answered is a timeout', async () => {
    const { health, requests } = await polled([{ ...OK, after: 1000 }], { timeout: 200 })
    expect(requests.map(({ timeout }) => timeout)).toEqual([155, 44])
    expect(health).toMatchObject({ state: 'unhealthy', attempts: 2, seconds: 200, detail: 'no answer within 44 s' })
    expect(health.fault).toMatchObject({ kind: 'timeout', hint: expect.stringContaining('health-timeout') })
  })

  test('what came before a last try without an answer is what counts', async () => {
    const { health } = await polled([{ answer: answer(500, 'boom') }, { ...OK, after: 1000 }], { timeout: 5 })
    expect(health).toMatchObject({ attempts: 2, detail: '500: boom', fault: { kind: 'remote' } })
  })

  test('a deadline that comes before patience ends is one', async () => {
    const { health } = await polled([edge(404, 'invalid function call')], { timeout: 10 })
    expect(health).toMatchObject({ state: 'unhealthy', seconds: 9, fault: { kind: 'remote' } })
  })

  test('a deadline of a second has one try', async () => {
    const { health } = await polled([{ answer: answer(500) }], { timeout: 1 })
    expect(health).toMatchObject({ state: 'unhealthy', attempts: 1 })
  })

  test.each([
    [401, 'missing credentials for proxy authorization', 'target', 'health-headers'],
    [401, 'invalid credentials for proxy authorization', 'target', 'Modal-Key'],
    [403, 'proxy token is not allowed in this environment', 'target', 'environment main'],
    [404, 'app for invoked web endpoint is stopped', 'refusal', 'stopped'],
    [404, 'workspace ac-1 is disabled', 'refusal', 'billing'],
    [429, 'Webhook failed: workspace billing cycle spend limit reached', 'refusal', 'spend limit'],
  ])('%i %s ends it at once', async (status, words, kind, hint) => {
    const { health, at } = await polled([edge(status, words), OK])
    expect(at).toEqual([0])
    expect(health).toMatchObject({ state: 'unhealthy', fault: { kind, hint: expect.stringContaining(hint) } })
    expect(health.fault?.message).toContain(
      `waiting does not change it (0 s and 1 try): ${status}: modal-http: ${words}`,
    )
  })

  test.each<readonly [string, Scripted, number]>([
    ['an address that the edge does not know', edge(404, 'invalid function call'), 35],
    ['a name that is not known', { trouble: 'dns' }, 65],
    ['a certificate that is not trusted', { trouble: 'tls' }, 65],
    ['a proxy that fails', { trouble: 'proxy', says: 'Proxy response (502) !== 200 when HTTP Tunneling' }, 65],
    ['a proxy that refuses', { trouble: 'proxy', says: 'Proxy response (407) !== 200 when HTTP Tunneling' }, 0],
  ])('%s may pass for a while only', async (_, one, seconds) => {
    const { health } = await polled([one])
    expect(health).toMatchObject({ state: 'unhealthy', seconds })
    expect(health.fault?.message).toContain('waiting does not change it')
  })
})

describe('an endpoint that is only reachable', () => {
  test('is not asked again', async () => {
    const { health } = await polled([{ answer: answer(404, '{"detail":"Not Found"}') }, OK])
    expect(health).toMatchObject({ state: 'reachable', attempts: 1, detail: '404: {"detail":"Not Found"}' })
    expect(health.warning).toContain('health: [{ function: web, path: / }]')
    expect(health.fault).toBeUndefined()
  })
})

describe('a cancelled step', () => {
  const stop = new Fault('cancelled', 'The step was cancelled by SIGTERM.')

  test.each<readonly [string, Scripted, number]>([
    ['while a request is held', { ...OK, after: 100 }, 600],
    ['in the last try', { ...OK, after: 100 }, 5.5],
    ['between two tries', { answer: answer(500) }, 600],
  ])('%s ends with its reason', async (_, one, timeout) => {
    const { clock, through } = virtualTime()
    const { http, requests } = scriptedHttp(clock, [one])
    const { log } = writtenLog()
    const controller = new AbortController()
    const tools = { http, clock, log, signal: controller.signal, random: () => 1 }
    const work = Promise.allSettled([
      pollHealth(tools, { ...TARGET, timeout }),
      clock.sleep(5, new AbortController().signal).then(() => controller.abort(stop)),
    ])
    const [health] = await through(work)
    expect(health).toEqual({ status: 'rejected', reason: stop })
    expect(requests.at(-1)?.at).toBeLessThan(5)
  })

  test('asks nothing', async () => {
    const { clock, through } = virtualTime()
    const { http, requests } = scriptedHttp(clock, [OK])
    const tools = { http, clock, log: writtenLog().log, signal: AbortSignal.abort(stop), random: () => 1 }
    await expect(through(pollHealth(tools, TARGET))).rejects.toBe(stop)
    expect(requests).toEqual([])
  })
})

test('whatever comes, it ends in time, and no header’s value is told', async () => {
  const secret = 'wk-very-secret'
  const words = fc.oneof(
    fc.string(),
    fc.constant(secret),
    fc.json(),
    fc.string().map((text) => `modal-http: ${text}`),
  )
  const steps = fc.oneof(
    fc.record({
      after: fc.nat(200),
      answer: fc.record({
        status: fc.oneof(fc.constantFrom(200, 303, 404, 503), fc.integer({ min: 100, max: 599 })),
        headers: fc.dictionary(
          fc.constantFrom('location', 'retry-after'),
          fc.oneof(fc.string(), fc.constant(CALL), fc.nat().map(String)),
        ),
        text: words,
        cut: fc.boolean(),
      }),
    }),
    fc.record({
      after: fc.nat(200),
      trouble: fc.constantFrom<TroubleKind>('refused', 'dns', 'tls', 'reset', 'timeout', 'proxy', 'other'),
      says: words,
    }),
  )
  const contracts = fc.record({
    declared: fc.boolean(),
    timeout: fc.integer({ min: 1, max: 300 }),
    json: fc.dictionary(fc.string(), fc.string()),
    app: fc.string({ unit: 'binary' }),
    function: fc.string({ unit: 'binary' }),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(steps, { minLength: 1, maxLength: 8 }), contracts, async (script, changes) => {
      const { health, log } = await polled(script, { ...changes, headers: { 'modal-key': secret } })
      expect(health.seconds).toBeLessThanOrEqual(changes.timeout + 0.2)
      expect(health.fault === undefined).toBe(health.state !== 'unhealthy')
      expect(health.warning === undefined).toBe(health.state !== 'reachable')
      const told = [health.detail, health.warning ?? '', health.fault?.message ?? '', health.fault?.hint ?? '', ...log]
      for (const line of told) {
        expect(line).not.toContain(secret)
        expect(line).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u)
      }
    }),
  )
})

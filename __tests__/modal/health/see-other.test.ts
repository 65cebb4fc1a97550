import { describe, expect, test } from '@jest/globals'
import type { HealthTarget } from '../../../src/modal/health/targets.ts'
import { answer, CALL, edge, OK, polled, see, TARGET } from './sample.ts'

describe('303', () => {
  const POST = {
    method: 'POST',
    body: '{}',
    headers: { 'content-type': 'application/json', 'modal-key': 'wk-1' },
    declared: true,
  } as const

  test('is followed by GET, with the headers and without the body', async () => {
    const { health, requests } = await polled([see(CALL), see('?__modal_function_call_id=fc-2'), OK], POST)
    expect(health).toMatchObject({ state: 'healthy', attempts: 1 })
    expect(requests.map(({ method, url, headers }) => ({ method, url, headers }))).toEqual([
      { method: 'POST', url: TARGET.asked, headers: POST.headers },
      { method: 'GET', url: CALL, headers: { 'modal-key': 'wk-1' } },
      { method: 'GET', url: CALL.replace('fc-1', 'fc-2'), headers: { 'modal-key': 'wk-1' } },
    ])
    expect(requests[1]).not.toHaveProperty('body')
  })

  test('that is held is progress', async () => {
    const expired = edge(408, 'Missing request, possibly due to expiry or cancellation')
    const { progress } = await polled([
      { ...see(CALL), after: 150 },
      { ...expired, after: 20 },
      { ...OK, after: 20 },
    ])
    expect(progress.at(-2)).toContain(': 165 of 600 s, try 1; Modal says that it still works (303, 1)')
    expect(progress.at(-1)).toContain(': 180 of 600 s, try 2; last: 408')
  })

  test('ends with a new request where its result has expired', async () => {
    const { health, requests } = await polled(
      [see(CALL), edge(408, 'Missing request, possibly due to expiry or cancellation'), OK],
      POST,
    )
    expect(health).toMatchObject({ state: 'healthy', attempts: 2 })
    expect(requests.map(({ method }) => method)).toEqual(['POST', 'GET', 'POST'])
  })

  test('leads on twenty times', async () => {
    const { health, requests } = await polled([see(CALL)], { timeout: 1 })
    expect(requests).toHaveLength(21)
    expect(health).toMatchObject({ state: 'unhealthy', attempts: 1 })
  })

  test('within one try has the deadline of all', async () => {
    const { health, requests } = await polled([{ ...see(CALL), after: 100 }], { timeout: 250 })
    expect(requests.map(({ timeout }) => timeout)).toEqual([155, 150, 50])
    expect(health).toMatchObject({ state: 'unhealthy', seconds: 250, fault: { kind: 'timeout' } })
  })

  test('is not followed when there is no time left', async () => {
    const { health, requests } = await polled([{ ...see(CALL), after: 100 }], { timeout: 200 })
    expect(requests.map(({ timeout }) => timeout)).toEqual([155, 100])
    expect(health).toMatchObject({ detail: 'the answer was still being waited for', fault: { kind: 'timeout' } })
  })

  test('ends with the host that answers, which may have words of its own', async () => {
    const server = 'https://acme--shop-srv.us-east.modal.direct/x'
    const { health } = await polled([see(server), { answer: answer(503) }], { timeout: 1 })
    expect(health.fault?.hint).toContain('No container')
  })

  test.each<readonly [string, Partial<HealthTarget>, string, 'with' | 'without']>([
    ['from a custom domain to Modal', { asked: 'https://api.example.com/health' }, CALL, 'with'],
    ['to a server of Modal', {}, 'https://acme--shop-srv.us-east.modal.direct/x', 'with'],
    [
      'to a custom domain of its own',
      { customDomains: ['https://api.example.com'] },
      'https://api.example.com/x',
      'without',
    ],
    ['from https to http', {}, CALL.replace('https:', 'http:'), 'without'],
  ])('%s', async (_, changes, location, carried) => {
    const headers = { 'modal-key': 'wk-1', 'modal-secret': 'ws-1' }
    const { health, requests } = await polled([see(location), OK], { ...changes, headers })
    expect(health.state).toBe('healthy')
    expect(requests[1]).toMatchObject({ url: location })
    expect(requests[1]?.headers).toEqual(carried === 'with' ? headers : {})
  })

  test.each([
    ['https://elsewhere.example/x'],
    ['https://notmodal.run/x'],
    ['https://modal.run.example.com/x'],
    ['http://169.254.169.254/latest'],
    ['file:///etc/passwd'],
    ['https://['],
    ['https://acme--shop-web.modal.run.:8443/x'],
  ])('to %s is not followed', async (location) => {
    const { health, requests } = await polled([see(location)], { timeout: 1 })
    expect(requests).toHaveLength(1)
    expect(health).toMatchObject({ state: 'unhealthy', detail: expect.stringMatching(/^303: to /) })
  })

  test('may be what a contract wants, if it is the app’s own', async () => {
    const wanted = { status: 303, declared: true }
    expect((await polled([see('/login')], wanted)).health).toMatchObject({ state: 'healthy' })
    expect((await polled([see(CALL), see('/login')], wanted)).requests).toHaveLength(2)
  })
})

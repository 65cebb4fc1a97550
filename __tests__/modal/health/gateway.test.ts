import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { Fault } from '../../../src/faults.ts'
import { type Clock, machineClock } from '../../../src/host.ts'
import { type Http, openHttp } from '../../../src/http/client.ts'
import { type EndpointHealth, type HealthTools, pollHealth } from '../../../src/modal/health/poll.ts'
import type { HealthTarget } from '../../../src/modal/health/targets.ts'
import { MODAL_HTTP, type ModalHttpText } from '../../world/gateway-behaviour.ts'
import { startWebGateway, type WebGateway } from '../../world/web-gateway.ts'
import { TARGET, writtenLog } from './sample.ts'

/** Pauses are a hundredth of what they are; the gateway's own are real. */
const briskClock: Clock = { ...machineClock, sleep: (seconds, signal) => machineClock.sleep(seconds / 100, signal) }
const OK = { kind: 'json', body: { status: 'ok' } } as const

let gateway: WebGateway
let http: Http

beforeAll(async () => {
  gateway = await startWebGateway()
  http = openHttp({ https: gateway.proxyUrl }, { ca: await readFile(gateway.caFile, 'utf8') })
})

afterAll(async () => {
  await http.close()
  await gateway.stop()
})

let hosts = 0

/** An endpoint of its own for each test. */
function endpoint(changes: Partial<HealthTarget> = {}, domain = 'modal.run'): HealthTarget {
  hosts += 1
  const url = `https://acme--shop-web${hosts}.${domain}`
  return { ...TARGET, url, asked: `${url}/health`, ...changes }
}

function poll(target: HealthTarget, tools: Partial<HealthTools> = {}): Promise<EndpointHealth> {
  const { signal } = new AbortController()
  return pollHealth({ http, clock: briskClock, log: writtenLog().log, signal, random: () => 1, ...tools }, target)
}

function methods({ url }: HealthTarget): string[] {
  return gateway.requests(url).map(({ method }) => method)
}

describe('a container that starts', () => {
  test('holds the one request', async () => {
    const target = endpoint()
    gateway.behave(target.url, { kind: 'cold-start', ms: 300 })
    expect(await poll(target)).toMatchObject({ state: 'healthy', attempts: 1, detail: '200' })
    expect(methods(target)).toEqual(['GET'])
  })

  test('is told of while it does', async () => {
    const target = endpoint()
    gateway.behave(target.url, { kind: 'hold' })
    const { log, info } = writtenLog()
    const released = (line: string): void => {
      log.info(line)
      gateway.release(target.url)
    }
    expect(await poll(target, { log: { ...log, info: released } })).toMatchObject({ state: 'healthy', attempts: 1 })
    expect(info[0]).toMatch(/^Waiting for `web` of shop at https:\S+\/health: \d+ of 600 s, try 1$/)
  })

  test('sends the request from one 303 to the next', async () => {
    const target = endpoint({ method: 'POST', body: '{"ping":1}', declared: true })
    gateway.behave(target.url, { kind: 'see-other', hops: 3, ms: 20 })
    expect(await poll(target)).toMatchObject({ state: 'healthy', attempts: 1 })
    expect(methods(target)).toEqual(['POST', 'GET', 'GET', 'GET'])
    expect(gateway.requests(target.url)[0]?.body).toBe('{"ping":1}')
  })

  test('takes the token along behind a custom domain', async () => {
    const target = endpoint()
    const domain = endpoint({ headers: { 'modal-key': 'wk-1', 'modal-secret': 'ws-1' } }, 'example.com')
    const location = `${target.url}/health?x=1`
    gateway.behave(domain.url, { kind: 'answer', answer: { status: 303, headers: { location } } })
    gateway.behave(target.url, { kind: 'proxy-auth', key: 'wk-1', secret: 'ws-1' })
    expect(await poll(domain)).toMatchObject({ state: 'healthy', attempts: 1 })
  })

  test('lets a server answer 503 until then', async () => {
    const target = endpoint({}, 'us-east.modal.direct')
    gateway.behave(target.url, { kind: 'no-container', times: 3 }, OK)
    expect(await poll(target)).toMatchObject({ state: 'healthy', attempts: 4 })
  })
})

describe('proxy authentication', () => {
  test.each([
    [{}, 'missing'],
    [{ 'modal-key': 'wk-1', 'modal-secret': 'ws-other' }, 'invalid'],
  ])('with %j ends at once', async (headers, words) => {
    const target = endpoint({ headers, requiresProxyAuth: true })
    gateway.behave(target.url, { kind: 'proxy-auth', key: 'wk-1', secret: 'ws-1' })
    const { state, attempts, fault } = await poll(target)
    expect({ state, attempts, kind: fault?.kind }).toEqual({ state: 'unhealthy', attempts: 1, kind: 'target' })
    expect(fault?.message).toContain(`${words} credentials for proxy authorization`)
    expect(fault?.hint).toContain('`health-headers`')
    expect(`${fault?.message} ${fault?.hint}`).not.toContain('ws-other')
  })

  test.each([[{ 'modal-key': 'wk-1', 'modal-secret': 'ws-1' }], [{ authorization: 'Bearer wk-1.ws-1' }]])(
    'with %j lets through',
    async (headers) => {
      const target = endpoint({ headers, requiresProxyAuth: true })
      gateway.behave(target.url, { kind: 'proxy-auth', key: 'wk-1', secret: 'ws-1' })
      expect(await poll(target)).toMatchObject({ state: 'healthy', attempts: 1 })
    },
  )
})

describe("texts of Modal's proxy", () => {
  const final: readonly ModalHttpText[] = [
    'missing-credentials',
    'invalid-credentials',
    'not-scoped',
    'app-stopped',
    'workspace-disabled',
    'spend-limit',
  ]
  const names = Object.entries(MODAL_HTTP).map(([name, [status, words]]) => ({ name, status, words }))

  test.each(names)('$name', async ({ name, status, words }) => {
    const target = endpoint()
    const body = `modal-http: ${words}`
    gateway.behave(target.url, { kind: 'answer', answer: { status, body }, times: 1 }, OK)
    const isFinal = final.some((one) => one === name)
    const { state, attempts } = await poll(target)
    expect({ state, attempts }).toEqual(
      isFinal ? { state: 'unhealthy', attempts: 1 } : { state: 'healthy', attempts: 2 },
    )
  })
})

describe('answers that are not whole', () => {
  test.each(['reset', 'half-answer'] as const)('%s is asked again', async (kind) => {
    const target = endpoint()
    gateway.behave(target.url, { kind, times: 2 }, OK)
    expect(await poll(target)).toMatchObject({ state: 'healthy', attempts: 3 })
  })

  test('a slow body is waited for', async () => {
    const target = endpoint({ json: { status: 'ok' }, declared: true })
    gateway.behave(target.url, { kind: 'slow-body', pieceMs: 5 })
    expect(await poll(target)).toMatchObject({ state: 'healthy', attempts: 1 })
  })

  test('a body without end is not read to its end', async () => {
    const body = `{"status":"ok","more":"${'x'.repeat(100_000)}"}`
    const plain = endpoint()
    const declared = endpoint({ json: { status: 'ok' }, declared: true, timeout: 1 })
    for (const { url } of [plain, declared]) gateway.behave(url, { kind: 'answer', answer: { status: 200, body } })
    expect(await poll(plain)).toMatchObject({ state: 'healthy' })
    expect(await poll(declared)).toMatchObject({ detail: '200, but the answer is too long to be read as JSON' })
  })

  test('one that never comes is a timeout', async () => {
    const target = endpoint({ timeout: 0.3 })
    gateway.behave(target.url, { kind: 'hold' })
    expect(await poll(target)).toMatchObject({ state: 'unhealthy', attempts: 1, fault: { kind: 'timeout' } })
  })
})

describe('what stands between', () => {
  test('a certificate that is not trusted is named', async () => {
    const distrustful = openHttp({ https: gateway.proxyUrl })
    const { state, detail, fault } = await poll(endpoint({ timeout: 1 }), { http: distrustful })
    expect({ state, kind: fault?.kind }).toEqual({ state: 'unhealthy', kind: 'remote' })
    expect(detail).toMatch(/certificate/)
    expect(fault?.hint).toContain('NODE_EXTRA_CA_CERTS')
    await distrustful.close()
  })

  test('a proxy that refuses ends it at once', async () => {
    const proxy = createServer().on('connect', (_, socket) => socket.end('HTTP/1.1 403 Forbidden\r\n\r\n'))
    await once(proxy.listen(0, '127.0.0.1'), 'listening')
    const address = proxy.address()
    const port = typeof address === 'object' ? address?.port : undefined
    const behind = openHttp({ https: `http://127.0.0.1:${port}` })
    const { attempts, detail, fault } = await poll(endpoint(), { http: behind })
    expect({ attempts, detail }).toEqual({ attempts: 1, detail: expect.stringContaining('403') })
    expect(fault?.hint).toContain('HTTPS_PROXY')
    await behind.close()
    proxy.close()
  })

  test('a step that is cancelled while a request is held ends with its reason', async () => {
    const target = endpoint()
    gateway.behave(target.url, { kind: 'hold' })
    const controller = new AbortController()
    const stop = new Fault('cancelled', 'The step was cancelled by SIGTERM.')
    const polling = poll(target, { signal: controller.signal })
    await gateway.arrived(target.url)
    controller.abort(stop)
    await expect(polling).rejects.toBe(stop)
  })
})

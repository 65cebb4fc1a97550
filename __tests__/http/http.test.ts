import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { connect } from 'node:net'
import { afterEach, describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import type { Clock, Log } from '../../src/host.ts'
import { type Http, type HttpRequest, openHttp } from '../../src/http/client.ts'
import { noProxy } from '../../src/http/proxies.ts'
import { askedPatience, retryAfter, sendAgain } from '../../src/http/retry.ts'

type Answer = (request: IncomingMessage, response: ServerResponse) => void

const closers: (() => Promise<unknown>)[] = []

afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

async function serve(answer: Answer): Promise<{ url: string; server: Server }> {
  const server = createServer(answer)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closers.push(() => new Promise((resolve) => server.close(resolve).closeAllConnections()))
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('no address')
  return { url: `http://127.0.0.1:${address.port}`, server }
}

function opened(proxies = {}): Http {
  const http = openHttp(proxies)
  closers.unshift(() => http.close())
  return http
}

function get(url: string, changes: Partial<HttpRequest> = {}): HttpRequest {
  return { method: 'GET', url, timeout: 10, signal: new AbortController().signal, ...changes }
}

const waits: number[] = []
const clock: Clock = { now: () => new Date(0), seconds: () => 0, sleep: async (seconds) => void waits.push(seconds) }
const log: Log = { info: () => undefined, debug: () => undefined, group: () => undefined, warning: () => undefined }

async function again(request: HttpRequest): Promise<{ status: number; waits: number[] }> {
  waits.length = 0
  const answer = await sendAgain({ http: opened(), clock, log, random: () => 0 }, request)
  return { status: answer.status, waits: [...waits] }
}

describe('send', () => {
  test('gives status, headers and text', async () => {
    const { url } = await serve((_request, response) => response.writeHead(418, { 'X-Tea': 'pot' }).end('short'))
    expect(await opened().send(get(url))).toMatchObject({
      status: 418,
      headers: { 'x-tea': 'pot' },
      text: 'short',
      cut: false,
    })
  })

  test('a redirect is an answer', async () => {
    const { url } = await serve((_request, response) => response.writeHead(303, { location: '/there' }).end())
    expect(await opened().send(get(url))).toMatchObject({ status: 303, headers: { location: '/there' } })
  })

  test('a long answer is cut', async () => {
    const { url } = await serve((_request, response) => response.end('x'.repeat(100_000)))
    const answer = await opened().send(get(url, { maxBytes: 1000 }))
    expect(answer.cut).toBe(true)
    expect(answer.text).toHaveLength(1000)
  })

  test('nobody listens', async () => {
    const { url, server } = await serve(() => undefined)
    await new Promise((resolve) => server.close(resolve))
    await expect(opened().send(get(url))).rejects.toMatchObject({ kind: 'refused' })
  })

  test.each([
    ['before the answer', ''],
    ['in its head', 'HTTP/1.1 200 OK\r\nContent-Le'],
    ['in a body whose length was told', 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n[{"id":'],
    ['in a chunk of the body', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10\r\n[{"id":'],
    ['between chunks', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n7\r\n[{"id":\r\n'],
    [
      'in a chunk of its last answer',
      'HTTP/1.1 200 OK\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n10\r\n[{"id":',
    ],
    ['in the body of its last answer', 'HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 100\r\n\r\n[{"id":'],
  ])('a connection that breaks %s', async (_, part) => {
    for (const breaks of ['end', 'destroy', 'resetAndDestroy'] as const) {
      const { url } = await serve((request) => void request.socket.write(part, () => request.socket[breaks]()))
      await expect(opened().send(get(url))).rejects.toMatchObject({ kind: 'reset' })
    }
  })

  test('a time that is no whole number of milliseconds', async () => {
    const { url } = await serve((_request, response) => response.end('ok'))
    expect(await opened().send(get(url, { timeout: 1.005 }))).toMatchObject({ text: 'ok' })
  })

  test('an answer that does not come in time', async () => {
    const { url } = await serve(() => undefined)
    await expect(opened().send(get(url, { timeout: 0.1 }))).rejects.toMatchObject({ kind: 'timeout' })
  })

  test('a cancelled step', async () => {
    const controller = new AbortController()
    const { url } = await serve(() => controller.abort())
    await expect(opened().send(get(url, { signal: controller.signal }))).rejects.toMatchObject({ kind: 'cancelled' })
  })

  test('a proxy is used, but never for loopback', async () => {
    const asked: string[] = []
    const proxy = await serve((request, response) => {
      asked.push(request.url ?? '')
      response.end('from the proxy')
    })
    proxy.server.on('connect', (request, socket) => {
      asked.push(request.url ?? '')
      const [host, port] = proxy.url.replace('http://', '').split(':')
      const tunnel = connect(Number(port), host, () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n')
        tunnel.pipe(socket).pipe(tunnel)
      })
    })
    const direct = await serve((_request, response) => response.end('direct'))
    const http = opened({ http: proxy.url, https: proxy.url })
    expect((await http.send(get(direct.url))).text).toBe('direct')
    expect((await http.send(get('http://shop.example/'))).text).toBe('from the proxy')
    expect(asked.length).toBeGreaterThan(0)
  })
})

describe('sendAgain', () => {
  const sequence =
    (...answers: readonly (readonly [number, Record<string, string>?] | 'reset')[]): Answer =>
    (_request, response) => {
      const [next, ...rest] = answers
      answers = rest.length > 0 ? rest : answers
      if (next === 'reset' || next === undefined) response.destroy()
      else response.writeHead(next[0], next[1]).end('{}')
    }

  test.each([
    ['429 with Retry-After', sequence([429, { 'retry-after': '3' }], [200]), 200, [3]],
    ['503 twice', sequence([503], [503], [200]), 200, [0.25, 0.5]],
    ['a reset', sequence('reset', [200]), 200, [0.25]],
    ['404 is an answer', sequence([404]), 404, []],
    ['500 is an answer', sequence([500]), 500, []],
    ['503 to the end', sequence([503]), 503, [0.25, 0.5, 1, 2]],
    ['more patience than there is', sequence([429, { 'retry-after': '3600' }]), 429, []],
  ])('%s', async (_name, answer, status, expected) => {
    const { url } = await serve(answer)
    expect(await again(get(url))).toEqual({ status, waits: expected })
  })

  test('a host that is not known is not asked again', async () => {
    waits.length = 0
    await expect(again(get('http://no-such-host.invalid/'))).rejects.toMatchObject({ kind: 'dns' })
    expect(waits).toEqual([])
  })
})

test('Retry-After is seconds or a date', () => {
  expect(retryAfter('7', new Date(0))).toBe(7)
  expect(retryAfter('Thu, 01 Jan 1970 00:01:00 GMT', new Date(0))).toBe(60)
  expect(retryAfter('Thu, 01 Jan 1970 00:01:00 GMT', new Date(90_000))).toBe(0)
  expect(retryAfter('soon', new Date(0))).toBeUndefined()
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(retryAfter(text, new Date(0)) ?? 0).toBeGreaterThanOrEqual(0)
    }),
  )
})

test('Retry-After as a date is held against the clock of whoever sends it', () => {
  const minute = 'Thu, 01 Jan 1970 00:01:00 GMT'
  const date = 'Thu, 01 Jan 1970 00:00:55 GMT'
  for (const wrong of [new Date(0), new Date(3600_000)]) {
    expect(askedPatience({ 'retry-after': minute, date }, wrong)).toBe(5)
    expect(askedPatience({ 'retry-after': '7', date }, wrong)).toBe(7)
  }
  expect(askedPatience({ 'retry-after': minute }, new Date(50_000))).toBe(10)
  expect(askedPatience({ 'retry-after': minute, date: 'now' }, new Date(50_000))).toBe(10)
  expect(askedPatience({ date }, new Date(0))).toBeUndefined()
})

test('NO_PROXY always holds loopback', () => {
  expect(noProxy({})).toContain('127.0.0.1')
  expect(noProxy({ noProxy: 'a.b' })).toMatch(/^a\.b,localhost/)
  expect(noProxy({ noProxy: '*' })).toBe('*')
  // httpx 0.28, in Prefect, stops at brackets.
  expect(noProxy({})).not.toContain('[')
})

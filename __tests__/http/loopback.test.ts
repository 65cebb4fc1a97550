import { once } from 'node:events'
import { request } from 'node:http'
import { connect, type Socket } from 'node:net'
import { afterEach, expect, test } from '@jest/globals'
import { type Loopback, type LoopbackAnswer, type LoopbackRequest, openLoopback } from '../../src/http/loopback.ts'

const open: Loopback[] = []

afterEach(async () => {
  await Promise.all(open.splice(0).map(({ close }) => close()))
})

type Answer = (request: LoopbackRequest) => Promise<LoopbackAnswer>

async function serve(answer: Answer): Promise<{ port: number; url: string; close: () => Promise<void> }> {
  const server = await openLoopback(answer)
  open.push(server)
  return { ...server, url: `http://127.0.0.1:${server.port}` }
}

/** Everything that a socket says until it is closed. */
async function saidBy(socket: Socket): Promise<string> {
  let said = ''
  socket.setEncoding('utf8').on('data', (text: string) => {
    said += text
  })
  socket.on('error', () => undefined)
  await once(socket, 'close')
  return said
}

test('a request reaches the answerer as it was sent, and the answer the client', async () => {
  const seen: LoopbackRequest[] = []
  const { url } = await serve(async (asked) => {
    seen.push(asked)
    return { status: 201, headers: { 'content-type': 'text/plain', 'x-own': 'yes' }, body: 'größer' }
  })
  const answer = await fetch(`${url}/a%2Fb/c?d=e?f`, { method: 'PATCH', body: '{"ä":1}', headers: { 'X-Name': 'v' } })
  expect([answer.status, answer.headers.get('x-own'), await answer.text()]).toEqual([201, 'yes', 'größer'])
  expect(seen).toMatchObject([{ method: 'PATCH', path: '/a%2Fb/c', query: 'd=e?f', body: '{"ä":1}' }])
  expect(seen[0]?.headers).toMatchObject({ 'x-name': 'v', host: new URL(url).host })
})

test('an answer without a body may have none', async () => {
  const { url } = await serve(async () => ({ status: 204, body: 'is not sent' }))
  const answer = await fetch(url)
  expect([answer.status, await answer.text()]).toEqual([204, ''])
})

test('what the answerer throws becomes a 500 that says nothing', async () => {
  const { url } = await serve(async () => {
    throw new Error('a secret')
  })
  const answer = await fetch(url)
  expect([answer.status, await answer.text()]).toEqual([500, ''])
})

test('a body of 5 MiB is taken; of a larger one nothing is kept, and it gets 413 whatever is answered', async () => {
  const sizes: (number | undefined)[] = []
  const { url } = await serve(async ({ body }) => {
    sizes.push(body?.length)
    return { status: 200, body: 'heard' }
  })
  const most = 5 * 1024 * 1024
  const statuses = []
  for (const size of [most, most + 1, 4 * most]) {
    const answer = await fetch(url, { method: 'POST', body: 'x'.repeat(size) })
    statuses.push([answer.status, await answer.text()])
  }
  expect(statuses).toEqual([
    [200, 'heard'],
    [413, 'heard'],
    [413, 'heard'],
  ])
  expect(sizes).toEqual([most, undefined, undefined])
})

test('one connection carries one request after another', async () => {
  const { port } = await serve(async () => ({ status: 200, body: 'ok' }))
  const socket = connect(port, '127.0.0.1')
  const said = saidBy(socket)
  socket.write('GET /one HTTP/1.1\r\nHost: x\r\n\r\nGET /two HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')
  expect((await said).match(/HTTP\/1\.1 200 OK/g)).toHaveLength(2)
})

test('who wants another protocol is answered in this one', async () => {
  const { port } = await serve(async ({ path }) => ({ status: 403, body: path }))
  const asked = request({
    port,
    host: '127.0.0.1',
    path: '/events/in',
    headers: { connection: 'Upgrade', upgrade: 'websocket' },
  })
  const status = new Promise((resolve, reject) => {
    asked.on('response', ({ statusCode }) => resolve(statusCode)).on('error', reject)
  })
  asked.end()
  expect(await status).toBe(403)
})

test('closing ends who waits for an answer, and nobody gets in afterwards', async () => {
  let heard = (): void => undefined
  const hearing = new Promise<void>((resolve) => {
    heard = resolve
  })
  const { url, close } = await serve(() => {
    heard()
    return new Promise(() => undefined)
  })
  const waiting = expect(fetch(url)).rejects.toThrow()
  await hearing
  await close()
  await waiting
  await expect(fetch(url)).rejects.toThrow()
})

test('a connection beyond the bound is closed unheard, and the others are served', async () => {
  const { port, url } = await serve(async () => ({ status: 200 }))
  const sockets = Array.from({ length: 64 }, () => connect(port, '127.0.0.1'))
  await Promise.all(sockets.map((socket) => once(socket, 'connect')))
  // One answer each: by then the server has counted it.
  await Promise.all(
    sockets.map((socket) => {
      socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n')
      return once(socket, 'data')
    }),
  )
  await expect(fetch(url)).rejects.toThrow()
  const freed = sockets.map((socket) => once(socket, 'close'))
  for (const socket of sockets) socket.destroy()
  await Promise.all(freed)
})

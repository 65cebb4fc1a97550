import { createServer } from 'node:http'
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { startDistance } from './distance.ts'
import { portOf } from './free-port.ts'
import { startWire, type Wire } from './wire.ts'
import { huge, PAGE, tooMany, UNAVAILABLE } from './wire-faults.ts'

const BODY = JSON.stringify({ text: 'x'.repeat(1000) })
const seen: string[] = []
/** Requests that are answered 503 first. */
let busy = 0
const server = createServer((incoming, outgoing) => {
  seen.push(`${incoming.method} ${incoming.url}`)
  const status = busy > 0 ? 503 : 200
  busy = Math.max(0, busy - 1)
  outgoing.writeHead(status, { 'content-type': 'application/json' }).end(BODY)
})
let wire: Wire

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  wire = await startWire(`http://127.0.0.1:${portOf(server.address())}/api`)
})

afterEach(() => {
  wire.heal()
  seen.length = 0
})

afterAll(async () => {
  await wire.stop()
  await new Promise((resolve) => server.close(resolve))
})

const ANY = /^/

/** The statuses of so many requests, one after the other; `broken` where no whole answer came. */
async function statuses(count: number, path = '/flows'): Promise<readonly (number | 'broken')[]> {
  const all: (number | 'broken')[] = []
  for (let sent = 0; sent < count; sent += 1) {
    const whole = fetch(wire.url + path).then(async (answer) => {
      await answer.text()
      return answer.status
    })
    all.push(await whole.catch(() => 'broken' as const))
  }
  return all
}

describe('which requests are struck', () => {
  test('every third, of those that match', async () => {
    wire.fault({ path: /flows/, nth: 3, answer: UNAVAILABLE })
    expect(await statuses(2)).toEqual([200, 200])
    expect(await statuses(1, '/deployments')).toEqual([200])
    expect(await statuses(4)).toEqual([503, 200, 200, 503])
  })

  test('the third alone, and only by its method', async () => {
    wire.fault({ path: ANY, method: 'GET', nth: 3, times: 1, answer: UNAVAILABLE })
    wire.fault({ path: ANY, method: 'POST', answer: UNAVAILABLE })
    expect(await statuses(6)).toEqual([200, 200, 503, 200, 200, 200])
  })

  test('none after all is healed', async () => {
    wire.fault({ path: ANY, answer: UNAVAILABLE })
    wire.heal()
    expect(await statuses(1)).toEqual([200])
  })

  test('what came is counted, and waited for', async () => {
    const before = wire.count({ path: /counted/, method: 'GET' })
    const third = wire.reached({ path: /counted/ }, 3)
    await statuses(3, '/counted')
    await third
    expect(wire.count({ path: /counted/, method: 'GET' }) - before).toBe(3)
    expect(wire.count({ path: /counted/, method: 'POST' })).toBe(0)
  })
})

describe('what becomes of them', () => {
  test.each([
    ['before', 0],
    ['middle', 0],
    ['after', 1],
    ['half', 1],
  ] as const)('a connection that breaks: %s', async (breaks, taken) => {
    wire.fault({ path: ANY, times: 1, breaks })
    expect(await statuses(2)).toEqual(['broken', 200])
    expect(seen).toHaveLength(taken + 1)
  })

  test.each([
    [true, 0],
    ['answer', 1],
  ] as const)('what is held: %s', async (hold, taken) => {
    wire.fault({ path: ANY, times: 1, hold })
    const [held, answered, given] = [wire.held(), wire.answered({ path: ANY }, taken + 1), new AbortController()]
    const first = fetch(`${wire.url}/flows`, { signal: given.signal })
    await held
    expect(await statuses(1)).toEqual([200])
    await answered
    expect(seen).toHaveLength(taken + 1)
    given.abort()
    await expect(first).rejects.toThrow()
  })

  test('a server that is busy is asked until it is not', async () => {
    busy = 2
    wire.fault({ path: ANY, delayMs: 0, insists: true, times: 1 })
    expect(await statuses(1)).toEqual([200])
    expect(seen).toHaveLength(3)
    busy = 1
    expect(await statuses(1)).toEqual([503])
  })

  test('half an answer is half of the real one', async () => {
    wire.fault({ path: ANY, times: 1, breaks: 'half' })
    const answer = await fetch(`${wire.url}/flows`)
    let text = ''
    const read = async (): Promise<void> => {
      for await (const piece of answer.body ?? []) text += Buffer.from(piece).toString()
    }
    await expect(read()).rejects.toThrow()
    expect(text).toBe(BODY.slice(0, text.length))
    expect(text.length).toBeLessThan(BODY.length)
  })

  test('answers of others: too many, a page, five megabytes', async () => {
    for (const answer of [tooMany(7), PAGE, huge(5_000_000)]) wire.fault({ path: ANY, times: 1, answer })
    const limited = await fetch(`${wire.url}/flows`)
    expect([limited.status, limited.headers.get('retry-after')]).toEqual([429, '7'])
    const page = await fetch(`${wire.url}/flows`)
    expect([page.headers.get('content-type'), await page.text()]).toEqual(['text/html', PAGE.body])
    const large = await (await fetch(`${wire.url}/flows`)).text()
    expect(large).toHaveLength(5_000_000)
    expect(JSON.parse(large)).toHaveLength(1)
    expect(seen).toEqual([])
  })

  test('the server’s own answer late, in pieces, and from a clock that is an hour ahead', async () => {
    wire.fault({ path: ANY, delayMs: 1, drip: { pieces: 3, everyMs: 1 }, clockAhead: 3600 })
    const answer = await fetch(`${wire.url}/flows`)
    expect(await answer.text()).toBe(BODY)
    const ahead = (Date.parse(answer.headers.get('date') ?? '') - Date.now()) / 1000
    expect(Math.round(ahead / 60)).toBe(60)
    wire.heal()
    wire.fault({ path: ANY, delayMs: 1 })
    expect(await statuses(1)).toEqual([200])
  })
})

test('a minute that is full refuses until the next one begins', async () => {
  let now = 0
  const limiter = wire.limit({ perMinute: 2, now: () => now })
  now = 30_000
  expect(await statuses(3)).toEqual([200, 200, 429])
  expect((await fetch(`${wire.url}/flows`)).headers.get('retry-after')).toBe('30')
  now = 60_000
  expect(await statuses(3)).toEqual([200, 200, 429])
  expect(limiter.refused()).toBe(3)
})

test('a distance carries both ways, and counts its connections', async () => {
  const distance = await startDistance(portOf(server.address()), 1, { handshakeTrips: 2 })
  const answers = [1, 2].map(async () => {
    const answer = await fetch(`http://127.0.0.1:${distance.port}/far`, { headers: { connection: 'close' } })
    return answer.text()
  })
  expect(await Promise.all(answers)).toEqual([BODY, BODY])
  expect(distance.connections()).toBe(2)
  await distance.stop()
})

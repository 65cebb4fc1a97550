import { randomUUID } from 'node:crypto'
import { beforeAll, expect, test } from '@jest/globals'
import * as z from 'zod'
import { fetchUnlocked } from '../world/prefect-server.ts'
import { sharedPrefect } from '../world/shared-prefect.ts'

// What the rules about slugs say of the server, asked of the server: the schedules of one deployment, deploy after deploy.

type Sent = Readonly<{ slug?: string; replaces?: string }>

let flow = ''
beforeAll(async () => {
  flow = (await send('POST', '/flows/', { name: `slugs-${randomUUID()}` })).id ?? ''
})

test.each<[string, readonly (readonly Sent[])[], readonly number[]]>([
  ['two of one slug', [[{ slug: 'a' }, { slug: 'a' }]], [409]],
  [
    'one with a slug and one without',
    [
      [{ slug: 'a' }, {}],
      [{ slug: 'a' }, {}],
    ],
    [201, 204],
  ],
  ['a slug that goes', [[{ slug: 'a' }], [{}]], [201, 422]],
  ['a new one without a slug', [[{ slug: 'a' }], [{ slug: 'a' }, {}]], [201, 422]],
  [
    'a `replaces` that stays',
    [[{ slug: 'a' }], [{ slug: 'b', replaces: 'a' }], [{ slug: 'b', replaces: 'a' }]],
    [201, 204, 422],
  ],
  ['a `replaces` that goes', [[{ slug: 'a' }], [{ slug: 'b', replaces: 'a' }], [{ slug: 'b' }]], [201, 204, 204]],
  [
    'two that replace one',
    [
      [{ slug: 'a' }],
      [
        { slug: 'b', replaces: 'a' },
        { slug: 'c', replaces: 'a' },
      ],
    ],
    [201, 422],
  ],
  ['one that replaces itself', [[{ slug: 'a', replaces: 'a' }], [{ slug: 'a', replaces: 'a' }]], [201, 204]],
])('%s', async (_, deploys, expected) => {
  const [first = [], ...later] = deploys
  const name = randomUUID()
  const made = await send('POST', '/deployments/', { name, flow_id: flow, schedules: first.map(daily) })
  const statuses = [made.status]
  for (const sent of later) {
    statuses.push((await send('PATCH', `/deployments/${made.id}`, { schedules: sent.map(daily) })).status)
  }
  expect(statuses).toEqual(expected)
})

const daily = (sent: Sent): unknown => ({ schedule: { cron: '0 6 * * *' }, ...sent })

const made = z.object({ id: z.string().optional() })

async function send(
  method: 'POST' | 'PATCH',
  path: string,
  body: unknown,
): Promise<Readonly<{ status: number; id: string | undefined }>> {
  const headers = { 'content-type': 'application/json' }
  const answer = await fetchUnlocked(`${sharedPrefect().url}${path}`, { method, headers, body: JSON.stringify(body) })
  const text = await answer.text()
  return { status: answer.status, id: text === '' ? undefined : made.parse(JSON.parse(text)).id }
}

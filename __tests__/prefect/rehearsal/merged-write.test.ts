import { expect, test } from '@jest/globals'
import { z } from 'zod'
import type { JsonObject } from '../../../src/prefect/json.ts'
import { mergedWrite } from '../../../src/prefect/rehearsal/merged-write.ts'
import { sharedPrefect } from '../../world/shared-prefect.ts'

const CRON = { cron: '0 5 * * *' }
const OTHER = { cron: '0 6 * * *' }

type Case = readonly [what: string, earlier: JsonObject, later: JsonObject]

const CASES: readonly Case[] = [
  ['nothing', { tags: ['a'], version: '1', description: 'd' }, {}],
  [
    'fields',
    { tags: ['a'], version: '1', description: 'd', paused: true },
    { tags: [], description: null, paused: false },
  ],
  ['job variables', { job_variables: { a: 1 } }, { job_variables: { b: 2 } }],
  ['job variables that are null', { job_variables: { a: 1 } }, { job_variables: null }],
  ['a limit', { concurrency_limit: 2 }, { concurrency_limit: null }],
  ['schedules without slugs', { schedules: [{ schedule: CRON, active: false }] }, { schedules: [{ schedule: OTHER }] }],
  ['no schedules', { schedules: [{ schedule: CRON }] }, { schedules: [] }],
  ['no schedules where all have a slug', { schedules: [{ schedule: CRON, slug: 's' }] }, { schedules: [] }],
  [
    'the same slugs, and a new one',
    { schedules: [{ schedule: CRON, slug: 's', active: false, parameters: { n: 1 } }] },
    {
      schedules: [
        { schedule: OTHER, slug: 's', active: null },
        { schedule: CRON, slug: 't' },
      ],
    },
  ],
  [
    'another slug in the place of one',
    { schedules: [{ schedule: CRON, slug: 's', active: false }] },
    { schedules: [{ schedule: OTHER, slug: 't', replaces: 's' }] },
  ],
  [
    'slugs where some have none',
    { schedules: [{ schedule: CRON, slug: 's' }, { schedule: CRON }] },
    { schedules: [{ schedule: OTHER, slug: 's' }] },
  ],
  [
    'schedules without slugs where all have one',
    { schedules: [{ schedule: CRON, slug: 's' }] },
    { schedules: [{ schedule: OTHER }] },
  ],
]

const made = z.looseObject({ id: z.string() })
const told = z.looseObject({
  schedules: z.array(z.looseObject({ slug: z.string().nullable(), schedule: z.unknown() })),
})

/** Keys of an answer that name the object itself, or a moment. */
const OWN = new Set(['id', 'name', 'created', 'updated', 'deployment_id'])

test('a server makes of two writes what it makes of the merged one', async () => {
  const server = sharedPrefect()
  const flow = made.parse(await server.call('POST', '/flows/', { name: 'merged-writes' }))
  const create = async (name: string, body: JsonObject): Promise<string> =>
    made.parse(await server.call('POST', '/deployments/', { ...body, name, flow_id: flow.id })).id
  const answered = async (id: string): Promise<unknown> => {
    const { schedules, ...rest } = told.parse(await server.call('GET', `/deployments/${id}`))
    const sorted = schedules.toSorted((one, other) => String(one.slug).localeCompare(String(other.slug)))
    const text = JSON.stringify({ ...rest, schedules: sorted }, (key, value: unknown) =>
      OWN.has(key) ? undefined : value,
    )
    return JSON.parse(text)
  }
  for (const [what, earlier, later] of CASES) {
    const merged = mergedWrite(earlier, later)
    const twice = await create(`${what}, twice`, earlier)
    const second = server.call('PATCH', `/deployments/${twice}`, later)
    if (merged === undefined) {
      await expect(second).rejects.toThrow('422')
      continue
    }
    await second
    const once = await create(`${what}, once`, merged)
    expect([what, await answered(once)]).toEqual([what, await answered(twice)])
    // An update of what an update left: the deployment is live, and both writes are updates.
    const live = await create(`${what}, live`, {})
    await server.call('PATCH', `/deployments/${live}`, merged)
    expect([what, await answered(live)]).toEqual([what, await answered(twice)])
  }
})

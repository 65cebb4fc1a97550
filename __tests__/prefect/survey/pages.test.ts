import { afterEach, describe, expect, it } from '@jest/globals'
import type { PrefectApi } from '../../../src/prefect/client.ts'
import { survey } from '../../../src/prefect/survey/survey.ts'
import { FLOW, type List, type Listing, openListing, type Row, row, rows } from './listing.ts'

let listing: Listing | undefined
afterEach(async () => {
  await listing?.stop()
  listing = undefined
})

async function listed(lists: Readonly<Record<string, List>>): Promise<PrefectApi> {
  listing = await openListing(lists)
  return listing.api
}

describe('pages', () => {
  it.each([199, 200, 201, 450, 1000])('of %i rows are all read, in the order of the list', async (many) => {
    const api = await listed({ '/deployments/filter': () => rows(many), '/flows/filter': () => FLOW })
    const { deployments } = await survey(api, { flows: ['flow'] })
    expect([...deployments.values()].map(({ id }) => id)).toEqual(rows(many).map(({ id }) => id))
  })

  it.each<[string, (nth: number) => readonly Row[]]>([
    ['made', (nth) => [...(nth > 0 ? [row(1000), row(1001)] : []), ...rows(450)]],
    ['deleted', (nth) => rows(450).slice(nth > 0 ? 15 : 0)],
  ])('miss nothing where something is %s between two of them', async (_, now) => {
    const api = await listed({ '/deployments/filter': (__, nth) => now(nth), '/flows/filter': () => FLOW })
    const { deployments } = await survey(api, { flows: ['flow'] })
    const ids = new Set([...deployments.values()].map(({ id }) => id))
    expect(rows(450).filter(({ id }) => !ids.has(id))).toEqual([])
  })

  it.each<[string, List, string, number]>([
    [
      'without end',
      ({ offset, limit }) => rows(offset + limit),
      'Reading the deployments: Prefect answered more than 20,000 rows, so they were not read to the end.',
      130,
    ],
    [
      'that are always the first one',
      ({ offset, limit }) => [...rows(offset), ...rows(limit)],
      'Reading the deployments: Prefect answered the same page again and again, so they were not read to the end.',
      6,
    ],
  ])('%s are a fault, after a bounded number', async (_, list, message, most) => {
    const api = await listed({ '/deployments/filter': list, '/flows/filter': () => FLOW })
    await expect(survey(api, { flows: ['flow'] })).rejects.toMatchObject({ kind: 'remote', message })
    expect(api.requests()).toBeLessThan(most)
  })

  it('of five megabytes are taken whole, and longer ones in parts', async () => {
    const heavy = (kilobytes: number): readonly Row[] =>
      rows(200, { parameter_openapi_schema: { description: 'x'.repeat(kilobytes * 1000) } })
    for (const [kilobytes, questions] of [
      [25, 3],
      [60, 7],
    ] as const) {
      const api = await listed({ '/deployments/filter': () => heavy(kilobytes), '/flows/filter': () => FLOW })
      const { deployments } = await survey(api, { flows: ['flow'] })
      expect(deployments.size).toBe(200)
      expect(listing?.asked().filter(({ path }) => path === '/deployments/filter').length).toBeLessThanOrEqual(
        questions,
      )
      await listing?.stop()
    }
  })

  it('of one row that is longer than can be read are a fault that says so', async () => {
    const api = await listed({ '/deployments/filter': () => [row(0), row(1, { description: 'x'.repeat(9_000_000) })] })
    await expect(survey(api, { flows: ['flow'] })).rejects.toMatchObject({
      kind: 'remote',
      message: expect.stringContaining('longer than 8 MiB'),
    })
  })
})

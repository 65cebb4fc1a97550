import { expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import type { PlannedDeployment } from '../../../src/prefect/plan/plan.ts'
import { applied, type Run } from './applied.ts'
import type { Mishap } from './fake-workspace.ts'
import type { Sketch } from './plans.ts'

type Placed = Sketch & Readonly<{ pool: string; queue: string | null }>

const placed = fc.record({
  flow: fc.constantFrom('a', 'b', 'c'),
  kind: fc.constantFrom<Sketch['kind']>('create', 'create', 'update', 'version'),
  pool: fc.constantFrom('one', 'two'),
  queue: fc.constantFrom('x', 'y', 'z', 'default', null),
})
const plan = fc
  .array(placed, { minLength: 1, maxLength: 12 })
  .map((all) => all.map((one, index): Placed => ({ ...one, name: `d${index}` })))

/** Deployments of the plan in their pools and queues. */
function places(sketches: readonly Placed[]): (planned: PlannedDeployment) => PlannedDeployment {
  const placedBy = new Map(sketches.map((one) => [one.name, { work_pool_name: one.pool, work_queue_name: one.queue }]))
  return (planned) => {
    const { recorded } = planned
    const write = { ...recorded.write, body: { ...recorded.write.body, ...placedBy.get(planned.name) } }
    return { ...planned, recorded: { ...recorded, write } }
  }
}

/** Requests that name a queue, in the order in which they came. */
function arrivals(
  { workspace }: Run,
  sketches: readonly Placed[],
): readonly (Placed & { at: number; taken: boolean })[] {
  return workspace.journal.flatMap(({ of, at, taken, call: { method, path } }) => {
    const one = sketches.find(({ name }) => name === of)
    const writes = /^(?:POST|PATCH) \/deployments/.test(`${method} ${path}`)
    return one === undefined || !writes || one.kind === 'version' ? [] : [{ ...one, at, taken }]
  })
}

const makesQueue = ({ kind, queue }: Placed): boolean => kind !== 'version' && queue !== null && queue !== 'default'
const queueOf = ({ pool, queue }: Placed): string => `${pool}/${queue}`
const TROUBLE: readonly (Mishap | undefined)[] = [undefined, undefined, undefined, '503', 'reset-before', '429']

test('queues are made in the order of the files, whatever happens on the way', async () => {
  const mishaps = fc.array(fc.constantFrom(...TROUBLE), { maxLength: 30 })
  await fc.assert(
    fc.asyncProperty(plan, mishaps, fc.integer({ min: 1, max: 8 }), async (sketches, script, atOnce) => {
      const run = await applied(sketches, { mishap: (nth) => script[nth], atOnce, change: places(sketches) })
      expect(run.outcomes.map(({ state }) => state)).toEqual(sketches.map(() => 'applied'))
      const made = arrivals(run, sketches).filter((one) => one.taken && makesQueue(one))
      for (const pool of ['one', 'two']) {
        const inFile = sketches.filter((one) => one.pool === pool && makesQueue(one)).map(queueOf)
        const there = made.filter((one) => one.pool === pool).map(queueOf)
        expect([...new Set(there)]).toEqual([...new Set(inFile)])
      }
    }),
  )
})

/** Seconds that a request takes in the fake workspace. */
const TAKES = 0.1

test('nobody else names a queue while it is made', async () => {
  await fc.assert(
    fc.asyncProperty(plan, fc.integer({ min: 2, max: 8 }), async (sketches, atOnce) => {
      const run = await applied(sketches, { atOnce, change: places(sketches) })
      const all = arrivals(run, sketches).filter(makesQueue)
      for (const [index, one] of all.entries()) {
        const first = all.find((other) => queueOf(other) === queueOf(one))
        if (first !== undefined && first !== all[index]) expect(one.at).toBeGreaterThanOrEqual(first.at + TAKES - 1e-9)
      }
    }),
  )
})

test('nobody waits for a queue that is there: the default one, and that of a live deployment', async () => {
  const inQueues = (...queues: string[]): Placed[] =>
    queues.map((queue, index) => ({ name: `d${index}`, flow: 'a', kind: 'update', pool: 'one', queue }))
  const secondsOf = async (sketches: readonly Placed[], live?: 'live'): Promise<number> => {
    const place = places(sketches)
    const change = (planned: PlannedDeployment): PlannedDeployment => {
      const queue = sketches.find(({ name }) => name === planned.name)?.queue ?? null
      const there = { ...LIVE, work_pool_name: 'one', work_queue_name: queue }
      return { ...place(planned), ...(live === undefined ? {} : { live: there }) }
    }
    return (await applied(sketches, { atOnce: 3, change })).seconds
  }
  expect(await secondsOf(inQueues('default', 'default', 'x'))).toBeCloseTo(TAKES)
  expect(await secondsOf(inQueues('x', 'y', 'z'), 'live')).toBeCloseTo(TAKES)
  expect(await secondsOf(inQueues('x', 'y', 'z'))).toBeCloseTo(3 * TAKES)
})

test('one that cannot be made does not keep the others', async () => {
  const sketches = ['x', 'x', 'y'].map((queue, index): Placed => {
    return { name: `d${index}`, flow: 'a', kind: 'update', pool: 'one', queue }
  })
  const run = await applied(sketches, {
    change: places(sketches),
    mishap: (nth) => (nth === 0 ? '422' : undefined),
  })
  expect(run.outcomes.map(({ state }) => state)).toEqual(['failed', 'applied', 'applied'])
})

const LIVE = { id: 'live', name: 'd', flow: 'a', flow_id: 'f', created: '', updated: '' }

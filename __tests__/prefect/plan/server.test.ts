import { randomUUID } from 'node:crypto'
import { beforeAll, expect, test } from '@jest/globals'
import { z } from 'zod'
import { differencesOf } from '../../../src/prefect/plan/differences.ts'
import type { FieldDifference } from '../../../src/prefect/plan/plan.ts'
import { planned, sentBody } from '../../../src/prefect/plan/planned.ts'
import type { RecordedDeployment } from '../../../src/prefect/rehearsal/recorded.ts'
import {
  deploymentAnswer,
  type LiveAutomation,
  type LiveDeployment,
  liveAutomation,
} from '../../../src/prefect/survey/shapes.ts'
import { ensured } from '../../world/ensured.ts'
import { sharedPrefect } from '../../world/shared-prefect.ts'
import { changesByHand, LEFT_OVER } from './changes-by-hand.ts'
import { recordedAs, VARIED, variedNamed } from './varied.ts'
import { VARIED_POOL, VARIED_VARIABLE } from './varied-project.ts'

// What a run of the real command wrote is sent to a real server, and read back: what it stores is what was sent.

type Live = Readonly<{ deployment: LiveDeployment; automations: readonly LiveAutomation[] }>

const { call, ensurePool } = sharedPrefect()
const idOf = async (method: string, route: string, body?: unknown): Promise<string> =>
  z.object({ id: z.string() }).parse(await call(method, route, body)).id

let flow = ''
/** By the name of what was recorded. */
const ids = new Map<string, string>()

beforeAll(async () => {
  await ensurePool(VARIED_POOL)
  await ensured(
    () => idOf('GET', `/variables/name/${VARIED_VARIABLE.name}`),
    () => idOf('POST', '/variables/', VARIED_VARIABLE),
  )
  flow = await idOf('POST', '/flows/', { name: `varied-${randomUUID()}` })
})

function recorded(kind: 'create' | 'update', name: string): RecordedDeployment {
  return recordedAs(kind, variedNamed(name), { deployment: ids.get(name) ?? '<deployment>', flow })
}

/** Names of all that were recorded, and of those that a test makes. */
const AUTOMATIONS = [...VARIED.flatMap(({ automations }) => automations.map(({ name }) => name)), 'By hand', LEFT_OVER]

async function live(): Promise<ReadonlyMap<string, Live>> {
  const [rows, all] = await Promise.all([
    call('POST', '/deployments/filter', { flows: { id: { any_: [flow] } }, limit: 200 }),
    call('POST', '/automations/filter', { automations: { name: { any_: AUTOMATIONS } }, limit: 200 }),
  ])
  const automations = z.array(liveAutomation).parse(all)
  return new Map(
    z
      .array(deploymentAnswer)
      .parse(rows)
      .map((deployment) => [
        deployment.name,
        {
          deployment: { ...deployment, flow: 'varied' },
          automations: automations.filter(({ actions }) =>
            actions.some((action) => action['deployment_id'] === deployment.id),
          ),
        },
      ]),
  )
}

async function differences(kind: 'create' | 'update'): Promise<Record<string, readonly FieldDifference[]>> {
  const there = await live()
  const rows = VARIED.map(({ name }) => {
    const one = there.get(name)
    return [name, differencesOf(recorded(kind, name), one?.deployment, one?.automations)] as const
  })
  return Object.fromEntries(rows.filter(([, found]) => found.length > 0))
}

async function send(kind: 'create' | 'update', name: string): Promise<void> {
  const write = recorded(kind, name)
  const body = sentBody({ recorded: write, writes: { deployment: 'whole', automations: true, slas: false } })
  if (kind === 'create') ids.set(name, await idOf('POST', '/deployments/', body))
  else await call('PATCH', `/deployments/${write.id}`, body)
  const { id, automations } = recorded(kind, name)
  if (automations.length > 0) await call('DELETE', `/automations/owned-by/prefect.deployment.${id}`)
  for (const automation of automations) await call('POST', '/automations/', automation)
}

test('what was sent is what is there: after it was made, before it is updated, and after that', async () => {
  for (const { name } of VARIED) await send('create', name)
  expect(await differences('create')).toEqual({})
  expect(await differences('update')).toEqual({})
  for (const { name } of VARIED) await send('update', name)
  expect(await differences('update')).toEqual({})
}, 120_000)

test('what the server computes from parameters is right as it is, and is computed anew by the next deploy', async () => {
  const name = 'computed parameters'
  const there = (await live()).get(name)
  expect(there?.deployment.parameters).toEqual({
    n: [1, { a: 2 }],
    name: 'run {{ 1 + 1 }}',
    config: { inner: ['eu-central', 5] },
  })
  const plan = planned({ recorded: recorded('update', name), live: there?.deployment, automations: [], kept: [] })
  expect(plan).toMatchObject({ action: 'update', writes: { deployment: 'whole', automations: false } })
  expect(plan.differences.map(({ field }) => field)).toEqual(['parameters.name', 'parameters.config'])
})

test('what a person changed is all that differs', async () => {
  const before = await live()
  const changes = changesByHand(call)
  for (const { of, does } of changes) {
    const there = before.get(of)
    await does({
      id: ids.get(of) ?? '',
      schedule: there?.deployment.schedules?.[0]?.id ?? '',
      automation: there?.automations.find((one) => one.name === `${of}__automation_1`)?.id ?? '',
    })
  }
  const wanted = changes
    .map(({ of, makes }) => [of, makes] as const)
    .filter(([, makes]) => Object.keys(makes).length > 0)
  const found = Object.entries(await differences('update')).map(([of, rows]) => [
    of,
    Object.fromEntries(rows.map((row) => [row.field, [row.wanted, row.found]])),
  ])
  expect(Object.fromEntries(found)).toEqual(Object.fromEntries(wanted))
})

test('the smallest write changes the version and nothing else', async () => {
  const name = 'many schedules'
  const before = (await live()).get(name)?.deployment
  const newer = recorded('update', name)
  const plan = planned({
    recorded: { ...newer, write: { kind: 'update', body: { ...newer.write.body, version: 'newer' } } },
    live: before,
    automations: [],
    kept: [],
  })
  expect(plan.writes.deployment).toBe('version')
  await call('PATCH', `/deployments/${newer.id}`, sentBody(plan))
  expect((await live()).get(name)?.deployment).toEqual({ ...before, version: 'newer', updated: expect.any(String) })
})

test('an empty list of schedules takes away those without slugs', async () => {
  const names = ['many schedules', 'many schedules with slugs']
  const rows = async (): Promise<readonly number[]> => {
    const there = await live()
    return names.map((name) => {
      const one = recorded('update', name)
      const emptied = { ...one, write: { kind: 'update', body: { schedules: [] } } } as const
      return differencesOf(emptied, there.get(name)?.deployment, []).length
    })
  }
  expect(await rows()).toEqual([5, 0])
  for (const name of names) await call('PATCH', `/deployments/${ids.get(name)}`, { schedules: [] })
  expect(await rows()).toEqual([0, 0])
  expect((await live()).get('many schedules with slugs')?.deployment.schedules).toHaveLength(4)
})

import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { z } from 'zod'
import { type Clock, machineClock } from '../../../src/host.ts'
import type { Http, HttpAnswer } from '../../../src/http/client.ts'
import { Trouble } from '../../../src/http/trouble.ts'
import type { PlainCall, PrefectApi } from '../../../src/prefect/client.ts'
import type { Orphan } from '../../../src/prefect/orphans/orphans.ts'
import type { OrphanMode, OrphanOutcome } from '../../../src/prefect/orphans/outcome.ts'
import { removeOrphans } from '../../../src/prefect/orphans/remove.ts'
import { survey } from '../../../src/prefect/survey/survey.ts'
import { sharedPrefect } from '../../world/shared-prefect.ts'
import { startWire, type Wire } from '../../world/wire.ts'
import { PAGE } from '../../world/wire-faults.ts'
import { openApi } from '../api-tools.ts'

const FLOW = 'orphans-flow'
const made = z.object({ id: z.string() })

let wire: Wire
let http: Http
let api: PrefectApi
let flow = ''
beforeAll(async () => {
  const { call, ensurePool } = sharedPrefect()
  await ensurePool('orphans-pool')
  flow = made.parse(await call('POST', '/flows/', { name: FLOW })).id
})
beforeEach(async () => {
  wire = await startWire(sharedPrefect().url)
  const opened = openApi(wire.url)
  api = opened.api
  http = opened.http
})
afterEach(async () => {
  await http.close()
  await wire.stop()
})

async function deploy(name: string, more: object = {}): Promise<string> {
  const schedules = [{ schedule: { cron: '0 5 * * *', timezone: 'UTC' }, slug: 'daily' }]
  const body = { name, flow_id: flow, work_pool_name: 'orphans-pool', entrypoint: 'a.py:f', schedules, ...more }
  return made.parse(await sharedPrefect().call('POST', '/deployments/', body)).id
}

async function automate(name: string, deployment: string, owner?: string): Promise<void> {
  await sharedPrefect().call('POST', '/automations/', {
    name,
    trigger: { type: 'event', posture: 'Reactive', expect: ['orphans.never'], threshold: 1, within: 0 },
    actions: [{ type: 'run-deployment', source: 'selected', deployment_id: deployment }],
    ...(owner === undefined ? {} : { owner_resource: `prefect.deployment.${owner}` }),
  })
}

async function orphansNamed(names: readonly string[]): Promise<readonly Orphan[]> {
  const { deployments, automations } = await survey(api, { names })
  return names.flatMap((name) => {
    const live = deployments.get(`${FLOW}/${name}`)
    if (live === undefined) return []
    return [{ flow: FLOW, name, live, automations: automations?.get(live.id) ?? [], file: 'prefect.yaml' }]
  })
}

type Removal = Readonly<{
  signal?: AbortSignal
  /** Stands between the server's answer to a write and the code under test. */
  answered?: (answer: HttpAnswer, call: PlainCall) => HttpAnswer
}>

/** Other tests write to this server, so a 503 may be real: a wait is one, if a shorter one. */
const clock: Clock = { ...machineClock, sleep: (seconds, signal) => machineClock.sleep(Math.min(seconds, 3), signal) }

/** What becomes of orphans, by name. */
async function outcomes(
  orphans: readonly Orphan[],
  mode: OrphanMode,
  { signal = new AbortController().signal, answered = (answer) => answer }: Removal = {},
): Promise<ReadonlyMap<string, OrphanOutcome>> {
  const log = { info: () => undefined, debug: () => undefined, group: () => undefined, warning: () => undefined }
  const found = new Map<string, OrphanOutcome>()
  const once: PrefectApi['once'] = async (call) => answered(await api.once(call), call)
  const tools = { api: { ...api, once }, clock, random: () => 0.5, signal, log }
  await removeOrphans(tools, orphans, mode, (outcome) => void found.set(outcome.orphan.name, outcome))
  return found
}

function writes(): readonly string[] {
  return wire
    .writes()
    .map(({ method, path }) => `${method} ${path.replace(/^\/api/, '').replace(/[\da-f-]{36}/, 'ID')}`)
}

describe('deleted', () => {
  it('is none where somebody in between answers for the automations', async () => {
    const id = await deploy('orphans-page')
    await automate('orphans-page-owned', id, id)
    const orphans = await orphansNamed(['orphans-page'])
    wire.fault({ method: 'DELETE', path: /owned-by/, answer: PAGE })
    const outcome = (await outcomes(orphans, 'delete')).get('orphans-page')
    expect(outcome).toMatchObject({ state: 'failed', automations: { deleted: [], left: ['orphans-page-owned'] } })
    expect(outcome?.fault?.message).toMatch(/something else than Prefect answered/)
    expect(await orphansNamed(['orphans-page'])).toHaveLength(1)
  })

  it('is an orphan with the automations that Prefect owns for it; what somebody else made stays', async () => {
    const id = await deploy('orphans-whole')
    const other = await deploy('orphans-other')
    await automate('orphans-owned', id, id)
    await automate('orphans-by-hand', id)
    await automate('orphans-neighbour', other, other)
    const orphans = await orphansNamed(['orphans-whole'])
    // Trouble that passes: an answer, and a connection.
    wire.fault({ method: 'DELETE', path: /owned-by/, times: 1, answer: { status: 503 } })
    wire.fault({ method: 'DELETE', path: /deployments\/[\da-f-]+$/, times: 1, breaks: 'before' })
    const outcome = (await outcomes(orphans, 'delete')).get('orphans-whole')
    expect(outcome).toMatchObject({
      state: 'deleted',
      automations: { deleted: ['orphans-owned'], left: ['orphans-by-hand'] },
      restore: expect.arrayContaining(['schedule daily: cron 0 5 * * * in UTC', '1 automation: orphans-owned']),
    })
    expect(outcome?.fault).toBeUndefined()
    const [owned, whole] = ['DELETE /automations/owned-by/prefect.deployment.ID', 'DELETE /deployments/ID']
    expect(new Set(writes())).toEqual(new Set([owned, whole]))
    expect(writes().slice(0, 2)).toEqual([owned, owned])
    expect(writes().slice(-2)).toEqual([whole, whole])
    const now = await survey(api, { ids: [id, other] })
    expect([...now.deployments.keys()]).toEqual([`${FLOW}/orphans-other`])
    const names = [...(now.automations ?? [])].map(([of, own]) => [of, own.map(({ name }) => name)])
    expect(new Map(names.map(([of, own]) => [of, own]))).toEqual(
      new Map([
        [id, ['orphans-by-hand']],
        [other, ['orphans-neighbour']],
      ]),
    )
  })

  it('are several at once, also one that somebody deleted before', async () => {
    const names = Array.from({ length: 6 }, (_, index) => `orphans-many-${index}`)
    for (const name of names) await deploy(name)
    const orphans = await orphansNamed(names)
    await sharedPrefect().call('DELETE', `/deployments/${orphans[0]?.live.id}`)
    const found = await outcomes(orphans, 'delete')
    expect([...found.values()].map(({ state, fault }) => [state, fault])).toEqual(
      names.map(() => ['deleted', undefined]),
    )
    // This step deleted nothing of the first.
    expect(found.get('orphans-many-0')?.restore).toEqual([])
    expect(await orphansNamed(names)).toEqual([])
  })

  it('is one that is gone, whatever was answered: a lost answer, or nothing but trouble', async () => {
    const names = ['orphans-lost', 'orphans-trouble']
    for (const name of names) await deploy(name)
    const orphans = await orphansNamed(names)
    const [lost, trouble] = orphans.map(({ live }) => `/deployments/${live.id}`)
    // A server that knows no automations.
    wire.fault({ method: 'DELETE', path: /owned-by/, answer: { status: 404 } })
    let first = true
    const found = await outcomes(orphans, 'delete', {
      answered: (answer, { path }) => {
        if (path === trouble) return { ...answer, status: 504 }
        if (path !== lost || !first) return answer
        first = false
        throw new Trouble('reset', 'socket hang up')
      },
    })
    expect(names.map((name) => [found.get(name)?.state, found.get(name)?.fault])).toEqual([
      ['deleted', undefined],
      ['deleted', undefined],
    ])
  })

  it('is none that the server does not give up, which is told with what is lost already', async () => {
    const id = await deploy('orphans-refused')
    await automate('orphans-refused-owned', id, id)
    const orphans = await orphansNamed(['orphans-refused'])
    const body = '{"detail":"It has runs."}'
    wire.fault({ method: 'DELETE', path: /deployments\/[\da-f-]+$/, answer: { status: 409, body } })
    expect((await outcomes(orphans, 'delete')).get('orphans-refused')).toMatchObject({
      state: 'failed',
      fault: { kind: 'refusal', message: `Deleting \`${FLOW}/orphans-refused\`: Prefect answered 409 (It has runs.).` },
      automations: { deleted: ['orphans-refused-owned'], left: [] },
      restore: expect.arrayContaining(['1 automation: orphans-refused-owned']),
    })
  })

  it('is none whose automations may not be deleted: they would outlive it', async () => {
    await deploy('orphans-forbidden')
    const orphans = await orphansNamed(['orphans-forbidden'])
    wire.fault({ path: /automations/, answer: { status: 403, body: '{"detail":"Forbidden"}' } })
    const outcome = (await outcomes(orphans, 'delete')).get('orphans-forbidden')
    expect(outcome).toMatchObject({ state: 'failed', fault: { kind: 'target' }, restore: [] })
    expect(writes()).toEqual(['DELETE /automations/owned-by/prefect.deployment.ID'])
  })
})

describe('paused', () => {
  it('is an orphan, and nothing else of it is changed; one that is paused already costs no write', async () => {
    const id = await deploy('orphans-pause')
    await automate('orphans-pause-owned', id, id)
    await deploy('orphans-paused', { paused: true })
    const orphans = await orphansNamed(['orphans-pause', 'orphans-paused'])
    const found = await outcomes(orphans, 'pause')
    expect([...found.values()].map(({ state, fault, restore }) => [state, fault, restore])).toEqual([
      ['paused', undefined, []],
      ['paused', undefined, []],
    ])
    expect(writes()).toEqual(['POST /deployments/ID/pause_deployment'])
    const [now] = await orphansNamed(['orphans-pause'])
    expect({ ...now?.live, updated: '' }).toEqual({ ...orphans[0]?.live, updated: '', paused: true })
  })

  it('is none where the server only says so', async () => {
    await deploy('orphans-liar')
    const orphans = await orphansNamed(['orphans-liar'])
    wire.fault({ path: /pause_deployment/, answer: { status: 200, body: 'null' } })
    expect((await outcomes(orphans, 'pause')).get('orphans-liar')).toMatchObject({
      state: 'failed',
      fault: { kind: 'remote', message: `Prefect took the write, but \`${FLOW}/orphans-liar\` is as it was before.` },
    })
  })
})

describe('left as it is', () => {
  it('is one that was changed since it was surveyed, be it only a schedule or an automation', async () => {
    const { call } = sharedPrefect()
    const names = ['orphans-edited', 'orphans-switched', 'orphans-touched', 'orphans-silenced', 'orphans-polled']
    for (const name of names) {
      const id = await deploy(name)
      await automate(`${name}-owned`, id, id)
    }
    const orphans = await orphansNamed(names)
    const [edited, switched, touched] = orphans.map(({ live }) => live)
    await call('PATCH', `/automations/${orphans[3]?.automations?.[0]?.id}`, { enabled: false })
    await call('PATCH', `/deployments/${edited?.id}`, { description: 'still mine' })
    await call('PATCH', `/deployments/${switched?.id}/schedules/${switched?.schedules?.[0]?.id}`, { active: false })
    await call('PATCH', `/deployments/${touched?.id}`, { tags: [] })
    // As a server does that moves both when a worker polls.
    const polled = orphans.map((one) =>
      one.name === 'orphans-polled' ? { ...one, live: { ...one.live, updated: '', last_polled: 'then' } } : one,
    )
    const found = await outcomes(polled, 'delete')
    expect(names.map((name) => [found.get(name)?.state, found.get(name)?.fault?.kind])).toEqual([
      ['failed', 'refusal'],
      ['failed', 'refusal'],
      ['failed', 'refusal'],
      ['failed', 'refusal'],
      ['deleted', undefined],
    ])
    expect(found.get('orphans-edited')?.fault?.message).toBe(
      `\`${FLOW}/orphans-edited\` was changed in the workspace while this step ran, so it was not deleted.`,
    )
    expect(await orphansNamed(names)).toHaveLength(4)
  })

  it('is everything where the step was cancelled, or where the server does not tell what is there', async () => {
    await deploy('orphans-cancelled')
    const orphans = await orphansNamed(['orphans-cancelled'])
    const stopped = await outcomes(orphans, 'delete', { signal: AbortSignal.abort() })
    expect(stopped.get('orphans-cancelled')).toMatchObject({ state: 'failed', fault: { kind: 'cancelled' } })
    wire.fault({ path: /deployments\/filter/, answer: { status: 500 } })
    const blind = await outcomes(orphans, 'delete')
    expect(blind.get('orphans-cancelled')).toMatchObject({ state: 'failed', fault: { kind: 'remote' } })
    expect(writes()).toEqual([])
  })
})

describe('not known', () => {
  it('is what became of one that cannot be read back', async () => {
    await deploy('orphans-unproved')
    const orphans = await orphansNamed(['orphans-unproved'])
    const answer = { status: 500, body: '{"detail":"broken"}' }
    const found = await outcomes(orphans, 'delete', {
      answered: (taken) => {
        wire.fault({ path: /deployments\/filter/, answer })
        return taken
      },
    })
    expect(found.get('orphans-unproved')).toMatchObject({
      state: 'failed',
      fault: {
        kind: 'remote',
        tookEffect: 'perhaps',
        message: `Whether \`${FLOW}/orphans-unproved\` is gone or paused is not known. Reading the deployments: Prefect answered 500 (broken).`,
      },
      restore: expect.arrayContaining(['name: orphans-unproved']),
    })
  })
})

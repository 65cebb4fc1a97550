import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { z } from 'zod'
import type { Http } from '../../src/http/client.ts'
import type { PrefectApi } from '../../src/prefect/client.ts'
import { compared, readBack } from '../../src/prefect/read-back.ts'
import { type PrefectServer } from '../world/prefect-server.ts'
import { sharedPrefect } from '../world/shared-prefect.ts'
import { openApi } from './api-tools.ts'

const COMMIT = '0123456789abcdef0123456789abcdef01234567'
const ROW = {
  id: '1',
  flow_id: '2',
  created: '2026-01-01T00:00:00Z',
  updated: '2026-01-02T00:00:00.5Z',
  name: 'daily',
  version: '01234567',
  entrypoint: 'flows/a.py:a',
  work_pool_name: 'pool',
}
const WANTED = { id: '1', name: 'daily', entrypoint: 'flows/a.py:a', workPool: 'pool' }
const SINCE = new Date('2026-01-02T00:00:00Z')

describe('one deployment against the file', () => {
  it('is verified where everything is as wanted, and was updated by this run', () => {
    expect(compared(WANTED, ROW, { since: SINCE, commit: COMMIT })).toEqual({
      id: '1',
      name: 'daily',
      state: 'verified',
      action: 'update',
      differences: [],
    })
  })

  it('was made by this run where it is not older than it, and was not written again', () => {
    const proof = { since: SINCE, commit: COMMIT }
    const made = { ...ROW, created: '2026-01-02T00:00:00.4Z' }
    expect(compared(WANTED, made, proof).action).toBe('create')
    expect(compared(WANTED, { ...made, updated: '2026-01-02T00:00:05Z' }, proof).action).toBe('update')
  })

  it.each([
    [{ name: 'other' }, { field: 'name', wanted: 'daily', found: 'other' }],
    [{ entrypoint: null }, { field: 'entrypoint', wanted: 'flows/a.py:a', found: 'nothing' }],
    [{ work_pool_name: 'old-pool' }, { field: 'work_pool.name', wanted: 'pool', found: 'old-pool' }],
    [{ version: 'fedcba98' }, { field: 'version', wanted: '01234567', found: 'fedcba98' }],
    [
      { updated: '2026-01-01T23:00:00Z' },
      { field: 'updated', wanted: 'since 2026-01-02T00:00:00.000Z', found: '2026-01-01T23:00:00Z' },
    ],
  ])('differs by %j', (change, difference) => {
    const found = compared(WANTED, { ...ROW, ...change }, { since: SINCE, commit: COMMIT })
    expect(found).toMatchObject({ state: 'mismatch', differences: [difference] })
  })

  it("keeps a flow's own version, and what the file does not say", () => {
    const found = compared(
      { id: '1', name: 'daily' },
      { ...ROW, version: '2.1', entrypoint: 'x' },
      { since: SINCE, commit: COMMIT },
    )
    expect(found.state).toBe('verified')
  })

  it('has the version that the file names, whatever the commit', () => {
    expect(compared({ ...WANTED, version: '7' }, ROW, { since: SINCE, commit: COMMIT }).differences).toEqual([
      { field: 'version', wanted: '7', found: '01234567' },
    ])
  })

  it('is missing where the API does not know it', () => {
    expect(compared(WANTED, undefined, { since: SINCE, commit: COMMIT })).toEqual({
      id: '1',
      state: 'missing',
      differences: [],
    })
  })
})

describe('against a real server', () => {
  let server: PrefectServer
  let api: PrefectApi
  let http: Http
  beforeAll(() => {
    server = sharedPrefect()
    const opened = openApi(server.url)
    api = opened.api
    http = opened.http
  })
  afterAll(() => http.close())

  it('reads more deployments than one call may name, each at its place', async () => {
    await server.createPool('read-back-pool')
    const flow = z.object({ id: z.string() }).parse(await server.call('POST', '/flows/', { name: 'read-back' }))
    const since = new Date(Date.now() - 1000)
    const names = Array.from({ length: 203 }, (_, index) => `deployment-${index}`)
    const ids: string[] = []
    for (const name of names) {
      const body = { name, flow_id: flow.id, entrypoint: `a.py:${name}`, work_pool_name: 'read-back-pool' }
      ids.push(z.object({ id: z.string() }).parse(await server.call('POST', '/deployments/', body)).id)
    }
    const wanted = names.map((name, index) => ({
      id: ids[index] ?? '',
      name,
      entrypoint: `a.py:${name}`,
      workPool: 'read-back-pool',
    }))
    const gone = { id: '00000000-0000-4000-8000-000000000000', name: 'gone' }
    const found = await readBack(api, [...wanted, gone], { since, commit: undefined })
    expect(new Set(found.slice(0, -1).map((one) => one.flow))).toEqual(new Set(['read-back']))
    expect(found.map((one) => one.state)).toEqual([...names.map(() => 'verified'), 'missing'])
    expect(new Set(found.slice(0, -1).map((one) => one.action))).toEqual(new Set(['create']))
    // Its deployments go with it.
    await server.call('DELETE', `/flows/${flow.id}`)
    expect(await server.call('POST', '/deployments/count', { deployments: { id: { any_: ids.slice(0, 1) } } })).toBe(0)
  })
})

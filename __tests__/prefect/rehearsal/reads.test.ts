import { afterEach, describe, expect, test } from '@jest/globals'
import { Fault } from '../../../src/faults.ts'
import { Trouble } from '../../../src/http/trouble.ts'
import { type Answers, openStage, type Stage } from './stage.ts'

let on: Stage

afterEach(() => on.close())

const BLOCK = '/block_types/slug/secret/block_documents/name/token'
const ID = '44444444-0000-4000-8000-000000000004'

describe('a read of the command', () => {
  test.each([
    ['/work_pools/my%20pool', ''],
    ['/variables/name/region', ''],
    [BLOCK, '?include_secrets=true'],
    [`/block_documents/${ID}`, '?include_secrets=true'],
  ])('%s is answered by the workspace, once', async (path, query) => {
    const body = { id: 'x', more: [1] }
    on = await openStage({ answers: { [`GET ${path}${query}`]: [200, body] } })
    const answers = await Promise.all([on.call('GET', path + query), on.call('GET', path + query)])
    answers.push(await on.call('GET', path + query))
    expect(answers).toEqual(answers.map(() => ({ status: 200, body })))
    expect(on.asked()).toEqual([`GET ${path}${query}`])
    expect([on.recording(), on.troubles()]).toEqual([{ deployments: [], voids: [] }, []])
  })

  test('that finds nothing is answered so, once, and is nobody’s fault', async () => {
    on = await openStage({ answers: { 'GET /work_pools/p': [404, { detail: 'Work pool "p" not found.' }] } })
    await on.call('GET', '/work_pools/p')
    expect(await on.call('GET', '/work_pools/p')).toEqual({ status: 404, body: { detail: 'Work pool "p" not found.' } })
    expect([on.asked().length, on.troubles(), on.recording().voids]).toEqual([1, [], []])
  })

  test('what the recorder itself knows is not asked', async () => {
    on = await openStage()
    expect(await on.call('GET', '/csrf-token?client=x')).toEqual({
      status: 422,
      body: { detail: 'CSRF protection is disabled.' },
    })
    expect(await on.call('POST', '/work_pools/p/workers/filter', { workers: null })).toEqual({ status: 200, body: [] })
    expect([on.asked(), on.recording().voids]).toEqual([[], []])
  })
})

describe('a workspace that does not answer as it should', () => {
  test.each<readonly [why: string, said: Answers[string], status: number, body: unknown, fault: object]>([
    [
      '401',
      [401, { detail: 'Nope' }],
      401,
      { detail: 'Nope' },
      { kind: 'target', hint: expect.stringContaining('key') },
    ],
    ['403', [403, { detail: 'Forbidden' }], 403, { detail: 'Forbidden' }, { kind: 'target' }],
    ['500', [500, { detail: 'x' }], 500, { detail: 'x' }, { kind: 'remote' }],
    // The command would ask again for a minute.
    ['503', [503, { detail: 'x' }], 500, { detail: 'x' }, { kind: 'remote' }],
    ['429', [429, { detail: 'x' }], 500, { detail: 'x' }, { kind: 'remote' }],
    [
      'a login page',
      [200, '<html>'],
      200,
      '<html>',
      { kind: 'target', message: expect.stringContaining('not Prefect') },
    ],
    ['a way to somewhere else', [302, ''], 302, '', { kind: 'target' }],
    [
      'no answer',
      async () => {
        throw new Trouble('tls', 'self-signed certificate')
      },
      500,
      { detail: 'The workspace gave no answer.' },
      { kind: 'remote', message: expect.stringContaining('self-signed') },
    ],
    [
      'a step that was cancelled',
      async () => {
        throw new Fault('cancelled', 'The step was cancelled.')
      },
      500,
      { detail: 'The workspace gave no answer.' },
      { kind: 'cancelled' },
    ],
  ])('%s: the command hears it at once, and the reason is kept', async (_, said, status, body, fault) => {
    on = await openStage({ answers: { 'GET /work_pools/p': said, 'GET /work_pools/q': [200, {}] } })
    expect(await on.call('GET', '/work_pools/p')).toEqual({ status, body })
    await on.call('GET', '/work_pools/p')
    expect(on.troubles()).toHaveLength(1)
    expect(on.troubles()).toMatchObject([fault])
    expect(on.recording().voids).toEqual([])
    expect((await on.call('GET', '/work_pools/q')).status).toBe(200)
  })

  test('is asked again by whoever comes next', async () => {
    let times = 0
    const answer = async (): Promise<readonly [number, unknown]> => {
      times += 1
      return times === 1 ? [500, { detail: 'x' }] : [200, { fine: true }]
    }
    on = await openStage({ answers: { 'GET /work_pools/p': answer } })
    await on.call('GET', '/work_pools/p')
    expect(await on.call('GET', '/work_pools/p')).toEqual({ status: 200, body: { fine: true } })
  })
})

test('the secrets of a block are hidden before the command has them, the value of a variable is not', async () => {
  const block = { data: { value: 'a-token' }, block_schema: { fields: { secret_fields: ['value'] } } }
  const answers = {
    [`GET ${BLOCK}?include_secrets=true`]: [200, block],
    'GET /variables/name/region': [200, { value: 'eu-west-1', data: 'eu-west-1' }],
  } as const
  on = await openStage({ answers })
  await on.call('GET', '/variables/name/region')
  expect(on.hidden).toEqual([on.address.segment])
  await on.call('GET', `${BLOCK}?include_secrets=true`)
  expect(on.hidden).toEqual([on.address.segment, 'a-token'])
})

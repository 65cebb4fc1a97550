import { describe, expect, it } from '@jest/globals'
import { Fault } from '../../../src/faults.ts'
import { applied, type Run } from './applied.ts'
import type { Mishap, Refusal } from './fake-workspace.ts'
import { idOf, REVEALED, type Sketch } from './plans.ts'

/** So many new deployments, of one flow each. */
function creates(count: number): Sketch[] {
  return Array.from({ length: count }, (_, index) => ({ name: `d${index}`, flow: `flow-${index}`, kind: 'create' }))
}

function updates(count: number): Sketch[] {
  return Array.from({ length: count }, (_, index) => ({ name: `d${index}`, flow: 'flow', kind: 'update' }))
}

function states({ outcomes }: Run): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { state } of outcomes) counts[state] = (counts[state] ?? 0) + 1
  return counts
}

function faultOf({ outcomes }: Run, name: string): Fault | undefined {
  return outcomes.find(({ planned }) => planned.name === name)?.fault
}

/** Of the requests that match, so many from the first one on. */
function first(count: number, happens: Mishap | Refusal, route = /./) {
  let left = count
  return (_: number, { method, path }: { method: string; path: string }) =>
    route.test(`${method} ${path}`) && left-- > 0 ? happens : undefined
}

describe('how many requests are out at once', () => {
  it('is as many as are allowed where all is well, and one flow is made once', async () => {
    const sketches = creates(20).map((one) => ({ ...one, flow: 'shared' }))
    const run = await applied(sketches, { atOnce: 8 })
    expect(states(run)).toEqual({ applied: 20 })
    expect(Math.max(...run.workspace.atOnce)).toBe(8)
    expect(run.workspace.journal.map(({ of }) => of).filter((of) => of === 'flow:shared')).toHaveLength(1)
    expect(run.workspace.journal).toHaveLength(21)
    expect(run.lines).toEqual([])
  })

  it('halves where the server is strained, and is found again', async () => {
    const run = await applied(updates(300), { atOnce: 8, mishap: (nth) => (nth >= 16 && nth < 60 ? '503' : undefined) })
    expect(states(run)).toEqual({ applied: 300 })
    const seen = run.workspace.atOnce
    expect(Math.max(...seen.slice(0, 16))).toBe(8)
    expect(Math.max(...seen.slice(50, 60))).toBe(1)
    expect(Math.max(...seen.slice(-50))).toBe(8)
    expect(run.lines[0]).toBe('Prefect: status 503; going on with 4 requests at once')
    expect(run.lines.length).toBeLessThan(run.seconds / 5 + 2)
  })

  it('is none while the server asks to be left alone', async () => {
    const wait: Refusal = { status: 429, headers: { 'retry-after': '30' } }
    const run = await applied(updates(40), { atOnce: 8, mishap: (nth) => (nth === 16 ? wait : undefined) })
    expect(states(run)).toEqual({ applied: 40 })
    const { at = 0 } = run.workspace.journal.find(({ taken }) => !taken) ?? {}
    // What was out already, and what is sent before the answer came.
    expect(run.workspace.journal.filter((one) => one.at > at + 0.1 && one.at < at + 30)).toEqual([])
    expect(run.lines[0]).toBe('Prefect: status 429; going on with 4 requests at once, after the 30 s that it asks for')
  })

  it('is told how far it is', async () => {
    const slow = await applied(updates(240), { atOnce: 2 })
    expect(slow.lines).toEqual(['Prefect: 101 of 240 deployments written', 'Prefect: 203 of 240 deployments written'])
  })
})

describe('trouble that stays', () => {
  it('ends one write after two minutes, and no other', async () => {
    const stuck = idOf('deployment d3')
    const run = await applied(updates(20), { mishap: (_, { path }) => (path.endsWith(stuck) ? '503' : undefined) })
    expect(states(run)).toEqual({ applied: 19, failed: 1 })
    expect(faultOf(run, 'd3')).toMatchObject({
      kind: 'remote',
      message: 'Updating the deployment `flow/d3`: Prefect answered 503.',
      hint: 'Hint.',
    })
    expect(run.seconds).toBeGreaterThan(60)
    expect(run.seconds).toBeLessThan(150)
  })

  it.each<Mishap>(['503', 'refused', 'reset-before'])(
    'of the whole server (%s) ends everything after two minutes',
    async (happens) => {
      const run = await applied(creates(200), { atOnce: 8, mishap: (nth) => (nth >= 40 ? happens : undefined) })
      expect(states(run)).toEqual({ applied: 16, failed: 8, 'never-tried': 176 })
      expect(run.seconds).toBeLessThan(150)
      const hints = run.outcomes
        .map(({ fault }) => fault?.hint ?? '')
        .filter((hint) => hint.includes('What was not begun'))
      expect(hints).toHaveLength(1)
    },
  )

  it.each<[Mishap, boolean]>([
    ['503', true],
    ['page', true],
    ['reset-before', true],
    ['refused', false],
    ['429', false],
  ])('(%s) may have written something: %s', async (happens, wrote) => {
    const run = await applied(updates(2), { mishap: () => happens })
    expect(run.outcomes.map((one) => [one.state, one.wrote])).toEqual([
      ['failed', wrote],
      ['failed', wrote],
    ])
  })

  it('is not waited for where the server asks for an hour', async () => {
    const wait: Refusal = { status: 429, headers: { 'retry-after': '3600' } }
    const run = await applied(updates(50), { mishap: (nth) => (nth >= 20 ? wait : undefined) })
    expect(states(run)).toMatchObject({ applied: 20, failed: 4 })
    expect(run.seconds).toBeLessThan(10)
  })

  it('of a page that answers in its place is no answer', async () => {
    const page: Refusal = { status: 200, body: undefined }
    const run = await applied(creates(1), { mishap: () => page })
    expect(states(run)).toEqual({ failed: 1 })
    expect(faultOf(run, 'd0')).toMatchObject({
      kind: 'remote',
      message: 'Making the flow `flow-0`: 127.0.0.1:4200 gave no answer: what came back has no id.',
    })
  })
})

describe('a refusal', () => {
  it.each([400, 409, 422])('(%i) is of one deployment, with its reason and without a value', async (status) => {
    const refusal = {
      status,
      body: {
        detail: `Error updating deployment: Validation failed for field 'n'. Failure reason: 'hunter2' is not of type 'integer'`,
      },
    }
    const run = await applied(updates(10), { mishap: first(1, refusal, new RegExp(idOf('deployment d4'))) })
    expect(states(run)).toEqual({ applied: 9, failed: 1 })
    expect(faultOf(run, 'd4')?.message).toBe(
      `Updating the deployment \`flow/d4\`: Prefect refused it with ${status} (Error updating deployment: Validation failed for field 'n'. Failure reason: a value is not of type 'integer').`,
    )
    expect(faultOf(run, 'd4')).toMatchObject({ kind: 'refusal' })
    expect(run.outcomes[4]?.wrote).toBe(false)
  })

  it('of a flow is one of all its deployments', async () => {
    const sketches = creates(6).map((one, index) => ({ ...one, flow: `flow-${index % 2}` }))
    const run = await applied(sketches, { mishap: first(1, '422', /flows/) })
    expect(run.outcomes.map(({ state }) => state)).toEqual([
      'failed',
      'applied',
      'failed',
      'applied',
      'failed',
      'applied',
    ])
    expect(faultOf(run, 'd4')?.message).toContain('Making the flow `flow-0`')
  })

  it('of an automation leaves the deployment written, and says so', async () => {
    const run = await applied([{ name: 'd', flow: 'f', kind: 'create', automations: 3 }], {
      mishap: first(1, '422', /POST \/automations/),
    })
    expect(run.outcomes[0]).toMatchObject({
      state: 'failed',
      wrote: true,
      id: [...run.workspace.deployments.keys()][0],
    })
    expect(faultOf(run, 'd')?.message).toContain(
      'Making the automation `d__automation_0` of `f/d`: Prefect refused it with 422',
    )
  })

  it('with 404 says that somebody deleted it', async () => {
    const run = await applied(updates(2), { mishap: first(1, '404') })
    expect(faultOf(run, 'd0')).toMatchObject({
      kind: 'refusal',
      message: 'Updating the deployment `flow/d0`: it is not there any more (404).',
      hint: 'Somebody deleted it while this step ran. Run again: it will be made anew.',
    })
  })

  it('with 404 to automations matters only where there are some', async () => {
    const sketches: Sketch[] = [0, 2].map((automations) => ({
      name: `d${automations}`,
      flow: 'f',
      kind: 'update',
      automations,
    }))
    const run = await applied(sketches, { mishap: first(2, { status: 404 }, /owned-by/) })
    expect(states(run)).toEqual({ applied: 1, failed: 1 })
    expect(faultOf(run, 'd2')?.message).toBe(
      'Deleting the automations of `f/d2`: the server knows no automations (404).',
    )
  })

  it('of too large a body names what makes it large', async () => {
    const run = await applied(updates(1), {
      mishap: () => ({ status: 413 }),
      change: (planned) => ({
        ...planned,
        recorded: {
          ...planned.recorded,
          write: { kind: 'update', body: { version: '1', parameters: { text: 'x'.repeat(2 ** 20) } } },
        },
      }),
    })
    expect(faultOf(run, 'd0')?.message).toBe(
      'Updating the deployment `flow/d0`: it is too large for the server (413): 1.0 MiB; 1.0 MiB of it are `parameters`.',
    )
  })

  it('of the credential ends everything, and says so once', async () => {
    const run = await applied(updates(40), { atOnce: 4, mishap: (nth) => (nth >= 8 ? '401' : undefined) })
    expect(states(run)).toEqual({ applied: 8, failed: 4, 'never-tried': 28 })
    const hints = run.outcomes.flatMap(({ fault }) => fault?.hint ?? [])
    const last = 'Hint. What was not begun yet was not tried: it would end the same way.'
    expect(hints.toSorted()).toEqual(['Hint.', 'Hint.', 'Hint.', last])
  })

  it('of a right (403) ends everything only when it comes again and again', async () => {
    const once = await applied(updates(40), { atOnce: 1, mishap: (nth) => (nth % 10 === 5 ? '403' : undefined) })
    expect(states(once)).toEqual({ applied: 36, failed: 4 })
    const always = await applied(updates(40), { atOnce: 1, mishap: (nth) => (nth >= 10 ? '403' : undefined) })
    expect(states(always)).toEqual({ applied: 10, failed: 2, 'never-tried': 28 })
  })

  it('for a conflict of two writes at once is tried again, twice', async () => {
    const passing = await applied(creates(1), { mishap: first(2, 'conflict', /deployments/) })
    expect(states(passing)).toEqual({ applied: 1 })
    const staying = await applied(creates(1), { mishap: first(9, 'conflict', /deployments/) })
    expect(states(staying)).toEqual({ failed: 1 })
    expect(staying.workspace.journal.filter(({ call }) => call.path === '/deployments/')).toHaveLength(3)
    expect(faultOf(staying, 'd0')?.hint).toContain('the same `slug`')
  })
})

describe('a schedule that takes a new slug', () => {
  const collision = {
    status: 422,
    body: { detail: "Cannot rename schedule from 'old' to 'new': a schedule with slug 'new' already exists." },
  }
  const renaming = (live: readonly string[]) => ({
    change: (planned: Parameters<NonNullable<NonNullable<Parameters<typeof applied>[1]>['change']>>[0]) => ({
      ...planned,
      recorded: {
        ...planned.recorded,
        write: { kind: 'update' as const, body: { version: 'new', schedules: [{ slug: 'new', replaces: 'old' }] } },
      },
      live: {
        id: planned.recorded.id,
        name: 'd0',
        flow: 'flow',
        flow_id: 'f',
        created: '',
        updated: '',
        schedules: live.map((slug) => ({ id: slug, slug, schedule: {}, active: true })),
      },
    }),
  })

  it('does not take it twice when an answer got lost', async () => {
    const run = await applied(updates(1), {
      ...renaming(['old']),
      mishap: (nth) => (nth === 0 ? 'reset-after' : nth === 1 ? collision : undefined),
    })
    expect(states(run)).toEqual({ applied: 1 })
    expect(run.workspace.journal.at(-1)?.call.body).toEqual({ version: 'new', schedules: [{ slug: 'new' }] })
  })

  it.each<[string, string[], (nth: number) => Mishap | Refusal | undefined]>([
    ['no answer got lost', ['old'], () => collision],
    ['the slug was there before', ['old', 'new'], (nth) => (nth === 0 ? 'reset-before' : collision)],
  ])('is refused where %s', async (_, live, mishap) => {
    const run = await applied(updates(1), { ...renaming(live), mishap })
    expect(states(run)).toEqual({ failed: 1 })
    expect(run.workspace.journal.map(({ call }) => call.body).at(-1)).toMatchObject({
      schedules: [{ replaces: 'old' }],
    })
  })
})

describe('a stop', () => {
  it('leaves what is on its way unknown, and the rest untried', async () => {
    const run = await applied(creates(30), {
      atOnce: 4,
      mishap: (nth) => (nth === 20 ? 'abort-after' : undefined),
      reason: new Fault('timeout', 'Too long.'),
    })
    expect(states(run)).toMatchObject({ unknown: 4 })
    expect(run.outcomes.filter(({ state }) => state === 'unknown').map(({ fault }) => fault?.kind)).toEqual([
      'timeout',
      'timeout',
      'timeout',
      'timeout',
    ])
    expect(run.workspace.journal.length).toBeLessThanOrEqual(24)
  })

  it('while the server asks for patience is a stop at once', async () => {
    const wait: Refusal = { status: 429, headers: { 'retry-after': '100' } }
    const run = await applied(updates(20), {
      atOnce: 2,
      mishap: (nth) => (nth === 5 ? 'abort' : nth > 1 ? wait : undefined),
    })
    expect(states(run)).toMatchObject({ applied: 2 })
    expect(states(run)['failed']).toBeUndefined()
  })
})

describe('a defect', () => {
  it('of the recording, a placeholder of something else, ends it before the first write', async () => {
    let requests = 0
    const actions = [{ deployment_id: idOf('deployment d1') }]
    const run = applied(creates(3), {
      mishap: () => void (requests += 1),
      change: (planned) => ({ ...planned, recorded: { ...planned.recorded, automations: [{ name: 'x', actions }] } }),
    })
    await expect(run).rejects.toMatchObject({ kind: 'internal', message: expect.stringContaining('`flow-0/d0`') })
    expect(requests).toBe(0)
  })

  it('of who listens is thrown when all that was begun is done', async () => {
    const seen: string[] = []
    const run = applied(updates(20), {
      onOutcome: ({ planned, state }) => {
        seen.push(`${planned.name} ${state}`)
        if (planned.name === 'd2') throw new Error('out of order')
      },
    })
    await expect(run).rejects.toThrow('out of order')
    expect(seen).toHaveLength(20)
    expect(seen.filter((one) => one.endsWith('never-tried')).length).toBeGreaterThan(10)
  })
})

it('shows nobody a credential', async () => {
  const run = await applied([...creates(3), ...updates(3).map((one) => ({ ...one, name: `u-${one.name}` }))], {
    mishap: (_, { body }) => ({
      status: 422,
      body: { detail: JSON.stringify(body), exception_detail: [{ loc: ['body', 'x'], msg: JSON.stringify(body) }] },
    }),
  })
  const said = run.outcomes.map(({ fault }) => `${fault?.message} ${fault?.hint}`)
  expect(JSON.stringify([said, run.lines, run.debug])).not.toContain(REVEALED)
})

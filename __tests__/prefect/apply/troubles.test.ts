import { describe, expect, it } from '@jest/globals'
import { Fault } from '../../../src/faults.ts'
import { applied } from './applied.ts'
import type { Mishap, Refusal } from './fake-workspace.ts'
import { idOf, type Sketch } from './plans.ts'
import { creates, faultOf, first, states, updates } from './sketches.ts'

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

  it('grows where the server takes them all, and not any more once it was strained', async () => {
    const well = await applied(updates(300), { atOnce: 4, atMost: 8 })
    expect(well.workspace.atOnce.slice(0, 4)).toEqual([1, 2, 3, 4])
    expect(Math.max(...well.workspace.atOnce.slice(0, 16))).toBeLessThan(8)
    expect(Math.max(...well.workspace.atOnce)).toBe(8)
    const strained = await applied(updates(300), {
      atOnce: 4,
      atMost: 8,
      mishap: (nth) => (nth === 150 ? '503' : undefined),
    })
    expect(states(strained)).toEqual({ applied: 300 })
    expect(Math.max(...strained.workspace.atOnce.slice(0, 150))).toBe(8)
    expect(Math.max(...strained.workspace.atOnce.slice(-120))).toBe(4)
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

  it.each([
    { status: 200, body: 'Sign in.' },
    { status: 200, body: [] },
    { status: 200, body: 7 },
  ])('of something else that answers in its place (%j) is no answer', async (instead) => {
    const run = await applied(updates(1), { mishap: () => instead })
    expect(states(run)).toEqual({ failed: 1 })
    expect(faultOf(run, 'd0')?.message).toContain('gave no answer: something else than Prefect answered')
  })

  it('of an automation without an id is one whose answer is lost: all are made anew', async () => {
    const sketch: Sketch = { name: 'd', flow: 'f', kind: 'update', automations: 2 }
    const run = await applied([sketch], { mishap: first(1, { status: 200, body: null }, /POST \/automations/) })
    expect(states(run)).toEqual({ applied: 1 })
    expect(run.workspace.automations.map(({ name }) => name)).toEqual(['by hand', 'd__automation_0', 'd__automation_1'])
    expect(run.workspace.journal.filter(({ call }) => call.method === 'DELETE')).toHaveLength(2)
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

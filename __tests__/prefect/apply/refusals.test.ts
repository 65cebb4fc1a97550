import { describe, expect, it } from '@jest/globals'
import { applied } from './applied.ts'
import type { Mishap, Refusal } from './fake-workspace.ts'
import { idOf, REVEALED, type Sketch } from './plans.ts'
import { creates, faultOf, first, states, updates } from './sketches.ts'

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

  it('with 404 to automations says that the server has none', async () => {
    const sketch: Sketch = { name: 'd', flow: 'f', kind: 'update', automations: 2 }
    const run = await applied([sketch], { mishap: first(1, { status: 404 }, /owned-by/) })
    expect(faultOf(run, 'd')?.message).toBe('Deleting the automations of `f/d`: the server knows no automations (404).')
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

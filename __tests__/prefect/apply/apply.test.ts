import { describe, expect, it } from '@jest/globals'
import * as fc from 'fast-check'
import type { ApplyOutcome } from '../../../src/prefect/apply/shapes.ts'
import { canonical, sameJson } from '../../../src/prefect/json.ts'
import { applied, type Run } from './applied.ts'
import type { FakeWorkspace, Mishap } from './fake-workspace.ts'
import { REVEALED, type Sketch } from './plans.ts'

/** Everything that an outcome says, and that is not so. */
function lies({ outcomes, workspace }: Run, sketches: readonly Sketch[]): string[] {
  return outcomes.flatMap((outcome, index) => {
    const sketch = sketches[index]
    if (sketch === undefined || outcome.planned.name !== sketch.name) return ['not in the order of the plan']
    const found = sketch.kind === 'unchanged' ? [] : missing(workspace, sketch, outcome)
    const own = workspace.journal.filter(({ of }) => of === sketch.name)
    const ofFlow = workspace.journal.filter(({ of }) => of === `flow:${sketch.flow}`)
    const related = sketch.kind === 'create' && outcome.state !== 'never-tried' ? [...own, ...ofFlow] : own
    return [
      ...(outcome.state === 'applied' ? found : []),
      ...(outcome.wrote === related.some(({ perhaps }) => perhaps) ? [] : [`wrote ${String(outcome.wrote)}`]),
      ...(outcome.state === 'never-tried' && own.some(({ perhaps }) => perhaps) ? ['tried'] : []),
      ...(outcome.state === 'unknown' && !outcome.wrote ? ['unknown without a write'] : []),
      ...((outcome.fault === undefined) === (outcome.state === 'applied') || outcome.state === 'never-tried'
        ? []
        : ['fault']),
    ].map((lie) => `${sketch.name} ${outcome.state}: ${lie}`)
  })
}

/** What of a deployment is not in the workspace as it was planned. */
function missing(
  { flows, deployments, automations, slas }: FakeWorkspace,
  sketch: Sketch,
  { id = '' }: ApplyOutcome,
): string[] {
  const body = deployments.get(id)
  const named = [...deployments.values()].filter(({ name }) => name === sketch.name)
  const resource = `prefect.deployment.${id}`
  const owned = automations.filter((one) => one['owner_resource'] === resource)
  const wantedNames = Array.from(
    { length: sketch.automations ?? 0 },
    (_, index) => `${sketch.name}__automation_${index}`,
  )
  const before = sketch.kind === 'create' ? [] : ['old']
  const isWhole = sketch.kind !== 'version'
  const kept = sketch.kind === 'create' ? undefined : ['kept']
  return [
    ...(named.length === 1 && named[0] === body ? [] : ['not there once']),
    ...(body?.['version'] === 'new' ? [] : ['version']),
    ...(sameJson(body?.['parameters'], { n: isWhole ? 2 : 1 }) ? [] : ['parameters']),
    ...(!isWhole || canonical(body?.['job_variables']).split(REVEALED).length === 3 ? [] : ['credential']),
    ...(sketch.kind !== 'create' || body?.['flow_id'] === flows.get(sketch.flow) ? [] : ['flow']),
    ...(body?.['description'] === 'None' ? ['description'] : []),
    ...(sameJson(body?.['schedules'], kept) ? [] : ['schedules']),
    ...(sameJson(
      owned.map(({ name }) => name),
      sketch.automations === undefined ? before : wantedNames,
    )
      ? []
      : ['automations']),
    ...(owned.every((one) => one['name'] === 'old' || canonical(one).split(id).length === 3) ? [] : ['ids']),
    ...(sketch.kind === 'create' || automations.some(({ of }) => of === sketch.name) ? [] : ['made by hand']),
    ...(sketch.slas !== true || canonical(slas.get(resource)).includes(`"${resource}"`) ? [] : ['service levels']),
  ]
}

const ORDER = [
  /POST \/flows/,
  /(?:POST|PATCH) \/deployments/,
  /DELETE \/deployments/,
  /DELETE \/automations/,
  /POST \/automations/,
  /POST \/slas/,
]

/** Deployments whose first takes of each kind of write are not in order. */
function disordered({ workspace }: Run, sketches: readonly Sketch[]): string[] {
  return sketches.flatMap(({ name, flow, kind }) => {
    const mine = workspace.journal.filter(
      ({ of, taken }) => taken && (of === name || (kind === 'create' && of === `flow:${flow}`)),
    )
    const firsts = ORDER.map((route) => mine.findIndex(({ call }) => route.test(`${call.method} ${call.path}`))).filter(
      (at) => at >= 0,
    )
    return sameJson(
      firsts,
      firsts.toSorted((one, other) => one - other),
    )
      ? []
      : [name]
  })
}

const FLOWS = ['flow-a', 'flow-b', 'flow-c']
const sketch = fc.record({
  flow: fc.constantFrom(...FLOWS),
  kind: fc.constantFrom<Sketch['kind']>('create', 'create', 'update', 'update', 'version', 'unchanged'),
  automations: fc.option(fc.nat({ max: 3 }), { nil: undefined }),
  slas: fc.boolean(),
  deletedSchedules: fc.nat({ max: 2 }),
})
const plan = fc.array(sketch, { minLength: 1, maxLength: 9 }).map((list) =>
  list.map(
    ({ automations, ...one }, index): Sketch => ({
      ...one,
      name: `d${index}`,
      deletedSchedules: one.kind === 'update' ? one.deletedSchedules : 0,
      ...(automations === undefined ? {} : { automations }),
    }),
  ),
)
const PASSING: readonly Mishap[] = [
  'reset-before',
  'reset-after',
  'half-after',
  'page',
  'page-after',
  'refused',
  '503',
  '503-after',
  '429',
]
const ENDING: readonly Mishap[] = ['401', '403', '404', '409', '422', 'conflict', 'abort', 'abort-after']

function mishaps(kinds: readonly Mishap[], chance: number): fc.Arbitrary<(Mishap | undefined)[]> {
  const one = fc.oneof(
    { weight: chance, arbitrary: fc.constantFrom(...kinds) },
    { weight: 10 - chance, arbitrary: fc.constant(undefined) },
  )
  return fc.array(one, { maxLength: 60 })
}

describe('whatever happens to the requests', () => {
  it('is passing trouble survived, and everything is there once', async () => {
    await fc.assert(
      fc.asyncProperty(plan, mishaps(PASSING, 4), fc.integer({ min: 1, max: 8 }), async (sketches, script, atOnce) => {
        const run = await applied(sketches, { mishap: (nth) => script[nth], atOnce })
        expect(lies(run, sketches)).toEqual([])
        expect(run.outcomes.filter(({ state }) => state !== 'applied')).toEqual([])
        expect(disordered(run, sketches)).toEqual([])
        expect(Math.max(0, ...run.workspace.atOnce)).toBeLessThanOrEqual(atOnce)
      }),
      { numRuns: 300 },
    )
  }, 60_000)

  it('says every outcome what is so', async () => {
    await fc.assert(
      fc.asyncProperty(
        plan,
        mishaps([...PASSING, ...ENDING], 3),
        fc.integer({ min: 1, max: 8 }),
        async (sketches, script, atOnce) => {
          const run = await applied(sketches, { mishap: (nth) => script[nth], atOnce })
          expect(lies(run, sketches)).toEqual([])
          expect(run.told).toHaveLength(sketches.length)
          expect(new Set(run.told)).toEqual(new Set(run.outcomes))
          expect(disordered(run, sketches)).toEqual([])
          expect(run.lines.filter((line) => line.includes(REVEALED) || line.includes('{'))).toEqual([])
        },
      ),
      { numRuns: 500 },
    )
  }, 60_000)
})

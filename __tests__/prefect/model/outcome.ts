import { expect } from '@jest/globals'
import { canonical } from '../../../src/prefect/json.ts'
import type { DeploymentRow, OrphanRow } from '../../../src/report/shape.ts'
import { keyOf } from './orphans-due.ts'
import type { AllDue } from './play.ts'
import { amiss, type Due } from './rules.ts'
import type { Seen, SeenDeployment } from './seen.ts'
import type { StepResult } from './step.ts'

/** What was there before the step, when it began to write, and at its end; and what was due. */
export type Scenery = Readonly<{
  before: Seen
  middle: Seen
  after: Seen
  due: AllDue
  /** Keys of what somebody changed while the step ran. */
  touched: ReadonlySet<string>
}>

/** Nothing was sent, and nothing is otherwise. */
export function expectNothing(
  { writes, report }: StepResult,
  { before, after }: Readonly<{ before: Seen; after: Seen }>,
): void {
  expect(writes).toEqual([])
  expect(report.changed).toBe(false)
  expect(wholes(after)).toEqual(wholes(before))
}

/** Live is the plan, what people did is kept, and nothing else was touched. */
export function expectGreen({ report }: StepResult, { before, middle, after, due, touched }: Scenery): void {
  for (const [key, wanted] of due.deployments) {
    const [old, live, row] = [before.deployments.get(key), after.deployments.get(key), rowOf(report, due, key)]
    expect({ key, amiss: amiss(live, wanted), state: row?.state }).toEqual({ key, amiss: [], state: 'verified' })
    expect({ key, isNew: row?.action === 'create' }).toEqual({ key, isNew: old === undefined })
    if (old !== undefined) expect({ key, id: live?.id }).toEqual({ key, id: old.id })
    if (row?.action === 'unchanged') {
      expect({ key, whole: live?.whole }).toEqual({ key, whole: middle.deployments.get(key)?.whole })
    }
  }
  expectUntouched({ middle, after, due }, touched)
  for (const key of due.orphans) expectActed(key, { due, middle, after })
  expect(
    report.orphans
      .filter(({ state }) => state === 'paused' || state === 'deleted')
      .map(keyOf)
      .toSorted(),
  ).toEqual(due.orphans.filter((key) => !touched.has(key) || !middle.deployments.has(key)).toSorted())
  expectOthersLeft({ middle, after, due })
  expect({ changed: report.changed }).toEqual({ changed: canonical(wholes(after)) !== canonical(wholes(middle)) })
}

/** Whatever went wrong: what the report says of each is so. */
export function expectTrue({ report }: StepResult, { middle, after, due, touched }: Scenery): void {
  expectUntouched({ middle, after, due }, touched)
  for (const [key, wanted] of due.deployments) {
    const row = rowOf(report, due, key)
    const [old, live] = [middle.deployments.get(key), after.deployments.get(key)]
    const facts = {
      isAsBefore: live?.whole === old?.whole,
      amiss: amiss(live, wanted),
      isMixed: isMixed(live, old, wanted),
    }
    // Until it is read back, nobody knows what somebody did to one that had not to be written.
    if (touched.has(key) && row?.state === 'applied' && row.action === 'unchanged') continue
    const told = row !== undefined && isTrue(row, facts, live) ? 'true' : { key, row, facts }
    expect(told).toBe('true')
  }
  for (const row of report.orphans) expectOrphan(row, { due, middle, after })
  expectOthersLeft({ middle, after, due })
  if (!report.changed) expect(wholes(after)).toEqual(wholes(middle))
}

type Facts = Readonly<{ isAsBefore: boolean; amiss: readonly string[]; isMixed: boolean }>

function isTrue(
  { state, wrote }: DeploymentRow,
  { isAsBefore, amiss: wrong, isMixed: mixed }: Facts,
  live: SeenDeployment | undefined,
): boolean {
  switch (state) {
    case 'verified':
    case 'applied':
      return wrong.length === 0
    case 'mismatch':
      return live !== undefined && wrong.length > 0
    case 'missing':
      return live === undefined
    case 'planned':
    case 'never-tried':
      return isAsBefore
    case 'failed':
      return wrote === true ? mixed : isAsBefore
    case 'unknown':
      return mixed
    case 'drifted':
      return false
  }
}

/** Whether each part is as it was or as it should be, and no automation is there twice. */
function isMixed(live: SeenDeployment | undefined, old: SeenDeployment | undefined, due: Due): boolean {
  if (live === undefined) return old === undefined
  const parts = old === undefined ? [due] : [old, due]
  const names = live.owned.map(({ name }) => name)
  const known = new Set(parts.flatMap(({ owned }) => owned.map(canonical)))
  return (
    parts.some((one) => fieldsOf(one) === fieldsOf(live)) &&
    new Set(names).size === names.length &&
    live.owned.every((one) => known.has(canonical(one)))
  )
}

function fieldsOf({ version, entrypoint, runs, tags, parameters, description }: Due | SeenDeployment): string {
  return canonical({ version, entrypoint, runs, tags: tags.toSorted(), parameters, description })
}

type Part = Pick<Scenery, 'middle' | 'after' | 'due'>

function expectActed(key: string, { due, middle, after }: Part): void {
  const live = after.deployments.get(key)
  // What somebody has deleted meanwhile needs no pause.
  const isGone = due.act === 'delete' || !middle.deployments.has(key)
  expect({ key, is: isGone ? live === undefined : live?.runs === false }).toEqual({ key, is: true })
}

function expectOrphan(row: OrphanRow, { due, middle, after }: Part): void {
  const key = keyOf(row)
  const [old, live] = [middle.deployments.get(key), after.deployments.get(key)]
  const told = { key, state: row.state, isDue: due.orphans.includes(key) }
  switch (row.state) {
    case 'left':
    case 'planned':
      return expect({ ...told, whole: live?.whole }).toEqual({ ...told, whole: old?.whole })
    case 'paused':
      return expect({ ...told, runs: live?.runs }).toEqual({ ...told, isDue: true, runs: false })
    case 'deleted':
      return expect({ ...told, is: live }).toEqual({ ...told, isDue: true, is: undefined })
    case 'failed':
      return expect(told).toEqual({ ...told, isDue: true })
  }
}

/** Deployments that are not of the file, other people's automations. An automation of one that is deleted by hand outlives it. */
function expectOthersLeft({ middle, after, due }: Part): void {
  const spared = (all: Seen): unknown =>
    [...all.deployments].flatMap(([key, { whole }]) =>
      due.deployments.has(key) || due.orphans.includes(key) ? [] : [[key, whole]],
    )
  expect(spared(after)).toEqual(spared(middle))
  expect(Object.fromEntries(after.others)).toEqual(Object.fromEntries(middle.others))
}

function wholes({ deployments, others }: Seen): unknown {
  return {
    deployments: Object.fromEntries([...deployments].map(([key, { whole }]) => [key, whole])),
    others: Object.fromEntries(others),
  }
}

/** The rows stand in the order of the file; the flow of one is known once the command has been rehearsed. */
function rowOf({ deployments }: StepResult['report'], due: AllDue, key: string): DeploymentRow | undefined {
  return deployments[[...due.deployments.keys()].indexOf(key)]
}

/** What somebody changed while the step ran is not written. */
function expectUntouched({ middle, after, due }: Part, touched: ReadonlySet<string>): void {
  for (const key of due.deployments.keys()) {
    if (!touched.has(key)) continue
    const [then, now] = [middle.deployments.get(key), after.deployments.get(key)]
    expect({ key, touched: true, whole: now?.whole }).toEqual({ key, touched: true, whole: then?.whole })
  }
}

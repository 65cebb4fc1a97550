import { expect } from '@jest/globals'
import { isRed, type Report } from '../../../src/report/shape.ts'
import { expectGreen, expectNothing, expectTrue } from '../model/outcome.ts'
import { type AllDue, dueOf, type Ground } from '../model/play.ts'
import type { Rows } from '../model/rows.ts'
import { type Seen, type SeenDeployment, seen } from '../model/seen.ts'
import { hashAt, type StepOptions, type StepResult } from '../model/step.ts'
import type { Workspace } from '../model/workspace.ts'

/** How every step here meets what people did, and orphans. */
export const CHOICE = { preserve: true, orphans: 'delete' } as const

/** People pause a deployment of the file that was deployed before, and switch one of its schedules off. */
export async function peopleAct({ rows, person }: Workspace): Promise<void> {
  const live = async (): Promise<SeenDeployment | undefined> =>
    seen(await rows()).deployments.get('first/paused by hand')
  const id = (await live())?.id
  await person('POST', `/deployments/${id}/pause_deployment`)
  const [schedule] = (await live())?.schedules ?? []
  await person('PATCH', `/deployments/${id}/schedules/${schedule?.id}`, { active: false })
}

/** Runs a step, and holds what it says against what is stored. */
export async function watched(
  { workspace: { rows }, deployed }: Pick<Ground, 'workspace' | 'deployed'>,
  options: Omit<StepOptions, keyof typeof CHOICE>,
): Promise<StepResult> {
  const { file, commit, history } = options
  const before = seen(await rows())
  const due = dueOf({
    before,
    file,
    known: (stamp) => history.get(hashAt(history, stamp) ?? ''),
    commit,
    choice: CHOICE,
  })
  if (due === 'refused') throw new Error('A well step would be refused.')
  const result = await deployed({ ...options, ...CHOICE })
  const after = withoutToldOf(await rows(), result.report)
  expectRightVerdict(result, { before, after, due })
  expectTold(result.report)
  return result
}

/** Automations of a deployment that is gone are somebody else's, or of a server that did not take their end: that is told. */
function withoutToldOf(rows: Rows, { warnings }: Report): Seen {
  const after = seen(rows)
  if (!warnings.some((one) => one.includes('first/gone is deleted; one automation still acts on it'))) return after
  const left = rows.automations.filter(({ row }) => after.others.has(row.id) && row.name === 'gone__automation_1')
  expect(left).toHaveLength(1)
  return { ...after, others: new Map([...after.others].filter(([id]) => !left.some(({ row }) => row.id === id))) }
}

type Sides = Readonly<{ before: Seen; after: Seen; due: AllDue }>

function expectRightVerdict(result: StepResult, { before, after, due }: Sides): void {
  const { report } = result
  const scenery = { before, middle: before, after, due, touched: new Set<string>() }
  if (!isRed(report.verdict)) {
    expect(report.faults).toEqual([])
    expectGreen(result, scenery)
    return expect({ verdict: report.verdict, wrote: result.writes.length > 0 }).toEqual({
      verdict: report.changed ? 'verified' : 'unchanged',
      wrote: report.changed,
    })
  }
  if (report.verdict === 'refused') return expectNothing(result, { before, after })
  expectTrue(result, scenery)
  const { deployments, orphans } = report
  const isAllDone =
    deployments.every(({ state }) => state === 'verified') &&
    orphans.every(({ act, state }) => act === 'report' || state === 'deleted')
  expect({ verdict: report.verdict, isAllDone }).toEqual({ verdict: 'not-deployed', isAllDone: false })
}

/** Something to read for a person, and nothing of what a server said that is not one. */
function expectTold({ faults, reason }: Report): void {
  for (const { kind, message, hint = '' } of faults) {
    expect({ kind, message }).not.toMatchObject({ kind: 'internal' })
    expect({ message, length: message.length < 700 }).toMatchObject({ length: true })
    expect({ message, hint }).toEqual({
      message: expect.not.stringMatching(/[<>]h1|xxx|undefined/),
      hint: expect.stringMatching(/\w/),
    })
  }
  expect(reason).not.toBe('')
}

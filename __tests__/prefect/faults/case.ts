import { createHash } from 'node:crypto'
import { expect } from '@jest/globals'
import { isRed, type Report } from '../../../src/report/shape.ts'
import type { State } from '../../world/instant/state.ts'
import { chanceOf } from '../model/chance.ts'
import { expectGreen, expectNothing, expectTrue } from '../model/outcome.ts'
import { type AllDue, dueOf } from '../model/play.ts'
import type { ProjectFile } from '../model/project.ts'
import { type Seen, type SeenDeployment, seen } from '../model/seen.ts'
import { deployed, type StepResult } from '../model/step.ts'
import { type NearWorkspace, openWorkspace } from '../model/workspace.ts'
import { NOW, THEN } from './project.ts'
import { nearWorkspace, type Troubled, type Way } from './workspaces.ts'

const COMMITS = ['then', 'now'].map((name) => createHash('sha1').update(name).digest('hex'))
const [COMMIT_THEN = '', COMMIT_NOW = ''] = COMMITS
const HISTORY: ReadonlyMap<string, ProjectFile> = new Map([
  [COMMIT_THEN, THEN],
  [COMMIT_NOW, NOW],
])
const CHOICE = { preserve: true, orphans: 'delete' } as const
const DEPLOY = { file: NOW, commit: COMMIT_NOW, history: HISTORY, ...CHOICE }

/** What was deployed before, and what people did in the workspace since. */
export async function workspaceThen(): Promise<State> {
  const workspace = openWorkspace()
  const { report } = await deployed(workspace, { ...DEPLOY, file: THEN, commit: COMMIT_THEN, random: chanceOf(1) })
  expect(report).toMatchObject({ verdict: 'verified' })
  const live = async (): Promise<SeenDeployment | undefined> =>
    seen(await workspace.rows()).deployments.get('first/paused by hand')
  const paused = (await live())?.id
  await workspace.person('POST', `/deployments/${paused}/pause_deployment`)
  const [schedule] = (await live())?.schedules ?? []
  await workspace.person('PATCH', `/deployments/${paused}/schedules/${schedule?.id}`, { active: false })
  return workspace.state
}

/** How many requests a step sends where nothing goes wrong. */
export async function requestsOf(then: State): Promise<number> {
  let requests = 0
  const { workspace, clock } = nearWorkspace(then, undefined)
  const connect: NearWorkspace['connect'] = (circumstances) => {
    const { http, writes } = workspace.connect(circumstances)
    const send: typeof http.send = (request) => {
      requests += 1
      return http.send(request)
    }
    return { http: { ...http, send }, writes }
  }
  await watched({ workspace: { ...workspace, connect }, clock })
  return requests
}

/** Runs a step in trouble and a well one after it, and holds what they say against what is stored. Gives the first one's report. */
export async function play(troubled: Troubled, way: Way): Promise<Report> {
  const { report } = await watched(troubled)
  const second = await watched(way(troubled.workspace.state, undefined))
  expect(second.report).toMatchObject({ faults: [] })
  return report
}

async function watched({ workspace, clock }: Troubled): Promise<StepResult> {
  const before = seen(await workspace.rows())
  const due = dueOf({
    before,
    file: NOW,
    known: (stamp) => HISTORY.get(COMMITS.find((one) => one.startsWith(stamp)) ?? ''),
    commit: COMMIT_NOW,
    choice: CHOICE,
  })
  if (due === 'refused') throw new Error('A well step would be refused.')
  const result = await deployed(workspace, { ...DEPLOY, random: chanceOf(1), clock })
  const after = withoutToldOf(seen(await workspace.rows()), workspace.state, result.report)
  expectRightVerdict(result, { before, after, due })
  expectTold(result.report)
  return result
}

/** Automations of a deployment that is gone are somebody else's, or of a server that did not take their end: that is told. */
function withoutToldOf(after: Seen, { automations }: State, { warnings }: Report): Seen {
  if (!warnings.some((one) => one.includes('first/gone is deleted; one automation still acts on it'))) return after
  const left = [...automations].filter(
    ([id, { fields }]) => after.others.has(id) && fields['name'] === 'gone__automation_1',
  )
  expect(left).toHaveLength(1)
  return { ...after, others: new Map([...after.others].filter(([id]) => !left.some(([one]) => one === id))) }
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

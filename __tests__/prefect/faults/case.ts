import { createHash } from 'node:crypto'
import { expect } from '@jest/globals'
import type { Report } from '../../../src/report/shape.ts'
import type { State } from '../../world/instant/state.ts'
import { chanceOf } from '../model/chance.ts'
import type { ProjectFile } from '../model/project.ts'
import { deployed, type StepOptions, type StepResult } from '../model/step.ts'
import { type NearWorkspace, openWorkspace } from '../model/workspace.ts'
import { NOW, THEN } from './project.ts'
import { CHOICE, peopleAct, watched } from './watched.ts'
import { nearWorkspace, type Troubled, type Way } from './workspaces.ts'

const COMMITS = ['then', 'now'].map((name) => createHash('sha1').update(name).digest('hex'))
const [COMMIT_THEN = '', COMMIT_NOW = ''] = COMMITS
const HISTORY: ReadonlyMap<string, ProjectFile> = new Map([
  [COMMIT_THEN, THEN],
  [COMMIT_NOW, NOW],
])
const DEPLOY = { file: NOW, commit: COMMIT_NOW, history: HISTORY }

/** What was deployed before, and what people did in the workspace since. */
export async function workspaceThen(): Promise<State> {
  const workspace = openWorkspace()
  const { report } = await deployed(workspace, {
    ...DEPLOY,
    ...CHOICE,
    file: THEN,
    commit: COMMIT_THEN,
    random: chanceOf(1),
  })
  expect(report).toMatchObject({ verdict: 'verified' })
  await peopleAct(workspace)
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
  await tried({ workspace: { ...workspace, connect }, clock })
  return requests
}

/** Runs a step in trouble and a well one after it, and holds what they say against what is stored. Gives the first one's report. */
export async function play(troubled: Troubled, way: Way): Promise<Report> {
  const { report } = await tried(troubled)
  const second = await tried(way(troubled.workspace.state, undefined))
  expect(second.report).toMatchObject({ faults: [] })
  return report
}

function tried({ workspace, clock }: Troubled): Promise<StepResult> {
  const ground = { workspace, deployed: (options: StepOptions) => deployed(workspace, options) }
  return watched(ground, { ...DEPLOY, random: chanceOf(1), clock })
}

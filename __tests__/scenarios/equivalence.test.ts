import path from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { VARIED_VARIABLE } from '../prefect/plan/varied-project.ts'
import { type Checkout, layOut } from '../world/checkout.ts'
import { type PrefectServer, startPrefectServer } from '../world/prefect-server.ts'
import { runStep, type StepResult } from '../world/runner.ts'
import { CACHE } from '../world/tools.ts'
import { deployPlainly } from './equivalence/plain-command.ts'
import { equivalentProject } from './equivalence/project.ts'
import { readState, type ServerState } from './equivalence/server-state.ts'

// The same project deployed by this action and by Prefect's own command, to a server each: what the servers then hold is
// the same, but for what is said below.

/** Milliseconds: two deploys by the action, and two by the command. */
const LONG = 600_000
const project = equivalentProject()
/** Kept between runs, outside of git, so that Python is not compiled anew for each of them. */
const KEPT = path.join(CACHE, 'equivalence')
const ENV = {
  ...project.env,
  UV_CACHE_DIR: path.join(CACHE, 'uv'),
  UV_PROJECT_ENVIRONMENT: path.join(KEPT, 'venv'),
  PYTHONPYCACHEPREFIX: path.join(KEPT, 'bytecode'),
}

let servers: readonly [PrefectServer, PrefectServer]
let checkout: Checkout

beforeAll(async () => {
  ;[servers, checkout] = await Promise.all([
    Promise.all([furnished(), furnished()]),
    layOut(project.before, { lock: true }),
  ])
}, LONG)

afterAll(async () => {
  await Promise.all((servers ?? []).map((server) => server.stop()))
  checkout?.remove()
})

/** A server with what the project names. */
async function furnished(): Promise<PrefectServer> {
  const server = await startPrefectServer()
  for (const pool of new Set(project.pools)) await server.createPool(pool, 'process')
  for (const { type, name } of project.blocks) await server.ensureBlock(type, name)
  for (const name of new Set(project.variables)) {
    await server.call('POST', '/variables/', { ...VARIED_VARIABLE, name })
  }
  return server
}

async function byAction({ url }: PrefectServer): Promise<StepResult> {
  return runStep({
    workspace: checkout.path,
    toolCache: path.join(CACHE, 'scenario-tools'),
    event: { name: 'push', sha: checkout.sha() },
    inputs: { 'prefect-file': project.prefectFiles.join('\n') },
    env: { ...ENV, PREFECT_API_URL: url },
  })
}

async function byCommand({ url }: PrefectServer): Promise<void> {
  const { path: folder, sha } = checkout
  await deployPlainly({ folder, files: project.prefectFiles, apiUrl: url, sha: sha(), env: ENV })
}

/** What two servers hold, one deployed to in each way. */
type Both = Readonly<{ action: ServerState; command: ServerState }>

/** One deploy in each way, at once, by the action to this server and by the command to the other one. */
async function deployed(action: PrefectServer, command: PrefectServer): Promise<Both> {
  const [{ outputs, exitCode, log }] = await Promise.all([byAction(action), byCommand(command)])
  expect({ verdict: outputs['verdict'], exitCode, log }).toMatchObject({ verdict: 'verified', exitCode: 0 })
  const [ofAction, ofCommand] = await Promise.all([readState(action), readState(command)])
  return { action: ofAction, command: ofCommand }
}

test(
  'a deploy, and the next one, leave what `uv run prefect deploy --all` leaves',
  async () => {
    const [one, other] = servers
    const created = await deployed(one, other)
    expect(created.action.comparable).toEqual(created.command.comparable)
    expect(created.action.paused).toEqual(created.command.paused)
    expect(Object.keys(created.action.comparable.deployments).length).toBeGreaterThan(25)

    checkout.commit(project.after)
    // Crosswise: each begins with what the other has made.
    const updated = await deployed(other, one)
    expect(updated.action.comparable).toEqual(updated.command.comparable)
    expect(updated.action.comparable).not.toEqual(created.action.comparable)

    // What differs, as it is meant to (docs/decisions/0008-rehearsal.md): no description is none, not the text `None`;
    expect([created.action.describedNone, created.command.describedNone]).toEqual([
      [],
      expect.arrayContaining(['steps-three/no longer named']),
    ])
    // a deployment whose version is no commit's may have been paused by somebody, and stays so;
    const staysPaused = ['steps-one/of a version of its own', 'varied-flow/varied 4']
    expect(updated.action.paused).toEqual([...updated.command.paused, ...staysPaused].toSorted())
    // and an interval keeps its phase.
    const steady = 'steps-two/as it was'
    expect(updated.action.anchors[steady]).toEqual(created.command.anchors[steady])
    expect(updated.command.anchors[steady]).not.toEqual(created.action.anchors[steady])
  },
  LONG,
)

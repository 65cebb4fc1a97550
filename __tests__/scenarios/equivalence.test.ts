import { readFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { VARIED_VARIABLE } from '../prefect/plan/varied-project.ts'
import { type Checkout, layOut } from '../world/checkout.ts'
import { type PrefectServer, startPrefectServer } from '../world/prefect-server.ts'
import { runStep, type StepResult } from '../world/runner.ts'
import { UV_CACHE } from '../world/tools.ts'
import { deployPlainly } from './equivalence/plain-command.ts'
import { equivalentProject } from './equivalence/project.ts'
import { readState, type ServerState } from './equivalence/server-state.ts'
import { keptEnvironment, TOOLS } from './stage.ts'

// The same project deployed by this action and by Prefect's own command, to a server each: what the servers then hold is
// the same, but for what is said below.

/** Milliseconds: two deploys by the action, and two by the command. */
const LONG = 600_000
const project = equivalentProject()
/** What the example names. */
const EXAMPLE_POOL = 'modal-pool'
const EXAMPLE_BLOCK = { type: 'github-credentials', name: 'flows' }

/** The environment that is kept for a project. */
function environmentOf({ path: folder }: Checkout): Readonly<Record<string, string>> {
  const packages = readFileSync(path.join(folder, 'pyproject.toml'), 'utf8')
  return { UV_CACHE_DIR: UV_CACHE, ...keptEnvironment(packages) }
}

let servers: readonly [PrefectServer, PrefectServer]
let checkout: Checkout
let example: Checkout

beforeAll(async () => {
  ;[servers, checkout, example] = await Promise.all([
    Promise.all([furnished(), furnished()]),
    layOut(project.before, { lock: true }),
    layOut('flows-on-modal', { lock: true }),
  ])
}, LONG)

afterAll(async () => {
  await Promise.all((servers ?? []).map((server) => server.stop()))
  checkout?.remove()
  example?.remove()
})

/** A server with what the projects name. */
async function furnished(): Promise<PrefectServer> {
  const server = await startPrefectServer()
  for (const pool of new Set(project.pools)) await server.createPool(pool, 'process')
  await server.createPool(EXAMPLE_POOL)
  for (const { type, name } of [...project.blocks, EXAMPLE_BLOCK]) await server.ensureBlock(type, name)
  for (const name of new Set(project.variables)) {
    await server.call('POST', '/variables/', { ...VARIED_VARIABLE, name })
  }
  return server
}

type Place = Readonly<{ checkout: Checkout; files: readonly string[]; env: Readonly<Record<string, string>> }>

async function byAction(
  { url }: PrefectServer,
  { checkout: { path: workspace, sha }, files, env }: Place,
): Promise<StepResult> {
  return runStep({
    workspace,
    toolCache: TOOLS,
    event: { name: 'push', sha: sha() },
    inputs: { 'prefect-file': files.join('\n'), 'modal-apps': '' },
    env: { ...env, PREFECT_API_URL: url },
  })
}

async function byCommand(
  { url }: PrefectServer,
  { checkout: { path: folder, sha }, files, env }: Place,
): Promise<void> {
  await deployPlainly({ folder, files, apiUrl: url, sha: sha(), env })
}

/** What two servers hold, one deployed to in each way. */
type Both = Readonly<{ action: ServerState; command: ServerState }>

/** One deploy in each way, at once, by the action to this server and by the command to the other one. */
async function deployed(place: Place, action: PrefectServer, command: PrefectServer): Promise<Both> {
  const [{ outputs, exitCode, log }] = await Promise.all([byAction(action, place), byCommand(command, place)])
  expect({ verdict: outputs['verdict'], exitCode, log }).toMatchObject({ verdict: 'verified', exitCode: 0 })
  const [ofAction, ofCommand] = await Promise.all([readState(action), readState(command)])
  return { action: ofAction, command: ofCommand }
}

test(
  'a deploy, and the next one, leave what `uv run prefect deploy --all` leaves',
  async () => {
    const [one, other] = servers
    const place = { checkout, files: project.prefectFiles, env: { ...project.env, ...environmentOf(checkout) } }
    const created = await deployed(place, one, other)
    expect(created.action.comparable).toEqual(created.command.comparable)
    expect(created.action.paused).toEqual(created.command.paused)
    expect(Object.keys(created.action.comparable.deployments).length).toBeGreaterThan(25)

    checkout.commit(project.after)
    // Crosswise: each begins with what the other has made.
    const updated = await deployed(place, other, one)
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

test(
  'so do two of the example',
  async () => {
    const [one, other] = servers
    const place = { checkout: example, files: ['prefect.yaml'], env: environmentOf(example) }
    const created = await deployed(place, one, other)
    expect(created.action.comparable).toEqual(created.command.comparable)
    expect(Object.keys(created.action.comparable.deployments)).toEqual(
      expect.arrayContaining(['refresh/on-demand', 'summarize/nightly']),
    )

    const file = readFileSync(path.join(example.path, 'prefect.yaml'), 'utf8')
    example.commit({ 'prefect.yaml': file.replace('0 2 * * *', '30 3 * * *').replace('days: 7', 'days: 8') })
    const updated = await deployed(place, other, one)
    expect(updated.action.comparable).toEqual(updated.command.comparable)
    expect(updated.action.comparable).not.toEqual(created.action.comparable)
  },
  LONG,
)

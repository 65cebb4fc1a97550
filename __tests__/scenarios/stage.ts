import { createHash } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll } from '@jest/globals'
import { type Checkout, layOut } from '../world/checkout.ts'
import { runStep, type StepOptions, type StepResult } from '../world/runner.ts'
import { sharedPrefect } from '../world/shared-prefect.ts'
import { CACHE, UV_CACHE } from '../world/tools.ts'
import { startWorld, type World, type WorldOptions } from '../world/world.ts'
import { type Files, POOL, SMALL_PROJECT } from './small-project.ts'

/** One test file's world, and the steps that run in it. */
export type Stage = Readonly<{
  world: () => World
  /** Lays a project out and runs a step on it, as a push to `main` would. */
  run: (scenario?: Scenario) => Promise<Played>
  /** The same checkout once more. */
  again: (played: Played, scenario?: Scenario) => Promise<Played>
}>

export type Scenario = Omit<Partial<StepOptions>, 'workspace'> &
  Readonly<{
    /** On top of the small project; `null` takes a file out. */
    files?: Readonly<Record<string, string | null>>
    /** An example of the repository in the place of the small project. */
    example?: string
    /** Locks the project first; `false` leaves it without a lock. */
    lock?: boolean
    /** Written after the commit, which they are no part of. */
    uncommitted?: Files
  }>

/** Where steps run, and the variables that lead them to an environment of Python. */
type Place = Readonly<{ checkout: Checkout; environment: Readonly<Record<string, string>> }>

export type Played = StepResult &
  Place &
  Readonly<{
    /** What reached Prefect and Modal in this step that changes something. */
    written: Readonly<{ prefect: readonly string[]; modal: readonly string[] }>
  }>

/** Kept between runs, outside of git: uv. */
export const TOOLS = path.join(CACHE, 'scenario-tools')

/**
 * Kept as well: an environment of Python for each set of packages, with what Python compiles of them, which costs every new
 * one seconds. Examples, and what has no packages of its own, get theirs as on a new runner. Jest's workers sync side by side.
 */
function environmentOf({ example, files }: Scenario): Readonly<Record<string, string>> {
  const packages = { ...SMALL_PROJECT, ...files }['pyproject.toml'] ?? null
  return example !== undefined || packages === null ? {} : keptEnvironment(packages)
}

/** The environment of a pyproject.toml. */
export function keptEnvironment(packages: string): Readonly<Record<string, string>> {
  const name = createHash('sha256').update(packages).digest('hex').slice(0, 12)
  const folder = path.join(CACHE, 'scenario-environments', process.env['JEST_WORKER_ID'] ?? '1', name)
  return { UV_PROJECT_ENVIRONMENT: path.join(folder, 'venv'), PYTHONPYCACHEPREFIX: path.join(folder, 'bytecode') }
}

/** Starts a world for the test file that calls it, and stops it at its end. */
export function openStage(options: WorldOptions = {}): Stage {
  let world: World | undefined
  const checkouts: Checkout[] = []
  beforeAll(async () => {
    world = await startWorld({ prefect: sharedPrefect(), ...options })
    await world.prefect.ensurePool(POOL)
    mkdirSync(TOOLS, { recursive: true })
  })
  afterAll(async () => {
    await world?.stop()
    for (const checkout of checkouts) checkout.remove()
  })
  const here = (): World => {
    if (world === undefined) throw new Error('The world has not been started yet.')
    return world
  }
  return {
    world: here,
    run: async (scenario = {}) => {
      const checkout = await checkoutFor(scenario)
      checkouts.push(checkout)
      return play(here(), { checkout, environment: environmentOf(scenario) }, scenario)
    },
    again: ({ checkout, environment }, scenario = {}) => play(here(), { checkout, environment }, scenario),
  }
}

async function checkoutFor(scenario: Scenario): Promise<Checkout> {
  const base: Files = scenario.example === undefined ? SMALL_PROJECT : {}
  const merged = { ...base, ...scenario.files }
  const files = Object.fromEntries(
    Object.entries(merged).flatMap(([name, text]) => (text === null ? [] : [[name, text]])),
  )
  const lock = (scenario.lock ?? true) && (scenario.example !== undefined || files['pyproject.toml'] !== undefined)
  const checkout = await layOut(scenario.example ?? files, scenario.example === undefined ? { lock } : { lock, files })
  if (scenario.uncommitted !== undefined) checkout.write(scenario.uncommitted)
  return checkout
}

async function play(world: World, { checkout, environment }: Place, scenario: Scenario): Promise<Played> {
  const { files: _, example: __, lock: ___, uncommitted: ____, ...step } = scenario
  const sent = world.wire.writes().length
  const asked = (await world.modal.writes()).length
  const result = await runStep({
    toolCache: TOOLS,
    event: { name: 'push', sha: checkout.sha() },
    ...step,
    workspace: checkout.path,
    inputs: { 'modal-apps': 'modal_app.py', 'modal-environment': 'main', ...step.inputs },
    env: { ...world.env, UV_CACHE_DIR: UV_CACHE, ...environment, ...step.env },
  })
  return {
    ...result,
    checkout,
    environment,
    written: {
      prefect: world.wire
        .writes()
        .slice(sent)
        .map(({ method, path: route }) => `${method} ${route}`),
      modal: (await world.modal.writes()).slice(asked).map(({ rpc }) => rpc),
    },
  }
}

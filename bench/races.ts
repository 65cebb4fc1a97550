import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { modalApp, prefectYaml, SMALL_PROJECT } from '../__tests__/scenarios/small-project.ts'
import { layOut } from '../__tests__/world/checkout.ts'
import { machineSettings, runStep } from '../__tests__/world/runner.ts'
import { CACHE, tools, UV_CACHE } from '../__tests__/world/tools.ts'
import { startWorld, type World } from '../__tests__/world/world.ts'

export type Course = Readonly<{ name: string; apps: number; deployments: number }>

/** Seconds of each run, and peak memory of the action's own process. */
export type Race = Readonly<{ name: string; step: number[]; byHand: number[]; peakRssMiB: number[] }>

type Races = Readonly<{ run: (course: Course, runs: number) => Promise<Race>; stop: () => Promise<void> }>

const POOL = 'bench-pool'
const ROUND_TRIP_MS = 80

/** The step and the same work by hand, in turn, in one world whose servers are 80 ms away. */
export async function openRaces(): Promise<Races> {
  const world = await startWorld({ roundTripMs: ROUND_TRIP_MS })
  await world.prefect.createPool(POOL)
  return { stop: world.stop, run: (course, runs) => race(world, course, runs) }
}

async function race(world: World, course: Course, runs: number): Promise<Race> {
  const result: Race = { name: course.name, step: [], byHand: [], peakRssMiB: [] }
  // The first round warms the caches of both, and is not counted.
  for (let run = 0; run <= runs; run++) {
    const step = await stepOf(world, course, `step-${run}`)
    const byHand = await byHandOf(world, course, `hand-${run}`)
    if (run === 0) continue
    result.step.push(step.seconds)
    result.peakRssMiB.push(step.peakRssMiB)
    result.byHand.push(byHand)
  }
  return result
}

/** Every run deploys names of its own, so that each creates what it deploys, by hand and in the step. */
function filesOf({ apps, deployments }: Course, run: string): Record<string, string> {
  const entries = Array.from({ length: deployments }, (_, index) => ({ name: `${run}-${deployments}-${index}` }))
  const files = Object.fromEntries(
    Array.from({ length: apps }, (_, index) => [`app_${index}.py`, modalApp(`${run}-${apps}-${index}`)]),
  )
  return { ...SMALL_PROJECT, ...files, 'prefect.yaml': prefectYaml(entries, { pool: POOL }) }
}

/** What a runner of GitHub's brings: caches that are warm, and no uv. */
function commonEnv(world: World): Record<string, string> {
  return { ...world.env, UV_CACHE_DIR: UV_CACHE, PIP_CACHE_DIR: path.join(CACHE, 'pip') }
}

async function stepOf(world: World, course: Course, run: string): Promise<{ seconds: number; peakRssMiB: number }> {
  const checkout = await layOut(filesOf(course, run), { lock: true })
  const apps = Array.from({ length: course.apps }, (_, index) => `app_${index}.py`)
  const result = await runStep({
    workspace: checkout.path,
    inputs: { 'modal-apps': apps.join('\n'), 'modal-environment': 'main' },
    env: commonEnv(world),
    event: { name: 'push', sha: checkout.sha() },
  })
  if (result.outputs['verdict'] !== 'verified') throw new Error(`The step ended otherwise:\n${result.log}`)
  checkout.remove()
  return result
}

/** What a workflow without this action does, as one shell script. */
const BY_HAND = `set -euo pipefail
"$PYTHON" -m pip install --quiet --target "$TOOLS" uv==0.13.8
export PATH="$TOOLS/bin:$PATH"
uv sync --quiet --locked
for app in app_*.py; do
  url=$(uv run modal deploy --env main "$app" | grep -o 'https://[^ ]*\\.modal\\.run')
  curl --silent --show-error --fail --retry 20 --retry-delay 1 --retry-all-errors --cacert "$NODE_EXTRA_CA_CERTS" "$url/health"
done
uv run prefect --no-prompt deploy --prefect-file prefect.yaml --all
`

async function byHandOf(world: World, course: Course, run: string): Promise<number> {
  const checkout = await layOut(filesOf(course, run), { lock: true })
  const home = mkdtempSync(path.join(tmpdir(), 'by-hand-'))
  const { python } = await tools()
  const started = performance.now()
  const shell = spawn('bash', ['-c', BY_HAND], {
    cwd: checkout.path,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      // As little of this machine's own settings as a step gets.
      ...machineSettings(),
      ...commonEnv(world),
      PYTHON: python,
      TOOLS: path.join(home, 'tools'),
      HOME: home,
      COLUMNS: '1000',
      CI: 'true',
      GITHUB_ACTIONS: 'true',
    },
  })
  let said = ''
  for (const stream of [shell.stdout, shell.stderr]) stream.on('data', (piece) => (said += String(piece)))
  const exitCode = await new Promise((resolve) => shell.once('close', resolve))
  const seconds = (performance.now() - started) / 1000
  if (exitCode !== 0) throw new Error(`By hand it failed:\n${said}`)
  rmSync(home, { recursive: true })
  checkout.remove()
  return seconds
}

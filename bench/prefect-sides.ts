import { execFile, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { type Checkout, layOut } from '../__tests__/world/checkout.ts'
import { machineSettings, runStep } from '../__tests__/world/runner.ts'
import { CACHE, tools, UV_CACHE } from '../__tests__/world/tools.ts'
import { prefectProject } from './prefect-project.ts'

/** Seconds of one deploy by the step. */
export type StepTimes = Readonly<{
  /** From its start to its end. */
  whole: number
  /** By the names of its stages. */
  stages: Readonly<Record<string, number>>
  /** What talks to Prefect, or computes what is said to it; `undefined` where the step rehearsed nothing. */
  prefect: number | undefined
  verdict: string
  peakRssMiB: number
}>

/** A checkout whose environment is synced, so that neither side is charged for it. */
export type Synced = Readonly<{ checkout: Checkout; round: (round: number) => void; remove: () => void }>

export async function syncedProject(deployments: number): Promise<Synced> {
  const checkout = await layOut(prefectProject({ deployments, round: 0 }), { lock: true })
  const { uv } = await tools()
  const options = { cwd: checkout.path, env: { ...machineSettings(), ...warm(), HOME: checkout.path } }
  await promisify(execFile)(uv, ['sync', '--quiet', '--locked', '--compile-bytecode'], options)
  return {
    checkout,
    round: (round) => {
      const { 'prefect.yaml': manifest = '' } = prefectProject({ deployments, round })
      checkout.commit({ 'prefect.yaml': manifest })
    },
    remove: checkout.remove,
  }
}

function warm(): Record<string, string> {
  return { UV_CACHE_DIR: UV_CACHE, PIP_CACHE_DIR: path.join(CACHE, 'pip') }
}

/** From the first question to the last answer; `prefect` is what applies. */
const PREFECT_STAGES: ReadonlySet<string> = new Set([
  'prefect-rehearsal',
  'prefect-plan',
  'prefect-survey',
  'prefect-build',
  'prefect',
  'prefect-read-back',
])

/** The whole step, with the engine that rehearses. */
export async function byStep({ checkout }: Synced, apiUrl: string): Promise<StepTimes> {
  const { uvBinDir } = await tools()
  const result = await runStep({
    workspace: checkout.path,
    inputs: { engine: 'rehearsed', 'modal-apps': '', 'prefect-file': 'prefect*.yaml' },
    env: { ...warm(), PREFECT_API_URL: apiUrl, PATH: `${uvBinDir}:${process.env['PATH'] ?? ''}` },
    event: { name: 'push', sha: checkout.sha() },
  })
  const verdict = result.outputs['verdict'] ?? 'none'
  if (!['verified', 'unchanged'].includes(verdict)) throw new Error(`The step ended otherwise:\n${result.log}`)
  const rows = (result.report?.stages ?? []).map(({ stage, seconds }): [string, number] => [stage, seconds])
  const own = rows.filter(([stage]) => PREFECT_STAGES.has(stage))
  return {
    whole: result.seconds,
    stages: Object.fromEntries(rows),
    prefect: own.some(([stage]) => stage === 'prefect-rehearsal')
      ? own.reduce((sum, [, seconds]) => sum + seconds, 0)
      : undefined,
    verdict,
    peakRssMiB: result.peakRssMiB,
  }
}

/** Seconds of `prefect deploy --all` in the same environment, as a workflow without this action runs it. */
export async function byHand({ checkout }: Synced, apiUrl: string): Promise<number> {
  const home = mkdtempSync(path.join(tmpdir(), 'by-hand-'))
  const venv = path.join(checkout.path, '.venv/bin')
  const started = performance.now()
  const child = spawn(path.join(venv, 'prefect'), ['--no-prompt', 'deploy', '--all'], {
    cwd: checkout.path,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...machineSettings(),
      PATH: `${venv}:${process.env['PATH'] ?? ''}`,
      HOME: home,
      PREFECT_HOME: home,
      PREFECT_API_URL: apiUrl,
      CI: 'true',
      GITHUB_ACTIONS: 'true',
    },
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (piece) => (said += String(piece)))
  const exitCode = await new Promise((resolve) => child.once('close', resolve))
  const seconds = (performance.now() - started) / 1000
  rmSync(home, { recursive: true })
  if (exitCode !== 0) throw new Error(`By hand it failed:\n${said}`)
  return seconds
}

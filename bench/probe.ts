import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { tools } from '../__tests__/world/tools.ts'
import { machineClock } from '../src/host.ts'
import { runChild } from '../src/process/child.ts'
import { stepRunner } from '../src/process/step.ts'
import { probeFlows } from '../src/python/probe/probe.ts'

/** Seconds of whole processes that import so many flows: the probe, and a bare Python beside it. */
export type ProbeRace = Readonly<{ flows: number; probe: number[]; byHand: number[] }>

/** What anybody would write who wants to know whether the flows import. */
const BARE = `import json, sys
from prefect.flows import load_flow_from_entrypoint
sys.path.insert(0, "")
for entrypoint in json.load(sys.stdin):
    load_flow_from_entrypoint(entrypoint, use_placeholder_flow=False)
`

/** A flow file of the usual kind: it imports something of its own, and has a model and a few parameters. */
const FLOW = (name: string): string => `from datetime import date
from pydantic import BaseModel
from prefect import flow, task
from shop_${name} import RATE

class Order(BaseModel):
    number: int
    lines: list[str] = []

@task
def load(day: date) -> list[Order]:
    return []

@flow(name="${name}")
def orders(day: date, limit: int = 10, order: Order | None = None, tags: list[str] = []):
    """Orders of the day."""
`

/** The probe and the bare Python in turn, for one, ten and a hundred flows; the first round warms the caches. */
export async function probeRaces(runs: number): Promise<readonly ProbeRace[]> {
  const races = [1, 10, 100].map((flows): ProbeRace => ({ flows, probe: [], byHand: [] }))
  const folder = mkdtempSync(path.join(tmpdir(), 'bench-probe-'))
  mkdirSync(path.join(folder, 'flows'))
  const entrypoints = Array.from({ length: 100 }, (_, index) => {
    const name = `orders_${index}`
    writeFileSync(path.join(folder, `flows/shop_${name}.py`), 'RATE = 0.19\n')
    writeFileSync(path.join(folder, `flows/${name}.py`), FLOW(name))
    return `flows/${name}.py:orders`
  })
  for (let run = 0; run <= runs; run++) {
    for (const race of races) {
      const own = entrypoints.slice(0, race.flows)
      const [bare, probe] = [await bareSeconds(own, folder), await probeSeconds(own, folder)]
      if (run === 0) continue
      race.byHand.push(bare)
      race.probe.push(probe)
    }
  }
  rmSync(folder, { recursive: true })
  return races
}

function environment(folder: string): Record<string, string> {
  return { PATH: process.env['PATH'] ?? '', HOME: folder, PREFECT_HOME: folder, PYTHONUTF8: '1' }
}

async function bareSeconds(entrypoints: readonly string[], folder: string): Promise<number> {
  const python = (await tools()).prefect
  const started = performance.now()
  await new Promise<void>((resolve, reject) => {
    const child = execFile(python, ['-c', BARE], { env: environment(folder), cwd: folder }, (error) =>
      error === null ? resolve() : reject(error),
    )
    child.stdin?.end(JSON.stringify(entrypoints))
  })
  return (performance.now() - started) / 1000
}

async function probeSeconds(entrypoints: readonly string[], folder: string): Promise<number> {
  const log = { info: () => undefined, debug: () => undefined, group: () => undefined, warning: () => undefined }
  const { signal } = new AbortController()
  const started = performance.now()
  const { answer } = await probeFlows(
    {
      runStep: stepRunner({ run: runChild, log, clock: machineClock, signal }),
      python: (await tools()).prefect,
      cwd: folder,
      checkout: folder,
      env: environment(folder),
      workspace: false,
    },
    {
      entrypoints: entrypoints.map((entrypoint) => ({ key: entrypoint, entrypoint })),
      schedules: [],
      parameters: [],
      jobVariables: [],
    },
  )
  const seconds = (performance.now() - started) / 1000
  const imported = Object.values(answer?.flows ?? {}).filter(({ kind }) => kind === 'imported')
  if (imported.length !== entrypoints.length) throw new Error('The probe did not import all flows.')
  return seconds
}

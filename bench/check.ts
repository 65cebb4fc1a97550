import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { corpus } from '../__tests__/manifest/corpus.ts'
import { runStep } from '../__tests__/world/runner.ts'
import { tools } from '../__tests__/world/tools.ts'

/** Seconds of each run, and the peak of memory. */
export type Checks = Readonly<{ seconds: number[]; peakRssMiB: number[] }>

/** A step with `mode: check` on four files, in turn, and Prefect's own loader on a file of the corpus beside it. */
export type CheckRaces = Readonly<{
  tenLines: Checks
  /** 250 kB, 60 deployments. */
  large: Checks
  /** 1 MiB that is refused, by its kind. */
  hostile: Readonly<Record<string, Checks>>
  /** The largest, a middle and the smallest file of the corpus: the step, and Prefect's loader in a process of its own. */
  corpus: readonly Readonly<{ name: string; step: Checks; loader: number[] }>[]
}>

const TEN_LINES = `pull:
  - prefect.deployments.steps.git_clone:
      repository: https://github.com/acme/flows.git
      branch: main
deployments:
  - name: daily
    entrypoint: flows/orders.py:orders
    work_pool:
      name: modal-pool
    description: Orders of the day
`
const MIB = 1024 * 1024
/** What makes a reader of YAML work hardest, each filled up to 1 MiB. */
const HOSTILE: Readonly<Record<string, string>> = {
  'nested lists': '['.repeat(MIB - 1),
  'an alias bomb': filled(`a: &a [x, x, x, x, x, x, x, x, x]\n${bomb()}`, '# and so on\n'),
  'empty entries': filled('deployments:\n', '  -\n'),
  'one long text': filled('name: "', 'x'),
  'unknown keys': filled('deployments:\n  - name: daily\n', '    k: {a: [b, c], d: e}\n'),
}

/** Runs every check once more than `runs`; the first round warms the caches, and is not counted. */
export async function checkRaces(runs: number): Promise<CheckRaces> {
  const files = corpus()
    .filter((file) => !file.refusedAsYaml)
    .sort((one, other) => one.bytes.length - other.bytes.length)
  const chosen = [files[0], files[Math.floor(files.length / 2)], files.at(-1)].flatMap((file) => file ?? [])
  const races = {
    tenLines: nothing(),
    large: nothing(),
    hostile: Object.fromEntries(Object.keys(HOSTILE).map((name) => [name, nothing()])),
    corpus: chosen.map((file) => ({ name: file.name, step: nothing(), loader: [] as number[] })),
  }
  for (let run = 0; run <= runs; run++) {
    await checked(TEN_LINES, races.tenLines, run)
    await checked(largeFile(), races.large, run)
    for (const [name, text] of Object.entries(HOSTILE)) await checked(text, races.hostile[name] ?? nothing(), run)
    for (const [index, race] of races.corpus.entries()) {
      const bytes = chosen[index]?.bytes ?? new Uint8Array()
      await checked(bytes, race.step, run)
      await loaded(bytes, race.loader, run)
    }
  }
  return races
}

function nothing(): Checks {
  return { seconds: [], peakRssMiB: [] }
}

async function checked(text: string | Uint8Array, into: Checks, run: number): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'bench-check-'))
  writeFileSync(path.join(folder, 'prefect.yaml'), text)
  const step = await runStep({ workspace: folder, inputs: { mode: 'check' } })
  rmSync(folder, { recursive: true })
  if (run === 0) return
  into.seconds.push(step.seconds)
  into.peakRssMiB.push(step.peakRssMiB)
}

/** What `prefect deploy` itself does to read its file (Prefect: cli/deploy/_config.py). */
const LOADER = `import sys
from pathlib import Path
from rich.console import Console
from prefect.cli.deploy._config import _load_deploy_configs_and_actions
_load_deploy_configs_and_actions(Path(sys.argv[1]), console=Console(quiet=True))
`

async function loaded(bytes: Uint8Array, into: number[], run: number): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'bench-loader-'))
  const file = path.join(folder, 'prefect.yaml')
  writeFileSync(file, bytes)
  const python = (await tools()).prefect
  const env = { PATH: process.env['PATH'] ?? '', HOME: folder, PREFECT_HOME: folder, PYTHONUTF8: '1' }
  const started = performance.now()
  await promisify(execFile)(python, ['-c', LOADER, file], { env, cwd: folder })
  if (run > 0) into.push((performance.now() - started) / 1000)
  rmSync(folder, { recursive: true })
}

/** 60 deployments with schedules, parameters and long descriptions: about 250 kB. */
function largeFile(): string {
  const entries = Array.from({ length: 60 }, (_, index) => {
    const schedules = Array.from({ length: 12 }, (__, hour) =>
      [`      - cron: "${index} ${hour} * * *"`, '        timezone: Europe/Berlin', `        slug: at-${hour}`].join(
        '\n',
      ),
    )
    const parameters = Array.from({ length: 40 }, (__, number) => `      parameter_${number}: [${number}, "some text"]`)
    return `  - name: daily-${index}
    entrypoint: flows/orders_${index}.py:orders
    description: |
${Array.from({ length: 12 }, () => `      What this deployment is for, in a line of some length that nobody reads.`).join('\n')}
    tags: [one, two, three]
    work_pool:
      name: modal-pool
      job_variables: {env: {A: "1", B: "2", C: "3"}}
    parameters:
${parameters.join('\n')}
    schedules:
${schedules.join('\n')}
`
  })
  const head = TEN_LINES.slice(0, TEN_LINES.indexOf('  - name: daily'))
  return `${head}${entries.join('')}`
}

function filled(head: string, line: string): string {
  return head + line.repeat(Math.floor((MIB - Buffer.byteLength(head)) / Buffer.byteLength(line)))
}

function bomb(): string {
  const levels = 'bcdefghi'.split('')
  return levels
    .map((name, level) => {
      const below = level === 0 ? 'a' : (levels[level - 1] ?? 'a')
      return `${name}: &${name} [${Array.from({ length: 9 }, () => `*${below}`).join(', ')}]\n`
    })
    .join('')
}

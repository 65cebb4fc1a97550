import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { z } from 'zod'
import { Fault } from '../../src/faults.ts'
import { machineClock } from '../../src/host.ts'
import { selectDeployments } from '../../src/manifest/select.ts'
import { prefectEnvironment } from '../../src/prefect/child-env.ts'
import { deployFile, type EntryOutcome } from '../../src/prefect/deploy.ts'
import type { PrefectTools } from '../../src/prefect/tools.ts'
import { type RunChild, runChild } from '../../src/process/child.ts'
import { stepRunner } from '../../src/process/step.ts'
import { manifestFrom } from '../manifest/sample.ts'
import { type Checkout, layOut } from '../world/checkout.ts'
import type { PrefectServer } from '../world/prefect-server.ts'
import { sharedPrefect } from '../world/shared-prefect.ts'
import { prefectVenv, tools } from '../world/tools.ts'
import { versionsOf } from '../world/versions.ts'
import { manifestText, SECRET } from './failing-projects.ts'

let server: PrefectServer
let home: string
const checkouts: Checkout[] = []

beforeAll(async () => {
  server = sharedPrefect()
  home = mkdtempSync(path.join(tmpdir(), 'prefect-home-'))
  for (const pool of ['command-pool', 'other-pool']) await server.createPool(pool)
})

afterAll(() => {
  for (const checkout of checkouts) checkout.remove()
  rmSync(home, { recursive: true, force: true })
})

type Given = Readonly<{
  files: Readonly<Record<string, string>>
  wanted?: readonly string[]
  version?: string
  env?: Readonly<Record<string, string>>
  parallel?: number
  /** Cancels the step when the command prints this line. */
  cancelAt?: string
  command?: string
}>

type Deployed = Readonly<{
  fault: Fault | undefined
  /** `name: state` in the order in which they were told. */
  states: readonly string[]
  outcomes: readonly EntryOutcome[]
  /** What the log shows. */
  log: string
  warnings: readonly string[]
  processes: number
}>

/** Runs the real command against the shared server. */
async function deploy({
  files,
  wanted,
  version = '3.8.8',
  env = {},
  parallel = 4,
  cancelAt,
  command,
}: Given): Promise<Deployed> {
  const checkout = await layOut(files)
  checkouts.push(checkout)
  const python = version === '3.8.8' ? (await tools()).prefect : await prefectVenv(version)
  const venv = path.dirname(path.dirname(python))
  const controller = new AbortController()
  const shown: string[] = []
  const warnings: string[] = []
  let processes = 0
  const run: RunChild = (spec) => {
    processes += 1
    return runChild({
      ...spec,
      onLine: (line, stream) => {
        spec.onLine?.(line, stream)
        if (line === cancelAt) controller.abort(new Fault('cancelled', 'The step was cancelled.'))
      },
    })
  }
  const log = {
    info: (line: string) => void shown.push(line),
    debug: () => undefined,
    group: (title: string, lines: readonly string[]) => void shown.push(title, ...lines),
    warning: (message: string) => void warnings.push(message),
  }
  const prefect: PrefectTools = {
    runStep: stepRunner({ run, log, clock: machineClock, signal: controller.signal }),
    log,
    command: command ?? path.join(venv, 'bin/prefect'),
    version,
    cwd: checkout.path,
    checkout: checkout.path,
    keyFrom: 'no credential',
    env: {
      ...prefectEnvironment({
        base: { PATH: process.env['PATH'] ?? '', HOME: home },
        venv,
        prefectHome: home,
        url: { kind: 'self-hosted', base: server.url },
      }),
      ...env,
    },
  }
  const [selected] = selectDeployments([manifestFrom(files['prefect.yaml'] ?? '')], wanted ?? 'all')
  if (selected === undefined) throw new Error('nothing is selected')
  const outcomes: EntryOutcome[] = []
  const fault = await deployFile(prefect, selected, { parallel, onOutcome: (outcome) => outcomes.push(outcome) })
  const states = outcomes.map(({ entry, state }) => `${entry.name.text}: ${state}`)
  return { fault, outcomes, states, log: shown.join('\n'), warnings, processes }
}

const flowOf = (name: string, before = ''): string =>
  `${before}\nfrom prefect import flow\n\n\n@flow(name="${name}")\ndef main(n: int = 1, password: str = ""):\n    pass\n`

const row = z.object({ id: z.string(), name: z.string(), work_pool_name: z.string().nullable() })

/** What the server has of one flow, by name. */
async function live(flow: string): Promise<readonly z.infer<typeof row>[]> {
  const found = await server.call('POST', '/deployments/filter', { flows: { name: { any_: [flow] } }, limit: 200 })
  return z
    .array(row)
    .parse(found)
    .sort((one, other) => (one.name < other.name ? -1 : 1))
}

const entry = (
  name: string,
  entrypoint = 'flows.py:main',
  more?: string,
): Parameters<typeof manifestText>[0][number] => ({
  name,
  entrypoint,
  pool: 'command-pool',
  ...(more === undefined ? {} : { more }),
})

describe('a file of three', () => {
  test('whose second fails: the first is applied, the third is never tried', async () => {
    const manifest = manifestText([
      entry('one'),
      entry('two', 'flows.py:main', 'schedules:\n  - cron: every day'),
      entry('three'),
    ])
    const { fault, outcomes, states } = await deploy({
      files: { 'flows.py': flowOf('second-fails'), 'prefect.yaml': manifest },
    })
    expect(states).toEqual(['one: applied', 'two: failed', 'three: never-tried'])
    expect(fault).toMatchObject({
      kind: 'user',
      message: 'Deploying `two`: `every day` is no cron schedule.',
      position: { file: 'prefect.yaml', line: 7 },
    })
    expect(outcomes[1]?.fault).toBe(fault)
    const [one, ...others] = await live('second-fails')
    expect(others).toEqual([])
    expect(outcomes[0]).toMatchObject({ flow: 'second-fails', name: 'one', id: one?.id })
  })

  test('whose second ends the process with status 0: that is no success', async () => {
    const files = {
      'flows.py': flowOf('leaves'),
      'leaving.py': flowOf('never', 'import sys\nprint("good bye")\nsys.exit(0)'),
      'prefect.yaml': manifestText([entry('one'), entry('two', 'leaving.py:main'), entry('three')]),
    }
    const { fault, states } = await deploy({ files })
    expect(states).toEqual(['one: applied', 'two: failed', 'three: never-tried'])
    expect(fault).toMatchObject({
      kind: 'user',
      message: expect.stringContaining('Deploying `two`: the command ended well and did not say'),
      lines: ['good bye'],
    })
  })

  test('that is cancelled at its second: what was applied is told, the second is not known', async () => {
    const files = {
      'flows.py': flowOf('cancelled'),
      'waiting.py': flowOf('never', 'import threading\nprint("waiting", flush=True)\nthreading.Event().wait()'),
      'prefect.yaml': manifestText([entry('one'), entry('two', 'waiting.py:main'), entry('three')]),
    }
    const { fault, states } = await deploy({ files, cancelAt: 'waiting' })
    expect(states).toEqual(['one: applied', 'two: unknown', 'three: never-tried'])
    expect(fault).toMatchObject({ kind: 'cancelled' })
  })
})

const HOSTILE = [
  '-n',
  '--all',
  `it's "quoted"`,
  '["a", "b"]',
  'a,b c=d',
  '$(id) `id`',
  'ü漢字 👩‍👩‍👧',
  'x [bold]y',
  "q' successfully created with id 'z",
  'a  b',
  '{{ x }}{{ $NONE }}-',
]

describe.each(versionsOf(['3.8.8'], ['3.4.25']))('hostile names by Prefect %s', (version) => {
  const flow = `hostile-${version}`
  const files = { 'flows.py': flowOf(flow), 'prefect.yaml': manifestText(HOSTILE.map((name) => entry(name))) }
  const names = [...HOSTILE.slice(0, -1), '-'].sort()

  test('one alone and no other, all of them, then all but two by their names', async () => {
    const alone = await deploy({ files, version, wanted: ['--all'] })
    expect(alone.fault).toBeUndefined()
    expect(alone.states).toEqual(['--all: applied'])
    expect((await live(flow)).map(({ name }) => name)).toEqual(['--all'])

    const whole = await deploy({ files, version, parallel: 1 })
    expect(whole.fault).toBeUndefined()
    expect(whole.states).toEqual(HOSTILE.map((name) => `${name}: applied`))
    const there = await live(flow)
    expect(there.map(({ name }) => name)).toEqual(names)
    const ids = new Map(there.map(({ name, id }) => [name, id]))
    for (const { entry: of, id } of whole.outcomes)
      expect(id).toBe(ids.get(of.index === HOSTILE.length - 1 ? '-' : (of.name.text ?? '')))

    const wanted = HOSTILE.slice(1, -1)
    const part = await deploy({ files, version, wanted, parallel: 1 })
    expect(part.fault).toBeUndefined()
    expect(part.states).toEqual(wanted.map((name) => `${name}: applied`))
    expect(part.outcomes.map(({ id }) => id)).toEqual(whole.outcomes.slice(1, -1).map(({ id }) => id))
    expect(await live(flow)).toEqual(there)
  })
})

test('a large file goes through two processes, and nothing is lost', async () => {
  const all = Array.from({ length: 10 }, (_, index) => `d${index}`)
  const files = { 'flows.py': flowOf('large'), 'prefect.yaml': manifestText(all.map((name) => entry(name))) }
  const { fault, states, processes } = await deploy({ files })
  expect(fault).toBeUndefined()
  expect(processes).toBe(2)
  expect([...states].sort()).toEqual(all.map((name) => `${name}: applied`).sort())
  expect((await live('large')).map(({ name }) => name)).toEqual([...all].sort())
})

test('the body of a refused request stands neither in the fault nor in the log', async () => {
  const manifest = manifestText([entry('one', 'flows.py:main', `parameters: {n: ${SECRET}, password: ${SECRET}}`)])
  const { fault, log } = await deploy({ files: { 'flows.py': flowOf('refused'), 'prefect.yaml': manifest } })
  expect(fault).toMatchObject({
    kind: 'refusal',
    message: "Deploying `one`: Prefect refuses `n`: a value is not of type 'integer'.",
  })
  expect(log).toContain('422 Unprocessable Entity')
  expect(`${log} ${JSON.stringify(fault)}`).not.toContain(SECRET)
})

test('a name that comes out empty is a fault, and what is not set is warned of', async () => {
  const files = { 'flows.py': flowOf('nameless'), 'prefect.yaml': manifestText([entry('{{ $NOT_SET }}')]) }
  const env = { PREFECT_DEPLOYMENTS_DEFAULT_WORK_POOL_NAME: 'other-pool' }
  const { fault, outcomes, warnings } = await deploy({ files, env })
  expect(outcomes).toMatchObject([{ state: 'applied', name: '' }])
  expect(fault).toMatchObject({
    kind: 'user',
    message: expect.stringContaining('deployed under an empty name, as `nameless/`'),
  })
  expect(warnings).toEqual([expect.stringContaining('there is no value for `{{ $NOT_SET }}`')])
  // A default work pool does not move the only deployment of a file that names its own.
  expect(await live('nameless')).toMatchObject([{ work_pool_name: 'command-pool' }])
})

test('a command that does not exist leaves everything untried', async () => {
  const files = { 'flows.py': flowOf('untried'), 'prefect.yaml': manifestText([entry('one'), entry('two')]) }
  const { fault, states } = await deploy({ files, command: '/nowhere/bin/prefect' })
  expect(fault).toMatchObject({
    kind: 'user',
    message: expect.stringContaining('/nowhere/bin/prefect could not be started'),
  })
  expect(states).toEqual(['one: never-tried', 'two: never-tried'])
})

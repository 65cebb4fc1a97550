import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { prefectEnvironment } from '../../src/prefect/child-env.ts'
import { runChild } from '../../src/process/child.ts'
import { layOut } from './checkout.ts'
import { answersOf, plain } from './instant-calls.ts'
import { type InstantPrefect, startInstantPrefect } from './instant-prefect.ts'
import type { PrefectServer } from './prefect-server.ts'
import { sharedPrefect } from './shared-prefect.ts'
import { tools } from './tools.ts'

let instant: InstantPrefect
let server: PrefectServer

beforeAll(async () => {
  instant = await startInstantPrefect()
  server = sharedPrefect()
  for (const one of [instant, server]) await one.createPool('instant-pool')
})

afterAll(() => instant.stop())

test('the stand-in answers as the server does', async () => {
  const [here, there] = await Promise.all([answersOf(instant.url), answersOf(server.url)])
  expect(here).toStrictEqual(there)
})

test('a block is told with its secrets where they are asked for', async () => {
  const route = '/block_types/slug/instant/block_documents/name/one'
  for (const one of [instant, server]) {
    await one.ensureBlock('instant', 'one')
    expect(await one.call('GET', route)).toMatchObject({ name: 'one', data: { token: '********' } })
    expect(await one.call('GET', `${route}?include_secrets=true`)).toMatchObject({ data: { token: 'a-token' } })
  }
})

const FLOWS = `from prefect import flow

@flow(name="instant-first")
def first(n: int = 1, name: str = "x"):
    """Has a text of its own."""

@flow(name="instant-second")
def second(n: int = 1): pass
`

/** Everything that a prefect.yaml makes the command send to a self-hosted server. */
const MANIFEST = (round: number): string => `
pull:
  - prefect.deployments.steps.set_working_directory: {directory: /opt}
deployments:
  - name: one
    entrypoint: flows.py:first
    work_pool: {name: instant-pool, work_queue_name: instant-${round}, job_variables: {env: {ROUND: "${round}"}}}
    parameters: {n: ${round}}
    tags: [b, a, "${round}"]
    version: "${round}"
    concurrency_limit: {limit: ${round}, collision_strategy: CANCEL_NEW, grace_period_seconds: 60}
    schedules:
      - {cron: "${round} 5 * * *", timezone: Europe/Berlin, slug: daily, parameters: {n: 4}}
      - {interval: 3600, slug: hourly, active: false}
      - {rrule: "FREQ=DAILY;BYHOUR=4", slug: rule-${round}}
    triggers:
      - enabled: true
        match: {prefect.resource.id: "lake.*"}
        expect: [lake.filled]
        parameters: {n: "{{ event.payload.n }}"}
      - type: compound
        require: all
        within: 60
        triggers:
          - {match: {prefect.resource.id: "a.*"}, expect: [x]}
          - {match: {prefect.resource.id: "b.*"}, expect: [y], posture: Proactive, within: 30}
  - name: two
    entrypoint: flows.py:second
    work_pool: {name: instant-pool}
    concurrency_limit: 3
    enforce_parameter_schema: false
    schedules:
      - {interval: ${round * 60}}
      - {rrule: "DTSTART:20200101T000000\\nFREQ=DAILY;BYHOUR=4", timezone: UTC}
`

test('what `prefect deploy` makes, makes and changes in it is what it leaves in the server', async () => {
  const home = mkdtempSync(path.join(tmpdir(), 'prefect-home-'))
  for (const round of [1, 2]) {
    const checkout = await layOut({ 'flows.py': FLOWS, 'prefect.yaml': MANIFEST(round) })
    await Promise.all([instant, server].map(({ url }) => deploy(url, { cwd: checkout.path, home })))
    checkout.remove()
    const [here, there] = await Promise.all([left(instant), left(server)])
    expect(here).toStrictEqual(there)
    expect(here).toMatchObject({ deployments: { length: 2 }, automations: { length: 2 } })
  }
  rmSync(home, { recursive: true })
})

async function deploy(url: string, { cwd, home }: Readonly<{ cwd: string; home: string }>): Promise<void> {
  const venv = path.dirname(path.dirname((await tools()).prefect))
  const { exitCode, lines } = await runChild({
    command: path.join(venv, 'bin/prefect'),
    args: ['--no-prompt', 'deploy', '--all'],
    cwd,
    env: prefectEnvironment({
      base: { PATH: process.env['PATH'] ?? '', HOME: home },
      venv,
      prefectHome: home,
      url: { kind: 'self-hosted', base: url },
    }),
    deadline: 100,
    signal: new AbortController().signal,
  })
  if (exitCode !== 0) throw new Error(lines.join('\n'))
}

/** What the command has written, with ids and moments made equal. */
async function left({ call }: PrefectServer): Promise<unknown> {
  const flows = { name: { any_: ['instant-first', 'instant-second'] } }
  const deployments = await call('POST', '/deployments/filter', { flows })
  const names = { any_: ['one__automation_1', 'one__automation_2'] }
  const automations = await call('POST', '/automations/filter', { automations: { name: names } })
  return plain({ deployments, automations }, new Map())
}

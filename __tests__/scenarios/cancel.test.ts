import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, describe, expect, it } from '@jest/globals'
import { startWire, type Wire } from '../world/wire.ts'
import { expectTidy } from './refusals.ts'
import { modalApp, prefectYaml } from './small-project.ts'
import { openStage, type Played } from './stage.ts'

const stage = openStage()
const holders: Wire[] = []
afterEach(async () => {
  await Promise.all(holders.splice(0).map((holder) => holder.stop()))
  stage.world().wire.heal()
  await stage.world().modal.release()
})

/** Somebody who answers nothing until the test has ended. */
async function openHolder(): Promise<Wire> {
  const holder = await startWire('http://127.0.0.1:9')
  holders.push(holder)
  holder.fault({ path: /./, hold: true })
  return holder
}

/** It comes to its end in no other way than by SIGKILL; what only looks at the flow is let go. */
const KEEPS_THE_COMMAND = `import os, signal, sys, urllib.request
from prefect import flow

if os.path.isabs(sys.argv[0]):
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, signal.SIG_IGN)
    urllib.request.urlopen(os.environ["HOLDER"])


@flow
def hello(name: str = "you"):
    pass
`

/** It ended by itself before the runner lost its patience, told everything, and left nothing behind. */
function expectCancelled(played: Played, reason: RegExp): void {
  expect({ verdict: played.outputs['verdict'], exitCode: played.exitCode, log: played.log }).toMatchObject({
    verdict: 'cancelled',
    exitCode: 1,
  })
  expect(played.escalated).toBe(false)
  expect(played.report?.reason).toMatch(reason)
  expect(played.summary).toContain('## cancelled')
  expect(played.groups.at(-1)).toBe('Verdict: cancelled')
  expectTidy(played)
}

/** The state of each deployment, in the order of the file. */
function told({ report }: Played): (readonly [name: string, state: string])[] {
  return (report?.deployments ?? []).map(({ name, state }) => [name, state] as const)
}

describe('a step that is cancelled', () => {
  it('while uv is installed has written nothing', async () => {
    const index = await openHolder()
    const toolCache = mkdtempSync(path.join(tmpdir(), 'no-uv-'))
    const played = await stage.run({
      toolCache,
      env: { PIP_INDEX_URL: `${index.url}/simple`, PIP_FIND_LINKS: '', PIP_CONFIG_FILE: '/dev/null' },
      onStart: (cancel) => void index.held().then(cancel),
    })
    expectCancelled(played, /cancelled \(SIGINT\)/)
    expect(played.written).toEqual({ prefect: [], modal: [] })
    expect(played.report?.stages.find((row) => row.stage === 'environment')?.state).toBe('cancelled')
    rmSync(toolCache, { recursive: true })
  })

  it('while a flow keeps the rehearsal, and ends for no signal but the last, has written nothing', async () => {
    const holder = await openHolder()
    const played = await stage.run({
      files: { 'flows/hello.py': KEEPS_THE_COMMAND },
      env: { HOLDER: holder.url },
      onStart: (cancel) => void holder.held().then(cancel),
    })
    expectCancelled(played, /cancelled \(SIGINT\)/)
    expect(played.written).toEqual({ prefect: [], modal: [] })
    expect(played.report?.faults).toMatchObject([{ kind: 'cancelled' }])
    expect(played.report?.stages.find((row) => row.stage === 'prefect-rehearsal')?.state).toBe('cancelled')
    expect(played.report?.deployments).toMatchObject([{ state: 'never-tried' }])
  })

  it('while an app is on its way does not know whether it is deployed, and says so', async () => {
    const { modal } = stage.world()
    await modal.fault({ rpc: 'AppPublish', app: 'cancelled-app', hold: true, times: 'always' })
    const before = (await modal.calls()).filter(({ rpc }) => rpc === 'AppPublish').length
    const arrived = modal.arrived('AppPublish', before + 1)
    const played = await stage.run({
      files: { 'modal_app.py': modalApp('cancelled-app') },
      onStart: (cancel) => void arrived.then(cancel),
    })
    expectCancelled(played, /cancelled \(SIGINT\)/)
    expect(played.report?.apps).toMatchObject([{ state: 'unknown' }])
    expect(played.report?.deployments).toMatchObject([{ state: 'never-tried' }])
    expect(played.written.prefect).toEqual([])
  })

  it('while an app is still being made knows that it is not deployed', async () => {
    const { modal } = stage.world()
    await modal.fault({ rpc: 'FunctionCreate', app: 'half-made', hold: true, times: 'always' })
    const before = (await modal.calls()).filter(({ rpc }) => rpc === 'FunctionCreate').length
    const arrived = modal.arrived('FunctionCreate', before + 1)
    const played = await stage.run({
      files: { 'modal_app.py': modalApp('half-made') },
      inputs: { 'prefect-file': 'none' },
      onStart: (cancel) => void arrived.then(cancel),
    })
    expectCancelled(played, /cancelled \(SIGINT\)/)
    expect(played.report?.apps).toMatchObject([{ state: 'failed' }])
    expect(played.written.modal).not.toContain('AppPublish')
  })

  it('while an endpoint is asked keeps what is known of the app', async () => {
    const { gateway } = stage.world()
    const host = 'acme--asked-web.modal.run'
    gateway.behave(host, { kind: 'hold' })
    const played = await stage.run({
      files: { 'modal_app.py': modalApp('asked') },
      cancelBy: 'SIGTERM',
      onStart: (cancel) => void gateway.arrived(host).then(cancel),
    })
    expectCancelled(played, /cancelled \(SIGTERM\)/)
    expect(played.report?.apps).toMatchObject([{ name: 'asked', state: 'deployed' }])
    expect(played.outputs).toMatchObject({ 'modal-urls': `{"asked":{"web":"https://${host}"}}`, changed: 'true' })
    expect(played.report?.deployments).toMatchObject([{ state: 'never-tried' }])
    expect(played.written.prefect).toEqual([])
  })

  it('while deployments are written says of each what the workspace says, and where it does not answer, that', async () => {
    const { prefect, wire } = stage.world()
    const create = { method: 'POST', path: /\/deployments\/$/ }
    const look = { method: 'POST', path: /\/deployments\/filter$/ }
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((name) => `written-${name}`)
    const played = await stage.run({
      files: { 'prefect.yaml': prefectYaml(names.map((name) => ({ name }))) },
      inputs: { 'modal-apps': '' },
      onStart: (cancel) => {
        // One after another goes through; of the second the answer is kept back, and three more take up what runs at once.
        wire.fault({ method: 'POST', path: /\/flows\/$/, delayMs: 0, insists: true })
        wire.fault({ ...create, delayMs: 0, insists: true, times: 1 })
        wire.fault({ ...create, hold: true, times: 3 })
        wire.fault({ ...create, hold: 'answer', insists: true })
        void wire.answered(create, 2).then(cancel)
      },
    })
    expectCancelled(played, /cancelled \(SIGINT\)/)
    const there = new Set((await prefect.deployments()).map(({ name }) => name))
    const toldOf = told(played).map(([name, state]) => (there.has(name) ? `there: ${state}` : state))
    expect(toldOf.sort()).toEqual([
      'never-tried',
      'never-tried',
      'there: verified',
      'there: verified',
      'unknown',
      'unknown',
      'unknown',
    ])
    expect(played.outputs['changed']).toBe('true')

    wire.heal()
    const silent = await stage.again(played, {
      inputs: { 'modal-apps': '' },
      onStart: (cancel) => {
        wire.fault({ ...create, hold: true })
        void wire
          .reached(create, 4)
          .then(() => wire.fault({ ...look, hold: true }))
          .then(cancel)
      },
    })
    expectCancelled(silent, /cancelled \(SIGINT\)/)
    const states = told(silent).map(([name, state]) => (there.has(name) ? `there: ${state}` : state))
    expect(states.sort()).toEqual([
      'never-tried',
      'there: applied',
      'there: applied',
      'unknown',
      'unknown',
      'unknown',
      'unknown',
    ])
  })

  it('while the plain command deploys says which deployments are applied', async () => {
    const { wire } = stage.world()
    const second = { method: 'GET', path: /\/deployments\/name\/hello\/cancelled-b/ }
    wire.fault({ ...second, hold: true })
    const played = await stage.run({
      files: {
        'prefect.yaml': prefectYaml([{ name: 'cancelled-a' }, { name: 'cancelled-b' }, { name: 'cancelled-c' }]),
      },
      inputs: { 'modal-apps': '', engine: 'direct' },
      onStart: (cancel) => void wire.reached(second, 1).then(cancel),
    })
    expectCancelled(played, /cancelled \(SIGINT\)/)
    expect(played.report?.deployments.map((row) => row.state)).toEqual(['applied', 'unknown', 'never-tried'])
    expect(played.outputs['changed']).toBe('true')
  })

  it('by its own timeout ends the same way', async () => {
    const { gateway } = stage.world()
    const host = 'acme--too-slow-web.modal.run'
    gateway.behave(host, { kind: 'hold' })
    const played = await stage.run({
      files: { 'modal_app.py': modalApp('too-slow') },
      inputs: { timeout: '0.15', 'prefect-file': 'none' },
    })
    expectCancelled(played, /The step's `timeout` of 0.15 minutes passed/)
  })
})

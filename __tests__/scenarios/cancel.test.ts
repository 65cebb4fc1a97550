import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, describe, expect, it } from '@jest/globals'
import { startWire } from '../world/wire.ts'
import { expectTidy } from './refusals.ts'
import { modalApp, prefectYaml } from './small-project.ts'
import { openStage, type Played } from './stage.ts'

const stage = openStage()
afterEach(() => stage.world().modal.release())

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

describe('a step that is cancelled', () => {
  it('while uv is installed has written nothing', async () => {
    const index = await startWire('http://127.0.0.1:9')
    index.fault({ path: /./, hold: true })
    const toolCache = mkdtempSync(path.join(tmpdir(), 'no-uv-'))
    const played = await stage.run({
      toolCache,
      env: { PIP_INDEX_URL: `${index.url}/simple`, PIP_FIND_LINKS: '', PIP_CONFIG_FILE: '/dev/null' },
      onStart: (cancel) => void index.held().then(cancel),
    })
    expectCancelled(played, /cancelled \(SIGINT\)/)
    expect(played.written).toEqual({ prefect: [], modal: [] })
    expect(played.report?.stages.find((row) => row.stage === 'environment')?.state).toBe('cancelled')
    await index.stop()
    rmSync(toolCache, { recursive: true })
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

  it('while Prefect deploys says which deployments are applied', async () => {
    const { wire } = stage.world()
    wire.fault({ method: 'GET', path: /\/deployments\/name\/hello\/cancelled-b/, hold: true })
    const played = await stage.run({
      files: {
        'prefect.yaml': prefectYaml([{ name: 'cancelled-a' }, { name: 'cancelled-b' }, { name: 'cancelled-c' }]),
      },
      inputs: { 'modal-apps': '' },
      onStart: (cancel) => void wire.held().then(cancel),
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
      inputs: { timeout: '0.3', 'prefect-file': 'none' },
    })
    expectCancelled(played, /The step's `timeout` of 0.3 minutes passed/)
  })
})

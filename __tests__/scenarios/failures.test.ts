import { describe, expect, it } from '@jest/globals'
import { expectRefused, expectTidy, expectUntouched } from './refusals.ts'
import { modalApp, prefectYaml } from './small-project.ts'
import { openStage, type Played } from './stage.ts'

const stage = openStage()
const APPS_ALONE = { 'prefect-file': 'none' }

/** What the table says of each target, in the order of the report. */
function states(played: Played): { apps: unknown; deployments: unknown } {
  return {
    apps: played.report?.apps.map((app) => app.state),
    deployments: played.report?.deployments.map((row) => row.state),
  }
}

function expectNotDeployed(played: Played, message: RegExp): void {
  expect({ verdict: played.outputs['verdict'], exitCode: played.exitCode, log: played.log }).toMatchObject({
    verdict: 'not-deployed',
    exitCode: 1,
  })
  expect(played.annotations.filter((one) => one.level === 'error').map((one) => one.message)).toEqual(
    expect.arrayContaining([expect.stringMatching(message)]),
  )
  expectTidy(played)
}

describe('an app that cannot be deployed', () => {
  it('because it does not import is told at its line, and Prefect is left alone', async () => {
    const played = await stage.run({
      // Under a condition, the check before it claims nothing.
      files: { 'modal_app.py': `if True:\n    import nowhere_to_be_found\n${modalApp('broken-import')}` },
    })
    expectNotDeployed(played, /the app imports `nowhere_to_be_found`.*\n.*uv add nowhere_to_be_found/)
    expect(played.annotations).toEqual(
      expect.arrayContaining([expect.objectContaining({ level: 'error', file: 'modal_app.py', line: 2 })]),
    )
    expect(states(played)).toEqual({ apps: ['failed'], deployments: ['never-tried'] })
    expectUntouched(played)
  })

  it('because a secret is missing is told which', async () => {
    const body =
      '\n\n@app.function(image=image, secrets=[modal.Secret.from_name("no-such-secret")])\ndef train():\n    pass\n'
    const files = { 'modal_app.py': modalApp('no-secret', body) }
    const played = await stage.run({ files, inputs: APPS_ALONE })
    expectNotDeployed(played, /Secret 'no-such-secret' not found.*\n.*modal secret create no-such-secret/)
  })

  it('because its image does not build shows the end of the build log', async () => {
    await stage.world().modal.failBuild({ matching: 'uv pip install', logs: ['resolving', 'error: no such wheel'] })
    const played = await stage.run({
      files: { 'modal_app.py': modalApp('bad-image').replace('fastapi==0.115.6', 'fastapi==0.0.0') },
      inputs: APPS_ALONE,
    })
    expectNotDeployed(played, /Image build for im-\w+ failed[^]*error: no such wheel/)
  })

  it('stops the others that have not begun, and says so', async () => {
    const played = await stage.run({
      files: { 'a.py': modalApp('raises', '\n\nraise RuntimeError("never")\n'), 'b.py': modalApp('never-tried') },
      inputs: { ...APPS_ALONE, 'modal-apps': 'a.py\nb.py', parallel: '1' },
    })
    expectNotDeployed(played, /RuntimeError: never/)
    expect(states(played).apps).toEqual(['failed', 'never-tried'])
    expect(played.outputs['changed']).toBe('false')
  })

  it('without a function that is declared is not what was asked for', async () => {
    const played = await stage.run({
      files: { 'modal_app.py': modalApp('lacks-a-function') },
      inputs: { ...APPS_ALONE, 'modal-apps': '- app: modal_app.py\n  functions: [web, train]\n' },
    })
    expectNotDeployed(played, /deployed without `train`.*\n.*Registered are: web/)
    expect(played.outputs['changed']).toBe('true')
  })
})

describe('an environment that cannot be made', () => {
  it('from a stale lock is refused, and uv lock is what to do', async () => {
    const good = await stage.run({ inputs: { mode: 'check' } })
    const toml = `[project]\nname = "small"\nversion = "0.1.0"\nrequires-python = ">=3.11"\ndependencies = ["modal==1.6.4", "prefect==3.8.8", "click"]\n`
    good.checkout.commit({ 'pyproject.toml': toml })
    const played = await stage.again(good)
    expect(played.outputs['verdict']).toBe('refused')
    expect(played.annotations).toEqual([
      expect.objectContaining({ file: 'uv.lock', message: expect.stringContaining('Run `uv lock`') }),
    ])
    expectUntouched(played)
  })

  it('without Prefect or Modal in the lock is refused, and uv add is what to do', async () => {
    const toml =
      '[project]\nname = "small"\nversion = "0.1.0"\nrequires-python = ">=3.11"\ndependencies = ["prefect==3.8.8"]\n'
    const played = await stage.run({ files: { 'pyproject.toml': toml } })
    expect(played.outputs['verdict']).toBe('refused')
    expect(played.annotations[0]).toMatchObject({
      file: 'pyproject.toml',
      message: expect.stringContaining('Run `uv add modal`'),
    })
    expectUntouched(played)
  })
})

describe('a deployment that Prefect refuses', () => {
  it('is told before anything is written; the plain command applies those before it, and says which', async () => {
    const entries = [
      { name: 'before-the-bad-one' },
      // What a variable holds is only known once Prefect has filled it in.
      { name: 'the-bad-one', extra: ['schedules:', '  - cron: "{{ $BAD_CRON }}"'] },
      { name: 'after-the-bad-one' },
    ]
    const env = { BAD_CRON: '61 * * * *' }
    const files = { 'prefect.yaml': prefectYaml(entries), 'modal_app.py': modalApp('with-a-bad-one') }
    const played = await stage.run({ files, env })
    expectRefused(played, /cron/i)
    expect(states(played)).toEqual({ apps: ['never-tried'], deployments: ['never-tried', 'failed', 'never-tried'] })
    expect(played.report?.deployments[1]?.action).toBe('invalid')

    const direct = await stage.again(played, { env, inputs: { engine: 'direct' } })
    expectNotDeployed(direct, /cron/i)
    expect(states(direct)).toEqual({ apps: ['deployed'], deployments: ['verified', 'failed', 'never-tried'] })
    expect(direct.outputs['deployment-urls']).toMatch(/^\{"hello\/before-the-bad-one":"[^"]+"\}$/)
    expect(direct.outputs['changed']).toBe('true')
  })
})

describe('a deployment that somebody else works with', () => {
  const NAMES = ['overtaken', 'overwritten', 'vanishes']
  const described = (description: string): string =>
    prefectYaml(NAMES.map((name) => ({ name, extra: [`description: ${description}`] })))

  it('is not written over, and is found by the read-back where it is gone, or otherwise than wanted', async () => {
    const { prefect, wire, modal } = stage.world()
    const files = { 'prefect.yaml': described('first'), 'modal_app.py': modalApp('meanwhile') }
    const first = await stage.run({ files, inputs: { 'modal-apps': '' } })
    expect({ verdict: first.outputs['verdict'], log: first.log }).toMatchObject({ verdict: 'verified' })
    const [overtaken, overwritten] = first.report?.deployments.map(({ id }) => id) ?? []
    const asBefore = await prefect.call('GET', `/deployments/${overwritten}`)

    first.checkout.commit({ 'prefect.yaml': described('second') })
    await modal.fault({ rpc: 'AppPublish', app: 'meanwhile', hold: true, times: 'always' })
    const publishes = (await modal.calls()).filter(({ rpc }) => rpc === 'AppPublish').length
    const published = modal.arrived('AppPublish', publishes + 1)
    const written = wire.reached({ method: 'PATCH', path: /\/deployments\/[\da-f-]+$/ }, 2)
    const second = await stage.again(first, {
      onStart: () => {
        void published
          .then(() => prefect.call('PATCH', `/deployments/${overtaken}`, { tags: ['by-hand'] }))
          .then(() => modal.release())
        // As if another job had put its own back, and deleted the other.
        const answer = { status: 200, body: JSON.stringify([asBefore]) }
        void written.then(() => wire.fault({ method: 'POST', path: /\/deployments\/filter$/, answer }))
      },
    })
    wire.heal()
    expectNotDeployed(second, /hello\/overtaken was changed in the workspace while this step ran/)
    expectNotDeployed(
      second,
      /hello\/overwritten is live otherwise than wanted: .*description: wanted second, found first/,
    )
    expectNotDeployed(second, /hello\/vanishes is not there, though Prefect took it/)
    expect(states(second)).toEqual({ apps: ['deployed'], deployments: ['failed', 'mismatch', 'missing'] })
    expect(await prefect.call('GET', `/deployments/${overtaken}`)).toMatchObject({
      description: 'first',
      tags: ['by-hand'],
    })
  })
})

it('a Prefect that is too old to deploy is refused before Modal is touched', async () => {
  const toml = `[project]\nname = "small"\nversion = "0.1.0"\nrequires-python = ">=3.11"\ndependencies = ["modal==1.6.4", "prefect==3.0.11"]\n`
  const played = await stage.run({ files: { 'pyproject.toml': toml } })
  expect(played.outputs['verdict']).toBe('refused')
  expect(played.annotations[0]?.message).toContain('Prefect 3.0.11, which is too old')
  expectUntouched(played)
})

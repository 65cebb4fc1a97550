import { describe, expect, it } from '@jest/globals'
import { expectTidy, expectUntouched } from './refusals.ts'
import { modalApp, prefectYaml } from './small-project.ts'
import { openStage, type Played } from './stage.ts'

const stage = openStage()

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
    const played = await stage.run({ files: { 'modal_app.py': modalApp('no-secret', body) } })
    expectNotDeployed(played, /Secret 'no-such-secret' not found.*\n.*modal secret create no-such-secret/)
    expect(played.written.prefect).toEqual([])
  })

  it('because its image does not build shows the end of the build log', async () => {
    await stage.world().modal.failBuild({ matching: 'uv pip install', logs: ['resolving', 'error: no such wheel'] })
    const played = await stage.run({
      files: { 'modal_app.py': modalApp('bad-image').replace('fastapi==0.115.6', 'fastapi==0.0.0') },
    })
    expectNotDeployed(played, /Image build for im-\w+ failed[^]*error: no such wheel/)
    expect(played.written.prefect).toEqual([])
  })

  it('stops the others that have not begun, and says so', async () => {
    const played = await stage.run({
      files: { 'a.py': modalApp('raises', '\n\nraise RuntimeError("never")\n'), 'b.py': modalApp('never-tried') },
      inputs: { 'modal-apps': 'a.py\nb.py', parallel: '1', 'prefect-file': 'none' },
    })
    expectNotDeployed(played, /RuntimeError: never/)
    expect(states(played).apps).toEqual(['failed', 'never-tried'])
    expect(played.outputs['changed']).toBe('false')
  })

  it('without a function that is declared is not what was asked for', async () => {
    const played = await stage.run({
      files: { 'modal_app.py': modalApp('lacks-a-function') },
      inputs: { 'modal-apps': '- app: modal_app.py\n  functions: [web, train]\n' },
    })
    expectNotDeployed(played, /deployed without `train`.*\n.*Registered are: web/)
    expect(played.written.prefect).toEqual([])
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
  it('leaves those before it applied, those after it not tried, and says which is which', async () => {
    const entries = [
      { name: 'before-the-bad-one' },
      // What a variable holds is only known once Prefect has filled it in.
      { name: 'the-bad-one', extra: ['schedules:', '  - cron: "{{ $BAD_CRON }}"'] },
      { name: 'after-the-bad-one' },
    ]
    const played = await stage.run({
      files: { 'prefect.yaml': prefectYaml(entries), 'modal_app.py': modalApp('with-a-bad-one') },
      env: { BAD_CRON: '61 * * * *' },
    })
    expectNotDeployed(played, /cron/i)
    expect(states(played)).toEqual({ apps: ['deployed'], deployments: ['verified', 'failed', 'never-tried'] })
    expect(played.outputs['deployment-urls']).toMatch(/^\{"hello\/before-the-bad-one":"[^"]+"\}$/)
    expect(played.outputs['changed']).toBe('true')
  })

  it('is found by the read-back where the API answers otherwise than the command line said', async () => {
    stage.world().wire.fault({
      method: 'POST',
      path: /\/deployments\/filter$/,
      times: 1,
      answer: { status: 200, body: '[]' },
    })
    const played = await stage.run({
      files: { 'prefect.yaml': prefectYaml([{ name: 'vanishes' }]) },
      inputs: { 'modal-apps': '' },
    })
    expectNotDeployed(played, /hello\/vanishes is not there, though `prefect deploy` said that it was made/)
    expect(states(played).deployments).toEqual(['missing'])
  })
})

it('a Prefect that is too old to deploy is refused before Modal is touched', async () => {
  const toml = `[project]\nname = "small"\nversion = "0.1.0"\nrequires-python = ">=3.11"\ndependencies = ["modal==1.6.4", "prefect==3.0.11"]\n`
  const played = await stage.run({ files: { 'pyproject.toml': toml } })
  expect(played.outputs['verdict']).toBe('refused')
  expect(played.annotations[0]?.message).toContain('Prefect 3.0.11, which is too old')
  expectUntouched(played)
})

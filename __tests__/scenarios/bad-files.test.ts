import { describe, expect, it } from '@jest/globals'
import { expectRefused } from './refusals.ts'
import { prefectYaml } from './small-project.ts'
import { openStage } from './stage.ts'

const stage = openStage()

describe('a step whose files are at fault is refused at their place, with nothing written', () => {
  it.each<[string, Record<string, string | null>, RegExp, Record<string, unknown>]>([
    ['no prefect.yaml', { 'prefect.yaml': null }, /No file matches `prefect.yaml`/, {}],
    [
      'another ending',
      { 'prefect.yaml': null, 'prefect.yml': prefectYaml() },
      /There is `prefect.yml`: name it in `prefect-file`/,
      {},
    ],
    [
      'broken YAML',
      { 'prefect.yaml': 'pull: []\ndeployments:\n  - name: "daily\n' },
      /This is not valid YAML/,
      { file: 'prefect.yaml', line: 3 },
    ],
    [
      'a tab',
      { 'prefect.yaml': 'pull: []\ndeployments:\n\t- name: daily\n' },
      /YAML allows no tab there/,
      { file: 'prefect.yaml', line: 3 },
    ],
    [
      'no deployments',
      { 'prefect.yaml': `${prefectYaml([]).trimEnd()} []\n` },
      /`deployments` is empty/,
      { file: 'prefect.yaml', line: 5, title: 'deployments-empty' },
    ],
    [
      'a deployment without a name',
      { 'prefect.yaml': prefectYaml().replace('- name: "daily"\n    entrypoint', '- entrypoint') },
      /has no `name`; Prefect refuses it/,
      { file: 'prefect.yaml', line: 6, title: 'deployment-name-missing' },
    ],
    [
      'no pull section',
      { 'prefect.yaml': prefectYaml([{ name: 'daily' }], { pull: '' }) },
      /There is no `pull` section/,
      { file: 'prefect.yaml', line: 1, title: 'pull-missing' },
    ],
    [
      'no app file',
      { 'modal_app.py': null, 'modal_apps.py': 'x = 1\n' },
      /no file `modal_app.py`.*\n.*Did you mean `modal_apps.py`/,
      {},
    ],
  ])('%s', async (_, files, message, place) => {
    const played = await stage.run({ files })
    expectRefused(played, message)
    expect(played.annotations).toEqual(expect.arrayContaining([expect.objectContaining({ level: 'error', ...place })]))
    expect(played.report?.deployments.every((row) => row.state === 'never-tried')).toBe(true)
    expect(played.groups.filter((title) => title.startsWith('uv'))).toEqual([])
  })

  it('all faults at once, of files and inputs alike', async () => {
    const files = {
      'prefect.yaml': 'pull: []\ndeployments:\n  - name: a\n  - entrypoint: x.py:y\n    work_pool: {}\n',
      'modal_app.py': null,
    }
    const played = await stage.run({ files })
    expectRefused(played, /no file `modal_app.py`/)
    const rules = played.report?.findings.map((finding) => `${finding.rule}:${finding.position.line}`)
    expect(rules).toEqual([
      'entrypoint-missing:3',
      'work-pool-missing:3',
      'deployment-name-missing:4',
      'work-pool-name-missing:5',
    ])
    expect(played.outputs['findings']).toBe('4')
  })

  it('several wrong inputs are told together, each with its value and what is allowed', async () => {
    const played = await stage.run({ inputs: { mode: 'dploy', parallel: '0', 'modal-apps': 'modal_app' } })
    expectRefused(played, /The input `mode` is `dploy`: allowed: auto, deploy, check/)
    const messages = played.annotations.map((one) => one.message).join('\n')
    expect(messages).toContain('The input `parallel` is `0`: allowed: a whole number from 1 to 32')
    expect(messages).toContain('`modal_app` is neither a Python file nor')
  })

  it('a selection that matches nothing names the nearest', async () => {
    const played = await stage.run({ inputs: { deployments: 'dayly' } })
    expectRefused(played, /No deployment matches `dayly`.*\n.*`daily`/)
  })
})

describe('a check', () => {
  it('needs no network, no Python and no credentials', async () => {
    const nothing = { PREFECT_API_URL: '', MODAL_TOKEN_ID: '', MODAL_TOKEN_SECRET: '', PATH: '/usr/bin:/bin' }
    const played = await stage.run({ inputs: { mode: 'check' }, env: nothing })
    expect(played.outputs).toMatchObject({ verdict: 'planned', changed: 'false', findings: '0' })
    expect(played.exitCode).toBe(0)
    expect(played.written).toEqual({ prefect: [], modal: [] })
  })

  it('is what a pull request gets', async () => {
    const event = { name: 'pull_request', ref: 'refs/pull/7/merge', baseRef: 'main' }
    const played = await stage.run({ event })
    expect(played.outputs['verdict']).toBe('planned')
    expect(played.log).toContain('Mode: check (pull_request on 7/merge; a pull request is not deployed)')
  })

  it('is skipped work where a pull request of a fork has no secrets', async () => {
    const event = { name: 'pull_request', ref: 'refs/pull/7/merge', baseRef: 'main' }
    const played = await stage.run({ event, env: { PREFECT_API_URL: '', MODAL_TOKEN_ID: '', MODAL_TOKEN_SECRET: '' } })
    expect({ ...played.outputs, code: played.exitCode }).toMatchObject({ verdict: 'skipped', code: 0 })
  })

  it('is what a ref gets that may not deploy; a deploy that is asked for there is refused', async () => {
    const inputs = { 'deploy-refs': 'release/*' }
    const auto = await stage.run({ inputs })
    expect(auto.outputs['verdict']).toBe('planned')
    expect(auto.log).toContain('`deploy-refs` does not admit it')
    const forced = await stage.again(auto, { inputs: { ...inputs, mode: 'deploy' } })
    expectRefused(forced, /`mode: deploy` on main, which `deploy-refs` does not admit/)
  })

  it('never meets code of a pull request where the secrets are', async () => {
    const event = {
      name: 'pull_request_target',
      sha: 'f'.repeat(40),
      payload: { pull_request: { base: { ref: 'main', sha: 'e'.repeat(40) } } },
    }
    expectRefused(
      await stage.run({ event }),
      /On `pull_request_target` this checkout is not the base or default branch/,
    )
  })
})

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
      'entrypoint-file-missing:4',
      'work-pool-name-missing:5',
    ])
    expect(played.outputs['findings']).toBe('5')
  })

  it('several wrong inputs are told together, each with its value and what is allowed', async () => {
    const played = await stage.run({ inputs: { mode: 'dploy', parallel: '0', 'modal-apps': 'modal_app' } })
    expectRefused(played, /The input `mode` is `dploy`: allowed: auto, deploy, plan, check, verify/)
    const messages = played.annotations.map((one) => one.message).join('\n')
    expect(messages).toContain('The input `parallel` is `0`: allowed: a whole number from 1 to 32')
    expect(messages).toContain('`modal_app` is neither a Python file nor')
  })

  it('a selection that matches nothing names the nearest', async () => {
    const played = await stage.run({ inputs: { deployments: 'dayly' } })
    expectRefused(played, /No deployment matches `dayly`.*\n.*`daily`/)
  })
})

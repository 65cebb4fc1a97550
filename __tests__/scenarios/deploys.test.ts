import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { z } from 'zod'
import { type CloudWorkspace, startPrefectCloud } from '../world/prefect-cloud.ts'
import { expectTidy, expectUntouched } from './refusals.ts'
import { modalApp, prefectYaml, SMALL_PROJECT } from './small-project.ts'
import { openStage } from './stage.ts'

const stage = openStage({
  modal: {
    environments: [
      { name: 'main', webSuffix: '' },
      { name: 'dev', webSuffix: 'dev' },
    ],
  },
})
const ROOT = path.resolve(import.meta.dirname, '../..')
const urls = z.record(z.string(), z.string())

/** `dist/` and `action.yml` alone, in a folder without node_modules. */
function shipped(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'action-'))
  for (const name of ['dist', 'action.yml']) cpSync(path.join(ROOT, name), path.join(folder, name), { recursive: true })
  return folder
}

describe('the main job', () => {
  it('plans on a pull request, deploys flows and an app from dist/ alone, and the same commit once more', async () => {
    const action = shipped()
    await stage.world().prefect.ensurePool('modal-pool')
    await stage.world().prefect.ensureBlock('github-credentials', 'flows')
    const event = { name: 'pull_request', ref: 'refs/pull/7/merge', baseRef: 'main' }
    const plan = await stage.run({ example: 'flows-on-modal', action, event })
    expect({ ...plan.outputs, exitCode: plan.exitCode, log: plan.log }).toMatchObject({
      verdict: 'planned',
      exitCode: 0,
      changed: 'false',
      findings: '0',
      'deployment-urls': '{}',
      log: expect.stringContaining('Mode: plan (pull_request on 7/merge; a pull request is not deployed)'),
    })
    expect(plan.report?.reason).toBe('Plan: 2 to create, 1 app to deploy; nothing was written.')
    expect(plan.report?.leftOut.map(({ part }) => part)).toEqual([expect.stringContaining('what `modal deploy` would')])
    expectUntouched(plan)

    const first = await stage.again(plan, { action })
    expect({ ...first.outputs, exitCode: first.exitCode, log: first.log }).toMatchObject({
      verdict: 'verified',
      exitCode: 0,
      changed: 'true',
      findings: '0',
      'plan-digest': plan.outputs['plan-digest'],
      url: 'https://acme--orders-api-web.modal.run',
      'modal-urls': '{"orders-api":{"web":"https://acme--orders-api-web.modal.run"}}',
    })
    const ui = stage.world().wire.url.replace(/\/api$/, '')
    // Other files deploy to this server too, also a `nightly` of theirs.
    const live = (await stage.world().prefect.deployments()).filter(({ entrypoint }) =>
      entrypoint?.startsWith('flows_on_modal.flows.orders:'),
    )
    expect(live.map((one) => [one.name, one.entrypoint, one.version, one.work_pool_name])).toEqual(
      expect.arrayContaining([
        ['nightly', 'flows_on_modal.flows.orders:summarize', first.checkout.sha().slice(0, 8), 'modal-pool'],
        ['on-demand', 'flows_on_modal.flows.orders:refresh', first.checkout.sha().slice(0, 8), 'modal-pool'],
      ]),
    )
    const byName = new Map(live.map((one) => [one.name, one.id]))
    expect(urls.parse(JSON.parse(first.outputs['deployment-urls'] ?? ''))).toEqual({
      'summarize/nightly': `${ui}/deployments/deployment/${byName.get('nightly')}`,
      'refresh/on-demand': `${ui}/deployments/deployment/${byName.get('on-demand')}`,
    })
    expect(first.report?.apps).toMatchObject([
      {
        name: 'orders-api',
        state: 'deployed',
        version: 'v1',
        tag: first.checkout.sha().slice(0, 8),
        functions: ['tidy_up', 'web'],
      },
    ])
    expect(first.report?.deployments.map((row) => [row.state, row.action])).toEqual([
      ['verified', 'create'],
      ['verified', 'create'],
    ])
    expect(first.report?.versions).toMatchObject({
      uv: '0.13.8',
      prefect: '3.8.8',
      modal: '1.6.4',
      prefectServer: '3.8.8',
    })
    expect(first.report?.findings.filter(({ severity }) => severity !== 'notice')).toEqual([])
    expect(first.annotations).toEqual([])
    expect(first.groups.at(-1)).toBe('Verdict: verified')
    expectTidy(first)

    const second = await stage.again(first, { action })
    expect({ ...second.outputs, log: second.log }).toMatchObject({ verdict: 'unchanged', changed: 'false' })
    expect(second.report?.apps).toMatchObject([{ state: 'no-op', version: 'v1', versionBefore: 'v1' }])
    expect(second.report?.deployments.map((row) => [row.state, row.action])).toEqual([
      ['verified', 'unchanged'],
      ['verified', 'unchanged'],
    ])
    expect(second.written.prefect).toEqual([])
    expect(second.outputs['deployment-urls']).toBe(first.outputs['deployment-urls'])
    expect((await stage.world().modal.apps()).find((app) => app.name === 'orders-api')?.versions).toHaveLength(1)
    rmSync(action, { recursive: true })
  })
})

describe('what is deployed', () => {
  it('are several apps side by side, each as the list says', async () => {
    const apps = `- app: one.py
  name: app-of-another-name
  health: { function: web, path: /health, json: { status: ok }, status: 200 }
- app: -m package.two
  environment: dev
  functions: [web, nightly]
- app: three.py::service
`
    const played = await stage.run({
      files: {
        'one.py': modalApp('one'),
        'package/__init__.py': '',
        'package/two.py': modalApp(
          'two',
          '\n\n@app.function(image=image, schedule=modal.Cron("0 3 * * *"))\ndef nightly():\n    pass\n',
        ),
        'pyproject.toml': (SMALL_PROJECT['pyproject.toml'] ?? '').replace(', "prefect==3.8.8"', ''),
        'three.py': modalApp('three').replaceAll('app = ', 'service = ').replaceAll('@app.', '@service.'),
      },
      inputs: { 'modal-apps': apps, 'prefect-file': 'none', parallel: '2' },
      env: { PREFECT_API_URL: '' },
    })
    expect({ verdict: played.outputs['verdict'], log: played.log }).toMatchObject({ verdict: 'verified' })
    expect(JSON.parse(played.outputs['modal-urls'] ?? '')).toEqual({
      'app-of-another-name': { web: 'https://acme--app-of-another-name-web.modal.run' },
      two: { web: 'https://acme-dev--two-web.modal.run' },
      three: { web: 'https://acme--three-web.modal.run' },
    })
    expect(played.report?.apps.map((app) => [app.reference, app.environment, app.state])).toEqual([
      ['one.py', 'main', 'deployed'],
      ['-m package.two', 'dev', 'deployed'],
      ['three.py::service', 'main', 'deployed'],
    ])
    const again = await stage.again(played, {
      inputs: { 'modal-apps': apps, 'prefect-file': 'none' },
      env: { PREFECT_API_URL: '' },
    })
    expect(again.outputs).toMatchObject({ verdict: 'unchanged', changed: 'false' })
  })

  it('are the chosen deployments of several files, in a workspace of Prefect Cloud with links into its console', async () => {
    const names = ['chosen-a', 'chosen-b', 'left-out']
    const workspace: CloudWorkspace = {
      accountId: '11111111-1111-4111-8111-111111111111',
      accountHandle: 'acme',
      workspaceId: '22222222-2222-4222-8222-222222222222',
      workspaceHandle: 'sales',
    }
    const keys = [{ key: 'pnu_right_key_of_acme' }]
    const cloud = await startPrefectCloud({ server: stage.world().wire.url, workspaces: [workspace], keys })
    const played = await stage.run({
      files: {
        'prefect.yaml': null,
        'jobs/one.yaml': prefectYaml([{ name: 'chosen-a' }, { name: 'left-out' }]),
        'jobs/two.yaml': prefectYaml([{ name: 'chosen-b' }]),
      },
      inputs: {
        'prefect-file': 'jobs/*.yaml',
        deployments: 'chosen-*',
        'prefect-workspace': 'acme/sales',
        'modal-apps': '',
      },
      env: {
        MODAL_TOKEN_ID: '',
        PREFECT_CLOUD_API_URL: cloud.apiUrl,
        PREFECT_CLOUD_UI_URL: 'https://app.prefect.cloud',
        PREFECT_API_URL: `${cloud.urlOf(workspace)}/`,
        PREFECT_API_KEY: 'pnu_right_key_of_acme',
      },
    })
    expect({ verdict: played.outputs['verdict'], log: played.log }).toMatchObject({ verdict: 'verified' })
    const live = new Set((await stage.world().prefect.deployments()).map((one) => one.name))
    expect(names.filter((name) => live.has(name))).toEqual(['chosen-a', 'chosen-b'])
    expect(played.report?.prefectWorkspace).toBe('acme/sales')
    const link = expect.stringMatching(
      /^https:\/\/app\.prefect\.cloud\/account\/1{8}-[\d-]+\/workspace\/2{8}-[\d-]+\/deployments\/deployment\/[\da-f-]+$/,
    )
    expect(JSON.parse(played.outputs['deployment-urls'] ?? '')).toEqual({
      'hello/chosen-a': link,
      'hello/chosen-b': link,
    })
    expectTidy(played)
    await cloud.stop()
  })

  it('may have names that nobody expects', async () => {
    const names = [
      `it's "quoted"`,
      '::error::not a command ##[error]',
      '$(touch never) `date` ; rm -rf x',
      '| **bold** | [link](javascript:alert) | @everyone',
      'Grüße 🚀 名前',
      'x'.repeat(200),
    ]
    const played = await stage.run({
      files: { 'prefect.yaml': prefectYaml(names.map((name) => ({ name }))) },
      inputs: { 'modal-apps': '' },
    })
    expect({ verdict: played.outputs['verdict'], log: played.log }).toMatchObject({ verdict: 'verified' })
    expect(Object.keys(urls.parse(JSON.parse(played.outputs['deployment-urls'] ?? '')))).toEqual(
      names.map((name) => `hello/${name}`),
    )
    expect(played.annotations.filter((one) => one.level === 'error')).toEqual([])
    expect(played.summary).not.toContain('**bold**')
    expect(played.summary).not.toContain('](javascript:')
    expect(played.groups.at(-1)).toBe('Verdict: verified')
  })
})

describe('the project', () => {
  it('may be requirements files', async () => {
    const played = await stage.run({
      files: {
        'pyproject.toml': null,
        'requirements.txt': 'modal==1.6.4\nprefect==3.8.8\n',
        'prefect.yaml': prefectYaml([{ name: 'from-requirements' }]),
        'modal_app.py': modalApp('from-requirements'),
      },
    })
    expect({ verdict: played.outputs['verdict'], log: played.log }).toMatchObject({ verdict: 'verified' })
    expectTidy(played)
  })

  it('without any of its own gets the tested versions, and is told so', async () => {
    const played = await stage.run({
      files: {
        'pyproject.toml': null,
        'prefect.yaml': prefectYaml([{ name: 'from-nothing' }]),
        'modal_app.py': modalApp('from-nothing'),
      },
    })
    expect({ verdict: played.outputs['verdict'], log: played.log }).toMatchObject({ verdict: 'verified' })
    expect(played.log).toContain('The environment is made from the tested prefect==3.8.8 and modal==1.6.4')
    expectTidy(played)
  })

  it('may be a folder of the checkout, and have Modal 1.4.3; without a lock it is deployed with a warning', async () => {
    const files = Object.fromEntries(
      Object.entries(SMALL_PROJECT).map(([name, text]) => [`services/flows/${name}`, text]),
    )
    const played = await stage.run({
      files: {
        ...Object.fromEntries(Object.keys(SMALL_PROJECT).map((name) => [name, null])),
        ...files,
        'services/flows/pyproject.toml': (SMALL_PROJECT['pyproject.toml'] ?? '').replace('1.6.4', '1.4.3'),
        'services/flows/prefect.yaml': prefectYaml([{ name: 'in-a-folder' }]),
        'services/flows/modal_app.py': modalApp('in-a-folder'),
      },
      lock: false,
      inputs: { 'working-directory': 'services/flows' },
    })
    expect({ verdict: played.outputs['verdict'], log: played.log }).toMatchObject({ verdict: 'verified' })
    expect(played.report?.deployments).toMatchObject([{ file: 'services/flows/prefect.yaml', state: 'verified' }])
    expect(played.report?.versions.modal).toBe('1.4.3')
    expect(played.report?.apps).toMatchObject([{ name: 'in-a-folder', version: 'v1', state: 'deployed' }])
    expect(played.annotations).toEqual([
      expect.objectContaining({ level: 'warning', message: expect.stringContaining('Run `uv lock` and commit it') }),
    ])
    expectTidy(played)
  })
})

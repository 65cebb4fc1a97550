import path from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { CACHE } from '../world/tools.ts'
import { expectTidy } from './refusals.ts'
import { prefectYaml } from './small-project.ts'
import { openStage, type Played } from './stage.ts'

// The oldest line of Prefect that is rehearsed, the newest, and one between; all other scenarios run 3.8.8.

const stage = openStage()
/** Milliseconds for two steps. */
const LONG = 300_000

/** What a version imports and does not ask for. */
const HELPED: Readonly<Record<string, readonly string[]>> = { '3.4.25': ['importlib-metadata'] }

/** 3.9.1 asks for certifi younger than what an index with a delay has; any does here. */
const OVERRIDES = ['certifi>=2024']

function project(version: string): Record<string, string | null> {
  const dependencies = [`prefect==${version}`, ...(HELPED[version] ?? [])]
  return {
    'modal_app.py': null,
    'pyproject.toml': `[project]
name = "small"
version = "0.1.0"
requires-python = ">=3.11"
dependencies = ${JSON.stringify(dependencies)}

[tool.uv]
override-dependencies = ${JSON.stringify(OVERRIDES)}
`,
    'flows/hello.py': `from prefect import flow\n\n\n@flow(name="version-${version}")\ndef hello(n: int = 1):\n    pass\n`,
    'prefect.yaml': prefectYaml([
      {
        name: `version ${version}`,
        extra: [
          'description: Says hello',
          // Before 3.9 Prefect loses a tag that is a placeholder and nothing else.
          'tags: ["of {{ stamp.stdout }}"]',
          'schedules:',
          '  - { cron: "0 5 * * *", timezone: Europe/Berlin, slug: daily }',
          '  - { interval: 3600, slug: hourly, parameters: { n: 2 } }',
          'triggers: [{ expect: [order.paid], parameters: { n: "{{ event.payload.n }}" } }]',
          'concurrency_limit: 2',
          'build:',
          '  - prefect.deployments.steps.run_shell_script:',
          '      id: stamp',
          '      script: echo release-7',
        ],
      },
    ]),
  }
}

/** The step's environment: one of Python for each version, kept between runs, so that nothing is compiled anew. */
function kept(version: string): Readonly<Record<string, string>> {
  const folder = path.join(CACHE, 'versions', version)
  return { UV_PROJECT_ENVIRONMENT: path.join(folder, 'venv'), PYTHONPYCACHEPREFIX: path.join(folder, 'bytecode') }
}

function ended({ outputs, exitCode, report, log }: Played): unknown {
  const states = report?.deployments.map(({ action, state }) => ({ action, state }))
  return { verdict: outputs['verdict'], exitCode, states, prefect: report?.versions.prefect, log }
}

describe.each(['3.4.25', '3.6.29', '3.9.1'])('Prefect %s', (version) => {
  it(
    'is deployed, and then unchanged',
    async () => {
      const { prefect } = stage.world()
      const scenario = { inputs: { 'modal-apps': '' }, env: kept(version) }
      const well = { exitCode: 0, prefect: version }
      const deploy = await stage.run({ ...scenario, files: project(version) })
      expect(ended(deploy)).toMatchObject({
        ...well,
        verdict: 'verified',
        states: [{ action: 'create', state: 'verified' }],
      })
      const live = await prefect.call('GET', `/deployments/${deploy.report?.deployments[0]?.id}`)
      expect(live).toMatchObject({
        name: `version ${version}`,
        tags: ['of release-7'],
        version: deploy.checkout.sha().slice(0, 8),
        global_concurrency_limit: { limit: 2 },
        schedules: expect.arrayContaining([
          expect.objectContaining({ slug: 'daily', active: true }),
          expect.objectContaining({ slug: 'hourly', parameters: { n: 2 } }),
        ]),
      })
      const named = { automations: { name: { any_: [`version ${version}__automation_1`] } } }
      expect(await prefect.call('POST', '/automations/filter', named)).toMatchObject([
        { trigger: { expect: ['order.paid'] }, actions: [{ parameters: { n: expect.anything() } }] },
      ])

      const second = await stage.again(deploy, scenario)
      expect(ended(second)).toMatchObject({
        ...well,
        verdict: 'unchanged',
        states: [{ action: 'unchanged', state: 'verified' }],
      })
      expect(second.written.prefect).toEqual([])
      for (const played of [deploy, second]) expectTidy(played)
    },
    LONG,
  )
})

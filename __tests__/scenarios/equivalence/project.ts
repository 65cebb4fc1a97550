import { VARIED_ENTRIES, VARIED_POOL, VARIED_VARIABLE, variedProject } from '../../prefect/plan/varied-project.ts'
import { SMALL_PROJECT } from '../small-project.ts'
import { type CorpusProject, corpusProject } from './corpus-project.ts'
import { generatedDeployments } from './generated.ts'

/** Any seed gives equal states; `EQUIVALENCE_SEED` and `EQUIVALENCE_CASES` give others, and more of them. */
const SEED = Number(process.env['EQUIVALENCE_SEED'] ?? '20260301')
const CASES = Number(process.env['EQUIVALENCE_CASES'] ?? '4')

/** A project at two commits, and the workspace that it needs. */
export type EquivalentProject = Readonly<{
  before: Readonly<Record<string, string>>
  after: Readonly<Record<string, string>>
  prefectFiles: readonly string[]
}> &
  Pick<CorpusProject, 'pools' | 'variables' | 'blocks' | 'env'>

/** Deployments of every kind, of real files, and generated ones; almost every field of them changes. */
export function equivalentProject(): EquivalentProject {
  const real = corpusProject()
  const generated = generatedDeployments(VARIED_POOL, { seed: SEED, count: CASES })
  const before = variedProject(variedEntries(0))
  const after = variedProject(variedEntries(1))
  return {
    before: {
      '.gitignore': '.venv/\n__pycache__/\n',
      'pyproject.toml': SMALL_PROJECT['pyproject.toml'] ?? '',
      'flows/varied.py': before['flows/varied.py'],
      'flows/steps.py': STEPS,
      ...real.flows,
      'prefect.yaml': before['prefect.yaml'] + listed([...generated.before, ...real.before]),
      'steps.yaml': STEPS_BEFORE,
    },
    after: {
      'flows/varied.py': after['flows/varied.py'].replace('n: int = 1', 'n: int = 2, more: bool = False'),
      'prefect.yaml': after['prefect.yaml'] + listed([...generated.after, ...real.after]),
      'steps.yaml': STEPS_AFTER,
    },
    prefectFiles: ['prefect.yaml', 'steps.yaml'],
    pools: [VARIED_POOL, STEPS_POOL, ...real.pools],
    variables: [VARIED_VARIABLE.name, 'region', ...real.variables],
    blocks: [{ type: 'secret', name: 'token' }, { type: 'registry', name: 'main' }, ...real.blocks],
    env: { TEAM: 'blue', ...real.env },
  }
}

/** JSON is YAML too. */
function listed(entries: readonly string[]): string {
  return entries.map((one) => `  - ${one}\n`).join('')
}

/**
 * The deployments of every kind, several kinds in one. By the next commit each has of every kind what the next one had
 * before, so that every field changes in many ways. Those whose schedules all have slugs keep among themselves: Prefect
 * refuses others for them.
 */
function variedEntries(commit: 0 | 1): Readonly<Record<string, string>> {
  const all = Object.values(VARIED_ENTRIES)
  const schedules = all.filter((yaml) => yaml.startsWith('schedules:'))
  const isNamed = (yaml: string): boolean => yaml.includes('slug: ') && !yaml.includes('slug: five}, {cron')
  const named = schedules.filter(isNamed)
  const unnamed = schedules.filter((yaml) => !isNamed(yaml))
  const triggers = all.filter((yaml) => yaml.startsWith('triggers:'))
  const others = all.filter((yaml) => !/^(?:schedules|triggers):/.test(yaml))
  const from = (ring: readonly string[], at: number): string[] =>
    at < 0 || at >= ring.length ? [] : ring.slice((at + commit) % ring.length).slice(0, 1)
  const entries = schedules.map((_, at) => [
    ...from(named, at),
    ...from(unnamed, at - named.length),
    ...from(triggers, at),
    ...from(others, at),
  ])
  return Object.fromEntries(entries.map((parts, at) => [`varied ${at + 1}`, parts.join('\n')]))
}

const STEPS_POOL = 'steps-pool'

const STEPS = `from prefect import flow


@flow(name="steps-one", description="Of its own")
def one(n: int = 1):
    pass


@flow(name="steps-two")
def two(n: int = 1):
    """Says what it does.

    In two parts.
    """


@flow(name="steps-three")
def three(n: int = 1):
    pass
`

const STEPS_BEFORE = `build:
  - prefect.deployments.steps.run_shell_script:
      id: stamp
      script: echo release-7
      stream_output: false
pull:
  - prefect.deployments.steps.git_clone:
      id: clone
      repository: https://github.com/acme/flows.git
      branch: main
  - prefect.deployments.steps.set_working_directory:
      directory: "{{ clone.directory }}"
deployments:
  - name: nightly
    entrypoint: flows/steps.py:one
    version: "{{ stamp.stdout }}"
    tags: ["{{ $TEAM }}", "{{ stamp.stdout }}", "of {{ stamp.stdout }}"]
    description: |
      Two
      lines
    concurrency_limit: 3
    schedules: [{interval: 3600}, {interval: 7200, parameters: {n: 2}}]
    work_pool:
      name: ${STEPS_POOL}
      work_queue_name: of-steps
      job_variables:
        image: "registry/{{ stamp.stdout }}:1"
        env: {REGION: "{{ prefect.variables.region }}", KEY: "pre-{{ prefect.blocks.registry.main.token }}", TEAM: "{{ $TEAM }}"}
  - name: nightly
    entrypoint: flows/steps.py:two
    build: []
    schedules: [{interval: 3600}, {interval: 60, anchor_date: "2026-01-01T00:00:00"}]
    triggers: [{name: Named, expect: [x]}, {expect: [y], parameters: {n: "{{ event.payload.n }}"}}]
    work_pool: {name: ${STEPS_POOL}}
  - name: as it was
    entrypoint: flows/steps.py:two
    build: []
    triggers: [{name: Stays, expect: [x]}]
    schedules: [{interval: 1800}, {cron: 0 3 * * *, active: false}]
    paused: true
    work_pool: {name: ${STEPS_POOL}}
  - name: without its named trigger
    entrypoint: flows/steps.py:two
    build: []
    triggers: [{name: Goes, expect: [x]}]
    work_pool: {name: ${STEPS_POOL}}
  - name: without its triggers
    entrypoint: flows/steps.py:two
    build: []
    triggers: [{expect: [x]}, {expect: [y]}]
    work_pool: {name: ${STEPS_POOL}}
  - name: of a version of its own
    entrypoint: flows/steps.py:one
    build: []
    version: "1.0"
    paused: true
    work_pool: {name: ${STEPS_POOL}}
  - name: no longer named
    entrypoint: flows/steps.py:three
    build: []
    triggers: [{expect: [x]}]
    work_pool: {name: ${STEPS_POOL}}
`

const STEPS_AFTER = STEPS_BEFORE.replace('release-7', 'release-8')
  .replace('concurrency_limit: 3', 'concurrency_limit: {limit: 1, collision_strategy: CANCEL_NEW}')
  .replace('parameters: {n: 2}', 'parameters: {n: 3}')
  .replace(
    '[{name: Named, expect: [x]}, {expect',
    '[{name: Named, expect: [x], enabled: false}, {expect: [first]}, {expect',
  )
  .replace('    triggers: [{name: Goes, expect: [x]}]\n', '')
  .replace('    triggers: [{expect: [x]}, {expect: [y]}]\n', '    triggers: [{expect: [y]}]\n')
  .replace(
    '    paused: true\n    work_pool: {name: steps-pool}\n  - name: no longer',
    '    work_pool: {name: steps-pool}\n  - name: no longer',
  )
  .replace('no longer named', 'named anew')

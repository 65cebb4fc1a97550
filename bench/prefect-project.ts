import type { Files } from '../__tests__/scenarios/small-project.ts'

export const BENCH_POOL = 'bench-pool'

type Project = Readonly<{
  deployments: number /** Every deployment differs from one round to the next. */
  round: number
}>

const PER_MANIFEST = 250

/**
 * A project of the usual kind: one flow a deployment, six files for ten flows, schedules for two of three, as the largest real
 * files have it. The same numbers give the same texts. By hand only the first 250 are deployed: the command reads one file.
 */
export function prefectProject({ deployments, round }: Project): Files {
  const indices = Array.from({ length: deployments }, (_, index) => index)
  const texts = new Map<string, string>()
  for (const index of indices) {
    const file = `${moduleOf(index)}.py`
    texts.set(file, `${texts.get(file) ?? FLOW_HEAD}${flowText(index)}`)
  }
  return {
    '.gitignore': '.venv/\n__pycache__/\n',
    'pyproject.toml': PYPROJECT,
    ...Object.fromEntries(texts),
    ...manifests(indices, round),
  }
}

/** Of ten flows in a row the first four share their files with the last four. */
function moduleOf(index: number): string {
  return `flows/area_${Math.floor(index / 10)}_${(index % 10) % 6}`
}

/** `prefect.yaml`, and `prefect-1.yaml` and so on where one would be more than the step reads. */
function manifests(indices: readonly number[], round: number): Files {
  const files = Array.from({ length: Math.ceil(indices.length / PER_MANIFEST) }, (_, file) => {
    const own = indices.slice(file * PER_MANIFEST, (file + 1) * PER_MANIFEST)
    const text = `${PULL}deployments:\n${own.map((index) => entryText(index, round)).join('')}`
    return [file === 0 ? 'prefect.yaml' : `prefect-${file}.yaml`, text] as const
  })
  return Object.fromEntries(files)
}

const PYPROJECT = `[project]
name = "many-flows"
version = "0.1.0"
requires-python = ">=3.11"
dependencies = ["prefect==3.8.8"]
`

const PULL = `pull:
  - prefect.deployments.steps.git_clone:
      id: clone-step
      repository: https://github.com/acme/flows.git
      branch: main
  - prefect.deployments.steps.run_shell_script:
      directory: "{{ clone-step.directory }}"
      script: uv sync --no-editable --no-dev
`

const FLOW_HEAD = `from datetime import date

from prefect import flow, task


@task
def load(day: date) -> list[str]:
    return []
`

function flowText(index: number): string {
  return `

@flow(name="flow-${index}")
def flow_${index}(day: date, limit: int = 10, region: str = "eu", names: list[str] = []):
    """Orders of area ${index % 7}."""
    load(day)
`
}

function entryText(index: number, round: number): string {
  return `  - name: job-${index}
    entrypoint: ${moduleOf(index)}.py:flow_${index}
    version: "${round}.${index}"
    description: Loads the orders of area ${index}, as of round ${round}.
    tags: [area-${index % 7}, round-${round}]
    parameters: {day: "2026-01-${String((index % 28) + 1).padStart(2, '0')}", limit: ${index + round}, region: eu}
    work_pool:
      name: ${BENCH_POOL}
      job_variables: {env: {REGION: eu, ROUND: "${round}", UV_PROJECT_ENVIRONMENT: /usr/local}}
${scheduleTexts(index, round).join('')}`
}

/** A third has schedules with slugs, a third without, a third none; one in five of those that have any has two. */
function scheduleTexts(index: number, round: number): readonly string[] {
  if (index % 3 === 2) return []
  const slug = (name: string): string => (index % 3 === 1 ? '' : `, slug: ${name}`)
  const daily = `      - {cron: "${(index + round) % 60} ${index % 24} * * *", timezone: Europe/Berlin${slug('daily')}}\n`
  const anchor = '"2026-01-01T00:00:00Z"'
  const often = `      - {interval: ${(60 + round) * 60}, anchor_date: ${anchor}, timezone: UTC, active: false${slug('often')}}\n`
  return ['    schedules:\n', daily, ...(index % 5 === 0 ? [often] : [])]
}

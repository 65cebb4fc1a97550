import type { Files } from '../__tests__/scenarios/small-project.ts'

export const BENCH_POOL = 'bench-pool'

type Project = Readonly<{
  deployments: number /** Every deployment differs from one round to the next. */
  round: number
}>

const PER_FILE = 10
const PER_MANIFEST = 250

/**
 * A project of the usual kind, ten flows a file, each with one deployment; the same numbers give the same texts. By hand only the
 * first 250 are deployed: the command reads one file.
 */
export function prefectProject({ deployments, round }: Project): Files {
  const indices = Array.from({ length: deployments }, (_, index) => index)
  const areas = Math.ceil(deployments / PER_FILE)
  const flows = Array.from({ length: areas }, (_, area) => {
    const own = indices.filter((index) => Math.floor(index / PER_FILE) === area)
    return [`flows/area_${area}.py`, `${FLOW_HEAD}${own.map(flowText).join('')}`] as const
  })
  return {
    '.gitignore': '.venv/\n__pycache__/\n',
    'pyproject.toml': PYPROJECT,
    ...Object.fromEntries(flows),
    ...manifests(indices, round),
  }
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
    entrypoint: flows/area_${Math.floor(index / PER_FILE)}.py:flow_${index}
    version: "${round}.${index}"
    description: Loads the orders of area ${index}, as of round ${round}.
    tags: [area-${index % 7}, round-${round}]
    parameters: {day: "2026-01-${String((index % 28) + 1).padStart(2, '0')}", limit: ${index + round}, region: eu}
    work_pool:
      name: ${BENCH_POOL}
      job_variables: {env: {REGION: eu, ROUND: "${round}", UV_PROJECT_ENVIRONMENT: /usr/local}}
    schedules:
${scheduleTexts(index, round).join('\n')}
`
}

/** Two of three deployments have schedules with slugs, the third ones without; one in five has two. */
function scheduleTexts(index: number, round: number): readonly string[] {
  const slug = (name: string): string => (index % 3 === 2 ? '' : `, slug: ${name}`)
  const daily = `      - {cron: "${(index + round) % 60} ${index % 24} * * *", timezone: Europe/Berlin${slug('daily')}}`
  const anchor = '"2026-01-01T00:00:00Z"'
  const often = `      - {interval: ${(60 + round) * 60}, anchor_date: ${anchor}, timezone: UTC, active: false${slug('often')}}`
  return index % 5 === 0 ? [daily, often] : [daily]
}

import { beforeAll, describe, expect, it } from '@jest/globals'
import { MARK } from '../../src/python/probe/script.ts'
import { expectRefused, expectTidy } from './refusals.ts'
import { modalApp, prefectYaml } from './small-project.ts'
import { openStage, type Played } from './stage.ts'

const stage = openStage()

/** Pools of this file alone; `TYPED` has a template that says what it takes. */
const [TYPED, PAUSED] = ['check-typed-pool', 'check-paused-pool']
const TEMPLATE = {
  job_configuration: { env: '{{ env }}', cpu: '{{ cpu }}', image: '{{ image }}' },
  variables: {
    type: 'object',
    properties: {
      env: { type: 'object', additionalProperties: { type: 'string' } },
      cpu: { type: 'integer' },
      image: { type: 'string' },
    },
  },
}

beforeAll(async () => {
  const { prefect } = stage.world()
  await prefect.call('POST', '/work_pools/', { name: TYPED, type: 'modal:push', base_job_template: TEMPLATE })
  await prefect.createPool(PAUSED)
  await prefect.ensureBlock('github-credentials', 'of-the-check')
})

/** `level file:line rule`, in the order of the log. */
function annotated({ annotations }: Played): string[] {
  return annotations.map((one) => `${one.level} ${one.file}:${one.line} ${one.title}`)
}

/** The same of the report's findings. */
function told({ report }: Played): string[] {
  return (report?.findings ?? []).map(
    ({ severity, position, rule }) => `${severity} ${position.file}:${position.line} ${rule}`,
  )
}

function flowFile(name: string, before: string, parameters = ''): string {
  return `from prefect import flow\n\n${before}\n\n\n@flow\ndef ${name}(${parameters}):\n    pass\n`
}

const BAD_FLOWS = {
  'flows/settings.py': 'import os\n\n\ndef required(name):\n    return os.environ[name]\n',
  'flows/lacks.py': flowFile('lacks', 'from flows.settings import required\n\nDSN = required("ORDERS_DSN")'),
  'flows/exits.py': flowFile('exits', 'raise SystemExit("no configuration")'),
  'flows/dies.py': flowFile('dies', 'import os\n\nos._exit(0)'),
  // What looks like an answer that there is nothing to say.
  'flows/prints.py': flowFile(
    'prints',
    `print(${JSON.stringify(`${MARK}{"flows":{},"schedules":{},"parameters":{},"jobVariables":{}}`)}, flush=True)`,
    'day: int, customers: list[str] = []',
  ),
}

const BAD_APP = `import modal

app = modal.App("flows")


@app.function(keep_warm=1)
@modal.web_endpoint()
def web():
    return {"status": "ok"}
`

const BAD_FILE = `pull:
  - prefect.deployments.steps.git_clone:
      repository: https://github.com/acme/flows.git
      branch: main
      credentials: "{{ prefect.blocks.github-credentials.of-the-chek }}"
deployments:
  - name: lacks
    entrypoint: flows/lacks.py:lacks
    work_pool: { name: ${TYPED} }
  - name: exits
    entrypoint: flows/exits.py:exits
    work_pool: { name: ${TYPED} }
  - name: dies
    entrypoint: flows/dies.py:dies
    work_pool:
      name: ${TYPED}
      job_variables: { cpu: a lot }
  - name: prints
    entrypoint: flows/prints.py:prints
    parameters:
      day: monday
      custommers: [a]
    work_pool:
      name: ${TYPED}
      job_variables:
        cpu: a lot
        imagee: python:3.12
        env: { LEVEL: 3 }
`

describe('a deploy whose project is at fault is refused before anything is written', () => {
  it('with all faults of flows, app, file and workspace at once, each at its place', async () => {
    const played = await stage.run({ files: { ...BAD_FLOWS, 'prefect.yaml': BAD_FILE, 'modal_app.py': BAD_APP } })
    expectRefused(
      played,
      /^Importing the flow fails \(deployment `lacks`\): the flow reads ORDERS_DSN when it is imported/,
    )
    expect(told(played)).toEqual([
      'error flows/exits.py:3 flow-import-failed',
      'error flows/settings.py:5 flow-import-failed',
      'error modal_app.py:6 app-removed-api',
      'error modal_app.py:7 app-removed-api',
      'error prefect.yaml:5 block-unknown',
      'error prefect.yaml:14 flow-import-dies',
      'error prefect.yaml:17 job-variable-type',
      'error prefect.yaml:21 parameters-refused',
      'error prefect.yaml:22 parameter-unknown',
      'error prefect.yaml:28 job-variable-type',
      'warning prefect.yaml:27 job-variable-unknown',
      'notice modal_app.py:8 app-health-route-missing',
    ])
    expect(annotated(played)).toEqual(told(played).filter((one) => !one.startsWith('notice')))
    expect(played.outputs['findings']).toBe('11')
    expect(played.report?.reason).toBe("10 faults in the project's files; nothing was written.")
    expect(played.report?.faults).toEqual([])
    expect(played.report?.leftOut).toEqual([])
    // Everything was looked at, and nothing was begun.
    expect(played.report?.stages.map(({ stage: name, state }) => `${name} ${state}`).sort()).toEqual([
      'app-check done',
      'check done',
      'credentials done',
      'environment done',
      'flow-check done',
      'inputs done',
      'modal-target done',
      // It failed for what the findings tell already, and in better words.
      'prefect-rehearsal done',
      'prefect-target done',
    ])
  })

  it('for parameters that do not fit the function, where nothing else is wrong', async () => {
    const typed = ['schedules:', '  - { slug: daily, cron: "0 6 * * *" }', 'parameters: { name: [you] }']
    const entries = [{ name: 'checked-before' }, { name: 'checked-typed', extra: typed }]
    const played = await stage.run({ files: { 'prefect.yaml': prefectYaml(entries) } })
    expectRefused(played, /^Prefect refuses the parameter `name` of the deployment `checked-typed`: /)
    expect(annotated(played)).toEqual(['error prefect.yaml:16 parameters-refused'])
  })

  it('for an app file that Modal would refuse, where there is nothing else', async () => {
    const played = await stage.run({ files: { 'modal_app.py': BAD_APP }, inputs: { 'prefect-file': 'none' } })
    expectRefused(
      played,
      /^Modal refuses the parameter `keep_warm` since 1\.4\.0\.\nWrite `min_containers=…` instead\.$/,
    )
    expect(annotated(played)).toEqual(['error modal_app.py:6 app-removed-api', 'error modal_app.py:7 app-removed-api'])
    expect(played.log).not.toContain('Importing the flows')
  })
})

const GOOD_FILE = `pull:
  - prefect.deployments.steps.git_clone:
      id: clone-step
      repository: https://github.com/acme/flows.git
      branch: main
      credentials: "{{ prefect.blocks.github-credentials.of-the-check }}"
  - prefect.deployments.steps.run_shell_script:
      directory: "{{ clone-step.directory }}"
      script: uv sync --no-dev
deployments:
  - name: nothing-wrong
    entrypoint: flows/hello.py:hello
    parameters: { name: everybody }
    schedules:
      - { slug: daily, cron: "0 6 * * *", timezone: Europe/Berlin }
    work_pool:
      name: ${PAUSED}
      job_variables:
        env: { UV_PROJECT_ENVIRONMENT: /usr/local }
  - name: excused
    entrypoint: flows/heavy.py:heavy
    work_pool: { name: ${PAUSED} }
`

describe('a paused pool', () => {
  it('is a warning beside which all goes on, in a project that is good; `strict` makes an error of it', async () => {
    const body = `

@app.function(image=image)
def train(model):
    # prefect-modal: ignore app-gpu-undeclared -- whoever calls it takes a GPU: with_options
    model.to("cuda")
`
    await stage.world().prefect.call('PATCH', `/work_pools/${PAUSED}`, { is_paused: true })
    const files = {
      'prefect.yaml': GOOD_FILE,
      'modal_app.py': modalApp('flows', body),
      'flows/heavy.py': flowFile(
        'heavy',
        'import of_the_image  # prefect-modal: ignore flow-import-failed -- only the image has it',
      ),
    }
    const lax = await stage.run({ files })
    expect({ verdict: lax.outputs['verdict'], log: lax.log }).toMatchObject({ verdict: 'verified' })
    expect(told(lax)).toEqual(['warning prefect.yaml:17 work-pool-paused'])
    expect(annotated(lax)).toEqual(told(lax))
    expect(lax.outputs).toMatchObject({ findings: '1', changed: 'true' })
    expect(lax.report?.leftOut).toEqual([])
    const excused = lax.report?.ignored.map(({ rule, position, reason }) => [
      rule,
      position.file,
      position.line,
      reason,
    ])
    expect(excused?.sort()).toEqual([
      ['app-gpu-undeclared', 'modal_app.py', 18, 'whoever calls it takes a GPU: with_options'],
      ['flow-import-failed', 'flows/heavy.py', 3, 'only the image has it'],
    ])
    expect(lax.summary).toMatch(/app&#45;gpu&#45;undeclared.* whoever calls it takes a GPU/)
    expectTidy(lax)

    const strict = await stage.again(lax, { inputs: { strict: 'true' } })
    expectRefused(
      strict,
      /^The work pool `check-paused-pool` is paused, so the 2 deployments that go to it do not run\./,
    )
    expect(annotated(strict)).toEqual(['error prefect.yaml:17 work-pool-paused'])
    expect(strict.report?.ignored).toHaveLength(2)
  })
})

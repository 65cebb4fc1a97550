import { afterEach, describe, expect, test } from '@jest/globals'
import { selectDeployments } from '../../src/manifest/select.ts'
import { NOT_JUDGED } from '../../src/release/judged-values.ts'
import { probedFlows } from '../../src/release/flows.ts'
import { manifestFrom } from '../manifest/sample.ts'
import { flowFile, type ProbedProject, probedProject } from '../python/probe-tools.ts'
import { tools } from '../world/tools.ts'

let project: ProbedProject | undefined

afterEach(() => project?.remove())

const FILE = `pull: []
deployments:
  - name: daily
    entrypoint: flows/orders.py:orders
    work_pool: {name: pool, job_variables: {cpu: "2"}}
    parameters: {limit: 3}
    schedules:
      - cron: "0 6 * * *"
        timezone: Europe/Berlin
  - name: weekly
    entrypoint: flows/broken.py:orders
    work_pool: {name: pool}
    schedules:
      - interval: 3600
        timezone: Mars/North
  - name: monthly
    entrypoint: "{{ $FLOW }}"
`
const SELECTED = selectDeployments([manifestFrom(FILE, 'etl/prefect.yaml')], 'all')

const FILES = {
  'etl/flows/orders.py': flowFile(),
  'etl/flows/broken.py': flowFile('import rates'),
  'etl/flows/rates.py': 'RATE = 1 / 0\n',
}

describe('the flows of a project', () => {
  test('are told with what is found in them, at places of the checkout', async () => {
    project = await probedProject({ files: FILES, folder: 'etl' })
    const pools = new Map([['pool', { type: 'object', properties: { cpu: { type: 'number' } } }]])
    const { findings, flows, unanswered } = await probedFlows({ ...project.tools, selected: SELECTED, pools })
    expect(unanswered).toBeUndefined()
    expect(findings.map(({ rule, position: { file, line } }) => `${rule} ${file}:${line}`)).toEqual([
      'flow-import-failed etl/flows/rates.py:1',
      'time-zone-invalid etl/prefect.yaml:15',
      'job-variables-refused etl/prefect.yaml:5',
    ])
    expect([...flows]).toEqual([
      [
        'flows/orders.py:orders',
        {
          name: 'orders',
          description: 'Orders of the day.',
          schema: expect.objectContaining({ type: 'object', properties: expect.objectContaining({}) }),
          file: 'etl/flows/orders.py',
          line: 5,
        },
      ],
    ])
  })

  test('are not judged by a Python without Prefect, which is said', async () => {
    project = await probedProject({ files: FILES, folder: 'etl', python: (await tools()).modal })
    expect(await probedFlows({ ...project.tools, selected: SELECTED, pools: new Map() })).toEqual({
      findings: [],
      judged: NOT_JUDGED,
      flows: new Map(),
      unanswered: "ModuleNotFoundError: No module named 'prefect'",
    })
  })

  test('start no Python where there is nothing to ask', async () => {
    project = await probedProject({ files: {}, python: '/nowhere/bin/python' })
    const selected = selectDeployments([manifestFrom('deployments: [{name: a, entrypoint: "{{ $FLOW }}"}]')], 'all')
    expect(await probedFlows({ ...project.tools, selected, pools: new Map() })).toEqual({
      findings: [],
      judged: NOT_JUDGED,
      flows: new Map(),
    })
  })
})

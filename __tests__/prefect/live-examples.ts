import { type Live, type LivePool } from '../../src/prefect/live/live.ts'

/** A rule about the workspace at work: what the tests run and the documentation shows. Both texts are whole files. */
export type LiveExample = Readonly<{
  bad: string
  /** `line:column` of the finding in it. */
  at: string
  /** The same file without the fault; in `live` there is nothing to say of it. */
  good: string
  /** What the workspace has. */
  live: Live
}>

const POOL: LivePool = {
  type: 'modal:push',
  paused: false,
  variables: {
    type: 'object',
    properties: {
      env: { type: 'object', additionalProperties: { type: 'string' } },
      cpu: { type: 'number', title: 'CPU' },
      image: { type: 'string' },
    },
  },
}

/** A workspace with one pool, one block and one variable, and with what is given. */
function workspace(given: Partial<Live>): Live {
  return {
    pools: new Map([['modal-pool', POOL]]),
    queues: new Map([['modal-pool/default', 'there']]),
    blocks: new Map([['github-credentials/deployer', 'there']]),
    variables: new Map([['region', 'there']]),
    ...given,
    names: { queues: new Map(), blocks: new Map(), ...given.names },
  }
}

const PULL = `pull:
  - prefect.deployments.steps.git_clone:
      repository: https://github.com/acme/flows.git
      branch: main
`

const DEPLOYMENT = `deployments:
  - name: daily
    entrypoint: flows/orders.py:orders
    work_pool:
      name: modal-pool
`

const FILE = PULL + DEPLOYMENT

/** The file with more under `work_pool`. */
function withPool(...lines: readonly string[]): string {
  return `${FILE}${lines.map((line) => `      ${line}\n`).join('')}`
}

function cloningWith(credentials: string): string {
  return `${PULL}      credentials: "{{ prefect.blocks.${credentials} }}"\n${DEPLOYMENT}`
}

function inRegion(variable: string): string {
  return `${FILE}    parameters:\n      region: "{{ prefect.variables.${variable} }}"\n`
}

/** One example for each rule about the workspace, by the rule's id. */
export const LIVE_EXAMPLES: Readonly<Record<string, LiveExample>> = {
  'work-pool-unknown': {
    bad: FILE.replace('modal-pool', 'modal-pol'),
    at: '9:13',
    good: FILE,
    live: workspace({ names: { pools: ['local', 'modal-pool'], queues: new Map(), blocks: new Map() } }),
  },
  'work-pool-paused': {
    bad: FILE.replace('modal-pool', 'modal-staging'),
    at: '9:13',
    good: FILE,
    live: workspace({
      pools: new Map([
        ['modal-pool', POOL],
        ['modal-staging', { ...POOL, paused: true }],
      ]),
    }),
  },
  'work-queue-paused': {
    bad: withPool('work_queue_name: batch'),
    at: '10:24',
    good: withPool('work_queue_name: default'),
    live: workspace({
      queues: new Map([
        ['modal-pool/default', 'there'],
        ['modal-pool/batch', 'paused'],
      ]),
    }),
  },
  'work-queue-unknown': {
    bad: withPool('work_queue_name: defualt'),
    at: '10:24',
    good: withPool('work_queue_name: default'),
    live: workspace({
      queues: new Map([
        ['modal-pool/default', 'there'],
        ['modal-pool/defualt', 'absent'],
      ]),
      names: { queues: new Map([['modal-pool', ['batch', 'default']]]), blocks: new Map() },
    }),
  },
  'job-variable-unknown': {
    bad: withPool('job_variables:', '  imagee: python:3.12'),
    at: '11:9',
    good: withPool('job_variables:', '  image: python:3.12'),
    live: workspace({}),
  },
  'job-variable-type': {
    bad: withPool('job_variables:', '  env:', '    LOG_LEVEL: DEBUG', '    PORT: 8080'),
    at: '13:17',
    good: withPool('job_variables:', '  env:', '    LOG_LEVEL: DEBUG', '    PORT: "8080"'),
    live: workspace({}),
  },
  'block-unknown': {
    bad: cloningWith('github-credentials.deploy'),
    at: '5:20',
    good: cloningWith('github-credentials.deployer'),
    live: workspace({
      blocks: new Map([
        ['github-credentials/deploy', 'absent'],
        ['github-credentials/deployer', 'there'],
      ]),
      names: { queues: new Map(), blocks: new Map([['github-credentials', ['deployer']]]) },
    }),
  },
  'variable-unknown': {
    bad: inRegion('regoin'),
    at: '11:15',
    good: inRegion('region'),
    live: workspace({
      variables: new Map([
        ['region', 'there'],
        ['regoin', 'absent'],
      ]),
      names: { queues: new Map(), blocks: new Map(), variables: ['region'] },
    }),
  },
  'workspace-not-readable': {
    bad: cloningWith('github-credentials.deploy'),
    at: '5:20',
    good: cloningWith('github-credentials.deployer'),
    live: workspace({
      blocks: new Map([
        ['github-credentials/deploy', 'unreadable'],
        ['github-credentials/deployer', 'there'],
      ]),
    }),
  },
}

import type { EntrypointSource } from '../../../../src/manifest/rules/rule.ts'
import type { RuleExample, RuleExamples } from './example.ts'

const PULL = `pull:
  - prefect.deployments.steps.git_clone:
      repository: https://github.com/acme/flows
      branch: main
`

/** A file of one deployment with more lines to it; they begin in line 10. */
function deploymentWith(more: string, pool = 'modal-pool'): string {
  return `${PULL}deployments:
  - name: daily
    entrypoint: flows/orders.py:orders
    work_pool:
      name: ${pool}
${more}`
}

const SOUND = deploymentWith('')

const ORDERS: EntrypointSource = {
  state: 'file',
  file: 'flows/orders.py',
  text: 'from prefect import flow\n\ndef load():\n    ...\n\n@flow\ndef orders():\n    load()\n',
}

/** An example whose fault stands in further lines of the deployment, from line 10 on. */
function lines(bad: string, at: string, good = '', known?: RuleExample['known']): RuleExample {
  return { bad: deploymentWith(bad), at, good: deploymentWith(good), ...(known === undefined ? {} : { known }) }
}

const DEPLOYMENTS: RuleExamples = {
  'deployments-missing': { bad: PULL, at: '1:1', good: SOUND },
  'deployments-empty': { bad: `${PULL}deployments: []\n`, at: '5:1', good: SOUND },
  'deployment-template': {
    bad: `${SOUND}  - name:
    entrypoint:
    parameters: {}
    work_pool:
      name:
`,
    at: '10:5',
    good: SOUND,
  },
  'deployment-name-missing': {
    bad: SOUND.replace('name: daily\n    entrypoint', 'entrypoint'),
    at: '6:5',
    good: SOUND,
  },
  'deployment-name-invalid': { bad: SOUND.replace('name: daily', 'name: orders/daily'), at: '6:11', good: SOUND },
  'entrypoint-missing': { bad: SOUND.replace('    entrypoint: flows/orders.py:orders\n', ''), at: '6:5', good: SOUND },
  'entrypoint-shape': { bad: SOUND.replace('orders.py:orders', 'orders.py'), at: '7:17', good: SOUND },
  'work-pool-missing': { bad: SOUND.replace(/ {4}work_pool:\n.*\n/, ''), at: '6:5', good: SOUND },
  'work-pool-name-missing': { bad: SOUND.replace('name: modal-pool', 'work_queue_name: fast'), at: '8:5', good: SOUND },
  'deployment-twice': {
    bad: `${SOUND}  - name: daily
    entrypoint: ./flows/orders.py:orders
    work_pool:
      name: modal-pool
`,
    at: '10:11',
    good: `${SOUND}  - name: hourly
    entrypoint: ./flows/orders.py:orders
    work_pool:
      name: modal-pool
`,
  },
}

const KEYS: RuleExamples = {
  'key-unknown': lines('    tag: [orders]\n', '10:5', '    tags: [orders]\n'),
  'key-misplaced': lines('      concurrency_limit: 1\n', '10:7', '    concurrency_limit: 1\n'),
  'job-variables-misplaced': lines(
    '    job_variables:\n      env:\n        STAGE: production\n',
    '10:5',
    '      job_variables:\n        env:\n          STAGE: production\n',
  ),
  'work-pool-misplaced': lines('    work_queue_name: fast\n', '10:5', '      work_queue_name: fast\n'),
  'schedule-misplaced': lines(
    '    cron: "0 6 * * *"\n    timezone: Europe/Berlin\n',
    '10:5',
    '    schedules:\n      - cron: "0 6 * * *"\n        timezone: Europe/Berlin\n',
  ),
  'paused-misspelt': lines('    is_schedule_active: false\n', '10:5', '    paused: true\n'),
  'work-pool-legacy': { bad: deploymentWith('', 'default-agent-pool'), at: '9:13', good: SOUND },
  'infra-overrides': lines(
    '    infra_overrides:\n      env:\n        STAGE: production\n',
    '10:5',
    '      job_variables:\n        env:\n          STAGE: production\n',
  ),
  'key-legacy': lines('    infrastructure:\n      type: process\n', '10:5'),
}

const LIMITS: RuleExamples = {
  'concurrency-limit-refused': lines(
    '    concurrency_limit:\n      limit: 1\n',
    '10:5',
    '    concurrency_limit:\n      limit: 1\n      collision_strategy: ENQUEUE\n',
  ),
  'concurrency-limit-without-number': lines(
    '    concurrency_limit:\n      collision_strategy: ENQUEUE\n',
    '10:5',
    '    concurrency_limit:\n      limit: 1\n      collision_strategy: ENQUEUE\n',
  ),
  'sla-needs-cloud': lines('    sla:\n      - name: in-time\n        duration: 600\n', '10:5', '', { cloud: false }),
  'version-type': lines('    version_type: github\n', '10:19', '    version_type: "vcs:github"\n'),
  'tags-empty': lines('    tags:\n', '10:5', '    tags: []\n'),
  'tags-text': lines('    tags: orders, daily\n', '10:11', '    tags: [orders, daily]\n'),
  'tag-changed': lines('    tags: [1.10]\n', '10:12', '    tags: ["1.10"]\n'),
}

const TRIGGERS: RuleExamples = {
  'trigger-matches-everything': lines(
    '    triggers:\n      - parameters: {region: eu}\n',
    '11:9',
    '    triggers:\n      - expect: [orders.placed]\n        parameters: {region: eu}\n',
  ),
  'trigger-key-unknown': lines(
    '    triggers:\n      - match: {shop: eu}\n        expects: [orders.placed]\n',
    '12:9',
    '    triggers:\n      - match: {shop: eu}\n        expect: [orders.placed]\n',
  ),
  'trigger-invalid': lines(
    '    triggers:\n      - expect: orders.placed\n',
    '11:17',
    '    triggers:\n      - expect: [orders.placed]\n',
  ),
  'trigger-feeds-itself': lines(
    '    triggers:\n      - expect: ["prefect.flow-run.*"]\n',
    '11:18',
    '    triggers:\n      - expect: ["prefect.flow-run.*"]\n        match_related: {prefect.resource.name: stock}\n',
  ),
  'trigger-needs-cloud': lines(
    '    triggers:\n      - metric: {name: lateness, operator: ">", threshold: 60}\n        posture: Metric\n',
    '11:9',
    '    triggers:\n      - expect: [orders.placed]\n',
    { cloud: false },
  ),
}

const ENTRYPOINTS: RuleExamples = {
  'entrypoint-file-missing': {
    bad: SOUND.replace('orders.py', 'order.py'),
    at: '7:17',
    good: SOUND,
    known: { sources: new Map([['flows/order.py', { state: 'absent', near: 'flows/orders.py' }]]) },
  },
  'entrypoint-function-missing': {
    bad: SOUND.replace('orders.py:orders', 'orders.py:order'),
    at: '7:17',
    good: SOUND,
    known: { sources: new Map([['flows/orders.py', ORDERS]]) },
  },
  'entrypoint-not-a-flow': {
    bad: SOUND.replace('orders.py:orders', 'orders.py:load'),
    at: '7:17',
    good: SOUND,
    known: { sources: new Map([['flows/orders.py', ORDERS]]) },
  },
  'file-ending': { bad: SOUND, name: 'prefect.yml', at: '1:1', good: SOUND },
}

/** Examples of the rules about keys, names, entrypoints, work pools, limits and triggers. */
export const FIELD_EXAMPLES: RuleExamples = { ...DEPLOYMENTS, ...KEYS, ...LIMITS, ...TRIGGERS, ...ENTRYPOINTS }

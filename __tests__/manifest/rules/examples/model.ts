import type { RuleExamples } from './example.ts'
import { deploymentWith, PULL, SOUND } from './sound.ts'

/** Examples of the rules about what Prefect's own model refuses. */
export const MODEL_EXAMPLES: RuleExamples = {
  'deployments-not-a-list': {
    bad: `${PULL}deployments:
  name: daily
  entrypoint: flows/orders.py:orders
  work_pool:
    name: modal-pool
`,
    at: '6:3',
    good: SOUND,
  },
  'deployment-not-a-mapping': {
    bad: `${SOUND}  -\n`,
    at: '10:4',
    good: SOUND,
  },
  'field-type': {
    bad: deploymentWith('    version: 1.0\n'),
    at: '10:14',
    good: deploymentWith('    version: "1.0"\n'),
  },
  'key-not-a-text': {
    bad: deploymentWith('    parameters:\n      on: 3\n'),
    at: '11:7',
    good: deploymentWith('    parameters:\n      "on": 3\n'),
  },
  'schedule-interval': {
    bad: deploymentWith('    schedules:\n      - interval: "3600"\n        anchor_date: "2026-01-01T06:00:00Z"\n'),
    at: '11:19',
    good: deploymentWith('    schedules:\n      - interval: 3600\n        anchor_date: "2026-01-01T06:00:00Z"\n'),
  },
  'schedule-key-unknown': {
    bad: deploymentWith('    schedules:\n      - cron: "0 6 * * *"\n        timezone: UTC\n        catchup: false\n'),
    at: '13:9',
    good: deploymentWith('    schedules:\n      - cron: "0 6 * * *"\n        timezone: UTC\n'),
  },
  'schedule-nested': {
    bad: deploymentWith(
      '    schedules:\n      - schedule:\n          cron: "0 6 * * *"\n          timezone: UTC\n        active: true\n',
    ),
    at: '11:9',
    good: deploymentWith('    schedules:\n      - cron: "0 6 * * *"\n        timezone: UTC\n        active: true\n'),
  },
  'schedule-selector': {
    bad: deploymentWith('    schedules:\n      - cron: "0 6 * * *"\n        interval: 86400\n        timezone: UTC\n'),
    at: '12:9',
    good: deploymentWith('    schedules:\n      - cron: "0 6 * * *"\n        timezone: UTC\n'),
  },
  'steps-not-a-list': {
    bad: SOUND.replace(PULL, 'pull: [git_clone]\n'),
    at: '1:8',
    good: SOUND,
  },
  'work-pool-name-invalid': {
    bad: SOUND.replace('name: modal-pool', 'name: 2026'),
    at: '9:13',
    good: SOUND.replace('name: modal-pool', 'name: "2026"'),
  },
  'work-pool-not-a-mapping': {
    bad: SOUND.replace('work_pool:\n      name: modal-pool', 'work_pool: modal-pool'),
    at: '8:16',
    good: SOUND,
  },
  'field-missing': {
    bad: deploymentWith('    sla:\n      - duration: 600\n'),
    at: '11:9',
    good: deploymentWith('    sla:\n      - name: done-in-time\n        duration: 600\n'),
  },
  'value-not-allowed': {
    bad: deploymentWith('    sla:\n      - name: done-in-time\n        duration: 600\n        severity: urgent\n'),
    at: '13:19',
    good: deploymentWith('    sla:\n      - name: done-in-time\n        duration: 600\n        severity: high\n'),
  },
}

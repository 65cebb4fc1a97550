import type { RuleExamples } from './example.ts'

/** Examples of the rules about keys, names, entrypoints, work pools, limits and triggers. */
export const FIELD_EXAMPLES: RuleExamples = {
  'deployments-empty': {
    bad: `pull: []
deployments: []
`,
    at: '2:1',
    good: `pull: []
deployments:
  - name: daily
    entrypoint: flows/orders.py:orders
    work_pool:
      name: modal-pool
`,
  },
}

/** A rule about the flows at work: what the tests run and the documentation shows. */
export type FlowExample = Readonly<{
  /** Of what `bad` and `good` are the text: `flows/orders.py` or `prefect.yaml`; the other file is {@link FLOW_FILES}'. */
  of: keyof typeof FLOW_FILES
  bad: string
  good: string
  /** `file:line:column` of the finding in `bad`; without a column in a Python file. */
  at: string
  /** What is said there, word by word. */
  message: string
  /** Schemas of the pools' job variables. */
  pools?: ReadonlyMap<string, unknown>
}>

const FLOW = `from prefect import flow


@flow
def orders(day: str, limit: int = 10):
    print(f"the first {limit} orders of {day}")
`

const FILE = `pull: []
deployments:
  - name: daily
    entrypoint: flows/orders.py:orders
    work_pool:
      name: modal-pool
    parameters:
      day: today
`

/** A project that has nothing wrong. */
export const FLOW_FILES = { 'flows/orders.py': FLOW, 'prefect.yaml': FILE } as const

/** The flow file with these lines in front of its function. */
function flowWith(...lines: readonly string[]): string {
  return FLOW.replace('\n\n\n@flow', `\n${lines.map((line) => `${line}\n`).join('')}\n\n@flow`)
}

/** The flow file with this line in its function. */
function inside(line: string, ...imports: readonly string[]): string {
  return flowWith(...imports).replace('    print', `    ${line}\n    print`)
}

const SECRETS = 'from prefect.blocks.system import Secret'

/** By the id of the rule. */
export const FLOW_EXAMPLES: Readonly<Record<string, FlowExample>> = {
  'flow-import-failed': {
    of: 'flows/orders.py',
    bad: flowWith('import os', '', 'DSN = os.environ["ORDERS_DSN"]'),
    good: inside('dsn = os.environ["ORDERS_DSN"]', 'import os'),
    at: 'flows/orders.py:4',
    message:
      'Importing the flow fails (deployment `daily`): the flow reads ORDERS_DSN when it is imported, and there is none (KeyError).',
  },
  'flow-schema-guessed': {
    of: 'flows/orders.py',
    bad: flowWith(SECRETS, '', 'KEY = Secret.load("shop-key").get()'),
    good: inside('key = Secret.load("shop-key").get()', SECRETS),
    at: 'flows/orders.py:4',
    message:
      "Importing the flow fails inside of `prefect deploy` (deployment `daily`): AttributeError: 'coroutine' object has no attribute 'get'.",
  },
  'flow-not-found': {
    of: 'prefect.yaml',
    bad: FILE.replace(':orders', ':order'),
    good: FILE,
    at: 'prefect.yaml:4:17',
    message: 'There is no `order` in `flows/orders.py` (deployment `daily`).',
  },
  'flow-not-a-flow': {
    of: 'flows/orders.py',
    bad: FLOW.replaceAll('flow\n', 'task\n'),
    good: FLOW,
    at: 'prefect.yaml:4:17',
    message: '`orders` (`flows/orders.py`, line 4) is no flow (deployment `daily`).',
  },
  'flow-name-lost': {
    of: 'flows/orders.py',
    bad: FLOW.replace('@flow', '@flow(name="orders?")'),
    good: FLOW.replace('@flow', '@flow(name="the orders")'),
    at: 'flows/orders.py:4',
    message:
      'Prefect makes the deployments of a flow named `orders?` and does not find them again (deployment `daily`), so `engine: rehearsed` refuses their next deploy.',
  },
  'flow-import-slow': {
    of: 'flows/orders.py',
    bad: flowWith('import time', '', 'time.sleep(3600)'),
    good: inside('time.sleep(3600)', 'import time'),
    at: 'prefect.yaml:4:17',
    message:
      'The import of `flows/orders.py:orders` did not come to its end in time (deployment `daily`); it is not judged.',
  },
  'flow-import-dies': {
    of: 'flows/orders.py',
    bad: flowWith('import os', '', 'if "REGION" not in os.environ:', '    os._exit(0)'),
    good: inside('assert "REGION" in os.environ', 'import os'),
    at: 'prefect.yaml:4:17',
    message: 'Importing `flows/orders.py:orders` ends the process with exit status 0 (deployment `daily`).',
  },
  'flow-not-judged': {
    of: 'flows/orders.py',
    bad: flowWith(SECRETS, '', 'KEY = Secret.load("shop-key", _sync=True).get()'),
    good: inside('key = Secret.load("shop-key").get()', SECRETS),
    at: 'prefect.yaml:4:17',
    message:
      '`flows/orders.py:orders` asks the Prefect workspace when it is imported in `flows/orders.py`, line 4; without credentials it is not judged.',
  },
  'parameters-refused': {
    of: 'prefect.yaml',
    bad: `${FILE}      limit: many\n`,
    good: `${FILE}      limit: 20\n`,
    at: 'prefect.yaml:9:14',
    message: "Prefect refuses the parameter `limit` of the deployment `daily`: 'many' is not of type 'integer'.",
  },
  'parameter-unknown': {
    of: 'prefect.yaml',
    bad: `${FILE}      limits: 20\n`,
    good: `${FILE}      limit: 20\n`,
    at: 'prefect.yaml:9:7',
    message:
      'The flow `orders` (`flows/orders.py`, line 4) has no parameter `limits`, which the deployment `daily` gives it: every run fails.',
  },
  'parameter-missing': {
    of: 'prefect.yaml',
    bad: FILE.replace(/ {4}parameters:[^]*/, '    schedules:\n      - cron: "0 6 * * *"\n'),
    good: `${FILE}    schedules:\n      - cron: "0 6 * * *"\n`,
    at: 'prefect.yaml:8:9',
    message:
      'This schedule gives no value for `day`, which the flow `orders` (`flows/orders.py`, line 4) needs: its runs of the deployment `daily` fail.',
  },
  'job-variables-refused': {
    of: 'prefect.yaml',
    bad: FILE.replace('modal-pool\n', 'modal-pool\n      job_variables:\n        cpu: "2"\n'),
    good: FILE.replace('modal-pool\n', 'modal-pool\n      job_variables:\n        cpu: 2\n'),
    at: 'prefect.yaml:8:14',
    message:
      "The work pool `modal-pool` refuses the job variable `cpu` of the deployment `daily`: '2' is not of type 'number'.",
    pools: new Map([['modal-pool', { type: 'object', properties: { cpu: { type: 'number' } } }]]),
  },
}

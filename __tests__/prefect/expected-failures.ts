import type { FaultKind } from '../../src/faults.ts'

/** Kind, what the message says behind what was tried, what the hint holds, and where: the entry, or a line of the flow. */
export type Expected = readonly [kind: FaultKind, what: string, hint: string, where?: string]

/** The place of the deployment in its file. */
export const ENTRY = 'entry'
const NOT_JSON = "what answered is not Prefect's API: it sent no JSON."
const NO_LISTENER = 'nobody listens at the Prefect API URL, or at the proxy before it.'
const CONFLICT = 'Prefect cannot store it beside what is there (409: data integrity conflict).'
const NO_STRATEGY = 'its `concurrency_limit` has no `collision_strategy` that Prefect knows.'
const SHELL = 'the step `prefect.deployments.steps.run_shell_script` failed'
const SILENT = 'the command ended well and did not say that it deployed it.'

/** By the name of the failing project, for every version that says nothing else below. */
export const EXPECTED: Readonly<Record<string, Expected>> = {
  'pool missing': ['refusal', 'there is no work pool `no-such-pool`.', 'correct `work_pool.name`', ENTRY],
  'pool absent': ['user', 'it has no work pool.', '`work_pool:`', ENTRY],
  'pool of an agent': [
    'refusal',
    'its work pool has the type `prefect-agent`, which takes no deployment of a prefect.yaml.',
    'modal:push',
    ENTRY,
  ],
  'address wrong': [
    'refusal',
    'there is no work pool `modal-pool`.',
    'the API URL is that of another workspace',
    ENTRY,
  ],
  'address absent': [
    'target',
    'No Prefect API URL provided. Please set PREFECT_API_URL to the address of a running Prefect server.',
    'prefect-api-url',
  ],
  'not the API': ['remote', NOT_JSON, 'login page'],
  'status 401': ['target', 'Prefect does not accept the credential (401).', 'the input `prefect-api-key`'],
  'status 403': ['target', 'the credential may not do this (403).', 'role Developer'],
  'status 404 at the end': ['refusal', 'Prefect refuses it: Work queue not found.', 'Correct the deployment', ENTRY],
  'status 429': ['remote', 'the rate limit of the Prefect account is used up (429).', '`parallel`'],
  'status 500': ['remote', 'Prefect could not answer (500).', 'status page'],
  'status 500 when applied': ['remote', 'Prefect could not answer (500).', 'Run the step again'],
  'status 502 when applied': ['remote', NOT_JSON, 'gateway'],
  'status 503': ['remote', 'Prefect could not answer (503).', 'status page'],
  'connection refused': ['remote', NO_LISTENER, 'NO_PROXY'],
  'connection reset': [
    'remote',
    'RemoteProtocolError: Server disconnected without sending a response.',
    'Run the step again',
  ],
  'host unknown': ['target', 'the name of the Prefect API host is not known to the runner.', 'API URL'],
  'tls of a plain server': [
    'remote',
    'ConnectError: [SSL: WRONG_VERSION_NUMBER] wrong version number (_ssl.c:1006).',
    'PREFECT_API_SSL_CERT_FILE',
  ],
  'proxy refused': ['remote', NO_LISTENER, 'HTTPS_PROXY'],
  'read timeout': ['remote', 'Prefect took too long to answer.', 'PREFECT_API_REQUEST_TIMEOUT'],
  'module missing': ['user', 'there is no module `no_such_module`.', 'from `working-directory` on', ENTRY],
  'import missing in module': [
    'user',
    "the flow imports `pandas_of_nobody`, which is not in the project's environment.",
    'uv add pandas_of_nobody',
    'flows/orders.py:1',
  ],
  'module raises': ['user', 'ZeroDivisionError: division by zero.', 'could not be imported', 'flows/orders.py:10'],
  'module reads a variable': [
    'user',
    'the flow reads ORDERS_BUCKET when it is imported, and there is none (KeyError).',
    'set ORDERS_BUCKET',
    'flows/orders.py:3',
  ],
  'module lacks the name': ['user', 'there is no `order` in flows.orders.', 'name of the function', ENTRY],
  'module name is no flow': ['user', '`flow` is no flow.', '`@flow`', ENTRY],
  'syntax error': ['user', 'the flow file is not Python (invalid syntax).', 'python-version', 'flows/orders.py:9'],
  'file missing': ['user', 'there is no file `flows/elsewhere.py`.', 'relative to `working-directory`', ENTRY],
  'function missing': ['user', 'there is no `order` in flows/orders.py.', 'name of the function', ENTRY],
  'function missing in a broken file': [
    'user',
    'there is no `order` in flows/orders.py.',
    'name of the function',
    ENTRY,
  ],
  'function is no flow': ['user', '`plain` is no flow.', '`@flow`', ENTRY],
  'entrypoint without function': [
    'user',
    'the entrypoint `flows/orders.py` names no flow.',
    'entrypoint: flows/orders.py:function',
    ENTRY,
  ],
  'entrypoint empty': ['user', 'it has no entrypoint that names a function.', 'variable', ENTRY],
  'flow ends the process': ['user', SILENT, 'sys.exit', ENTRY],
  'flow ends the process badly': [
    'user',
    'the command ended with exit status 3 and gave no reason.',
    'sys.exit',
    ENTRY,
  ],
  'flow ends the process at once': ['user', SILENT, 'os._exit', ENTRY],
  'flow kills the process': ['remote', 'a signal ended the command.', 'memory'],
  'parameter without schema': [
    'user',
    "flows/orders.py cannot be imported: ValueError('Flow function is not compatible with `validate_parameters`. Disable validation or change the argument names.').",
    'Correct the flow',
    'flows/orders.py:8',
  ],
  'parameters refused': ['refusal', "Prefect refuses `n`: a value is not of type 'integer'.", '`parameters`', ENTRY],
  'parameters refused on update': [
    'refusal',
    "Prefect refuses `n`: a value is not of type 'integer'.",
    '`parameters`',
    ENTRY,
  ],
  'job variables refused': [
    'refusal',
    'Prefect refuses `env`: a value is not valid under any of the given schemas.',
    'job_variables',
    ENTRY,
  ],
  'job variables refused on update': [
    'refusal',
    'the work pool does not allow a job variable: a value is not valid under any of the given schemas.',
    'job_variables',
    ENTRY,
  ],
  'cron invalid': ['user', '`every day` is no cron schedule.', 'five fields', ENTRY],
  'cron with six words': ['user', '`0 0 0 0 0 0 0` is no cron schedule.', 'five fields', ENTRY],
  'timezone unknown': ['user', 'there is no timezone `Mars/Olympus`.', 'IANA', ENTRY],
  'rrule invalid': ['user', "`FREQ=NEVER` is no RRULE (invalid 'FREQ': NEVER).", 'RFC 5545', ENTRY],
  'interval zero': ['user', '`interval`: Input should be greater than 0 seconds.', 'seconds', ENTRY],
  'interval timezone unknown': ['user', 'there is no timezone `Mars/Olympus`.', 'IANA', ENTRY],
  'anchor date invalid': ['user', 'Unable to parse string.', 'anchor_date', ENTRY],
  'schedule empty': ['user', 'a schedule of it says nothing of when.', '`cron`', ENTRY],
  'schedule twice': ['user', 'it has both `schedule` and `schedules`.', 'under `schedules`', ENTRY],
  'slugs twice': ['refusal', CONFLICT, 'same `slug`', ENTRY],
  'slugs twice on update': ['refusal', CONFLICT, 'same `slug`', ENTRY],
  'slugs gone': [
    'refusal',
    'the schedules that are live have slugs, and those of the file have none.',
    '`slug`',
    ENTRY,
  ],
  'concurrency without strategy': ['user', NO_STRATEGY, 'CANCEL_NEW', ENTRY],
  'concurrency strategy unknown': ['user', NO_STRATEGY, 'CANCEL_NEW', ENTRY],
  'server older': [
    'refusal',
    'the server does not know a field that Prefect <version> sends.',
    'Raise the older one',
    ENTRY,
  ],
  'parameters with two faults': [
    'refusal',
    "Prefect refuses `password`: a value is not of type 'string'.",
    '`parameters`',
    ENTRY,
  ],
  'concurrency zero': [
    'refusal',
    'Prefect refuses it (422): concurrency_limit: Input should be greater than 0.',
    'Correct the deployment',
    ENTRY,
  ],
  'grace period short': [
    'user',
    'the `grace_period_seconds` of its `concurrency_limit` is out of range.',
    '60 seconds',
    ENTRY,
  ],
  'block missing': ['refusal', 'there is no block `secret/no-such-block`.', 'Create the block', ENTRY],
  'block type missing': ['refusal', 'there is no block `no-such-type/x`.', 'Create the block', ENTRY],
  'sla on a server': ['refusal', 'it has an `sla`, which only Prefect Cloud knows.', 'was written', ENTRY],
  'trigger invalid': [
    'user',
    '`event.posture`: Input should be Posture.Reactive or Posture.Proactive.',
    'field',
    ENTRY,
  ],
  'version type unknown': [
    'user',
    "`version_type`: Input should be 'prefect:simple', 'vcs:github', 'vcs:gitlab', 'vcs:bitbucket', 'vcs:azuredevops' or 'vcs:git'.",
    'field',
    ENTRY,
  ],
  'build step fails': [
    'user',
    `${SHELL}: RuntimeError: \`run_shell_script\` failed with error code 7: no space left.`,
    'last lines of what it printed',
    ENTRY,
  ],
  'build step unknown': [
    'user',
    "the step `prefect.deployments.steps.run_shell_scripts` failed: AttributeError: module 'prefect.deployments.steps' has no attribute 'run_shell_scripts'.",
    'misspelt',
    ENTRY,
  ],
  'build step of a missing package': [
    'user',
    "the step `prefect_nobody.deployments.steps.build` failed: ModuleNotFoundError: No module named 'prefect_nobody'.",
    'uv add prefect-nobody',
    ENTRY,
  ],
  'build step argument unknown': [
    'user',
    `${SHELL}: TypeError: run_shell_script() got an unexpected keyword argument 'skript'.`,
    'misspelt',
    ENTRY,
  ],
  'push step fails': [
    'user',
    `${SHELL}: RuntimeError: \`run_shell_script\` failed with error code 1.`,
    'once for each deployment',
    ENTRY,
  ],
  'file invalid': [
    'user',
    'Prefect cannot read these fields, and drops the whole file: daily: parameters.',
    'types',
    ENTRY,
  ],
  'file missing itself': [
    'user',
    "Prefect cannot read the file: [Errno 2] No such file or directory: 'elsewhere.yaml'.",
    'Correct the file',
    ENTRY,
  ],
  'file not YAML': [
    'user',
    'Prefect cannot read the file: while parsing a flow node expected the node content, but found \'<stream end>\' in "prefect.yaml", line 2, column 1.',
    'Correct the file',
    ENTRY,
  ],
  'file not a mapping': ['user', 'Prefect cannot read the file: it is no mapping.', 'Correct the file', ENTRY],
  'file without deployments': ['user', 'it has no entrypoint that names a function.', 'entrypoint', ENTRY],
  'name unknown': [
    'user',
    'Prefect did not find it in the file (The following deployment(s) could not be found and will not be deployed: four, three).',
    'deployments: all',
    ENTRY,
  ],
  'names unknown': [
    'user',
    'Prefect did not find it in the file (orders/three, orders/four).',
    'deployments: all',
    ENTRY,
  ],
  'unnamed among named': ['user', 'Prefect skipped it, because it has no name.', '`name`', ENTRY],
  'name with a slash': ['user', '`orders/daily a/b` has a slash too many.', 'variable', ENTRY],
  'name with a percent sign': ['user', "`name`: String should match pattern '^[^/%&><]*$'.", '/ % & > <', ENTRY],
  'option unknown': [
    'user',
    'Unknown option: --no-such-option. Did you mean --description?',
    'uv lock --upgrade-package prefect',
    ENTRY,
  ],
  'second fails': ['user', '`every day` is no cron schedule.', 'five fields', ENTRY],
}

/** What other versions say otherwise. */
export const OTHERWISE: Readonly<Record<string, Readonly<Record<string, Expected>>>> = {
  '3.4.25': {
    'interval zero': ['user', 'a schedule of it says nothing of when.', '`interval`', ENTRY],
    'trigger invalid': [
      'user',
      'Prefect cannot read these fields, and drops the whole file: daily: triggers.',
      'types',
      ENTRY,
    ],
    'option unknown': [
      'user',
      "No such option '--no-such-option'. Did you mean '--description'?",
      'does not know it',
      ENTRY,
    ],
  },
}

/** Projects that Prefect deploys in spite of what is wrong with them. */
export const DEPLOYED: ReadonlySet<string> = new Set(['import missing in file', 'parameter unknown', 'name empty'])

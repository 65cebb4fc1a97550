import type { WireFault } from '../world/wire.ts'

/** A project whose `prefect deploy` fails, or ends well without deploying everything. */
export type FailingProject = Readonly<{
  files: Readonly<Record<string, string>>
  /** The arguments of `prefect --no-prompt deploy`; `--all` where none are named. */
  args?: readonly string[]
  env?: Readonly<Record<string, string>>
  /** What is deployed before, with success. */
  before?: Readonly<Record<string, string>>
  /** How the server, or the way to it, misbehaves. */
  fault?: WireFault
  /** An address instead of the server's; `{wire}` stands for that of a server. */
  url?: string
}>

const FLOW = `from prefect import flow


@flow
def orders(n: int = 1, password: str = ""):
    pass
`

/** A value that stands in what is sent to the server, and must never come back in a message. */
export const SECRET = 'hunter2-of-the-body'

type Entry = Readonly<{ name?: string; entrypoint?: string; pool?: string; more?: string }>

/** A prefect.yaml with these deployments; `more` is YAML of the entry, as it stands at the entry's own indent. */
export function manifestText(entries: readonly Entry[], top = 'pull: []'): string {
  const lines = entries.flatMap(
    ({ name = 'daily', entrypoint = 'flows/orders.py:orders', pool = 'modal-pool', more }) => [
      `  - name: ${JSON.stringify(name)}`,
      `    entrypoint: ${JSON.stringify(entrypoint)}`,
      ...(pool === '' ? [] : ['    work_pool:', `      name: ${JSON.stringify(pool)}`]),
      ...(more === undefined ? [] : more.split('\n').map((line) => `    ${line}`)),
    ],
  )
  return `${top}\ndeployments:\n${lines.join('\n')}\n`
}

/** One deployment of `flows/orders.py`, with what makes it fail. */
function project(entry: Entry, files: Readonly<Record<string, string>> = {}, top?: string): FailingProject {
  return { files: { 'flows/orders.py': FLOW, 'prefect.yaml': manifestText([entry], top), ...files } }
}

const schedules = (text: string): string => `schedules:\n  - ${text.replaceAll('\n', '\n    ')}`
const answering = (status: number, body: string, headers: Record<string, string> = {}): WireFault => ({
  path: /./,
  answer: { status, body, headers: { 'content-type': 'application/json', ...headers } },
})
const SOUND = project({}).files
const ONCE = { PREFECT_CLIENT_MAX_RETRIES: '0' }

/** By the name under which the run is recorded. */
export const FAILING_PROJECTS: Readonly<Record<string, FailingProject>> = {
  'pool missing': project({ pool: 'no-such-pool' }),
  'pool absent': project({ pool: '' }),
  'pool of an agent': project({ pool: 'agent-pool' }),
  'address wrong': { ...project({}), url: '{server}/accounts/elsewhere' },
  'address absent': { ...project({}), url: '' },
  'not the API': {
    ...project({}),
    fault: { path: /./, answer: { status: 200, body: '<html>login</html>', headers: { 'content-type': 'text/html' } } },
  },
  'status 401': { ...project({}), fault: answering(401, '{"exception_message":"Unauthorized"}') },
  'status 403': { ...project({}), fault: answering(403, '{"detail":"Forbidden"}') },
  'status 404 at the end': {
    ...project({}),
    fault: { ...answering(404, '{"detail":"Work queue not found"}'), path: /^\/api\/deployments\/$/ },
  },
  'status 429': {
    ...project({}),
    env: ONCE,
    fault: answering(429, '{"detail":"Too many requests"}', { 'retry-after': '1' }),
  },
  'status 500': { ...project({}), env: ONCE, fault: answering(500, '{"exception_message":"Internal Server Error"}') },
  'status 500 when applied': {
    ...project({}),
    env: ONCE,
    fault: { ...answering(500, '{"exception_message":"Internal Server Error"}'), path: /^\/api\/deployments\/$/ },
  },
  'status 502 when applied': {
    ...project({}),
    env: ONCE,
    fault: {
      ...answering(502, '<html>Bad gateway</html>', { 'content-type': 'text/html' }),
      path: /^\/api\/deployments\/$/,
    },
  },
  'status 503': { ...project({}), env: ONCE, fault: answering(503, '{"detail":"Service Unavailable"}') },
  'connection refused': { ...project({}), url: 'http://127.0.0.1:1/api' },
  'connection reset': { ...project({}), env: ONCE, fault: { path: /./, breaks: 'before' } },
  'host unknown': { ...project({}), url: 'http://prefect.invalid/api' },
  'tls of a plain server': { ...project({}), url: '{server-as-https}' },
  'proxy refused': { ...project({}), url: 'http://prefect.example/api', env: { HTTP_PROXY: 'http://127.0.0.1:1' } },
  'read timeout': {
    ...project({}),
    env: { ...ONCE, PREFECT_API_REQUEST_TIMEOUT: '1' },
    fault: { path: /work_pools/, hold: true },
  },
  'module missing': project({ entrypoint: 'no_such_module.flows:orders' }),
  'import missing in module': project(
    { entrypoint: 'flows.orders:orders' },
    { 'flows/orders.py': `import pandas_of_nobody\n${FLOW}` },
  ),
  'import missing in file': project({}, { 'flows/orders.py': `import pandas_of_nobody\n${FLOW}` }),
  'module raises': project(
    { entrypoint: 'flows.orders:orders' },
    { 'flows/orders.py': `${FLOW}\n\ndef limit():\n    return 1 / 0\n\n\nLIMIT = limit()\n` },
  ),
  'module reads a variable': project(
    { entrypoint: 'flows.orders:orders' },
    { 'flows/orders.py': `import os\n\nBUCKET = os.environ["ORDERS_BUCKET"]\n\n${FLOW}` },
  ),
  'module lacks the name': project({ entrypoint: 'flows.orders:order' }),
  'module name is no flow': project({ entrypoint: 'flows.orders:flow' }),
  'syntax error': project({}, { 'flows/orders.py': `${FLOW}\n\ndef broken(:\n    pass\n` }),
  'file missing': project({ entrypoint: 'flows/elsewhere.py:orders' }),
  'function missing': project({ entrypoint: 'flows/orders.py:order' }),
  'function missing in a broken file': project(
    { entrypoint: 'flows/orders.py:order' },
    { 'flows/orders.py': `import pandas_of_nobody\n${FLOW}` },
  ),
  'function is no flow': project(
    { entrypoint: 'flows/orders.py:plain' },
    { 'flows/orders.py': `${FLOW}\n\ndef plain():\n    pass\n` },
  ),
  'entrypoint without function': project({ entrypoint: 'flows/orders.py' }),
  'entrypoint empty': project({ entrypoint: '{{ $NOT_SET_ANYWHERE }}' }),
  'flow ends the process': project(
    {},
    { 'flows/orders.py': `import sys\n\nprint("nothing to do")\nsys.exit(0)\n${FLOW}` },
  ),
  'flow ends the process badly': project(
    {},
    { 'flows/orders.py': `import sys\n\nprint("giving up")\nsys.exit(3)\n${FLOW}` },
  ),
  'flow ends the process at once': project({}, { 'flows/orders.py': `import os\n\nos._exit(0)\n${FLOW}` }),
  'flow kills the process': project(
    {},
    { 'flows/orders.py': `import os, signal\n\nos.kill(os.getpid(), signal.SIGKILL)\n${FLOW}` },
  ),
  'parameter without schema': project(
    {},
    {
      'flows/orders.py': `from prefect import flow\n\n\nclass Thing:\n    pass\n\n\n@flow\ndef orders(thing: Thing, model_config: int = 1):\n    pass\n`,
    },
  ),
  'parameters refused': project({ more: `parameters: {n: not-a-number, password: ${SECRET}}` }),
  'parameters refused on update': {
    ...project({ more: `parameters: {n: not-a-number, password: ${SECRET}}` }),
    before: SOUND,
  },
  'parameter unknown': project({ more: `parameters: {m: 1, password: ${SECRET}}` }),
  'job variables refused': project({
    pool: '',
    more: `work_pool:\n  name: modal-pool\n  job_variables: {env: ${SECRET}}`,
  }),
  'job variables refused on update': {
    ...project({ pool: '', more: `work_pool:\n  name: modal-pool\n  job_variables: {env: ${SECRET}}` }),
    before: SOUND,
  },
  'cron invalid': project({ more: schedules('cron: "every day"') }),
  'cron with six words': project({ more: schedules('cron: "0 0 0 0 0 0 0"') }),
  'timezone unknown': project({ more: schedules('cron: "0 0 * * *"\ntimezone: Mars/Olympus') }),
  'rrule invalid': project({ more: schedules('rrule: "FREQ=NEVER"') }),
  'interval zero': project({ more: schedules('interval: 0') }),
  'interval timezone unknown': project({ more: schedules('interval: 60\ntimezone: Mars/Olympus') }),
  'anchor date invalid': project({ more: schedules('interval: 60\nanchor_date: "yesterday"') }),
  'schedule empty': project({ more: 'schedules:\n  - {}' }),
  'schedule twice': project({ more: 'schedule: {cron: "0 0 * * *"}\nschedules: []' }),
  'slugs twice': project({
    more: 'schedules:\n  - {cron: "0 0 * * *", slug: nightly}\n  - {cron: "0 1 * * *", slug: nightly}',
  }),
  'slugs twice on update': {
    ...project({ more: 'schedules:\n  - {cron: "0 0 * * *", slug: nightly}\n  - {cron: "0 1 * * *", slug: nightly}' }),
    before: SOUND,
  },
  'slugs gone': {
    ...project({ more: 'schedules:\n  - {cron: "0 0 * * *"}' }),
    before: project({ more: 'schedules:\n  - {cron: "0 0 * * *", slug: nightly}' }).files,
  },
  'concurrency without strategy': project({ more: 'concurrency_limit: {limit: 3}' }),
  'concurrency strategy unknown': project({ more: 'concurrency_limit: {limit: 3, collision_strategy: WAIT}' }),
  'server older': {
    ...project({ more: `parameters: {password: ${SECRET}}` }),
    fault: {
      ...answering(
        422,
        JSON.stringify({
          exception_message: 'Invalid request received.',
          exception_detail: [
            {
              type: 'extra_forbidden',
              loc: ['body', 'concurrency_options', 'grace_period_seconds'],
              msg: 'Extra inputs are not permitted',
              input: SECRET,
            },
          ],
          request_body: { parameters: { password: SECRET } },
        }),
      ),
      path: /^\/api\/deployments\/$/,
    },
  },
  'parameters with two faults': project({
    pool: '',
    more: `work_pool: {name: modal-pool}\nparameters: {n: ${SECRET}, password: [${SECRET}]}`,
  }),
  'concurrency zero': project({ more: 'concurrency_limit: 0' }),
  'grace period short': project({
    more: 'concurrency_limit: {limit: 3, collision_strategy: ENQUEUE, grace_period_seconds: 5}',
  }),
  'block missing': project({ more: 'parameters: {password: "{{ prefect.blocks.secret.no-such-block }}"}' }),
  'block type missing': project({ more: 'parameters: {password: "{{ prefect.blocks.no-such-type.x }}"}' }),
  'sla on a server': project({ more: 'sla:\n  - {name: quick, duration: 60, severity: high}' }),
  'trigger invalid': project({ more: 'triggers:\n  - {type: event, posture: Sometimes, match: {}}' }),
  'version type unknown': project({ more: 'version_type: vcs:of-mine' }),
  'build step fails': project(
    {},
    {},
    'build:\n  - prefect.deployments.steps.run_shell_script:\n      script: sh -c "echo compiling; echo no space left >&2; exit 7"\npull: []',
  ),
  'build step unknown': project(
    {},
    {},
    'build:\n  - prefect.deployments.steps.run_shell_scripts:\n      script: "true"\npull: []',
  ),
  'build step of a missing package': project(
    {},
    {},
    'build:\n  - prefect_nobody.deployments.steps.build:\n      id: x\npull: []',
  ),
  'build step argument unknown': project(
    {},
    {},
    'build:\n  - prefect.deployments.steps.run_shell_script:\n      skript: "true"\npull: []',
  ),
  'push step fails': project(
    {},
    {},
    'push:\n  - prefect.deployments.steps.run_shell_script:\n      script: "false"\npull: []',
  ),
  'file invalid': project({ more: 'parameters: text' }),
  'file missing itself': { ...project({}), args: ['--all', '--prefect-file=elsewhere.yaml'] },
  'file not YAML': project({}, { 'prefect.yaml': 'deployments: [\n' }),
  'file not a mapping': project({}, { 'prefect.yaml': '- a\n- b\n' }),
  'file without deployments': project({}, { 'prefect.yaml': 'deployments: []\n' }),
  'name unknown': {
    files: { 'flows/orders.py': FLOW, 'prefect.yaml': manifestText([{ name: 'one' }, { name: 'two' }]) },
    args: ['--name=orders/one', '--name=orders/three', '--name=orders/four'],
  },
  'names unknown': {
    files: { 'flows/orders.py': FLOW, 'prefect.yaml': manifestText([{ name: 'one' }, { name: 'two' }]) },
    args: ['--name=orders/three', '--name=orders/four'],
  },
  'unnamed among named': {
    files: {
      'flows/orders.py': FLOW,
      'prefect.yaml': `${manifestText([{ name: 'one' }])}  - entrypoint: flows/orders.py:orders\n    work_pool: {name: modal-pool}\n`,
    },
  },
  'name empty': project({ name: '{{ $NOT_SET_ANYWHERE }}' }),
  'name with a slash': { ...project({ name: 'daily {{ $SUFFIX }}' }), env: { SUFFIX: 'a/b' } },
  'name with a percent sign': { ...project({ name: 'daily {{ $SUFFIX }}' }), env: { SUFFIX: '50%' } },
  'option unknown': { ...project({}), args: ['--all', '--no-such-option'] },
  'second fails': {
    files: {
      'flows/orders.py': FLOW,
      'prefect.yaml': manifestText([
        { name: 'first' },
        { name: 'second', more: schedules('cron: "every day"') },
        { name: 'third' },
      ]),
    },
  },
}

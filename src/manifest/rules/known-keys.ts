/** Where a key stands: at the top of the file, or in a mapping of that name. */
export type Level = 'file' | 'deployment' | 'work_pool' | 'concurrency_limit' | 'sla'

/** What Prefect reads at each level. (Prefect 3.8: cli/deploy/_models.py, _experimental/sla/objects.py) */
export const KNOWN: Readonly<Record<Level, readonly string[]>> = {
  // `definitions` is the place that Prefect's documentation gives to anchors.
  file: ['name', 'prefect-version', 'prefect_version', 'build', 'push', 'pull', 'deployments', 'definitions'],
  deployment: [
    'name',
    'version',
    'version_type',
    'tags',
    'description',
    'schedule',
    'schedules',
    'paused',
    'concurrency_limit',
    'flow_name',
    'entrypoint',
    'parameters',
    'enforce_parameter_schema',
    'build',
    'push',
    'pull',
    'work_pool',
    'triggers',
    'sla',
  ],
  work_pool: ['name', 'work_queue_name', 'job_variables'],
  concurrency_limit: ['limit', 'collision_strategy', 'grace_period_seconds'],
  sla: ['name', 'severity', 'enabled', 'duration', 'stale_after', 'within'],
}

/** Keys that say something to people or editors, and that nobody expects to change a run. */
export const SAID_TO_PEOPLE: Readonly<Record<Level, readonly string[]>> = {
  file: ['$schema', 'author', 'authors', 'description', 'license', 'project', 'required_inputs', 'version'],
  deployment: ['prefect-version', 'prefect_version'],
  work_pool: ['type', 'description'],
  concurrency_limit: [],
  sla: ['description'],
}

/** What a deployment of Prefect 2 held, and what became of it. (Prefect 2.20: deployments/deployments.py) */
export const OF_PREFECT_2: ReadonlyMap<string, string> = new Map([
  ['infrastructure', 'Runs get their infrastructure from a work pool: create one, and name it in `work_pool`.'],
  ['infra', 'Runs get their infrastructure from a work pool: create one, and name it in `work_pool`.'],
  ['storage', 'Runs get their code by the steps of `pull`, such as `prefect.deployments.steps.git_clone`.'],
  ['manifest_path', 'Name the flow in `entrypoint`: `path/to/file.py:function`.'],
])

/** Variables of the job templates that come with Prefect's workers, and of its push pools, under no other name a field. */
export const JOB_VARIABLES: ReadonlySet<string> = new Set([
  'job_variables',
  'job_variable',
  'job_vars',
  'variables',
  'env',
  'image',
  'command',
  'cpu',
  'memory',
  'gpu',
  'working_dir',
  'stream_output',
  'image_pull_policy',
  'registry_credentials',
  'image_registry',
  'networks',
  'network_mode',
  'volumes',
  'auto_remove',
  'mem_limit',
  'memswap_limit',
  'privileged',
  'namespace',
  'service_account_name',
  'finished_job_ttl',
  'cluster_config',
  'cpu_request',
  'cpu_limit',
  'memory_request',
  'memory_limit',
  'task_role_arn',
  'execution_role_arn',
  'vpc_id',
  'launch_type',
  'cluster',
  'region',
  'vpc_connector_name',
  'keep_job',
  'pip_packages',
  'modal_credentials',
  'environment',
  'env_vars',
  'environment_variables',
])

/** Other names under which people write these variables. */
export const JOB_VARIABLE_MEANT: ReadonlyMap<string, string> = new Map([
  ['environment', 'env'],
  ['env_vars', 'env'],
  ['environment_variables', 'env'],
])

/** Those that are meant for job variables even at the top level of the file, far from any work pool. */
export const JOB_VARIABLES_ANYWHERE: ReadonlySet<string> = new Set([
  'job_variables',
  'env',
  'environment',
  'env_vars',
  'environment_variables',
])

/** The same for the work pool and its queue. */
export const POOL_MEANT: ReadonlyMap<string, 'name' | 'work_queue_name'> = new Map([
  ['pool', 'name'],
  ['pool_name', 'name'],
  ['work_pool_name', 'name'],
  ['worker_pool', 'name'],
  ['queue', 'work_queue_name'],
  ['queue_name', 'work_queue_name'],
  ['work_queue', 'work_queue_name'],
  ['work_queue_name', 'work_queue_name'],
])

/** What belongs into an item of `schedules`. */
export const SCHEDULE_KEYS: ReadonlySet<string> = new Set([
  'cron',
  'interval',
  'rrule',
  'timezone',
  'anchor_date',
  'day_or',
])

/** Names that people give to `paused`; `true` where they mean the contrary. */
export const PAUSED_MEANT: ReadonlyMap<string, boolean> = new Map([
  ['is_paused', false],
  ['active', true],
  ['enabled', true],
  ['is_active', true],
  ['is_schedule_active', true],
  ['schedule_active', true],
])

/** Further names that people give to fields, too far from them to be a slip. */
export const MEANT: Readonly<Record<Level, ReadonlyMap<string, string>>> = {
  file: new Map([
    ['build_steps', 'build'],
    ['push_steps', 'push'],
    ['pull_steps', 'pull'],
    ['flows', 'deployments'],
  ]),
  deployment: new Map([
    ['automations', 'triggers'],
    ['build_steps', 'build'],
    ['concurrency', 'concurrency_limit'],
    ['deployment_name', 'name'],
    ['flow', 'entrypoint'],
    ['flow_path', 'entrypoint'],
    ['labels', 'tags'],
    ['max_concurrency', 'concurrency_limit'],
    ['max_concurrent_runs', 'concurrency_limit'],
    ['max_runs', 'concurrency_limit'],
    ['params', 'parameters'],
    ['pull_steps', 'pull'],
    ['push_steps', 'push'],
    ['script', 'entrypoint'],
  ]),
  work_pool: new Map(),
  concurrency_limit: new Map([
    ['grace_period', 'grace_period_seconds'],
    ['max', 'limit'],
    ['strategy', 'collision_strategy'],
  ]),
  sla: new Map(),
}

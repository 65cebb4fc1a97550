import { entryOf, isNull, kindOf, type MapValue, type Value } from '../value.ts'
import { isLaxInteger } from './lax.ts'
import { boolean, early, integer, text, textOrList } from './scalars.ts'
import { scheduleItem, scheduleList } from './schedule-item.ts'
import {
  always,
  type Enters,
  type Fields,
  inFields,
  listOf,
  mapping,
  optional,
  type Path,
  type Refusal,
  refusal,
  type Shape,
  textKeys,
} from './shape.ts'
import { slas } from './sla.ts'
import { steps } from './step-list.ts'

// Prefect 3.8 and 3.9: cli/deploy/_models.py. What other versions take otherwise stands in docs/prefect-versions.md.

const parameters: Shape = textKeys({
  hint: (key, value) =>
    isNull(value)
      ? `Remove the key, or write \`${key}: {}\`.`
      : `Write each on a line of its own, indented:\n${key}:\n  name: value`,
})

/** Prefect: WorkPoolConfig */
const workPool: Shape = mapping(
  { name: text('work-pool-name-invalid'), work_queue_name: text(), job_variables: parameters },
  {
    rule: 'work-pool-not-a-mapping',
    hint: (_, value) =>
      `Write it so:\nwork_pool:\n  name: ${value.kind === 'scalar' ? value.source.slice(0, 80) : 'modal-pool'}`,
  },
)

/** Prefect: ConcurrencyLimitSpec */
const LIMIT: Fields = { limit: integer, collision_strategy: text(), grace_period_seconds: integer }

function* concurrencyLimit(value: Value, path: Path, enters: Enters): Generator<Refusal> {
  if (value.kind === 'map') yield* inFields(value, path, LIMIT, enters)
  else if (!isLaxInteger(value)) {
    yield refusal(value, path, {
      wanted: 'a whole number or a mapping',
      hint: (key) =>
        `${early(value)}Write a number, or with a strategy:\n${key}:\n  limit: 1\n  collision_strategy: ENQUEUE`,
    })
  }
}

const triggers: Shape = listOf(textKeys({ hint: aTrigger }), { hint: aTrigger })

function aTrigger(): string {
  return 'Begin each trigger with `- `:\ntriggers:\n  - type: event\n    expect: [prefect.flow-run.Completed]'
}

/** Prefect: DeploymentConfig */
const DEPLOYMENT: Fields = {
  name: text(),
  version: text(),
  version_type: text(),
  tags: textOrList,
  description: text(),
  schedule: optional(scheduleItem),
  schedules: optional(scheduleList),
  paused: boolean,
  concurrency_limit: optional(concurrencyLimit),
  flow_name: text(),
  entrypoint: text(),
  parameters,
  enforce_parameter_schema: boolean,
  build: steps,
  push: steps,
  pull: steps,
  work_pool: optional(workPool),
  triggers: optional(triggers),
  sla: optional(slas),
}

const EXAMPLE = `deployments:
  - name: daily
    entrypoint: flows/orders.py:orders
    work_pool:
      name: modal-pool`

function* deployment(value: Value, path: Path, enters: Enters): Generator<Refusal> {
  if (value.kind === 'map') yield* inFields(value, path, DEPLOYMENT, enters)
  else {
    const message = `This deployment is ${kindOf(value)}; it must be a mapping. Prefect's own command crashes on it.`
    yield { rule: 'deployment-not-a-mapping', path, at: value.at, message, hint: EXAMPLE }
  }
}

/** Unlike other lists this one may not be null, of which `deployments-empty` tells. */
function* deployments(value: Value, path: Path, enters: Enters): Generator<Refusal> {
  const rule = isNull(value) ? 'deployments-empty' : 'deployments-not-a-list'
  yield* listOf(deployment, { rule, hint: () => `Begin each deployment with \`- \`:\n${EXAMPLE}` })(value, path, enters)
}

/** Prefect: PrefectYamlModel */
const FILE: Fields = { name: text(), build: steps, push: steps, pull: steps, deployments }

/** What Prefect's model refuses in a file, all of it that a walk which so enters values comes to. */
export function* refusalsOf(root: MapValue, enters: Enters = always): Generator<Refusal> {
  yield* inFields(root, [], FILE, enters)
  // The field has a dash; with an underscore it is taken where that is absent.
  const version = entryOf(root, 'prefect-version') ?? entryOf(root, 'prefect_version')
  if (version !== undefined) yield* text()(version.value, [version.key], enters)
}

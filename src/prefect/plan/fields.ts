import { isJsonObject, type JsonObject } from '../json.ts'
import type { LiveDeployment } from '../survey/shapes.ts'
import { expectedParameters } from './computed-parameters.ts'
import { inOrder } from './forms.ts'
import { leafDifferences, own } from './leaves.ts'
import type { FieldDifference } from './plan.ts'

/** How one key of a body is compared with what the API answers. */
type Field = Readonly<{
  /** As prefect.yaml says it. */
  field: string
  /** One form for what is sent and for what is answered. */
  form: (value: unknown) => unknown
  /** What the API answers, where that is not under the key itself. */
  found?: (live: LiveDeployment) => unknown
}>

const text = (value: unknown): unknown => value ?? undefined
const map = (value: unknown): unknown => value ?? {}
/** The command sends the text `None` for a flow without a description when it makes a deployment (seen in 3.4 to 3.9). */
const description = (value: unknown): unknown => (value === 'None' ? undefined : (value ?? undefined))

const FIELDS: Readonly<Record<string, Field>> = {
  entrypoint: { field: 'entrypoint', form: text },
  version: { field: 'version', form: text },
  description: { field: 'description', form: description },
  tags: { field: 'tags', form: inOrder },
  paused: { field: 'paused', form: (value) => value ?? false },
  parameters: { field: 'parameters', form: map },
  enforce_parameter_schema: { field: 'enforce_parameter_schema', form: (value) => value ?? true },
  work_pool_name: { field: 'work_pool.name', form: text },
  work_queue_name: { field: 'work_pool.work_queue_name', form: (value) => value || 'default' },
  job_variables: { field: 'work_pool.job_variables', form: map },
  pull_steps: { field: 'pull', form: (value) => value ?? [] },
  concurrency_limit: {
    field: 'concurrency_limit',
    form: text,
    found: (live) => live.global_concurrency_limit?.limit ?? live['concurrency_limit'],
  },
  concurrency_options: { field: 'concurrency_limit', form: withoutNulls },
  parameter_openapi_schema: { field: 'parameter_openapi_schema', form: map },
}

/**
 * What no answer tells, and what is compared elsewhere. The server adds to the labels. (Prefect:
 * server/models/deployments.py, with_system_labels_for_deployment)
 */
const NOT_COMPARED: ReadonlySet<string> = new Set(['name', 'flow_id', 'labels', 'version_info', 'schedules'])
/** An update that sends `null` here leaves what is there. (Prefect: server/models/deployments.py, update_deployment) */
const LEFT_BY_NULL: ReadonlySet<string> = new Set(['job_variables', 'parameters'])

/**
 * Where a deployment is otherwise than a body makes it, its schedules aside. A key that the body does not send is not
 * written. One that is unknown here is compared as it is, if the API answers it.
 */
export function bodyDifferences(body: JsonObject, live: LiveDeployment): readonly FieldDifference[] {
  return comparedKeys(body)
    .filter((key) => Object.hasOwn(FIELDS, key) || Object.hasOwn(live, key))
    .filter((key) => body[key] !== null || !LEFT_BY_NULL.has(key))
    .flatMap((key) => {
      const { field, form, found } = fieldOf(key)
      const there = form(found === undefined ? own(live, key) : found(live))
      const wanted = form(body[key])
      return leafDifferences(field, key === 'parameters' ? expectedParameters(wanted, there) : wanted, there)
    })
}

/** What a body makes of a deployment, by the keys of the body, each in its one form; its schedules aside. */
export function wantedFields(body: JsonObject): JsonObject {
  return Object.fromEntries(comparedKeys(body).map((key) => [key, fieldOf(key).form(body[key])]))
}

/** In the order in which they are told. */
function comparedKeys(body: JsonObject): readonly string[] {
  const known = Object.keys(FIELDS).filter((key) => Object.hasOwn(body, key))
  const others = Object.keys(body).filter((key) => !Object.hasOwn(FIELDS, key) && !NOT_COMPARED.has(key))
  return [...known, ...others]
}

function fieldOf(key: string): Field {
  const known = Object.hasOwn(FIELDS, key) ? FIELDS[key] : undefined
  return known ?? { field: key, form: text }
}

function withoutNulls(value: unknown): unknown {
  if (!isJsonObject(value)) return {}
  return Object.fromEntries(Object.entries(value).filter(([, inner]) => inner !== null))
}

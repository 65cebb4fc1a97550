import { quoted } from '../live/words.ts'
import { isJsonObject, type JsonObject } from '../json.ts'
import type { PlannedDeployment } from './plan.ts'
import { sentBody } from './planned.ts'
import { refusedAutomations } from './refused-automations.ts'
import { refusedSchedules } from './refused-schedules.ts'

/** Something that the server would say no to, found before the first write. */
export type Refusal = Readonly<{
  /** As in a `FieldDifference`: `concurrency_limit`, `schedules[nightly].slug`. */
  field: string
  /** One sentence: what is refused, and why. Values of parameters and job variables are not in it. */
  says: string
  hint: string
}>

/**
 * What the server would refuse of one planned deployment: exactly that, as far as it can be told without the schemas of
 * values. (Prefect 3.8.8: server/api/deployments.py, server/schemas/actions.py; tried on a server of that version)
 */
export function refusalsOf(planned: PlannedDeployment, { cloud }: Readonly<{ cloud: boolean }>): readonly Refusal[] {
  const body = sentBody(planned)
  const automations = planned.writes.automations ? planned.recorded.automations : []
  return [
    ...names(planned),
    ...limits(body),
    ...queue(body),
    ...schema(planned, body),
    ...refusedSchedules(planned, body),
    ...refusedAutomations(automations, { cloud }),
    ...(cloud ? [body, ...automations].flatMap(size) : []),
  ]
}

/** What a name of Prefect's may not hold. (Prefect: types/names.py, BANNED_CHARACTERS) */
const BANNED = /[/%&<>]/
const NO_BANNED = 'A name may hold none of `/ % & < >`.'

/** The server has no kind word for a deployment of such a name: it answers 500. */
function names({ flow, name, recorded }: PlannedDeployment): Refusal[] {
  const found: Refusal[] = []
  if (recorded.flowWrite !== undefined && (flow === '' || BANNED.test(flow))) {
    const says = flow === '' ? 'The name of the flow is empty.' : `The flow's name ${quoted(flow)} is refused.`
    found.push({ field: 'flow', says, hint: `${NO_BANNED} Change \`@flow(name=…)\`.` })
  }
  if (recorded.write.kind === 'create' && BANNED.test(name)) {
    const says = `The deployment's name ${quoted(name)} is refused.`
    found.push({ field: 'name', says, hint: `${NO_BANNED} Change \`name\`.` })
  }
  return found
}

const [LEAST_GRACE, MOST_GRACE] = [60, 86_400]

function limits(body: JsonObject): Refusal[] {
  const { concurrency_limit: limit, concurrency_options: options } = body
  const found: Refusal[] = []
  if (typeof limit === 'number' && limit < 1) {
    const says = `A concurrency limit of ${limit} is refused: the server takes 1 or more.`
    const hint = 'Remove it for no limit; `paused: true` keeps the deployment from running.'
    found.push({ field: 'concurrency_limit', says, hint })
  }
  const grace = isJsonObject(options) ? options['grace_period_seconds'] : undefined
  if (typeof grace === 'number' && (grace < LEAST_GRACE || grace > MOST_GRACE)) {
    const says = `A grace period of ${grace} seconds is refused: the server takes ${LEAST_GRACE} to ${MOST_GRACE}.`
    const hint = `Write \`grace_period_seconds: ${grace < LEAST_GRACE ? LEAST_GRACE : MOST_GRACE}\`, or leave it to the server.`
    found.push({ field: 'concurrency_limit.grace_period_seconds', says, hint })
  }
  return found
}

/** A missing queue is made with the deployment; of such a name none can be there, and the server answers 500. */
function queue({ work_pool_name: pool, work_queue_name: name }: JsonObject): Refusal[] {
  if (typeof pool !== 'string' || pool === '' || typeof name !== 'string' || !BANNED.test(name)) return []
  const says = `There can be no work queue ${quoted(name)}: the server fails to make it.`
  return [{ field: 'work_pool.work_queue_name', says, hint: NO_BANNED }]
}

/** An update that sends no schema is judged by the one that is live. */
function schema({ recorded, live, writes }: PlannedDeployment, body: JsonObject): Refusal[] {
  if (recorded.write.kind !== 'update' || writes.deployment === 'nothing' || live === undefined) return []
  const enforced = body['enforce_parameter_schema'] ?? live.enforce_parameter_schema
  const sent = body['parameter_openapi_schema']
  const isSent = isJsonObject(sent) && Object.keys(sent).length > 0
  if (enforced !== true || isSent || isJsonObject(live.parameter_openapi_schema)) return []
  const says =
    'Its parameters are to be checked, and neither this deploy nor the live deployment has a schema for them.'
  const hint = 'Set `enforce_parameter_schema: false`, or delete the deployment in the Prefect UI and deploy it anew.'
  return [{ field: 'enforce_parameter_schema', says, hint }]
}

/** Bytes of a request that Prefect Cloud takes (Prefect docs: rate limits; 413 beyond). */
const LARGEST = 5 * 1024 * 1024

function size(body: JsonObject): Refusal[] {
  const bytes = bytesOf(body)
  if (bytes <= LARGEST) return []
  const [largest = ''] = Object.keys(body).toSorted((one, other) => bytesOf(body[other]) - bytesOf(body[one]))
  const mib = (bytes / 1024 / 1024).toFixed(1)
  const says = `The request has ${mib} MiB, and Prefect Cloud takes 5; the largest part is ${quoted(largest)}.`
  const hint = 'Keep large values in a block, a bucket or a file of the repository, and name them by a parameter.'
  return [{ field: FIELD_NAMES[largest] ?? largest, says, hint }]
}

const FIELD_NAMES: Readonly<Record<string, string>> = {
  job_variables: 'work_pool.job_variables',
  pull_steps: 'pull',
}

function bytesOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value) ?? '')
}

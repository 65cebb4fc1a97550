import { z } from 'zod'
import type { JsonObject } from '../../../src/prefect/json.ts'
import type { PlannedDeployment } from '../../../src/prefect/plan/plan.ts'
import { deploymentAnswer, type LiveDeployment } from '../../../src/prefect/survey/shapes.ts'
import { unlocked } from '../../world/prefect-server.ts'
import { sharedPrefect } from '../../world/shared-prefect.ts'
import { openApi } from '../api-tools.ts'

/** Of `def orders(n: int, k: int = 3, m: M = M(), o: Optional[int] = None, s: str = "x")`, as Prefect 3.8.8 sends it. */
export const SCHEMA = {
  title: 'Parameters',
  type: 'object',
  properties: {
    n: { position: 0, title: 'n', type: 'integer' },
    k: { default: 3, position: 1, title: 'k', type: 'integer' },
    m: { $ref: '#/definitions/M', default: { a: 1, b: null }, position: 2, title: 'm' },
    o: { anyOf: [{ type: 'integer' }, { type: 'null' }], default: null, position: 3, title: 'o' },
    s: { default: 'x', position: 4, title: 's', type: 'string' },
  },
  required: ['n'],
  definitions: {
    M: {
      properties: {
        a: { default: 1, title: 'A', type: 'integer' },
        b: { anyOf: [{ type: 'string' }, { type: 'null' }], default: null, title: 'B' },
      },
      title: 'M',
      type: 'object',
    },
  },
} as const

/** What both kinds of write send, with the values of a small prefect.yaml (recorded of `prefect deploy`, 3.8.8). */
const BOTH = {
  version: '01234567',
  version_info: { type: 'prefect:simple', version: '01234567' },
  parameters: { n: 2 },
  paused: false,
  concurrency_limit: null,
  concurrency_options: null,
  tags: ['a'],
  work_queue_name: null,
  job_variables: {},
  entrypoint: 'flows/orders.py:orders',
  enforce_parameter_schema: true,
  parameter_openapi_schema: SCHEMA,
  pull_steps: [{ 'prefect.deployments.steps.git_clone': { repository: 'https://github.com/acme/flows.git' } }],
}

/** What a create sends beside it. */
const CREATE = {
  schedules: [],
  labels: {},
  storage_document_id: null,
  infrastructure_document_id: null,
  description: 'None',
  path: null,
}

export type Written = Readonly<{ status: number; text: string; planned: PlannedDeployment }>

/** Writes to the shared server as a deploy would, with the plan that a deploy would have made of it. */
export type ServerCases = Readonly<{
  /** Makes a deployment with these fields in its body. */
  create: (change: JsonObject) => Promise<Written>
  /** Makes one of `live`, and then updates it with these fields. */
  update: (change: JsonObject, live?: JsonObject) => Promise<Written>
  /** Makes an automation for a new deployment; `{{ id }}` in a text is its id. */
  automation: (body: JsonObject, live?: JsonObject) => Promise<Written>
  close: () => Promise<void>
}>

const WHOLE = { deployment: 'whole', automations: true, slas: true } as const

/** @param pool a pool of the server's, with a template as the cases want it; @param flow a name for a flow that is this file's own */
export async function serverCases(pool: string, flow: string): Promise<ServerCases> {
  const { api, http } = openApi(sharedPrefect().url)
  let made = 0
  const send = async (method: 'POST' | 'PATCH', path: string, body?: unknown) =>
    unlocked(() => api.once({ doing: 'Trying a case', method, path, body }))
  const { id: flowId } = z
    .object({ id: z.string() })
    .parse(JSON.parse((await send('POST', '/flows/', { name: flow })).text))
  const bodyOf = (change: JsonObject): JsonObject => ({ ...BOTH, ...CREATE, work_pool_name: pool, ...change })
  const written = async (change: JsonObject) => {
    made += 1
    const body = { name: `case-${made}`, flow_id: flowId, ...bodyOf(change) }
    return { body, answer: await send('POST', '/deployments/', body) }
  }
  const lived = async (change: JsonObject): Promise<LiveDeployment> => {
    const { answer } = await written(change)
    if (answer.status >= 300) throw new Error(`What is to be updated cannot be made: ${answer.text}`)
    return { ...deploymentAnswer.parse(JSON.parse(answer.text)), flow }
  }
  const planOf = (
    kind: 'create' | 'update',
    body: JsonObject,
    live?: LiveDeployment,
    automations: readonly JsonObject[] = [],
  ): PlannedDeployment => {
    const name = live?.name ?? String(body['name'])
    return {
      flow,
      name,
      action: kind,
      recorded: {
        flow,
        name,
        id: live?.id ?? 'new',
        write: { kind, body },
        deletedSchedules: [],
        clearsAutomations: true,
        automations,
      },
      writes: WHOLE,
      ...(live === undefined ? {} : { live }),
      liveAutomations: [],
      differences: [],
      kept: [],
    }
  }
  return {
    create: async (change) => {
      const { body, answer } = await written(change)
      return { ...answer, planned: planOf('create', body) }
    },
    update: async (change, before = {}) => {
      const live = await lived(before)
      const body = { ...BOTH, description: null, work_pool_name: pool, ...change }
      const answer = await send('PATCH', `/deployments/${live.id}`, body)
      return { ...answer, planned: planOf('update', body, live) }
    },
    automation: async (automation, before = {}) => {
      const live = await lived(before)
      const body = z
        .record(z.string(), z.unknown())
        .parse(JSON.parse(JSON.stringify(automation).replaceAll('{{ id }}', live.id)))
      const answer = await send('POST', '/automations/', body)
      const plan = planOf('update', { work_pool_name: live.work_pool_name }, live, [body])
      return { ...answer, planned: plan }
    },
    close: () => http.close(),
  }
}

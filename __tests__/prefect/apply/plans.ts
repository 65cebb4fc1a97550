import { createHash } from 'node:crypto'
import type { JsonObject } from '../../../src/prefect/json.ts'
import type { PlannedDeployment } from '../../../src/prefect/plan/plan.ts'

/** One deployment of a plan, in short. */
export type Sketch = Readonly<{
  name: string
  flow: string
  kind: 'create' | 'update' | 'version' | 'unchanged'
  /** How many are made anew; absent: they are left as they are. */
  automations?: number
  slas?: boolean
  deletedSchedules?: number
}>

/** The stand-in of a credential, as a child's environment has it, and the credential. */
export const STAND_IN = 'stand-in-of-a-token'
export const REVEALED = 'the-real-token'

/** A uuid that is always the same for the same text. */
export function idOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

export function scheduleIdsOf({ name, deletedSchedules = 0 }: Sketch): string[] {
  return Array.from({ length: deletedSchedules }, (_, index) => idOf(`schedule ${index} of ${name}`))
}

/** What `prefect deploy` would record of it, and the plan would make of that. */
export function plannedOf(sketch: Sketch): PlannedDeployment {
  const { name, flow, kind, automations, slas = false } = sketch
  const id = idOf(`deployment ${name}`)
  const flowId = idOf(`flow ${flow}`)
  const isNew = kind === 'create'
  return {
    flow,
    name,
    action: kind === 'create' || kind === 'unchanged' ? kind : 'update',
    recorded: {
      flow,
      name,
      id,
      ...(isNew ? { flowWrite: { placeholder: flowId, body: { name: flow, tags: [] } } } : {}),
      write: { kind: isNew ? 'create' : 'update', body: deploymentBody(sketch, flowId) },
      deletedSchedules: scheduleIdsOf(sketch),
      clearsAutomations: true,
      automations: Array.from({ length: automations ?? 0 }, (_, index) => automationBody(name, id, index)),
      ...(slas ? { slas: [{ name: 'late', owner_resource: `prefect.deployment.${id}`, duration: 600 }] } : {}),
    },
    writes: {
      deployment: kind === 'unchanged' ? 'nothing' : kind === 'version' ? 'version' : 'whole',
      automations: automations !== undefined && kind !== 'unchanged',
      slas: slas && kind !== 'unchanged',
    },
    liveAutomations: [],
    differences: [],
    kept: [],
  }
}

function deploymentBody({ name, kind }: Sketch, flowId: string): JsonObject {
  const fields = {
    version: 'new',
    version_info: { type: 'vcs:git', version: 'new' },
    description: kind === 'create' ? 'None' : null,
    parameters: { n: 2 },
    job_variables: { env: { TOKEN: `Bearer ${STAND_IN}`, LIST: [STAND_IN] } },
  }
  return kind === 'create' ? { name, flow_id: flowId, ...fields } : fields
}

function automationBody(name: string, id: string, index: number): JsonObject {
  return {
    name: `${name}__automation_${index}`,
    owner_resource: `prefect.deployment.${id}`,
    actions: [{ type: 'run-deployment', source: 'selected', deployment_id: id, parameters: { token: STAND_IN } }],
  }
}

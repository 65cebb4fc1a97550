import { randomUUID } from 'node:crypto'
import type { JsonObject } from '../json.ts'
import { deploymentKey } from '../survey/shapes.ts'
import { mergedWrite } from './merged-write.ts'
import type { RecordedDeployment } from './recorded.ts'

type FlowWrite = NonNullable<RecordedDeployment['flowWrite']>
type Place = Pick<RecordedDeployment, 'flow' | 'name'>

/** What has been written so far. Ids of what would be made are placeholders. */
export type Writes = Readonly<{
  recorded: () => readonly RecordedDeployment[]
  byId: (id: string) => RecordedDeployment | undefined
  /** One that would be made. */
  made: (flow: string, name: string) => RecordedDeployment | undefined
  isPlaceholder: (id: string) => boolean
  /** The placeholder of a flow whose id is not known: the same for everybody who asks. */
  makeFlow: (name: string, body: JsonObject) => string
  /** Name of the flow that a placeholder stands for. */
  flowOf: (placeholder: string) => string | undefined
  /** Makes a deployment, or takes the place of one that was made before: the server does the same. */
  make: (place: Place, body: JsonObject) => RecordedDeployment
  /** `undefined`: the server would refuse it, see {@link mergedWrite}. */
  update: (place: Place, id: string, body: JsonObject) => RecordedDeployment | undefined
  /** Changes what is recorded already. */
  change: (id: string, changed: Partial<RecordedDeployment>) => void
}>

export function openWrites(): Writes {
  const drafts = new Map<string, RecordedDeployment>()
  const made = new Map<string, string>()
  const flows = new Map<string, FlowWrite>()
  const flowNames = new Map<string, string>()
  const record = (draft: RecordedDeployment): RecordedDeployment => {
    drafts.set(draft.id, draft)
    return draft
  }
  const makeFlow: Writes['makeFlow'] = (name, body) => {
    const known = flows.get(name)
    if (known !== undefined) return known.placeholder
    const placeholder = randomUUID()
    flows.set(name, { placeholder, body })
    flowNames.set(placeholder, name)
    return placeholder
  }
  return {
    recorded: () => [...drafts.values()],
    byId: (id) => drafts.get(id),
    made: (flow, name) => drafts.get(made.get(deploymentKey(flow, name)) ?? ''),
    isPlaceholder: (id) => flowNames.has(id) || drafts.get(id)?.write.kind === 'create',
    makeFlow,
    flowOf: (placeholder) => flowNames.get(placeholder),
    make: (place, body) => {
      const key = deploymentKey(place.flow, place.name)
      const id = made.get(key) ?? randomUUID()
      made.set(key, id)
      const flow = flows.get(place.flow)
      const placed = flow?.placeholder === body['flow_id'] ? flow : undefined
      return record({
        ...(drafts.get(id) ?? empty(place, id)),
        ...(placed === undefined ? {} : { flowWrite: placed }),
        write: { kind: 'create', body },
      })
    },
    update: (place, id, body) => {
      const before = drafts.get(id)
      if (before === undefined) return record({ ...empty(place, id), write: { kind: 'update', body } })
      const merged = mergedWrite(before.write.body, body)
      return merged === undefined ? undefined : record({ ...before, write: { ...before.write, body: merged } })
    },
    change: (id, changed) => {
      const before = drafts.get(id)
      if (before !== undefined) record({ ...before, ...changed })
    },
  }
}

function empty({ flow, name }: Place, id: string): Omit<RecordedDeployment, 'write'> {
  return { flow, name, id, deletedSchedules: [], clearsAutomations: false, automations: [] }
}

import { isJsonObject, type JsonObject } from '../json.ts'
import type { RecordedDeployment } from '../rehearsal/recorded.ts'
import type { LiveAutomation, LiveDeployment } from '../survey/shapes.ts'
import { automationDifferences, unreadAutomations } from './automations.ts'
import { isComputedAnew } from './computed-parameters.ts'
import { differencesOf } from './differences.ts'
import { without } from './forms.ts'
import { own } from './leaves.ts'
import type { FieldDifference, KeptState, PlannedDeployment, PlannedWrites } from './plan.ts'

type ToPlan = Readonly<{
  /** Edited for what is kept. */
  recorded: RecordedDeployment
  live: LiveDeployment | undefined
  /** Those that act on the deployment; `undefined` where they may not be read. */
  automations: readonly LiveAutomation[] | undefined
  kept: readonly KeptState[]
}> &
  Pick<PlannedDeployment, 'dropped'>

/**
 * What becomes of one deployment: what is to be sent, and why. Beside what differs it sends, with every deploy, what nobody
 * can compare: service levels, automations that may not be read, and parameters that only the server can compute.
 */
export function planned({ recorded, live, automations, kept, dropped = [] }: ToPlan): PlannedDeployment {
  const slas = slaDifferences(recorded)
  const { flow, name } = recorded
  const common = { flow, name, recorded, liveAutomations: automations ?? [], kept, dropped }
  if (recorded.write.kind === 'create') {
    const writes: PlannedWrites = {
      deployment: 'whole',
      automations: recorded.automations.length > 0,
      slas: slas.length > 0,
    }
    return { ...common, action: 'create', writes, differences: [] }
  }
  const ofDeployment = [...differencesOf(recorded, live, undefined), ...computedAnew(recorded, live)]
  const ofAutomations =
    automations === undefined
      ? unreadAutomations(recorded)
      : automationDifferences(recorded, automations, { liveId: live?.id ?? recorded.id, dropped })
  const differences = [...ofDeployment, ...ofAutomations, ...slas]
  return {
    ...common,
    action: differences.length === 0 ? 'unchanged' : 'update',
    writes: {
      deployment: deploymentWrite(ofDeployment),
      automations: ofAutomations.length > 0,
      slas: slas.length > 0,
    },
    ...(live === undefined ? {} : { live }),
    differences,
  }
}

/** The body of the write to the deployment itself; empty where there is none. */
export function sentBody({ recorded, writes }: Pick<PlannedDeployment, 'recorded' | 'writes'>): JsonObject {
  const { kind, body } = recorded.write
  switch (writes.deployment) {
    case 'nothing':
      return {}
    case 'version':
      return Object.fromEntries(Object.entries(body).filter(([key]) => key === 'version' || key === 'version_info'))
    case 'whole':
      // Prefect's text for nothing; its own next update would take it away again.
      return kind === 'create' && body['description'] === 'None' ? without(body, 'description') : body
  }
}

function deploymentWrite(differences: readonly FieldDifference[]): PlannedWrites['deployment'] {
  if (differences.length === 0) return 'nothing'
  return differences.every(({ field }) => field === 'version') ? 'version' : 'whole'
}

/** No answer of the API tells what service levels there are. */
function slaDifferences({ slas }: RecordedDeployment): readonly FieldDifference[] {
  return slas === undefined ? [] : [{ field: 'sla', wanted: slas, found: undefined }]
}

/** Prefect's own command lets the server compute them with every deploy, from what the workspace's variables are then. */
function computedAnew({ write }: RecordedDeployment, live: LiveDeployment | undefined): readonly FieldDifference[] {
  const wanted = own(write.body, 'parameters')
  if (live === undefined || !isJsonObject(wanted)) return []
  const found = live.parameters ?? {}
  return Object.entries(wanted)
    .filter(([key, value]) => isComputedAnew(value, own(found, key)))
    .map(([key, value]) => ({ field: `parameters.${key}`, wanted: value, found: own(found, key) }))
}

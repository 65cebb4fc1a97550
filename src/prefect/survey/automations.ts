import { z } from 'zod'
import { Fault } from '../../faults.ts'
import { oneLine } from '../../process/one-line.ts'
import { isJsonObject } from '../json.ts'
import { type Listed, listAll, type PageTools } from './pages.ts'
import { type LiveAutomation, liveAutomation } from './shapes.ts'

const DOING = 'Reading the automations'

/** Whatever else it is: only those that concern a surveyed deployment have to be understood. */
const anyAutomation = z.looseObject({ id: z.string() })
type AnyAutomation = z.infer<typeof anyAutomation>

/**
 * Reads all automations of the workspace; `undefined` where the credential may not, or where there are none to have.
 *
 * @throws Fault as `PrefectApi.ask` otherwise
 */
export async function readAutomations(tools: PageTools): Promise<Listed<AnyAutomation> | undefined> {
  const listed = await listAll(tools, { doing: DOING, path: '/automations/filter', filter: {}, row: anyAutomation })
  if (!('status' in listed)) return listed
  if (listed.status === 403 || listed.status === 404) return undefined
  throw tools.api.faultOf(listed, DOING)
}

/**
 * Those that act on one of these deployments, by its id.
 *
 * @throws Fault `remote` where one of them is of another shape than it should be
 */
export function automationsOf(
  rows: readonly AnyAutomation[],
  deployments: ReadonlySet<string>,
): ReadonlyMap<string, readonly LiveAutomation[]> {
  const found = new Map<string, LiveAutomation[]>()
  for (const row of rows) {
    const aims = [...aimsOf(row)].filter((id) => deployments.has(id))
    if (aims.length === 0) continue
    const automation = understood(row)
    for (const id of aims) found.set(id, [...(found.get(id) ?? []), automation])
  }
  return found
}

/** Ids of the deployments that it acts on. */
function aimsOf(row: AnyAutomation): ReadonlySet<string> {
  const lists = [row['actions'], row['actions_on_trigger'], row['actions_on_resolve']]
  const actions = lists.flatMap((list: unknown) => (Array.isArray(list) ? list.map((one: unknown) => one) : []))
  const ids = actions.map((action) => (isJsonObject(action) ? action['deployment_id'] : undefined))
  return new Set(ids.filter((id) => typeof id === 'string'))
}

function understood(row: AnyAutomation): LiveAutomation {
  const parsed = liveAutomation.safeParse(row)
  if (parsed.success) return parsed.data
  throw new Fault('remote', `${DOING}: \`${oneLine(row.id, 40)}\` has a shape that this action does not know.`, {
    hint: 'Look at it in the Prefect UI. A newer version of this action may know it.',
  })
}

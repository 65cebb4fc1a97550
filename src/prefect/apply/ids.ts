import { Fault } from '../../faults.ts'
import { oneLine } from '../../process/one-line.ts'
import { isJsonObject } from '../json.ts'
import type { PlannedDeployment } from '../plan/plan.ts'
import type { RecordedDeployment } from '../rehearsal/recorded.ts'
import { deploymentKey } from '../survey/shapes.ts'

const UUID = /[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}/g

/** The real ids of what is made, in the place of those that stood for them while it was recorded. */
export type Ids = Readonly<{
  learn: (placeholder: string, real: string) => void
  /** The text with real ids. @throws Fault `internal` for a placeholder whose real id is not known yet */
  real: (text: string) => string
  /** A copy of a body with real ids. @throws Fault as `real` */
  realIn: (body: unknown) => unknown
}>

/**
 * Opens the ids of one plan, and holds the plan against them before anything is sent: each deployment may name its own
 * placeholder, and that of a flow that is made.
 *
 * @throws Fault `internal` for a placeholder of another deployment, or of a flow that nobody makes
 */
export function openIds(planned: readonly PlannedDeployment[]): Ids {
  const made = planned.map(({ recorded }) => recorded).filter(({ write }) => write.kind === 'create')
  const flows = new Set(made.flatMap(({ flowWrite }) => (flowWrite === undefined ? [] : [flowWrite.placeholder])))
  const placeholders = new Set([...flows, ...made.map(({ id }) => id)])
  for (const { recorded } of planned) holdAgainst(recorded, placeholders, flows)
  const known = new Map<string, string>()
  const real: Ids['real'] = (text) =>
    text.replaceAll(UUID, (id) => {
      const found = known.get(id)
      if (found === undefined && placeholders.has(id)) throw unknownPlaceholder(id, 'a write')
      return found ?? id
    })
  return {
    learn: (placeholder, id) => void known.set(placeholder, id),
    real,
    realIn: (body) => JSON.parse(real(JSON.stringify(body))) as unknown,
  }
}

function holdAgainst(
  recorded: RecordedDeployment,
  placeholders: ReadonlySet<string>,
  flows: ReadonlySet<string>,
): void {
  const { write, automations, slas = null } = recorded
  const foreign = [write.body, ...automations, slas]
    .flatMap((body) => JSON.stringify(body).match(UUID) ?? [])
    .find((id) => placeholders.has(id) && id !== recorded.id && !flows.has(id))
  if (foreign !== undefined)
    throw unknownPlaceholder(foreign, `\`${oneLine(deploymentKey(recorded.flow, recorded.name), 120)}\``)
}

function unknownPlaceholder(id: string, where: string): Fault {
  return new Fault('internal', `The placeholder ${id} stands in ${where}, and nothing gives it a real id.`, {
    hint: 'This is a defect of the action. Set `engine: direct` until it is repaired, and report it.',
  })
}

/** A copy of a body with each of its texts as `change` makes it; keys stay. */
export function withTexts(body: unknown, change: (text: string) => string): unknown {
  if (typeof body === 'string') return change(body)
  if (Array.isArray(body)) return body.map((item: unknown) => withTexts(item, change))
  if (!isJsonObject(body)) return body
  return Object.fromEntries(Object.entries(body).map(([key, value]) => [key, withTexts(value, change)]))
}

import type { Manifest } from '../model.ts'
import { placeholdersIn } from '../placeholders.ts'
import { laxText } from '../schema/lax.ts'
import { entryOf, type MapValue, textOf, type Value, valueAt } from '../value.ts'

export type TriggerKind = 'event' | 'metric' | 'compound' | 'sequence'
export const TRIGGER_KINDS: readonly TriggerKind[] = ['event', 'metric', 'compound', 'sequence']

/** One mapping of `triggers`, or of the `triggers` in one. */
export type Trigger = Readonly<{
  value: MapValue
  /** Whether it is a part of another trigger; only the outer one says what is run, and with what. */
  nested: boolean
  /** `unknown` where its `type` is none of them, `open` where that is not known before Prefect fills it in. */
  kind: TriggerKind | 'unknown' | 'open'
}>

/** All triggers of a file, each once, however many aliases name it. */
export function triggersOf({ deployments }: Manifest): readonly Trigger[] {
  const found: Trigger[] = []
  const seen = new Set<Value>()
  const take = (list: Value | undefined, nested: boolean): void => {
    if (list?.kind !== 'list') return
    for (const value of list.items) {
      if (value.kind !== 'map' || seen.has(value)) continue
      seen.add(value)
      const kind = kindOfTrigger(value, nested)
      found.push({ value, nested, kind })
      if (kind === 'compound' || kind === 'sequence') take(valueAt(value, 'triggers'), true)
    }
  }
  for (const { value } of deployments) take(valueAt(value, 'triggers'), false)
  return found
}

/**
 * Prefect: events/schemas/deployment_triggers.py, deployment_trigger_discriminator, and of a part
 * events/schemas/automations.py, trigger_discriminator, which look at `posture` and `triggers` in another order.
 */
function kindOfTrigger(value: MapValue, nested: boolean): Trigger['kind'] {
  const type = entryOf(value, 'type')
  if (type !== undefined) {
    if (isTemplated(type.value)) return 'open'
    const text = laxText(type.value)
    return TRIGGER_KINDS.find((kind) => kind === text) ?? 'unknown'
  }
  const posture = valueAt(value, 'posture')
  if (posture !== undefined && isTemplated(posture)) return 'open'
  const isMetric = posture !== undefined && laxText(posture) === 'Metric'
  const isComposite = entryOf(value, 'triggers') !== undefined
  const composite = entryOf(value, 'require') === undefined ? 'sequence' : 'compound'
  if (nested) return isComposite ? composite : isMetric ? 'metric' : 'event'
  return isMetric ? 'metric' : isComposite ? composite : 'event'
}

/** Whether a value is not known before Prefect fills in its placeholders. */
export function isTemplated(value: Value | undefined): boolean {
  return placeholdersIn(textOf(value) ?? '').length > 0
}

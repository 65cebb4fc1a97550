import { knownStep } from './known-steps.ts'
import type { Step } from './steps.ts'
import { isSingle } from './used-steps.ts'
import { isGiven, valueAt } from './value.ts'

/** What a list of steps gives to `{{ id.key }}` and `{{ key }}`. */
export type StepOutputs = Readonly<{
  /** The keys of each `id`; `anything` of a function that is not known. */
  ids: ReadonlyMap<string, readonly string[] | 'anything'>
  /** The keys that need no `id`. */
  keys: ReadonlySet<string>
  /** Whether a step is among them of which nothing is known: a function of the project, or a step that is broken. */
  open: boolean
}>

/** {@link StepOutputs} to which steps are still added. */
export type GrowingOutputs = {
  ids: Map<string, readonly string[] | 'anything'>
  keys: Set<string>
  open: boolean
}

function noOutputs(): GrowingOutputs {
  return { ids: new Map(), keys: new Set(), open: false }
}

/** Adds what a step gives when it has run. (Prefect: deployments/steps/core.py, run_steps) */
export function addOutputs(outputs: GrowingOutputs, step: Step): void {
  const known = isSingle(step) ? knownStep(step.function) : undefined
  const { id } = step
  if (id !== undefined) outputs.ids.set(id, known?.outputs ?? 'anything')
  for (const key of known?.outputs ?? []) outputs.keys.add(key)
  // An `id` that is no text is a key of another kind to Prefect.
  if (known === undefined || (id === undefined && isGiven(valueAt(step.inputs, 'id')))) outputs.open = true
}

/** What steps give after they ran in their order. */
export function outputsOf(steps: readonly Step[]): GrowingOutputs {
  const outputs = noOutputs()
  for (const step of steps) addOutputs(outputs, step)
  return outputs
}

/** Whether the outputs have what `{{ name }}` asks for; `perhaps` where a step is among them that may give anything. (Prefect: utilities/collections.py, get_from_dict) */
export function hasOutput(outputs: StepOutputs, name: string): 'yes' | 'no' | 'perhaps' {
  const [first = '', second] = name.replaceAll('[', '.').replaceAll(']', '').split('.')
  const keys = outputs.ids.get(first)
  if (keys === undefined) return outputs.keys.has(first) ? 'yes' : outputs.open ? 'perhaps' : 'no'
  return second === undefined || keys === 'anything' || keys.includes(second) || outputs.keys.has(first) ? 'yes' : 'no'
}

/** Names of outputs that a slip is compared with. */
const MOST_NAMES = 100

/** The names that would be right, for a hint: at most 100. */
export function namesOf({ ids, keys }: StepOutputs): readonly string[] {
  const names: string[] = []
  for (const [id, known] of ids) {
    if (names.length >= MOST_NAMES) return names
    names.push(...(known === 'anything' ? [id] : known.map((key) => `${id}.${key}`)))
  }
  return [...names, ...keys]
}

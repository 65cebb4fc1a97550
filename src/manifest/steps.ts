import {
  entryOf,
  isNull,
  isTruthy,
  type ListValue,
  type MapValue,
  type Place,
  textOf,
  type Value,
  valueAt,
} from './value.ts'

/** One step of a section: the function that it names, and what it is given. */
export type Step = Readonly<{
  /** Importable name, `prefect.deployments.steps.git_clone`; of several keys the first; `undefined` in an empty mapping. */
  function: string | undefined
  /** `id`, by which later steps and fields refer to its outputs. */
  id: string | undefined
  inputs: Value | undefined
  /** The whole step; Prefect runs it only if it has one key. */
  value: MapValue
}>

/**
 * A `build`, `push` or `pull` section. Prefect tells these apart: `null` is filled in like an absent one, `[]` means no
 * steps. `malformed` is what Prefect refuses.
 */
export type Section =
  | Readonly<{ state: 'absent' }>
  | Readonly<{ state: 'null'; at: Place }>
  | Readonly<{ state: 'steps'; at: Place; steps: readonly Step[] }>
  | Readonly<{ state: 'malformed'; at: Place; value: Value }>

/** Reads a section of `owner`, the file or a deployment. (Prefect: cli/deploy/_models.py, _wrap_single_action_mappings) */
export function sectionOf(owner: MapValue, key: 'build' | 'push' | 'pull'): Section {
  const entry = entryOf(owner, key)
  if (entry === undefined) return { state: 'absent' }
  const { value, keyAt: at } = entry
  // An empty mapping is kept as it is and counts as nothing given; a full one is a single step.
  if (isNull(value) || (value.kind === 'map' && value.entries.length === 0)) return { state: 'null', at }
  if (value.kind === 'map') return { state: 'steps', at, steps: stepsOf([value]) }
  if (value.kind === 'list' && isListOfMaps(value)) return { state: 'steps', at, steps: stepsOf(value.items) }
  return { state: 'malformed', at, value }
}

function isListOfMaps(list: ListValue): boolean {
  return list.items.every((item) => item.kind === 'map')
}

function stepsOf(items: readonly Value[]): Step[] {
  return items.flatMap((value) => (value.kind === 'map' ? [stepOf(value)] : []))
}

function stepOf(value: MapValue): Step {
  const [first] = value.entries
  return { function: first?.key, id: textOf(valueAt(first?.value, 'id')), inputs: first?.value, value }
}

/** Whether the section holds at least one step. */
export function hasSteps(section: Section): boolean {
  return section.state === 'steps' && section.steps.length > 0
}

/** Whether a section says that there are no steps, which is more than to say nothing: `pull: []`. */
export function isEmptyOnPurpose(section: Section): boolean {
  return section.state === 'steps' && section.steps.length === 0
}

/** Whether the section has a step of that function with inputs. */
export function hasStep(section: Section, name: string): boolean {
  return section.state === 'steps' && section.steps.some((step) => isTruthy(valueAt(step.value, name)))
}

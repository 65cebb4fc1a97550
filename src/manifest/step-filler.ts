import { Fault } from '../faults.ts'
import { filledIn, placeholdersIn } from './placeholders.ts'
import { hasOutput, outputsOf } from './step-outputs.ts'
import type { Step } from './steps.ts'
import type { MapEntry, Value } from './value.ts'

/** What stands where only a build or push step knows what will. */
export const KNOWN_AFTER_BUILD = 'known after build'

/** Puts {@link KNOWN_AFTER_BUILD} where Prefect puts the outputs of the build and push steps of one deployment. */
export type StepFiller = Readonly<{
  /** The placeholder in a field of the deployment that one of the steps fills in; of several the first. */
  asked: (text: string) => string | undefined
  /** A field of the deployment. What has nothing to be filled in is given back as it is. */
  field: (value: Value) => Value
  /** The same of its pull steps, whose own outputs stay to be filled in when a run begins. */
  pull: (value: Value, steps: readonly Step[]) => Value
}>

/** Characters of the texts that are filled in for one file, with every alias written out; a real file has a few thousand. */
const MOST_FILLED = 16 * 1024 * 1024

/** What Prefect does before it looks at the outputs of steps. */
export type FilledBefore = Readonly<{
  /** Names of the variables of the environment, which it fills in first. */
  environment: ReadonlySet<string>
  /**
   * Whether it then keeps the items of lists that are a placeholder and nothing else, as versions from 3.9.0 on do; those
   * before lose them, so that an output never gets there. (Prefect: utilities/templating/__init__.py, apply_values)
   */
  keepsItems: boolean
}>

/**
 * Fillers for the deployments of one file, by their build and push steps. (Prefect: cli/deploy/_core.py,
 * _run_single_deploy; 3.4 to 3.9)
 *
 * Of a step whose function is not known any name may be an output, so that every name is filled in that nothing else gives.
 *
 * The fillers throw a Fault `user` where the texts that are filled in grow too large.
 */
export function stepFillers({ environment, keepsItems }: FilledBefore): (steps: readonly Step[]) => StepFiller {
  let written = 0
  const fill = (text: string, given: (name: string) => boolean): string => {
    const filled = filledIn(text, ({ kind, name }) =>
      kind === 'output' && given(name) ? KNOWN_AFTER_BUILD : undefined,
    )
    if (filled === text) return text
    written += filled.length
    if (written > MOST_FILLED) throw tooLarge()
    return filled
  }
  return (steps) => {
    // Prefect passes over an empty step.
    const outputs = outputsOf(steps.filter(({ value }) => value.entries.length > 0))
    // What runs later fills in `ctx`.
    const given = (name: string): boolean =>
      !environment.has(name) && !name.startsWith('ctx.') && hasOutput(outputs, name) !== 'no'
    const asked = (text: string): string | undefined =>
      placeholdersIn(text).find(({ kind, name }) => kind === 'output' && given(name))?.text
    const field: Change = {
      text: (text) => fill(text, given),
      keeps: (item) =>
        !keepsItems && item.kind === 'scalar' && item.type === 'text' && asked(item.value) === item.value,
      done: new Map(),
    }
    return {
      asked,
      field: (value) => withTexts(value, field),
      pull: (value, pulling) => {
        const later = outputsOf(pulling)
        const givenNow = (name: string): boolean => {
          const gives = hasOutput(outputs, name)
          return gives === 'yes' || (gives === 'perhaps' && hasOutput(later, name) === 'no')
        }
        return withTexts(value, { text: (text) => fill(text, givenNow), keeps: () => false, done: new Map() })
      },
    }
  }
}

type Change = Readonly<{
  text: (text: string) => string
  /** Whether an item of a list stays as it is. */
  keeps: (item: Value) => boolean
  done: Map<Value, Value>
}>

/** A value with its texts changed, keys aside; a part in which no text changes is given back as the same object. */
function withTexts(value: Value, change: Change): Value {
  const known = change.done.get(value)
  if (known !== undefined) return known
  const changed = changedTexts(value, change)
  change.done.set(value, changed)
  return changed
}

function changedTexts(value: Value, change: Change): Value {
  if (value.kind === 'list') {
    const items = value.items.map((item) => (change.keeps(item) ? item : withTexts(item, change)))
    return items.every((item, index) => item === value.items[index]) ? value : { ...value, items }
  }
  if (value.kind === 'map') {
    const entries = value.entries.map((entry): MapEntry => {
      const inner = withTexts(entry.value, change)
      return inner === entry.value ? entry : { ...entry, value: inner }
    })
    return entries.every((entry, index) => entry === value.entries[index]) ? value : { ...value, entries }
  }
  if (value.type !== 'text') return value
  const text = change.text(value.value)
  return text === value.value ? value : { ...value, value: text }
}

function tooLarge(): Fault {
  return new Fault(
    'user',
    'The file is too large with every alias written out to be planned before its build steps run.',
    {
      hint: 'Split it; the input `prefect-file` takes several files.',
    },
  )
}

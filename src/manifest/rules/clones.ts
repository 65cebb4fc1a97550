import { isOwnStep } from '../known-steps.ts'
import type { Manifest } from '../model.ts'
import { placeholdersIn } from '../placeholders.ts'
import type { Step } from '../steps.ts'
import { isSingle, type UsedSteps, usedSteps } from '../used-steps.ts'
import { entryOf, isTruthy, type MapEntry, textOf } from '../value.ts'
import type { Surroundings } from './rule.ts'

/** A `git_clone` step, and the list that it is of. */
export type Clone = Readonly<{ step: Step; list: UsedSteps }>

/** The steps that clone a repository. */
export function clonesIn(manifest: Manifest): readonly Clone[] {
  return usedSteps(manifest).flatMap((list) => clonesOf(list).map((step) => ({ step, list })))
}

export function clonesOf({ steps }: UsedSteps): readonly Step[] {
  return steps.filter((step) => isSingle(step) && isOwnStep(step.function, 'git_clone'))
}

/** An input with its text; `undefined` where it is no text. */
export function textInput(step: Step, key: string): Readonly<{ text: string; entry: MapEntry }> | undefined {
  const entry = entryOf(step.inputs, key)
  const text = textOf(entry?.value)
  return entry === undefined || text === undefined ? undefined : { text, entry }
}

/** Whether an input says something when the step runs; `perhaps` where that is for a variable or an output to say. */
export function isGivenAtRun(step: Step, key: string, { environment }: Surroundings): 'yes' | 'no' | 'perhaps' {
  const value = entryOf(step.inputs, key)?.value
  if (!isTruthy(value)) return 'no'
  const text = textOf(value)
  const placeholders = placeholdersIn(text ?? '')
  const [only] = placeholders
  if (only === undefined || only.text !== text) return 'yes'
  if (only.kind === 'block') return 'yes'
  if (only.kind !== 'environment') return 'perhaps'
  const state = environment.get(only.name)
  return state === undefined ? 'perhaps' : state === 'set' ? 'yes' : 'no'
}

import type { DeploymentEntry, Manifest } from './model.ts'
import { hasSteps, type Step } from './steps.ts'
import { type PlacedText, placedTexts } from './placed-texts.ts'
import { entryOf, type Value } from './value.ts'

/** The three lists of steps, in the order in which Prefect comes to them. */
export const STEP_SECTIONS = ['build', 'push', 'pull'] as const
export type StepSection = (typeof STEP_SECTIONS)[number]

/** A list of steps with the deployments that use it; a list that aliases share is one. */
export type UsedSteps = Readonly<{
  section: StepSection
  steps: readonly Step[]
  /** Empty only where the file has no deployments. */
  users: readonly DeploymentEntry[]
}>

/**
 * The lists of steps that Prefect runs or stores, the file's own before those of its deployments; a list of the file that
 * every deployment replaces is not among them. (Prefect: cli/deploy/_core.py, _run_single_deploy)
 */
export function usedSteps(manifest: Manifest): readonly UsedSteps[] {
  const { root, deployments } = manifest
  return STEP_SECTIONS.flatMap((section) => {
    const shared = deployments.filter((entry) => !usesOwn(entry, section))
    const own = deployments.filter((entry) => usesOwn(entry, section))
    const lists = new Map<Value, { steps: readonly Step[]; users: DeploymentEntry[] }>()
    const file = entryOf(root, section)?.value
    if (file !== undefined && (shared.length > 0 || deployments.length === 0))
      lists.set(file, { steps: stepsIn(manifest, section), users: shared })
    for (const entry of own) {
      const value = entryOf(entry.value, section)?.value
      if (value === undefined) continue
      const list = lists.get(value)
      if (list === undefined) lists.set(value, { steps: stepsIn(entry, section), users: [entry] })
      else list.users.push(entry)
    }
    return [...lists.values()].map((list) => ({ section, ...list }))
  })
}

/** The steps that Prefect takes for a deployment. */
export function stepsOf(manifest: Manifest, entry: DeploymentEntry, section: StepSection): readonly Step[] {
  return stepsIn(usesOwn(entry, section) ? entry : manifest, section)
}

function stepsIn(owner: Pick<Manifest, StepSection>, section: StepSection): readonly Step[] {
  const { [section]: list } = owner
  return list.state === 'steps' ? list.steps : []
}

/** An own `build` counts as soon as its key is there, an own `push` with steps, an own `pull` with steps or as `[]`. */
function usesOwn(entry: DeploymentEntry, section: StepSection): boolean {
  const { [section]: list } = entry
  if (section === 'build') return list.state !== 'absent'
  return section === 'push' ? hasSteps(list) : list.state === 'steps'
}

/** Whether the step has one key, as Prefect wants it; nothing is known of what another one does. */
export function isSingle({ value }: Step): boolean {
  return new Set(value.entries.map(({ key }) => key)).size === 1
}

/** The texts of the inputs of steps, each part once, with the number of its step in the list. */
export function* inputTexts(steps: readonly Step[]): Generator<PlacedText & Readonly<{ step: number }>> {
  const seen = new Set<Value>()
  for (const [step, { inputs }] of steps.entries()) {
    if (inputs === undefined) continue
    for (const text of placedTexts(inputs, seen)) yield { ...text, step }
  }
}

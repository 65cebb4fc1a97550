import { defaultPulls } from './default-pulls.ts'
import type { DeploymentEntry, Manifest } from './model.ts'
import { needsBuild, type NeedsBuild } from './needs-build.ts'
import { type FilledBefore, type StepFiller, stepFillers } from './step-filler.ts'
import { hasSteps, type Section, type Step } from './steps.ts'
import { yamlOf } from './to-yaml.ts'
import { stepsOf } from './used-steps.ts'
import { entryOf, type MapEntry, type MapValue, textOf, type Value } from './value.ts'

export type { NeedsBuild } from './needs-build.ts'
export { KNOWN_AFTER_BUILD } from './step-filler.ts'

/** What the copy is made for; `folder` is the one in which `prefect deploy` will run. */
export type CopyFor = FilledBefore & Readonly<{ folder: string }>

export type WithoutSteps = Readonly<{
  /** The copy, as YAML. */
  text: string
  /** Why the entries that are left out cannot be told before their steps have run, one for each. */
  needsBuild: readonly NeedsBuild[]
}>

/** Whether Prefect runs a build or push step for any of the entries. */
export function runsSteps(entries: readonly Pick<DeploymentEntry, 'builds' | 'pushes'>[]): boolean {
  return entries.some(({ builds, pushes }) => builds || pushes)
}

/**
 * A copy of a file that `prefect deploy` takes without running a build or push step, with the text "known after build"
 * wherever it would put the output of one. Everything else is as PyYAML reads it from the file itself; comments, and
 * `!!set`, which becomes the mapping that it is written as, are lost.
 *
 * @throws Fault `user` where the file is too large with every alias written out
 */
export function withoutSteps(manifest: Manifest, { folder, ...before }: CopyFor): WithoutSteps {
  const fillers = stepFillers(before)
  const ofFile = fillers([...stepsIn(manifest.build), ...stepsIn(manifest.push)])
  const all = manifest.deployments.map((entry) => {
    const isAsFile = entry.build.state === 'absent' && entry.push.state === 'absent'
    const own = [...stepsOf(manifest, entry, 'build'), ...stepsOf(manifest, entry, 'push')]
    return { entry, filler: isAsFile ? ofFile : fillers(own) }
  })
  const lacking = all.flatMap(({ entry, filler }) => needsBuild(entry, filler) ?? [])
  const leftOut = new Set<Value>(lacking.map(({ entry }) => entry.value))
  const left = all.filter(({ entry }) => !leftOut.has(entry.value))
  const defaults = defaultPulls(
    manifest,
    left.map(({ entry }) => entry),
    folder,
  )
  const pull = sharedPull(manifest, left)
  const copies = new Map<Value, Value>(
    left.map(({ entry, filler }) => {
      const own = filledEntry(entry.value, filler, stepsOf(manifest, entry, 'pull'))
      return [entry.value, withKeys(own, { ...pull.of(entry), ...defaults.of(entry) })]
    }),
  )
  const top = manifest.root.entries.flatMap((field): MapEntry[] => {
    if (isField(field, 'build') || isField(field, 'push')) return []
    if (!isField(field, 'deployments') || field.value.kind !== 'list') return [field]
    const items = field.value.items.flatMap((item) => (leftOut.has(item) ? [] : [copies.get(item) ?? item]))
    return [{ ...field, value: { ...field.value, items } }]
  })
  const root = withKeys({ ...manifest.root, entries: top }, { ...pull.ofFile, ...defaults.ofFile })
  return { text: yamlOf(root), needsBuild: lacking }
}

/** Fields of the mapping of a deployment without its steps. */
function filledEntry(value: MapValue, filler: StepFiller, pulling: readonly Step[]): MapValue {
  const entries = value.entries.flatMap((field): MapEntry[] => {
    if (isField(field, 'build') || isField(field, 'push')) return []
    if (isField(field, 'pull')) return [{ ...field, value: filler.pull(field.value, pulling) }]
    return [{ ...field, value: filledField(field, filler) }]
  })
  return { ...value, entries }
}

function filledField({ key, value }: MapEntry, filler: StepFiller): Value {
  // Both are read before any step has run.
  if (key === 'entrypoint') return value
  if (key === 'work_pool') return filledBut('name', value, filler)
  if (key === 'triggers' && value.kind === 'list') {
    return { ...value, items: value.items.map((trigger) => filledBut('parameters', trigger, filler)) }
  }
  const filled = filler.field(value)
  // One text would make a tag of each of its letters (Prefect: types/__init__.py, ListOfNonEmptyStrings).
  const isAllTags = key === 'tags' && value.kind === 'scalar' && filler.asked(textOf(value) ?? '') === textOf(value)
  return isAllTags ? { kind: 'list', items: [filled], at: value.at } : filled
}

/** A mapping whose values are filled in, but for that key. */
function filledBut(kept: string, value: Value, filler: StepFiller): Value {
  if (value.kind !== 'map') return filler.field(value)
  const entries = value.entries.map((field) =>
    isField(field, kept) ? field : { ...field, value: filler.field(field.value) },
  )
  return { ...value, entries }
}

type OwnEntry = Readonly<{ entry: DeploymentEntry; filler: StepFiller }>
type Keys = Readonly<Record<string, Value>>

/**
 * The file's pull steps, filled in. Where the deployments that use them have different build steps, each gets its own; not
 * otherwise, because Prefect looks up the blocks of a deployment's own steps when it deploys, and not those of the file's.
 */
function sharedPull(
  manifest: Manifest,
  all: readonly OwnEntry[],
): Readonly<{ ofFile: Keys; of: (entry: DeploymentEntry) => Keys }> {
  const value = entryOf(manifest.root, 'pull')?.value
  const steps = stepsIn(manifest.pull)
  const users = all.filter(({ entry }) => !hasSteps(entry.pull) && entry.code === 'steps')
  if (value === undefined || users.length === 0) return { ofFile: {}, of: () => ({}) }
  const byFiller = new Map([...new Set(users.map(({ filler }) => filler))].map((one) => [one, one.pull(value, steps)]))
  const filled = new Map(users.map(({ entry, filler }) => [entry, byFiller.get(filler)]))
  const different = new Set([...byFiller.values()].map((one) => yamlOf(one)))
  const [first] = filled.values()
  if (different.size === 1 && first !== undefined) return { ofFile: { pull: first }, of: () => ({}) }
  return {
    ofFile: {},
    of: (entry): Keys => {
      const own = filled.get(entry)
      return own === undefined ? {} : { pull: own }
    },
  }
}

function stepsIn(section: Section): readonly Step[] {
  return section.state === 'steps' ? section.steps : []
}

/** A mapping in which these keys have these values. */
function withKeys(value: MapValue, keys: Keys): MapValue {
  const added = Object.entries(keys).map(
    ([key, own]): MapEntry => ({ key, keyType: 'text', keyAt: value.at, value: own }),
  )
  const entries = value.entries.filter((field) => !added.some(({ key }) => isField(field, key)))
  return { ...value, entries: [...entries, ...added] }
}

function isField({ key, keyType }: MapEntry, name: string): boolean {
  return key === name && keyType === 'text'
}

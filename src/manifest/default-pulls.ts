import path from 'node:path'
import { BUILD_IMAGE, type DeploymentEntry, type Manifest } from './model.ts'
import { textScalar } from './scalars.ts'
import { hasSteps } from './steps.ts'
import { isTruthy, type MapValue, type Place, textOf, type Value, valueAt } from './value.ts'

/** Keys that take the place of a file's and of its deployments', so that Prefect makes up the pull steps that it would. */
export type DefaultPulls = Readonly<{
  ofFile: Readonly<Record<string, Value>>
  of: (entry: DeploymentEntry) => Readonly<Record<string, Value>>
}>

/**
 * Without pull steps Prefect makes some up, and looks at the build steps for it: where they build an image, the code lies
 * in its folder (`dockerfile: auto`), or nothing is known of it, which gives no pull steps but is not `pull: []`. In a copy
 * without build steps it has to come to the same. `folder` is the one in which Prefect runs. (Prefect:
 * cli/deploy/_actions.py, _generate_default_pull_action; 3.4 to 3.9)
 *
 * For the second of both the file keeps a step that builds an image, and each deployment gets a `build` of its own in which
 * there is nothing to run: Prefect looks at the file's in spite of an own `[]`, and passes over an empty step.
 */
export function defaultPulls(manifest: Manifest, entries: readonly DeploymentEntry[], folder: string): DefaultPulls {
  const images = new Map(entries.map((entry) => [entry, imageOf(manifest, entry)]))
  const { at } = manifest.root
  const nothing = list([], at)
  if (![...images.values()].includes('own')) {
    return {
      ofFile: {},
      of: (entry): Record<string, Value> => (images.get(entry) === 'auto' ? { pull: inImage(folder, entry.at) } : {}),
    }
  }
  const image = map(BUILD_IMAGE, map('dockerfile', textScalar('own', at)))
  const emptyStep = list([{ kind: 'map', at, entries: [] }], at)
  return {
    ofFile: { build: list([image], at) },
    of: (entry): Record<string, Value> => {
      const state = images.get(entry)
      if (state === 'auto') return { build: nothing, pull: inImage(folder, entry.at) }
      return { build: state === 'none' ? emptyStep : nothing }
    },
  }
}

/** What Prefect would see of an image; `pulls` where it does not look, because there are pull steps or none are wanted. */
function imageOf(manifest: Manifest, entry: DeploymentEntry): 'pulls' | 'none' | 'auto' | 'own' {
  if (entry.code === 'steps') return 'pulls'
  const build = hasSteps(entry.build) ? entry.build : manifest.build
  const steps = build.state === 'steps' ? build.steps : []
  const inputs = steps.map(({ value }) => valueAt(value, BUILD_IMAGE)).find(isTruthy)
  if (inputs === undefined) return 'none'
  if (entry.code === 'none') return 'pulls'
  return textOf(valueAt(inputs, 'dockerfile')) === 'auto' ? 'auto' : 'own'
}

/** Prefect's own step for code that lies in an image. */
function inImage(folder: string, at: Place): Value {
  const directory = textScalar(`/opt/prefect/${path.basename(folder)}`, at)
  return list([map('prefect.deployments.steps.set_working_directory', map('directory', directory))], at)
}

function list(items: readonly Value[], at: Place): Value {
  return { kind: 'list', items, at }
}

function map(key: string, value: Value): MapValue {
  return { kind: 'map', at: value.at, entries: [{ key, keyType: 'text', keyAt: value.at, value }] }
}

import { type DeploymentEntry, isTemplate } from './model.ts'
import type { Selected } from './select.ts'
import { type CopyFor, type NeedsBuild, withoutSteps } from './without-steps.ts'

/** What is selected of a copy of a file that has no build or push steps. */
export type LeftOut = Readonly<{
  /** The copy, as YAML. */
  text: string
  /** Of the copy, which is to be written to `path`; `file` is still the name of the file itself. */
  copyAt: (path: string) => Selected
  /** The entry of the file that one of the copy stands for. */
  original: (entry: DeploymentEntry) => DeploymentEntry
  /** Selected entries that the copy lacks. */
  needsBuild: readonly NeedsBuild[]
}>

/**
 * A copy of a file without its build and push steps, and the same selection of it: see `withoutSteps`.
 *
 * @throws Fault `user` where the copy would be too large
 */
export function stepsLeftOut({ manifest, entries, names }: Selected, copyFor: CopyFor): LeftOut {
  const copy = withoutSteps(manifest, copyFor)
  const lacking = new Set(copy.needsBuild.map(({ entry }) => entry))
  const kept = entries.flatMap((entry, index) =>
    lacking.has(entry)
      ? []
      : [{ entry, without: { ...entry, builds: false, pushes: false }, name: names[index] ?? '' }],
  )
  const originals = new Map(kept.map(({ entry, without }) => [without, entry]))
  const left = manifest.deployments.filter((entry) => !isTemplate(entry) && !lacking.has(entry))
  return {
    text: copy.text,
    copyAt: (path) => ({
      manifest: { ...manifest, path },
      entries: kept.map(({ without }) => without),
      names: kept.map(({ name }) => name),
      // With a single entry in the file, Prefect takes a selection for a new name.
      whole: left.length === kept.length,
    }),
    original: (entry) => originals.get(entry) ?? entry,
    needsBuild: copy.needsBuild.filter(({ entry }) => entries.includes(entry)),
  }
}

import type { Manifest } from './model.ts'
import { placeholdersIn } from './placeholders.ts'
import { type TextSection, textsOf } from './placed-texts.ts'
import type { Section, Step } from './steps.ts'
import { entryOf, type Place, textOf, valueAt } from './value.ts'

/** What a file asks of the workspace by name. */
export type Reference = Readonly<{
  kind: 'block' | 'variable'
  /** Of a block `type-slug/document-name`, as Prefect's own commands name it. */
  name: string
  /** Blocks and variables of `pull` are looked up when a run begins, the others by `prefect deploy`. */
  section: TextSection
  /** Index of the deployment; `undefined` for the sections at the top of the file. Prefect looks blocks up in a deployment's own `pull` as well. */
  deployment: number | undefined
  at: Place
}>

const PULL_WITH_BLOCK = 'prefect.deployments.steps.pull_with_block'

/** The blocks and variables that the file names, in its order; each once for a section, at its first place there. */
export function referencesIn(manifest: Manifest): readonly Reference[] {
  const found = [...inTexts(manifest), ...inSteps(manifest)].sort(
    (a, b) => a.at.line - b.at.line || a.at.column - b.at.column,
  )
  const seen = new Set<string>()
  return found.filter(({ kind, name, section }) => {
    const key = `${kind} ${section} ${name}`
    if (seen.has(key)) return false
    seen.add(key)
    return true
  })
}

function* inTexts(manifest: Manifest): Generator<Reference> {
  for (const { text, section, deployment, at } of textsOf(manifest)) {
    for (const placeholder of placeholdersIn(text)) {
      const reference = named(placeholder.kind, placeholder.name)
      if (reference !== undefined) yield { ...reference, section, deployment, at }
    }
  }
}

function named(kind: string, name: string): Pick<Reference, 'kind' | 'name'> | undefined {
  if (kind === 'variable') {
    const variable = name.slice('prefect.variables.'.length)
    return variable === '' ? undefined : { kind, name: variable }
  }
  if (kind !== 'block') return undefined
  const block = blockOf(name)
  return block === undefined ? undefined : { kind, name: `${block.type}/${block.document}` }
}

/** The block that `prefect.blocks.<type-slug>.<document-name>[.<key path>]` names; `undefined` where a part is missing. */
export function blockOf(name: string): Readonly<{ type: string; document: string }> | undefined {
  const [type, document] = name.slice('prefect.blocks.'.length).split('.')
  return type && document ? { type, document } : undefined
}

/** The blocks that steps of `pull_with_block` name. */
function* inSteps(manifest: Manifest): Generator<Reference> {
  for (const { owner, deployment } of [
    { owner: manifest, deployment: undefined },
    ...manifest.deployments.map((entry) => ({ owner: entry, deployment: entry.index })),
  ]) {
    for (const section of ['build', 'push', 'pull'] as const) {
      for (const step of stepsIn(owner[section])) {
        const name = blockPulled(step)
        const at = entryOf(step.inputs, 'block_document_name')?.value.at
        if (name !== undefined && at !== undefined) yield { kind: 'block', name, section, deployment, at }
      }
    }
  }
}

function stepsIn(section: Section): readonly Step[] {
  return section.state === 'steps' ? section.steps : []
}

function blockPulled(step: Step): string | undefined {
  if (step.function !== PULL_WITH_BLOCK) return undefined
  const [type, document] = [
    textOf(valueAt(step.inputs, 'block_type_slug')),
    textOf(valueAt(step.inputs, 'block_document_name')),
  ]
  if (!type || !document || `${type}${document}`.includes('{{')) return undefined
  return `${type}/${document}`
}

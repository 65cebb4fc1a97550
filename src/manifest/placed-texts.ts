import type { Manifest } from './model.ts'
import { entryOf, type Place, type Value } from './value.ts'

/** What Prefect does with a text goes by where it stands: in one of the three sections of steps, or in another field of a deployment. */
export type TextSection = 'pull' | 'build' | 'push' | 'deployment'

/** A text of the file with its place, and the keys that lead to it from the section or the deployment; of a list item its number. */
export type PlacedText = Readonly<{ text: string; at: Place; path: readonly (string | number)[] }>

/** A text of a manifest; `deployment` is the index of its entry, `undefined` of the sections at the top of the file. */
export type ManifestText = PlacedText & Readonly<{ section: TextSection; deployment: number | undefined }>

const STEP_SECTIONS = ['build', 'push', 'pull'] as const

/**
 * The texts of everything that Prefect reads of the file, in its order: the sections of steps, then each deployment. A
 * part that several aliases name is given once for each section. Keys are not among the texts, nor is what stands under a
 * key that Prefect does not know at the top of the file, as `definitions`.
 */
export function* textsOf({ root, deployments }: Manifest): Generator<ManifestText> {
  const seen = { pull: new Set<Value>(), build: new Set<Value>(), push: new Set<Value>(), deployment: new Set<Value>() }
  for (const section of STEP_SECTIONS) {
    const value = entryOf(root, section)?.value
    if (value !== undefined)
      for (const text of placedTexts(value, seen[section])) yield { ...text, section, deployment: undefined }
  }
  for (const { value, index } of deployments) {
    for (const { key, value: field } of value.entries) {
      const steps = STEP_SECTIONS.find((name) => name === key)
      const section = steps ?? 'deployment'
      for (const found of placedTexts(field, seen[section], steps === undefined ? [key] : []))
        yield { ...found, section, deployment: index }
    }
  }
}

/** The texts in a value, in the order of the file; what is in `seen` is passed over, and what was passed is added to it. */
export function* placedTexts(
  value: Value,
  seen = new Set<Value>(),
  path: readonly (string | number)[] = [],
): Generator<PlacedText> {
  const waiting = [{ value, path }]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { value: here, path: keys } = next
    if (seen.has(here)) continue
    seen.add(here)
    if (here.kind === 'scalar') {
      if (here.type === 'text') yield { text: here.value, at: here.at, path: keys }
      continue
    }
    const inner =
      here.kind === 'list'
        ? here.items.map((item, index) => ({ value: item, path: [...keys, index] }))
        : here.entries.map((entry) => ({ value: entry.value, path: [...keys, entry.key] }))
    waiting.push(...inner.reverse())
  }
}

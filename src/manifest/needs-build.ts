import type { DeploymentEntry } from './model.ts'
import { placedTexts } from './placed-texts.ts'
import type { StepFiller } from './step-filler.ts'
import { entryOf, type Place } from './value.ts'

/** A deployment of which Prefect can make nothing before its build or push steps have run. */
export type NeedsBuild = Readonly<{
  entry: DeploymentEntry
  /** The field, `schedules[0].cron`, and the placeholder in it that a step fills in. */
  field: string
  placeholder: string
  at: Place
}>

type Path = readonly (string | number)[]

/**
 * The first field of a deployment whose type no text can stand in for, and which asks for the output of a step; `undefined`
 * where there is none. `entrypoint` and the name of the work pool are not among them: Prefect reads both before any step.
 */
export function needsBuild(entry: DeploymentEntry, filler: Pick<StepFiller, 'asked'>): NeedsBuild | undefined {
  for (const [key, mustBeKnown] of TYPED) {
    const value = entryOf(entry.value, key)?.value
    if (value === undefined) continue
    for (const { text, path, at } of placedTexts(value)) {
      const placeholder = mustBeKnown(path) ? filler.asked(text) : undefined
      if (placeholder !== undefined) return { entry, field: named(key, path), placeholder, at }
    }
  }
  return undefined
}

const TYPED: readonly (readonly [key: string, mustBeKnown: (path: Path) => boolean])[] = [
  ['name', () => true],
  ['version_type', () => true],
  ['concurrency_limit', () => true],
  // Whatever else a schedule has is checked by the command itself, `active: "{{ … }}"` too.
  ['schedules', ([, key = '']) => !['parameters', 'slug', 'replaces'].includes(String(key))],
  ['schedule', ([key = '']) => !['parameters', 'slug', 'replaces'].includes(String(key))],
  ['triggers', isTypedOfTrigger],
]

/** What a trigger may have of any text; `parameters` are filled in when the event comes. (Prefect: events/schemas/deployment_triggers.py) */
const FREE_OF_TRIGGER: ReadonlySet<unknown> = new Set([
  'name',
  'description',
  'parameters',
  'job_variables',
  'match',
  'match_related',
  'after',
  'expect',
  'for_each',
])

/** Triggers of a compound one stand under its own `triggers`. */
function isTypedOfTrigger([, key, ...inner]: Path): boolean {
  return key === 'triggers' ? isTypedOfTrigger(inner) : !FREE_OF_TRIGGER.has(key)
}

function named(key: string, path: Path): string {
  return path.reduce<string>((name, part) => (typeof part === 'number' ? `${name}[${part}]` : `${name}.${part}`), key)
}

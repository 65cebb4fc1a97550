import { type JsonObject, sameJson } from '../json.ts'
import type { RecordedDeployment } from '../rehearsal/recorded.ts'
import type { LiveAutomation } from '../survey/shapes.ts'
import { automationMeaning } from './automation-meaning.ts'
import { leafDifferences } from './leaves.ts'
import { paired } from './pairs.ts'
import type { FieldDifference } from './plan.ts'

/**
 * Where the automations of a deployment are otherwise than its triggers make them. Whose an automation is cannot be read:
 * one that is there and that nobody wants counts only if its name is one that Prefect gives to a trigger without a name,
 * or one that the file gave.
 *
 * @param liveId the deployment's real id, which stands in what is live
 * @param dropped names of automations whose triggers the file had and no longer has
 */
export function automationDifferences(
  recorded: RecordedDeployment,
  live: readonly LiveAutomation[],
  { liveId, dropped }: Readonly<{ liveId: string; dropped: readonly string[] }>,
): readonly FieldDifference[] {
  const wanted = recorded.automations.map((one) => automationMeaning(one, recorded.id))
  const found = live.map((one) => automationMeaning(one, liveId))
  const pairs = paired(wanted, found, [sameJson, (one, other) => one['name'] === other['name']])
  return [
    ...pairs.wanted.flatMap(([one, other]) =>
      other === undefined
        ? [{ field: fieldOf(one), wanted: one, found: undefined }]
        : leafDifferences(fieldOf(one), one, other),
    ),
    ...pairs.left
      .filter(({ name }) => isGivenName(name, recorded.name) || dropped.some((one) => one === name))
      .map((one) => ({ field: fieldOf(one), wanted: undefined, found: one })),
  ]
}

/** All that were recorded, as they are wanted: for whoever may not read what is live. */
export function unreadAutomations(recorded: RecordedDeployment): readonly FieldDifference[] {
  return recorded.automations.map((one) => {
    const wanted = automationMeaning(one, recorded.id)
    return { field: fieldOf(wanted), wanted, found: undefined }
  })
}

function fieldOf({ name }: JsonObject): string {
  return `triggers[${String(name)}]`
}

/** Whether Prefect gives the name to a trigger without one. (Prefect: cli/deploy/_triggers.py) */
export function isGivenName(name: unknown, deployment: string): boolean {
  const start = `${deployment}__automation_`
  return typeof name === 'string' && name.startsWith(start) && /^\d+$/.test(name.slice(start.length))
}

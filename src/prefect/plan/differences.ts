import type { RecordedDeployment } from '../rehearsal/recorded.ts'
import { deploymentKey, type LiveAutomation, type LiveDeployment } from '../survey/shapes.ts'
import { automationDifferences } from './automations.ts'
import { bodyDifferences } from './fields.ts'
import type { FieldDifference } from './plan.ts'
import { scheduleDifferences } from './schedules.ts'

/**
 * Every field that was recorded and that is live otherwise; the plan, the read-back after a deploy and the search for drift
 * all ask this. A deployment that is not there is one difference, `deployment`. What cannot be read back is left out: labels,
 * version info, service levels, and what the server computes from a parameter.
 *
 * @param automations those that act on the deployment; `undefined` where they may not be read: then they are not compared
 * @param dropped names of automations that are to go, because the file had their triggers and no longer has them
 */
export function differencesOf(
  recorded: RecordedDeployment,
  live: LiveDeployment | undefined,
  automations: readonly LiveAutomation[] | undefined,
  dropped: readonly string[] = [],
): readonly FieldDifference[] {
  if (live === undefined) {
    return [{ field: 'deployment', wanted: deploymentKey(recorded.flow, recorded.name), found: undefined }]
  }
  return [
    ...bodyDifferences(recorded.write.body, live),
    ...scheduleDifferences(recorded, live),
    ...(automations === undefined ? [] : automationDifferences(recorded, automations, { liveId: live.id, dropped })),
  ]
}

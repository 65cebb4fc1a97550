import { codeOf } from '../../prefect/plan/code-proof.ts'
import { createdFields } from '../../prefect/plan/created.ts'
import type { FieldDifference } from '../../prefect/plan/plan.ts'
import { shownDifferences as shown } from '../../prefect/plan/shown.ts'
import type { LiveDeployment } from '../../prefect/survey/shapes.ts'
import { uiLinks } from '../../prefect/ui-url.ts'
import type { DeploymentRow, Mismatch } from '../../report/shape.ts'
import type { PrefectWork } from '../prefect-work.ts'
import { untried } from '../project.ts'
import type { PlannedEntry } from './plan.ts'

/** The row of a deployment with its plan; `id` is the real one, where it is known by now. */
export function plannedRow(work: PrefectWork, one: PlannedEntry, id = one.planned.live?.id): DeploymentRow {
  const { flow, name, action, kept, recorded } = one.planned
  const differences = action === 'create' ? createdFields(recorded) : one.planned.differences
  const links = uiLinks(work.target.access.url, work.inputs.prefect.settings)
  const told = [...kept, ...one.notes]
  return {
    ...untried(one.manifest, one.entry),
    flow,
    name,
    action,
    state: 'planned',
    ...(id === undefined ? {} : { id, url: links.deployment(id) }),
    ...(differences.length === 0 ? {} : { changes: shownDifferences(work, differences) }),
    ...(told.length === 0 ? {} : { kept: told }),
  }
}

/** Differences as they may be shown: secrets hidden, each value in one line. */
export function shownDifferences({ host }: PrefectWork, differences: readonly FieldDifference[]): readonly Mismatch[] {
  return shown(differences, host.hidden)
}

/** Which code a run of what is live loads, and whether that is this commit. */
export function codeText(
  { inputs, commit }: PrefectWork,
  live: Pick<LiveDeployment, 'pull_steps'> | undefined,
): Pick<DeploymentRow, 'code'> {
  if (live === undefined) return {}
  const { context } = inputs
  const { refName, ref, repository, serverUrl, baseRef } = context
  const proof = codeOf(live.pull_steps, {
    commit,
    refName,
    isBranch: ref.startsWith('refs/heads/'),
    repository,
    serverUrl,
    ...(baseRef === '' ? {} : { baseRef }),
  })
  return { code: proof.says }
}

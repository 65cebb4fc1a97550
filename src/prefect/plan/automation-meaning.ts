import { isJsonObject, type JsonObject } from '../json.ts'
import type { LiveAutomation } from '../survey/shapes.ts'
import { inOrder, listOf, present, without } from './forms.ts'

/** What stands for the deployment's own id, which is another one until it is made. */
const ITSELF = 'this deployment'

/**
 * An automation in one form for what is sent and for what is answered, and as a `triggers` entry of prefect.yaml says it:
 * on one level, without ids, with the server's defaults, and sets of events in order. (Prefect:
 * events/schemas/deployment_triggers.py, server/events/schemas/automations.py)
 *
 * @param id of the deployment that it runs
 */
export function automationMeaning(automation: JsonObject | LiveAutomation, id: string): JsonObject {
  const { name, description, enabled, tags, trigger } = automation
  return present({
    name,
    description: description ?? '',
    enabled: enabled ?? true,
    tags: filled(inOrder(tags)),
    ...triggerMeaning(trigger),
    ...actionsMeaning(listOf(automation['actions']), id),
    actions_on_trigger: filled(actionList(listOf(automation['actions_on_trigger']), id)),
    actions_on_resolve: filled(actionList(listOf(automation['actions_on_resolve']), id)),
  })
}

function triggerMeaning(trigger: unknown): JsonObject {
  if (!isJsonObject(trigger)) return {}
  const rest = without(trigger, 'id')
  if (Array.isArray(rest['triggers'])) {
    return present({ ...rest, triggers: listOf(rest['triggers']).map((one) => triggerMeaning(one)) })
  }
  const { type = 'event', posture = 'Reactive' } = rest
  if (type !== 'event') return present(rest)
  return present({
    ...rest,
    type,
    posture,
    match: rest['match'] ?? {},
    match_related: rest['match_related'] ?? {},
    after: inOrder(rest['after'] ?? []),
    expect: inOrder(rest['expect'] ?? []),
    for_each: inOrder(rest['for_each'] ?? []),
    threshold: rest['threshold'] ?? 1,
    within: rest['within'] || (posture === 'Proactive' ? 10 : 0),
  })
}

/** What prefect.yaml can make is one run of the deployment; anything else is shown as it is. */
function actionsMeaning(actions: readonly unknown[], id: string): JsonObject {
  const [only] = actions
  if (actions.length !== 1 || !isJsonObject(only)) return { actions: actionList(actions, id) }
  const { type, deployment_id, source, ...rest } = only
  const isOwnRun = type === 'run-deployment' && deployment_id === id && (source ?? 'selected') === 'selected'
  if (!isOwnRun) return { actions: actionList(actions, id) }
  return { ...rest, schedule_after: rest['schedule_after'] ?? 0 }
}

function actionList(actions: readonly unknown[], id: string): readonly unknown[] {
  return actions.map((action) => {
    if (!isJsonObject(action)) return action
    const isOwn = action['deployment_id'] === id
    return present({ ...action, deployment_id: isOwn ? ITSELF : action['deployment_id'] })
  })
}

function filled(values: readonly unknown[]): readonly unknown[] | undefined {
  return values.length === 0 ? undefined : values
}

import { isJsonObject, type JsonObject } from '../json.ts'
import type { Refusal } from './refusals.ts'

/** What the server refuses of the automations that triggers become. It does so when the deployment is written already. */
export function refusedAutomations(
  automations: readonly JsonObject[],
  { cloud }: Readonly<{ cloud: boolean }>,
): readonly Refusal[] {
  return automations.flatMap((automation) => {
    const field = `triggers[${String(automation['name'])}]`
    const { trigger } = automation
    if (!isJsonObject(trigger)) return []
    if (!cloud && asksForMetric(trigger)) return [{ field, ...METRIC }]
    return startsItself(automation, trigger) ? [{ field, ...LOOP }] : []
  })
}

const METRIC = {
  says: 'This trigger asks for a metric, which only Prefect Cloud has.',
  hint: 'Wait for events instead, by `expect`, or deploy to Prefect Cloud.',
}

const LOOP = {
  says: 'This trigger waits for an event of every flow run, those that it starts included: the server refuses such a loop.',
  hint: 'Name the flow whose runs it waits for, by `match_related` with `prefect.resource.name` and `prefect.resource.role: flow`.',
}

function asksForMetric(trigger: JsonObject): boolean {
  if (trigger['type'] === 'metric') return true
  return list(trigger['triggers']).some((inner) => isJsonObject(inner) && asksForMetric(inner))
}

/** Prefect: server/events/schemas/automations.py, prevent_run_deployment_loops */
const OF_EVERY_RUN: ReadonlySet<unknown> = new Set([
  'prefect.flow-run.Scheduled',
  'prefect.flow-run.Pending',
  'prefect.flow-run.Running',
  'prefect.flow-run.*',
])

function startsItself(automation: JsonObject, trigger: JsonObject): boolean {
  if (automation['enabled'] === false || trigger['type'] !== 'event' || trigger['posture'] !== 'Reactive') return false
  if (!list(trigger['expect']).some((event) => OF_EVERY_RUN.has(event))) return false
  if (!list(automation['actions']).some((action) => isJsonObject(action) && action['type'] === 'run-deployment')) {
    return false
  }
  const { match = {}, match_related: related = {} } = trigger
  const relateds = Array.isArray(related) ? list(related) : [related]
  return matchesEveryRun(match) && relateds.some(matchesEveryRun)
}

/** Prefect: server/events/schemas/events.py, matches_every_resource_of_kind */
function matchesEveryRun(labels: unknown): boolean {
  if (!isJsonObject(labels)) return false
  const keys = Object.keys(labels)
  if (keys.length === 0) return true
  const ids = labels['prefect.resource.id']
  return keys.length === 1 && (Array.isArray(ids) ? list(ids) : [ids]).includes('prefect.flow-run.*')
}

const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

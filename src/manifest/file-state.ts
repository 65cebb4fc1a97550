import type { DeploymentEntry } from './model.ts'
import { placeholdersIn } from './placeholders.ts'
import { plainOf } from './plain.ts'
import { intervalSeconds } from './schedule/interval.ts'
import { booleanOf, judgedSchedule, scheduleItems } from './schedule/judged.ts'
import { rruleTextOf } from './schedule/rrule.ts'
import { laxText } from './schema/lax.ts'
import { isTemplated } from './triggers/found.ts'
import { entryOf, isGiven, isTruthy, type MapValue, type Value, valueAt } from './value.ts'

/**
 * What a file says of something that is on or off. `unsaid`: nothing, so that Prefect's default holds; `open`: it is not
 * known before Prefect has filled in placeholders.
 */
export type Said = boolean | 'unsaid' | 'open'

/** When a schedule runs, as far as it is told apart from others by that. */
export type FileScheduleTime = Readonly<{
  kind: 'cron' | 'interval' | 'rrule'
  /** The text of the file; seconds of an interval. */
  expression: string | number
  timezone: string | undefined
}>

/** One schedule of a deployment; `undefined` stands for what is not known before Prefect has filled in placeholders. */
export type FileSchedule = Readonly<{
  slug: string | undefined
  time: FileScheduleTime | undefined
  parameters: Readonly<Record<string, unknown>> | undefined
  active: Said
}>

/** What people can switch off in the workspace too, as a file says it of one deployment. */
export type FileState = Readonly<{
  paused: Said
  /** Empty where the file says nothing of schedules: Prefect then leaves those that are live. */
  schedules: readonly FileSchedule[]
  /** Whether there are schedules that nothing can be told of before Prefect has filled them in. */
  hasOpenSchedules: boolean
  /** The automations that Prefect makes of `triggers`. */
  triggers: readonly Readonly<{ name: string; enabled: Said }>[]
  /** Whether there are triggers whose names are not known. */
  hasOpenTriggers: boolean
}>

/** What the entry of a prefect.yaml says of everything that people can switch off in the workspace. Never throws. */
export function fileStateOf(entry: Pick<DeploymentEntry, 'value' | 'name'>): FileState {
  const items = scheduleItems(entry)
  const schedules = items.flatMap((item) => fileSchedule(item) ?? [])
  const specs = listAt(entry.value, 'triggers')
  const triggers = specs.flatMap((spec, index) => {
    const name = triggerName(spec, index, entry.name)
    return name === undefined ? [] : [{ name, enabled: said(valueAt(spec, 'enabled')) }]
  })
  return {
    paused: said(valueAt(entry.value, 'paused')),
    schedules,
    hasOpenSchedules: schedules.length < items.length,
    triggers,
    hasOpenTriggers: triggers.length < specs.length,
  }
}

function said(value: Value | undefined): Said {
  return isGiven(value) ? (booleanOf(value) ?? 'open') : 'unsaid'
}

/** `undefined` where neither its slug nor its time is known. (Prefect: cli/deploy/_schedules.py) */
function fileSchedule(item: Value): FileSchedule | undefined {
  if (item.kind !== 'map') return undefined
  const slug = entryOf(item, 'slug')?.value
  if (isTemplated(slug)) return undefined
  const text = slug === undefined ? undefined : laxText(slug) || undefined
  const time = timeOf(item)
  if (text === undefined && time === undefined) return undefined
  return { slug: text, time, parameters: parametersOf(item), active: said(valueAt(item, 'active')) }
}

function timeOf(item: MapValue): FileScheduleTime | undefined {
  const judged = judgedSchedule(item)
  if (judged === undefined || isTemplated(valueAt(item, 'timezone'))) return undefined
  const { kind, value, timezone } = judged
  if (kind === 'interval') {
    const seconds = intervalSeconds(valueAt(item, 'interval') ?? item)
    return seconds === undefined ? undefined : { kind, expression: seconds, timezone }
  }
  if (kind === 'cron') return { kind, expression: value, timezone }
  const rule = rruleTextOf(String(value))
  return typeof rule === 'string' ? undefined : { kind, expression: rule.rrule, timezone: timezone || rule.timezone }
}

function parametersOf(item: MapValue): FileSchedule['parameters'] {
  const value = valueAt(item, 'parameters')
  if (value === undefined || !isTruthy(value)) return {}
  const plain = plainOf(value)
  return isMapping(plain) ? plain : undefined
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Prefect: cli/deploy/_triggers.py, _initialize_deployment_triggers; a name that is null is none to it, but stays. */
function triggerName(spec: Value, index: number, deployment: DeploymentEntry['name']): string | undefined {
  const own = entryOf(spec, 'name')?.value
  if (own !== undefined) return isTemplated(own) ? undefined : laxText(own)
  if (deployment.text === undefined || placeholdersIn(deployment.text).length > 0) return undefined
  return `${deployment.text}__automation_${index + 1}`
}

function listAt(value: MapValue, key: string): readonly Value[] {
  const list = valueAt(value, key)
  return list?.kind === 'list' ? list.items : []
}

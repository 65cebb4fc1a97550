import { oneLine } from '../../process/one-line.ts'
import { isJsonObject, type JsonObject } from '../json.ts'
import type { LiveAutomation, LiveDeployment, LiveSchedule } from '../survey/shapes.ts'

/** Items that one list shows. */
const MOST = 20
/** Characters of one item. */
const LONGEST = 80

/**
 * What somebody needs who wants a deployment back, a line each. Values of parameters and job variables are left aside, and
 * the description too: secrets are filled into all of them. At most {@link MOST} schedules, and as many items in a line.
 *
 * @param automations those that are deleted with it; absent where they could not be read
 */
export function restoreHint(
  live: LiveDeployment,
  automations: readonly LiveAutomation[] | undefined,
): readonly string[] {
  const { flow, name, entrypoint, work_pool_name: pool, work_queue_name: queue, schedules, tags } = live
  return [
    `flow: ${shown(flow)}`,
    `name: ${shown(name)}`,
    ...line('entrypoint', entrypoint),
    ...line('work pool', pool),
    ...line('work queue', queue),
    ...bounded((schedules ?? []).map(scheduleLine)),
    ...listLine('tags', tags ?? []),
    ...listLine('parameters, without their values', Object.keys(live.parameters ?? {})),
    ...listLine('job variables, without their values', jobVariables(live.job_variables ?? {})),
    ...limitLine(live),
    ...(live.paused === true ? ['paused'] : []),
    ...automationsLine(automations),
  ]
}

function jobVariables(variables: JsonObject): readonly string[] {
  return Object.entries(variables).flatMap(([key, value]) =>
    isJsonObject(value) && Object.keys(value).length > 0 ? Object.keys(value).map((inner) => `${key}.${inner}`) : [key],
  )
}

function scheduleLine({ schedule, active, slug, parameters, max_scheduled_runs: most }: LiveSchedule): string {
  return [
    `schedule${given(slug) ? ` ${shown(slug)}` : ''}: ${timesOf(schedule)}`,
    ...(active ? [] : ['switched off']),
    ...(typeof most === 'number' ? [`at most ${most} runs ahead`] : []),
    ...listLine('parameters, without their values', Object.keys(parameters ?? {})),
  ].join('; ')
}

function timesOf(schedule: JsonObject): string {
  const { cron, interval, rrule, timezone, anchor_date: anchor } = schedule
  const zone = typeof timezone === 'string' ? ` in ${shown(timezone)}` : ''
  if (typeof cron === 'string') return `cron ${shown(cron)}${zone}`
  if (typeof interval === 'number') {
    return `every ${interval} s${typeof anchor === 'string' ? ` from ${shown(anchor)}` : ''}${zone}`
  }
  return `rrule ${oneLine(String(rrule), 3 * LONGEST)}${zone}`
}

function limitLine({
  global_concurrency_limit: limit,
  concurrency_options: options,
}: LiveDeployment): readonly string[] {
  if (limit === null || limit === undefined) return []
  const strategy = options?.['collision_strategy']
  return [`concurrency limit: ${limit.limit}${typeof strategy === 'string' ? ` (${shown(strategy)})` : ''}`]
}

function automationsLine(automations: readonly LiveAutomation[] | undefined): readonly string[] {
  if (automations === undefined) return ['automations: not known, the credential may not read them']
  const names = automations.map(({ name, enabled }) => (enabled ? name : `${name} (switched off)`))
  return listLine(`${automations.length} automation${automations.length === 1 ? '' : 's'}`, names)
}

function line(title: string, text: string | null | undefined): readonly string[] {
  return given(text) ? [`${title}: ${shown(text)}`] : []
}

function listLine(title: string, items: readonly string[]): readonly string[] {
  return items.length === 0 ? [] : [`${title}: ${bounded(items.map(shown)).join(', ')}`]
}

function bounded(items: readonly string[]): readonly string[] {
  return items.length > MOST ? [...items.slice(0, MOST), `and ${items.length - MOST} more`] : items
}

function shown(text: string): string {
  return oneLine(text, LONGEST)
}

function given(text: string | null | undefined): text is string {
  return text !== null && text !== undefined && text !== ''
}

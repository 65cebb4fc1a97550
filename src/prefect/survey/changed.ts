import { canonical } from '../json.ts'
import type { LiveAutomation, LiveDeployment } from './shapes.ts'

/**
 * Whether somebody worked on a deployment between two surveys. `updated` alone does not tell: a server of 3.4 moves it
 * whenever a worker polls, and none moves it where a schedule is switched off.
 */
export function wasChanged(then: LiveDeployment, now: LiveDeployment): boolean {
  const polled = then['last_polled'] !== now['last_polled'] || then['status'] !== now['status']
  return contentOf(then) !== contentOf(now) || (then.updated !== now.updated && !polled)
}

/** Whether somebody worked on automations between two surveys; those that are new do not count. */
export function wereChanged(then: readonly LiveAutomation[], now: readonly LiveAutomation[]): boolean {
  const found = new Map(now.map((one) => [one.id, meaningOf(one)]))
  return then.some((one) => found.get(one.id) !== meaningOf(one))
}

/** What is known here of an automation; what else a server tells may move by itself. */
function meaningOf({ name, description, enabled, tags, trigger, actions, ...rest }: LiveAutomation): string {
  const { actions_on_trigger, actions_on_resolve } = rest
  return canonical([name, description, enabled, tags, trigger, actions, actions_on_trigger, actions_on_resolve])
}

/** A deployment without what moves by itself, with polls and runs. */
function contentOf(live: LiveDeployment): string {
  const schedules = [...(live.schedules ?? [])].sort((one, other) => (one.id < other.id ? -1 : 1))
  const limit = live.global_concurrency_limit?.limit
  const moving = { updated: undefined, status: undefined, last_polled: undefined }
  return canonical({ ...live, ...moving, schedules, global_concurrency_limit: limit })
}

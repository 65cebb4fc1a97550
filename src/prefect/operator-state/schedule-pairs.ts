import type { JsonObject } from '../json.ts'
import { type Pairs, paired } from '../plan/pairs.ts'
import type { LiveSchedule } from '../survey/shapes.ts'
import { sameAnchor, scheduleKey, timeKey } from './schedule-identity.ts'

/**
 * Finds for each schedule of a body the live one that it stands for: that of its slug (or of the slug that it replaces), else
 * one without a slug that runs at the same times with the same parameters, else one that runs at the same times.
 *
 * @param mayDiffer whether a live schedule with other parameters may be a former state of a wanted one
 */
export function schedulePairs(
  wanted: readonly JsonObject[],
  live: readonly LiveSchedule[],
  mayDiffer: (live: LiveSchedule) => boolean,
): Pairs<JsonObject, LiveSchedule> {
  const slugs = new Set(live.flatMap(({ slug }) => slug ?? []))
  const same = (one: JsonObject, other: LiveSchedule): boolean => isSame(scheduleKey(one), scheduleKey(other))
  return paired(wanted, live, [
    (one, other) => isNamed(other) && other.slug === slugIn(one, slugs),
    (one, other) => !isNamed(one) && !isNamed(other) && same(one, other) && sameAnchor(one, other),
    (one, other) => !isNamed(one) && !isNamed(other) && same(one, other),
    // Two slugs that differ are two schedules, whatever else they have in common; a slug that comes or goes is not.
    (one, other) => !(isNamed(one) && isNamed(other)) && same(one, other),
    (one, other) => !(isNamed(one) && isNamed(other)) && isSame(timeKey(one), timeKey(other)) && mayDiffer(other),
  ])
}

/** The slug under which the server looks for the schedule. (Prefect: server/api/deployments.py, update_deployment) */
function slugIn({ replaces, slug }: JsonObject, slugs: ReadonlySet<string>): unknown {
  return typeof replaces === 'string' && slugs.has(replaces) ? replaces : slug
}

function isNamed({ slug }: Readonly<{ slug?: unknown }>): boolean {
  return typeof slug === 'string'
}

function isSame(one: string | undefined, other: string | undefined): boolean {
  return one !== undefined && one === other
}

import { isJsonObject, type JsonObject } from '../json.ts'
import type { LiveSchedule } from '../survey/shapes.ts'

/**
 * An interval without a start of its own, from the live one's: the server would count from the moment of the deploy, so that
 * frequent deploys put off the runs for ever.
 */
export function withLiveAnchor(wanted: JsonObject, live: LiveSchedule): JsonObject {
  const { schedule } = wanted
  const { interval, anchor_date: anchor } = live.schedule
  if (!isJsonObject(schedule) || typeof interval !== 'number' || schedule['interval'] !== interval) return wanted
  if (typeof schedule['anchor_date'] === 'string' || typeof anchor !== 'string') return wanted
  return { ...wanted, schedule: { ...schedule, anchor_date: anchor } }
}

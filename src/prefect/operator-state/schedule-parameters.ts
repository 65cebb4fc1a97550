import { isJsonObject } from '../json.ts'
import type { Before } from '../../manifest/file-before.ts'
import type { LiveSchedule } from '../survey/shapes.ts'
import { fileKeys, scheduleKey, timeKey } from './schedule-identity.ts'

/**
 * The live schedules as the file had them, where the server has taken their parameters away: it does so whenever somebody
 * switches a schedule on or off (3.4 to 3.9: server/models/deployments.py, update_deployment_schedule, writes `{}` for
 * parameters that are not sent). Without them nobody would know a schedule again that has no slug.
 */
export function withLostParameters(live: readonly LiveSchedule[], before: Before): readonly LiveSchedule[] {
  if (!before.known) return live
  const there = new Set(live.map((one) => (isBare(one) ? scheduleKey(one) : undefined)))
  const lines = before.state.schedules
    .filter(isBare)
    .map((line) => ({ ...fileKeys(line), parameters: line.parameters }))
  const had = new Set(lines.map(({ whole }) => whole))
  const lost = new Set(lines.filter(({ whole }) => whole !== undefined && !there.has(whole)))
  return live.map((one) => {
    if (!isBare(one) || hasParameters(one) || had.has(scheduleKey(one))) return one
    const line = [...lost].find(({ time }) => time !== undefined && time === timeKey(one))
    if (line?.parameters === undefined) return one
    lost.delete(line)
    return { ...one, parameters: { ...line.parameters } }
  })
}

function isBare({ slug }: Readonly<{ slug?: string | null | undefined }>): boolean {
  return typeof slug !== 'string'
}

function hasParameters({ parameters }: LiveSchedule): boolean {
  return isJsonObject(parameters) && Object.keys(parameters).length > 0
}

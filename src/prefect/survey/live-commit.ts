import { isJsonObject } from '../json.ts'
import type { LiveDeployment } from './shapes.ts'

/**
 * The commit at which a deployment was deployed last: Cloud's version info has it in full, and everywhere its first 8
 * digits are the version, unless the file or the flow gives one of its own. (Prefect: _internal/versioning.py, since 3.3.6)
 */
export function liveCommit(live: Pick<LiveDeployment, 'version'>): string | undefined {
  const info = 'version_info' in live ? live.version_info : undefined
  const told = isJsonObject(info) ? info['commit_sha'] : undefined
  if (typeof told === 'string' && /^[0-9a-f]{40}$/.test(told)) return told
  return /^[0-9a-f]{8}$/.test(live.version ?? '') ? (live.version ?? undefined) : undefined
}

import type { Manifest } from '../model.ts'
import type { MapValue } from '../value.ts'
import {
  JOB_VARIABLES,
  JOB_VARIABLES_ANYWHERE,
  KNOWN,
  OF_PREFECT_2,
  PAUSED_MEANT,
  POOL_MEANT,
  SAID_TO_PEOPLE,
  SCHEDULE_KEYS,
} from './known-keys.ts'
import { type UnknownKey, unknownKeys } from './unknown-keys.ts'

/** What an unknown key was meant for. */
export type Kind = 'job-variables' | 'work-pool' | 'schedule' | 'paused' | 'field' | 'said' | 'legacy' | 'unknown'

function kindOfKey({ level, entry }: UnknownKey): Kind {
  const { key } = entry
  if (key === 'infra_overrides' || OF_PREFECT_2.has(key)) return 'legacy'
  if (SAID_TO_PEOPLE[level].includes(key)) return 'said'
  if (level === 'concurrency_limit' || level === 'sla') return 'unknown'
  if (POOL_MEANT.has(key)) return 'work-pool'
  if (PAUSED_MEANT.has(key)) return 'paused'
  if (SCHEDULE_KEYS.has(key)) return 'schedule'
  if ((level === 'file' ? JOB_VARIABLES_ANYWHERE : JOB_VARIABLES).has(key)) return 'job-variables'
  return KNOWN.deployment.includes(key) || KNOWN.file.includes(key) ? 'field' : 'unknown'
}

/** The unknown keys of a kind, those of one mapping together. */
export function grouped(manifest: Manifest, kind: Kind): readonly (readonly [UnknownKey, ...UnknownKey[]])[] {
  const groups = new Map<MapValue, [UnknownKey, ...UnknownKey[]]>()
  for (const unknown of unknownKeys(manifest)) {
    if (kindOfKey(unknown) !== kind) continue
    const group = groups.get(unknown.owner)
    if (group === undefined) groups.set(unknown.owner, [unknown])
    else group.push(unknown)
  }
  return [...groups.values()]
}

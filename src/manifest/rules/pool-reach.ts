import type { Severity } from '../../finding.ts'
import type { DeploymentEntry } from '../model.ts'
import type { Surroundings } from './rule.ts'

/**
 * Where the runs of a deployment begin: `remote`, on a machine that is made for the run and holds nothing of the deploying
 * one; `process`, as a process of a worker's own machine; `worker`, by a worker of another kind; `unknown`, where the type
 * of the pool is not known.
 */
export type PoolReach = Readonly<{ reach: 'remote' | 'process' | 'worker' | 'unknown'; type: string | undefined }>

/** What is known of a deployment's pool. (Prefect: WorkPool.is_push_pool and is_managed_pool go by the end of the type.) */
export function reachOf(entry: DeploymentEntry, { pools, defaultWorkPool }: Surroundings): PoolReach {
  const name = entry.workPool?.name
  if (name !== undefined && name.placeholders.length > 0) return { reach: 'unknown', type: undefined }
  const type = pools?.get(name?.text ?? defaultWorkPool ?? '')
  if (type === undefined) return { reach: 'unknown', type }
  if (/:(?:push|managed)$/.test(type)) return { reach: 'remote', type }
  return { reach: type === 'process' ? 'process' : 'worker', type }
}

/** The first of the pools whose runs hold nothing of the deploying machine, else what is known of the first one. */
export function gravestReach(entries: readonly DeploymentEntry[], known: Surroundings): PoolReach {
  const reaches = entries.map((entry) => reachOf(entry, known))
  return reaches.find(({ reach }) => reach === 'remote') ?? reaches[0] ?? { reach: 'unknown', type: undefined }
}

/** An error where no run can find what lies on another machine, else a warning. */
export function severityAt({ reach }: PoolReach): Severity {
  return reach === 'remote' ? 'error' : 'warning'
}

import type { Fault } from '../../faults.ts'
import type { Clock, Log } from '../../host.ts'
import type { PrefectApi } from '../client.ts'
import type { PlannedDeployment } from '../plan/plan.ts'

export type ApplyTools = Readonly<{
  api: PrefectApi
  clock: Clock
  /** From 0 to 1. */
  random: () => number
  /** Nothing new is started once it is aborted. */
  signal: AbortSignal
  log: Log
}>

export type ApplyOptions = Readonly<{
  /** Requests at once to begin with: 8 on Cloud, 4 on a server of one's own. */
  atOnce: number
  /** Requests at once that a server comes to which is never strained; absent: no more than the first. */
  atMost?: number
  /** Puts the real values in the place of the stand-ins of credentials; for every text of a body, right before it is sent. */
  reveal: (text: string) => string
  /** Called once for each deployment, as soon as it is known what became of it. */
  onOutcome: (outcome: ApplyOutcome) => void
}>

/**
 * What became of one deployment.
 *
 * - `applied`: the server took every write; where there was nothing to write, that was none
 * - `failed`: a write was refused, or got no answer that can be trusted after all tries
 * - `unknown`: stopped when a write of it was, or may have been, taken, and before the last one was
 * - `never-tried`: nothing of it reached the server
 */
export type ApplyOutcome = Readonly<{
  planned: PlannedDeployment
  state: 'applied' | 'failed' | 'unknown' | 'never-tried'
  /** The real id, once it is known. */
  id?: string
  /** Whether the server may have taken anything of it, a flow that it shares included. */
  wrote: boolean
  fault?: Fault
}>

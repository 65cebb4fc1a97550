import type { Health } from './health.ts'
import type { Ids } from './ids.ts'
import type { Pace } from './pace.ts'
import type { Queues } from './queues.ts'
import type { ApplyOptions, ApplyTools } from './shapes.ts'

/** What all deployments of one apply share. */
export type Course = Readonly<{ tools: ApplyTools; pace: Pace; health: Health; ids: Ids; queues: Queues }> &
  Pick<ApplyOptions, 'reveal'>

/** What is known of one deployment, or one flow, while it is written. */
export type Trace = { wrote: boolean; id?: string }

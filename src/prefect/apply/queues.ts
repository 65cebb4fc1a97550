import type { JsonObject } from '../json.ts'
import type { PlannedDeployment } from '../plan/plan.ts'
import { sentBody } from '../plan/planned.ts'

/** One deployment's place in the line of those that make work queues. */
export type QueuePlace = Readonly<{
  /** Ends when its queue may be made, or is there. */
  turn: Promise<void>
  /** It is there now, or nobody makes it here; may be called again. */
  done: () => void
}>

/** Gives a deployment its place; asked in the order of the files. Never throws. */
export type Queues = (planned: PlannedDeployment) => QueuePlace

/**
 * Lets the queues of a pool be made one after another, in the order of the files, as Prefect's own command makes them: the
 * server gives each new one the next priority, and may refuse a deployment whose queue somebody else makes at the same
 * moment. Whoever names a queue that another one makes waits for it. (Prefect: server/models/workers.py,
 * create_work_queue, 3.4 to 3.9)
 */
export function openQueues(): Queues {
  const pools = new Map<string, Readonly<{ queues: Map<string, Promise<void>>; last: Promise<void> }>>()
  return (planned) => {
    const { pool, queue } = placeOf(sentBody(planned))
    if (pool === '' || queue === '' || isThere(planned, pool, queue)) return NOWHERE
    const { queues, last } = pools.get(pool) ?? { queues: new Map<string, Promise<void>>(), last: Promise.resolve() }
    const making = queues.get(queue)
    if (making !== undefined) return { ...NOWHERE, turn: making }
    const { promise, resolve } = Promise.withResolvers<void>()
    queues.set(queue, promise)
    pools.set(pool, { queues, last: promise })
    return { turn: last, done: resolve }
  }
}

const NOWHERE: QueuePlace = { turn: Promise.resolve(), done: () => undefined }

function placeOf(body: JsonObject): Readonly<{ pool: string; queue: string }> {
  const text = (key: string): string => (typeof body[key] === 'string' ? body[key] : '')
  return { pool: text('work_pool_name'), queue: text('work_queue_name') }
}

/** Every pool has the queue `default`, and what a live deployment is in is there too. */
function isThere({ live }: PlannedDeployment, pool: string, queue: string): boolean {
  return queue === 'default' || (live?.['work_pool_name'] === pool && live['work_queue_name'] === queue)
}

import type { Finding } from '../../finding.ts'
import type { ManifestRuleFacts } from '../../manifest/rules/rule.ts'
import { nearest } from '../../nearest.ts'
import type { Asked, NamedQueue } from './asked.ts'
import { keyOf, type Live } from './live.ts'
import { meant, others, quoted, shared, told } from './words.ts'

const POOL_UNKNOWN = {
  id: 'work-pool-unknown',
  severity: 'error',
  about:
    'The workspace has no work pool of this name. Prefect finds out deployment by deployment, when the first ones are written already.',
  acceptedByPrefect: false,
} as const satisfies ManifestRuleFacts

const POOL_PAUSED = {
  id: 'work-pool-paused',
  severity: 'warning',
  about: 'The work pool is paused: what is deployed to it does not run until somebody resumes it.',
  acceptedByPrefect: true,
} as const satisfies ManifestRuleFacts

const QUEUE_UNKNOWN = {
  id: 'work-queue-unknown',
  severity: 'notice',
  about:
    'The work pool has no queue of this name, but one that is called almost so. Prefect makes a missing queue when it deploys, so a slip of the pen goes unseen.',
  acceptedByPrefect: true,
} as const satisfies ManifestRuleFacts

const QUEUE_PAUSED = {
  id: 'work-queue-paused',
  severity: 'warning',
  about:
    'The work queue is paused: what is deployed to it does not run until somebody resumes it. A deployment that names no queue goes to `default`.',
  acceptedByPrefect: true,
} as const satisfies ManifestRuleFacts

export const POOL_RULES: readonly ManifestRuleFacts[] = [POOL_UNKNOWN, POOL_PAUSED, QUEUE_UNKNOWN, QUEUE_PAUSED]

const RESUME = 'Resume it in the Prefect UI, unless that is meant.'

/** Pools that are missing or paused. */
export function poolFindings({ pools, names }: Live, asked: Asked): Finding[] {
  return asked.pools.flatMap((wanted) => {
    const { name, deployments } = wanted
    const pool = pools.get(name)
    if (pool === undefined) {
      const message = `There is no work pool ${quoted(name)} in the Prefect workspace${shared(deployments, 'name it')}.`
      const create = 'Create it in the Prefect UI, or correct `work_pool.name`.'
      return told(POOL_UNKNOWN, wanted, message, [...others(name, names.pools, 'The workspace has none.'), create])
    }
    if (!pool.paused) return []
    return told(POOL_PAUSED, wanted, `The work pool ${quoted(name)} is paused, so ${theirs(deployments)} not run.`, [
      RESUME,
    ])
  })
}

/** Queues that are paused, or probably misspelt. */
export function queueFindings({ pools, queues, names }: Live, asked: Asked): Finding[] {
  return asked.queues.flatMap((wanted) => {
    const { pool, name, deployments } = wanted
    // The pool says it all where it is missing, or paused itself.
    if (pools.get(pool)?.paused !== false) return []
    const state = queues.get(keyOf(pool, name))
    if (state === 'absent') return slip(wanted, names.queues.get(pool) ?? [])
    if (state !== 'paused') return []
    const which = `The work queue ${quoted(name)} of the work pool ${quoted(pool)}`
    return told(QUEUE_PAUSED, wanted, `${which} is paused, so ${theirs(deployments)} not run.`, [RESUME])
  })
}

/** Characters of a name from which on a near one says something. */
const SHORTEST = 5

/** A new queue is nothing to speak of; only one that is called like another, but for more than a number, may be none. */
function slip(wanted: NamedQueue, names: readonly string[]): Finding[] {
  const { pool, name } = wanted
  const near = name.length >= SHORTEST ? nearest(name, names) : undefined
  if (near === undefined || withoutNumbers(near) === withoutNumbers(name)) return []
  const message = `The work pool ${quoted(pool)} has no queue ${quoted(name)}; Prefect makes it when it deploys.`
  return told(QUEUE_UNKNOWN, wanted, message, meant(near))
}

function withoutNumbers(name: string): string {
  return name.replace(/\d+/g, '')
}

function theirs(deployments: number): string {
  return deployments > 1 ? `the ${deployments} deployments that go to it do` : 'what is deployed to it does'
}

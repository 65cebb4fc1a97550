import type { LimitFunction } from 'p-limit'
import { z } from 'zod'
import { asFault } from '../../faults.ts'
import type { PrefectApi } from '../client.ts'
import type { Asked } from './asked.ts'
import { keyOf, type Live, type NamesForHints } from './live.ts'

/** Names that one listing gives (Prefect: server/api/dependencies.py, LimitBody). */
const MOST = 200

/** Lists the names among which a missing one may have been meant; asks nothing where nothing is missing. */
export async function readNames(
  api: PrefectApi,
  asked: Asked,
  found: Omit<Live, 'names'>,
  atOnce: LimitFunction,
): Promise<NamesForHints> {
  const missing = missingOf(asked, found)
  const list: List = (path, filter = {}) => atOnce(() => listed(api, path, filter))
  const [pools, queues, blocks, blockTypes, variables] = await Promise.all([
    missing.pool ? list('/work_pools/filter') : undefined,
    byOwner(missing.queuesOf, (pool) => list(`/work_pools/${encodeURIComponent(pool)}/queues/filter`)),
    byOwner(missing.blocksOf, (type) => list('/block_documents/filter', { block_types: { slug: { any_: [type] } } })),
    missing.blockType ? list('/block_types/filter') : undefined,
    missing.variable ? list('/variables/filter') : undefined,
  ])
  return {
    queues,
    blocks,
    ...(pools === undefined ? {} : { pools }),
    ...(blockTypes === undefined ? {} : { blockTypes }),
    ...(variables === undefined ? {} : { variables }),
  }
}

type Filter = Readonly<Record<string, unknown>>
type List = (path: string, filter?: Filter) => Promise<readonly string[] | undefined>

type Missing = Readonly<{
  pool: boolean
  queuesOf: readonly string[]
  blocksOf: readonly string[]
  blockType: boolean
  variable: boolean
}>

function missingOf(asked: Asked, found: Omit<Live, 'names'>): Missing {
  const queues = asked.queues.filter(
    ({ pool, name, said }) => said && found.pools.has(pool) && found.queues.get(keyOf(pool, name)) === 'absent',
  )
  const blocks = asked.blocks.filter(({ type, name }) => found.blocks.get(keyOf(type, name)) === 'absent')
  return {
    pool: asked.pools.some(({ name }) => !found.pools.has(name)),
    queuesOf: [...new Set(queues.map(({ pool }) => pool))],
    blocksOf: [...new Set(blocks.map(({ type }) => type))],
    blockType: [...found.blocks.values()].includes('type-absent'),
    variable: [...found.variables.values()].includes('absent'),
  }
}

async function byOwner(
  owners: readonly string[],
  list: (owner: string) => Promise<readonly string[] | undefined>,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const lists = await Promise.all(owners.map(async (owner) => ({ owner, names: await list(owner) })))
  return new Map(lists.flatMap(({ owner, names }) => (names === undefined ? [] : [[owner, names] as const])))
}

/** A name alone, or for a type of blocks its slug, which is what a file names it by. */
const named = z.array(
  z
    .object({ name: z.string().nullish(), slug: z.string().nullish() })
    .transform(({ name, slug }) => slug ?? name ?? ''),
)

/** A hint that cannot be read is left out; it stops nothing. */
async function listed(api: PrefectApi, path: string, filter: Filter): Promise<readonly string[] | undefined> {
  try {
    const body = { ...filter, limit: MOST }
    const { value } = await api.ask({ doing: 'Listing names', method: 'POST', path, body, answer: named })
    return value.filter((name) => name !== '')
  } catch (thrown) {
    const fault = asFault(thrown)
    if (fault.kind === 'cancelled' || fault.kind === 'internal') throw fault
    return undefined
  }
}

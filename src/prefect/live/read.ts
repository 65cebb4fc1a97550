import pLimit, { type LimitFunction } from 'p-limit'
import { z } from 'zod'
import { oneLine } from '../../process/one-line.ts'
import type { PrefectApi } from '../client.ts'
import type { Asked, NamedBlock } from './asked.ts'
import { readNames } from './listings.ts'
import { keyOf, type Live, type LivePool, type Presence } from './live.ts'

/** Reads at once; a workspace of Cloud's allows some hundred a minute. */
const AT_ONCE = 8

/**
 * Reads what there is in the workspace of what the files name, side by side and each thing once. Of a block or a variable
 * only its existence is taken; secret values are not asked for. A read that the credential does not permit leaves its thing
 * `unreadable`, but for the pools, without which nothing can be deployed.
 *
 * @throws Fault as `PrefectApi.find`
 */
export async function readLive(api: PrefectApi, asked: Asked): Promise<Live> {
  const atOnce = pLimit(AT_ONCE)
  const [pools, queues, blocks, variables] = await Promise.all([
    each(
      atOnce,
      asked.pools,
      ({ name }) => name,
      (_, { name }) => readPool(api, name),
    ),
    each(
      atOnce,
      asked.queues,
      (queue) => keyOf(queue.pool, queue.name),
      (_, queue) => readQueue(api, queue),
    ),
    each(
      atOnce,
      asked.blocks,
      (block) => keyOf(block.type, block.name),
      (_, block) => readBlock(api, block),
    ),
    each(
      atOnce,
      asked.variables,
      ({ name }) => name,
      (name) => readVariable(api, name),
    ),
  ])
  const found = { pools: there(pools), queues, blocks, variables }
  return { ...found, names: await readNames(api, asked, found, atOnce) }
}

async function each<Item, State>(
  atOnce: LimitFunction,
  items: readonly Item[],
  keyOfItem: (item: Item) => string,
  read: (key: string, item: Item) => Promise<State>,
): Promise<Map<string, State>> {
  const once = new Map(items.map((item) => [keyOfItem(item), item]))
  const states = [...once].map(async ([key, item]) => [key, await atOnce(() => read(key, item))] as const)
  return new Map(await Promise.all(states))
}

function there(pools: ReadonlyMap<string, LivePool | undefined>): ReadonlyMap<string, LivePool> {
  return new Map([...pools].flatMap(([name, pool]) => (pool === undefined ? [] : [[name, pool] as const])))
}

const template = z.object({ variables: z.unknown() }).partial().catch({})
const poolRow = z.object({ type: z.string(), is_paused: z.boolean(), base_job_template: template })

async function readPool(api: PrefectApi, name: string): Promise<LivePool | undefined> {
  if (!canBeAName(name)) return undefined
  const answer = await api.find({
    doing: `Reading the work pool \`${oneLine(name, 80)}\``,
    method: 'GET',
    path: `/work_pools/${encodeURIComponent(name)}`,
    answer: poolRow,
  })
  if (answer === undefined) return undefined
  const {
    type,
    is_paused: paused,
    base_job_template: { variables },
  } = answer.value
  return { type, paused, variables: variables ?? undefined }
}

async function readQueue(
  api: PrefectApi,
  { pool, name }: Readonly<{ pool: string; name: string }>,
): Promise<Presence | 'paused'> {
  if (!canBeAName(pool) || !canBeAName(name)) return 'absent'
  const answer = await api.look({
    doing: `Reading the work queue \`${oneLine(name, 80)}\` of the work pool \`${oneLine(pool, 80)}\``,
    method: 'GET',
    path: `/work_pools/${encodeURIComponent(pool)}/queues/${encodeURIComponent(name)}`,
    answer: z.object({ is_paused: z.boolean() }),
  })
  if (answer === undefined) return 'absent'
  if (answer === 'forbidden') return 'unreadable'
  return answer.value.is_paused ? 'paused' : 'there'
}

/** Secret fields of a block come as asterisks unless they are asked for; the rest of it is not looked at either. */
async function readBlock(api: PrefectApi, { type, name }: NamedBlock): Promise<Presence | 'type-absent'> {
  if (!canBeAName(type)) return 'type-absent'
  const ofType = `/block_types/slug/${encodeURIComponent(type)}`
  const shown = oneLine(`${type}/${name}`, 80)
  const doing = `Looking for the block \`${shown}\``
  const exists = async (path: string): Promise<Presence> =>
    presence(await api.look({ doing, method: 'GET', path, answer: z.object({ id: z.string() }) }))
  const block = canBeAName(name)
    ? await exists(`${ofType}/block_documents/name/${encodeURIComponent(name)}`)
    : ('absent' as const)
  // An unknown type and an unknown block are both a 404 (Prefect: server/api/block_types.py).
  return block === 'absent' && (await exists(ofType)) === 'absent' ? 'type-absent' : block
}

async function readVariable(api: PrefectApi, name: string): Promise<Presence> {
  if (!canBeAName(name)) return 'absent'
  return presence(
    await api.look({
      doing: `Looking for the variable \`${oneLine(name, 80)}\``,
      method: 'GET',
      path: `/variables/name/${encodeURIComponent(name)}`,
      answer: z.object({ id: z.string() }),
    }),
  )
}

function presence(answer: object | 'forbidden' | undefined): Presence {
  if (answer === undefined) return 'absent'
  return answer === 'forbidden' ? 'unreadable' : 'there'
}

/**
 * Whether a thing of Prefect's can be called so (Prefect: types/names.py, BANNED_CHARACTERS). What cannot is not asked for:
 * a slash or dots would lead the question to another address.
 */
function canBeAName(name: string): boolean {
  return name !== '' && !/[/%&<>]|^\.{1,2}$/.test(name)
}

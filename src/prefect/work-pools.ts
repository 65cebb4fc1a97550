import { z } from 'zod'
import { Fault, type Position } from '../faults.ts'
import { nearest } from '../nearest.ts'
import { oneLine } from '../process/one-line.ts'
import type { PrefectApi } from './client.ts'

/** A work pool that deployments name, and the place of the first that does. */
export type NamedPool = Readonly<{ name: string; position: Position }>

export type PoolsProof = Readonly<{ warnings: readonly string[]; faults: readonly Fault[] }>

const poolRow = z.object({ name: z.string(), type: z.string(), is_paused: z.boolean() })

/**
 * Whether every pool is there. Prefect's own command finds out deployment by deployment, with the first ones applied
 * already, and says the same of any other 404 (Prefect: cli/deploy/_core.py).
 */
export async function provePools(api: PrefectApi, pools: readonly NamedPool[]): Promise<PoolsProof> {
  const found = await Promise.all(pools.map(async (pool) => ({ pool, row: await poolOf(api, pool.name) })))
  const missing = found.filter(({ row }) => row === undefined)
  const names = missing.length === 0 ? [] : await poolNames(api)
  return {
    faults: missing.map(({ pool }) => missingPool(pool, names)),
    warnings: found.flatMap(({ row }) =>
      row?.is_paused === true
        ? [`The work pool \`${oneLine(row.name, 80)}\` is paused: its deployments will not run.`]
        : [],
    ),
  }
}

async function poolOf(api: PrefectApi, name: string): Promise<z.infer<typeof poolRow> | undefined> {
  const answer = await api.find({
    doing: `Reading the work pool \`${oneLine(name, 80)}\``,
    method: 'GET',
    path: `/work_pools/${encodeURIComponent(name)}`,
    answer: poolRow,
  })
  return answer?.value
}

async function poolNames(api: PrefectApi): Promise<readonly string[]> {
  const { value } = await api.ask({
    doing: 'Listing the work pools',
    method: 'POST',
    path: '/work_pools/filter',
    body: { limit: 200 },
    answer: z.array(poolRow),
  })
  return value.map(({ name }) => name)
}

/** Names that a hint lists. */
const MOST_NAMED = 10

function missingPool({ name, position }: NamedPool, names: readonly string[]): Fault {
  const near = nearest(name, names)
  const listed = names.slice(0, MOST_NAMED).map((one) => `\`${oneLine(one, 80)}\``)
  const hint = [
    near === undefined ? '' : `Did you mean \`${oneLine(near, 80)}\`?`,
    names.length === 0
      ? 'The workspace has none.'
      : `There are: ${listed.join(', ')}${names.length > MOST_NAMED ? ' and more' : ''}.`,
    'Create it in the Prefect UI, or correct `work_pool.name`.',
  ]
  return new Fault('target', `There is no work pool \`${oneLine(name, 80)}\` in the Prefect workspace.`, {
    hint: hint.filter((sentence) => sentence !== '').join(' '),
    position,
  })
}

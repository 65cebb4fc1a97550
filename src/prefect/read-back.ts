import { z } from 'zod'
import type { PrefectApi } from './client.ts'

/** What a deployment must be after this run. A field that is absent cannot be known from the file. */
export type WantedDeployment = Readonly<{
  /** As the command line told it. */
  id: string
  name?: string
  entrypoint?: string
  workPool?: string
  /** Named in the file; absent: Prefect stamps it. */
  version?: string
}>

/** A field that is live otherwise than wanted. */
export type Difference = Readonly<{ field: string; wanted: string; found: string }>

/** A deployment as the API has it. */
export type ReadBack = Readonly<{
  id: string
  /** The names that the API knows it by: the command line lets markup be read in what it prints. */
  name?: string
  flow?: string
  state: 'verified' | 'mismatch' | 'missing'
  /** Whether this run made it; absent where it is missing. */
  action?: 'create' | 'update'
  differences: readonly Difference[]
}>

/** What tells that it was this run that wrote. */
export type RunProof = Readonly<{
  /** The server's clock before the first write; absent: its times prove nothing and are left aside. */
  since: Date | undefined
  /** The commit that is deployed, in full; absent where it is not known. */
  commit: string | undefined
}>

/** Deployments that one filter call may name and answer (Prefect: server/api/dependencies.py, LimitBody). */
const A_CALL = 200
/** Seconds that `Date` headers may lag behind the times in an answer: they are cut to the second. */
const SLACK = 2
/** Seconds between the two times of a deployment that has been written once. */
const ONE_WRITE = 1
/** Prefect's stamp is the first 8 digits of the commit (Prefect: _internal/versioning.py, since 3.3.6). */
const STAMP_DIGITS = 8

const flowRow = z.object({ id: z.string(), name: z.string() })
const deploymentRow = z.object({
  id: z.string(),
  flow_id: z.string(),
  created: z.string(),
  updated: z.string(),
  name: z.string(),
  version: z.string().nullish(),
  entrypoint: z.string().nullish(),
  work_pool_name: z.string().nullish(),
})
type DeploymentRow = z.infer<typeof deploymentRow>

/**
 * Reads the deployments back from the API and compares; the answers stand in the order of `wanted`.
 *
 * @throws Fault as `PrefectApi.ask`
 */
export async function readBack(
  api: PrefectApi,
  wanted: readonly WantedDeployment[],
  proof: RunProof,
): Promise<readonly ReadBack[]> {
  const rows = new Map<string, DeploymentRow>()
  const flows = new Map<string, string>()
  for (let start = 0; start < wanted.length; start += A_CALL) {
    const ids = wanted.slice(start, start + A_CALL).map(({ id }) => id)
    const body = { deployments: { id: { any_: ids } }, limit: A_CALL }
    const call = { doing: 'Reading the deployments back', method: 'POST', body } as const
    const [found, theirs] = await Promise.all([
      api.ask({ ...call, path: '/deployments/filter', answer: z.array(deploymentRow) }),
      api.ask({ ...call, path: '/flows/filter', answer: z.array(flowRow) }),
    ])
    for (const row of found.value) rows.set(row.id, row)
    for (const flow of theirs.value) flows.set(flow.id, flow.name)
  }
  return wanted.map((one) => {
    const row = rows.get(one.id)
    const flow = flows.get(row?.flow_id ?? '')
    return { ...compared(one, row, proof), ...(flow === undefined ? {} : { flow }) }
  })
}

/** One deployment against what the API has. */
export function compared(wanted: WantedDeployment, row: DeploymentRow | undefined, proof: RunProof): ReadBack {
  if (row === undefined) return { id: wanted.id, state: 'missing', differences: [] }
  const differences = [
    ...differs('name', wanted.name, row.name),
    ...differs('entrypoint', wanted.entrypoint, row.entrypoint),
    ...differs('work_pool.name', wanted.workPool, row.work_pool_name),
    ...differs('version', wanted.version ?? stampOf(row.version, proof.commit), row.version),
    ...stale(row, proof.since),
  ]
  return {
    id: wanted.id,
    name: row.name,
    state: differences.length === 0 ? 'verified' : 'mismatch',
    action: wasMade(row, proof.since) ? 'create' : 'update',
    differences,
  }
}

function differs(field: string, wanted: string | undefined, found: string | null | undefined): Difference[] {
  return wanted === undefined || wanted === found ? [] : [{ field, wanted, found: found ?? 'nothing' }]
}

/** The stamp that is wanted where the version looks like one; a version of the flow's own (`@flow(version=…)`) does not. */
function stampOf(found: string | null | undefined, commit: string | undefined): string | undefined {
  if (commit === undefined || !/^[0-9a-f]{8}$/.test(found ?? '')) return undefined
  return commit.slice(0, STAMP_DIGITS)
}

function stale(row: DeploymentRow, since: Date | undefined): Difference[] {
  if (since === undefined || !before(row.updated, since)) return []
  return [{ field: 'updated', wanted: `since ${since.toISOString()}`, found: row.updated }]
}

/** Made by this run, and not updated since: a deploy right after the one that made it is an update. */
function wasMade({ created, updated }: DeploymentRow, since: Date | undefined): boolean {
  if (since === undefined || before(created, since)) return false
  return Date.parse(updated) - Date.parse(created) < ONE_WRITE * 1000
}

function before(time: string, since: Date): boolean {
  return Date.parse(time) < since.getTime() - SLACK * 1000
}

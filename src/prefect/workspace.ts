import { z } from 'zod'
import { asFault, Fault } from '../faults.ts'
import type { PrefectApi } from './client.ts'

/** What the proof of the target found. */
export type ProvenWorkspace = Readonly<{
  /** `account-handle/workspace-handle`; absent for a self-hosted server, and where Cloud does not list it. */
  handle?: string
  /** Version of a self-hosted server. */
  serverVersion?: string
  /** The server's clock at the proof; what this run writes is not older. Absent where it does not tell. */
  at?: Date
}>

const workspaceRow = z.object({
  account_id: z.string(),
  account_handle: z.string(),
  workspace_id: z.string(),
  workspace_handle: z.string(),
})

/**
 * Proves that the credential opens the workspace, by a call that every server answers only to whom it knows
 * (`/health` answers anybody), and that it is the one that is meant.
 *
 * @throws Fault `target` where it does not, or where it is another one; `remote` where nothing answers
 */
export async function proveWorkspace(api: PrefectApi, wanted: string | undefined): Promise<ProvenWorkspace> {
  if (api.url.kind === 'self-hosted' && wanted !== undefined) {
    throw new Fault(
      'target',
      `\`prefect-workspace\` is \`${wanted}\`, but ${api.url.base} is a server without workspaces.`,
      {
        hint: 'Give the API URL of a Prefect Cloud workspace, or leave `prefect-workspace` out.',
      },
    )
  }
  const counted = api.ask({
    doing: 'Proving the Prefect credentials',
    method: 'POST',
    path: '/deployments/count',
    body: {},
    answer: z.number(),
  })
  // The other question goes out beside the proof; its fault only counts once the proof stands.
  const asked = identityOf(api).catch(asFault)
  const { at } = await counted
  const outcome = await asked
  if (outcome instanceof Fault && wanted !== undefined) throw outcome
  const identity = outcome instanceof Fault ? {} : outcome
  if (wanted !== undefined) assertHandle(identity.handle, wanted)
  return { ...identity, ...(at === undefined ? {} : { at }) }
}

type Identity = Pick<ProvenWorkspace, 'handle' | 'serverVersion'>

async function identityOf(api: PrefectApi): Promise<Identity> {
  if (api.url.kind === 'self-hosted') return versionOf(api)
  const { accountId, workspaceId, cloudApi } = api.url
  const { value } = await api.ask({
    doing: 'Reading the Prefect workspaces',
    method: 'GET',
    path: '/me/workspaces',
    above: cloudApi,
    answer: z.array(workspaceRow),
  })
  const own = value.find((row) => row.workspace_id === workspaceId && row.account_id === accountId)
  return own === undefined ? {} : { handle: `${own.account_handle}/${own.workspace_handle}` }
}

async function versionOf(api: PrefectApi): Promise<Identity> {
  const answer = await api.find({
    doing: 'Reading the version of the Prefect server',
    method: 'GET',
    path: '/admin/version',
    answer: z.string().max(40),
  })
  return answer === undefined ? {} : { serverVersion: answer.value }
}

function assertHandle(found: string | undefined, wanted: string): void {
  if (found === wanted) return
  const is = found === undefined ? 'a workspace that the key may not list' : `the workspace \`${found}\``
  throw new Fault('target', `\`prefect-workspace\` is \`${wanted}\`, but the Prefect API URL is that of ${is}.`, {
    hint: 'Correct the API URL, or `prefect-workspace`. Nothing is deployed into another workspace.',
  })
}

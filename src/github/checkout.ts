import type { Ask } from '../process/ask.ts'
import { eventBase } from './event-base.ts'
import type { RunContext } from './run-context.ts'

type CheckoutTools = Readonly<{ ask: Ask; env: Readonly<Record<string, string>> }>

/** The commit that is checked out, or `undefined` where git or the repository is missing. */
export async function checkedOutCommit(tools: CheckoutTools, folder: string): Promise<string | undefined> {
  const head = await tools.ask('git', ['rev-parse', '--verify', 'HEAD^{commit}'], { cwd: folder, env: tools.env })
  return head !== undefined && /^[0-9a-f]{40,64}$/.test(head) ? head : undefined
}

/**
 * Whether the checkout is code of the base or default branch and not of a pull request: the commit that the event
 * names, the base's head, or what the remote branch of that name pointed to when it was fetched.
 */
export async function isBaseCheckout(
  tools: CheckoutTools,
  context: RunContext,
  commit: string | undefined,
): Promise<boolean> {
  if (commit === undefined) return false
  if (commit === context.sha) return true
  const { branch, sha } = await eventBase()
  if (commit === sha) return true
  if (branch === '') return false
  const remote = `refs/remotes/origin/${branch}^{commit}`
  const head = await tools.ask('git', ['rev-parse', '--verify', '--quiet', '--end-of-options', remote], {
    cwd: context.workspace,
    env: tools.env,
  })
  return head === commit
}

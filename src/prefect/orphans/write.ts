import { Fault } from '../../faults.ts'
import type { Clock, Log } from '../../host.ts'
import { tryAgain } from '../../http/retry.ts'
import { Trouble } from '../../http/trouble.ts'
import type { PlainCall, PrefectApi } from '../client.ts'
import { troubleFault } from '../client-faults.ts'
import { toldOfWrite } from '../write-answer.ts'

export type OrphanTools = Readonly<{
  api: PrefectApi
  clock: Clock
  /** From 0 to 1. */
  random: () => number
  signal: AbortSignal
  log: Log
}>

/**
 * Sends a write that may be repeated without harm, again while the trouble looks passing. What is not there (any more) is
 * as good as done.
 *
 * @throws Fault `refusal`, `target` or `remote`; `tookEffect` is `perhaps` where the last try got no answer
 */
export async function writeAgain(tools: OrphanTools, call: PlainCall): Promise<void> {
  const { api, signal } = tools
  try {
    const answer = await tryAgain(tools, { name: `${call.method} ${call.path}`, signal }, () => api.once(call))
    if (answer.status === 404) return
    if (answer.status >= 300) throw api.faultOf(answer, call.doing)
    if (toldOfWrite(answer) === undefined) throw new Trouble('other', 'something else than Prefect answered')
  } catch (thrown) {
    if (!(thrown instanceof Trouble)) throw thrown
    const { kind, message, hint } = troubleFault(thrown, call.doing, api)
    throw new Fault(kind, message, { cause: thrown, tookEffect: 'perhaps', ...(hint === undefined ? {} : { hint }) })
  }
}

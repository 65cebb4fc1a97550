import { Fault } from '../../faults.ts'
import type { HttpAnswer } from '../../http/client.ts'
import type { LoopbackAnswer } from '../../http/loopback.ts'
import type { PrefectApi } from '../client.ts'
import { detail } from './answers.ts'
import type { KnownRead } from './routes.ts'
import { secretLeaves } from './secret-leaves.ts'

/** An answer of the workspace, and how it is handed on. */
export type Handed = Readonly<{ upstream: HttpAnswer | undefined; answer: LoopbackAnswer }>

export type Reads = Readonly<{
  /** The workspace's own answer, asked once for all who want it. Never throws. */
  read: (wanted: Omit<KnownRead, 'kind'>) => Promise<Handed>
  /** Notes a fault of the workspace's, and gives what to answer instead. */
  fails: (thrown: unknown) => LoopbackAnswer
  /** Why the workspace did not answer as it should, each once. */
  troubles: () => readonly Fault[]
}>

/** Statuses that the command would ask for again, over a minute (Prefect: client/base.py); the action did that already. */
const ASKED_AGAIN: ReadonlySet<number> = new Set([408, 429, 502, 503])

/**
 * Reads of the workspace with the action's own credential. A good answer and a "not found" hold for the whole rehearsal;
 * anything else is asked for again by whoever comes next.
 *
 * `hide` hears of secret values before anybody else does.
 */
export function openReads(api: PrefectApi, hide: (values: readonly string[]) => void): Reads {
  const cache = new Map<string, Promise<Handed>>()
  const troubles = new Map<string, Fault>()
  const note = (fault: Fault): void => void troubles.set(fault.message, fault)
  const fails: Reads['fails'] = (thrown) => {
    if (!(thrown instanceof Fault)) throw thrown
    note(thrown)
    return detail(500, 'The workspace gave no answer.')
  }
  const ask = async ({ path, doing, secrets }: Omit<KnownRead, 'kind'>): Promise<Handed> => {
    try {
      const upstream = await api.pass({ method: 'GET', path, doing })
      if (secrets && upstream.status < 300) hide(secretLeaves(upstream.text))
      if (isWrong(upstream)) note(api.faultOf(upstream, doing))
      return { upstream, answer: handedOn(upstream) }
    } catch (thrown) {
      return { upstream: undefined, answer: fails(thrown) }
    }
  }
  const read: Reads['read'] = async (wanted) => {
    const known = cache.get(wanted.path)
    if (known !== undefined) return known
    const asked = ask(wanted)
    cache.set(wanted.path, asked)
    const handed = await asked
    if (!holds(handed.upstream)) cache.delete(wanted.path)
    return handed
  }
  return { read, fails, troubles: () => [...troubles.values()] }
}

function holds(upstream: HttpAnswer | undefined): boolean {
  return upstream !== undefined && (upstream.status < 300 || upstream.status === 404) && !isWrong(upstream)
}

/** Whether the workspace is to blame, and not what it was asked for: the command would not tell that well. */
function isWrong({ status, text, cut }: HttpAnswer): boolean {
  if (status < 300) return cut || !isJson(text)
  return status < 400 || status >= 500 || ASKED_AGAIN.has(status) || status === 401 || status === 403
}

/** As it came, so that the command says what it would say, and at once. */
function handedOn({ status, headers, text, cut }: HttpAnswer): LoopbackAnswer {
  if (cut) return detail(500, 'The answer of the workspace has no end.')
  return {
    status: ASKED_AGAIN.has(status) ? 500 : status,
    headers: { 'content-type': headers['content-type'] ?? 'application/json' },
    body: text,
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

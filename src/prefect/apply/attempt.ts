import { z } from 'zod'
import { type Fault, throwIfCancelled } from '../../faults.ts'
import type { HttpAnswer } from '../../http/client.ts'
import { askedPatience } from '../../http/retry.ts'
import { Trouble, type TroubleKind } from '../../http/trouble.ts'
import type { PlainCall, PrefectApi } from '../client.ts'
import { troubleFault } from '../client-faults.ts'
import { toldOfWrite } from '../write-answer.ts'
import type { ApplyTools } from './shapes.ts'

/** The server's own word on a write: taken (2xx), or refused. */
export type Answered = Readonly<{ answer: HttpAnswer /** Of what was made, where one was wanted. */; id?: string }>

/** A try without a word of the server that counts. */
export type Missed = Readonly<{
  answer?: never
  /** In a few words: `status 503`. */
  said: string
  /** Seconds of `Retry-After`. */
  asked?: number
  /** Whether the write may have been taken all the same. */
  perhapsTaken: boolean
  fault: () => Fault
}>

/** What is worth another try (Prefect: client/base.py), and 504 of gateways in between. */
const PASSING: ReadonlySet<number> = new Set([408, 429, 502, 503, 504])
/** Troubles in which the request did not leave. */
const NOT_SENT: ReadonlySet<TroubleKind> = new Set(['refused', 'dns', 'tls', 'proxy'])

const withId = z.object({ id: z.guid() })

/**
 * One try of one write.
 *
 * @throws Fault `cancelled`, before anything was sent where `onLeaving` was not called
 */
export async function attempt(
  { api, clock, signal }: Pick<ApplyTools, 'api' | 'clock' | 'signal'>,
  call: PlainCall,
  { wantsId, onLeaving }: Readonly<{ wantsId: boolean; onLeaving: () => void }>,
): Promise<Answered | Missed> {
  throwIfCancelled(signal)
  const answer = await answerOf(api, call, onLeaving)
  if (answer instanceof Trouble) return missedBy(answer, call, api)
  if (PASSING.has(answer.status)) {
    const asked = askedPatience(answer.headers, clock.now())
    return {
      said: `status ${answer.status}`,
      perhapsTaken: answer.status !== 429,
      fault: () => api.faultOf(answer, call.doing),
      ...(asked === undefined ? {} : { asked }),
    }
  }
  if (answer.status < 200 || answer.status >= 300) return { answer }
  const told = toldOfWrite(answer)
  if (told === undefined) return missedBy(new Trouble('other', 'something else than Prefect answered'), call, api)
  if (!wantsId) return { answer }
  const made = withId.safeParse(told.body)
  if (made.success) return { answer, id: made.data.id }
  return missedBy(new Trouble('other', 'what came back has no id'), call, api)
}

/** An aborted write was on its way, and may be taken; every other one that throws was not. */
async function answerOf(api: PrefectApi, call: PlainCall, onLeaving: () => void): Promise<HttpAnswer | Trouble> {
  try {
    return await api.once(call)
  } catch (thrown) {
    if (thrown instanceof Trouble) return thrown
    onLeaving()
    throw thrown
  }
}

function missedBy(trouble: Trouble, { doing }: PlainCall, { url }: PrefectApi): Missed {
  return {
    said: `no answer (${trouble.kind})`,
    perhapsTaken: !NOT_SENT.has(trouble.kind),
    fault: () => troubleFault(trouble, doing, { url }),
  }
}

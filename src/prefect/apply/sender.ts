import { Fault } from '../../faults.ts'
import type { PlainCall } from '../client.ts'
import { type Answered, attempt, type Missed } from './attempt.ts'
import { type Point, withPoints } from '../points.ts'
import type { Course, Trace } from './course.ts'
import { withTexts } from './ids.ts'
import { openPatience, type Patience } from './patience.ts'
import { isIntegrityConflict, refusedFault, type WriteTo } from './refused.ts'

/** A write as it was recorded: placeholders may stand in its path and its body. */
export type Write = PlainCall &
  Readonly<{
    to: WriteTo
    /** Its answer must hold the id of what it made. */
    wantsId?: true
    points?: readonly Point[] | undefined
  }>

/** What a write that was repeated came to. */
export type Settled = Answered & Readonly<{ /** An earlier try of it may have been taken. */ lostBefore: boolean }>

/** Sends the writes of one deployment, or of one flow, and keeps its trace. */
export type Sender = Readonly<{
  /**
   * Sends a write that may be repeated, until the server takes it or refuses it.
   *
   * @throws Fault `remote` after too much trouble; `cancelled`
   */
  repeat: (write: Write) => Promise<Settled>
  /**
   * Sends a write that may not be repeated. `lost`, after a wait: it may have been taken, and the answer did not come.
   *
   * @throws Fault as `repeat`
   */
  sendOnce: (write: Write, patience: Patience) => Promise<Answered | 'lost'>
  /** Lets an answer that takes the write pass. @throws Fault of `refusedFault` for any other */
  mustBeTaken: (answered: Answered, write: Write) => void
}>

/** More tries after a conflict: two writes at once that make the same new work queue end so on PostgreSQL. */
const CONFLICTS = 2

export function openSender(course: Course, trace: Trace): Sender {
  const { tools, pace, health } = course
  const tryOnce = async (write: Write): Promise<Answered | Missed> => {
    const onLeaving = (): void => void (trace.wrote = true)
    const wantsId = write.wantsId === true
    const tried = await pace.turn(
      () => attempt(tools, pointed(write, sendable(write, course)), { wantsId, onLeaving }),
      (one) => (isMissed(one) ? one : undefined),
    )
    if (isMissed(tried)) {
      if (tried.perhapsTaken) trace.wrote = true
      return tried
    }
    // A server that fails inside may have failed after the write.
    if (isTaken(tried) || tried.answer.status >= 500) trace.wrote = true
    health.answered()
    if (isTaken(tried)) health.allowed()
    return tried
  }
  const bear = async ({ doing }: Write, missed: Missed, patience: Patience): Promise<void> => {
    const wait = health.halted() ? undefined : patience.next(missed.asked)
    if (wait === undefined) {
      const ends = health.silentFor(patience.borne()) && health.halt()
      throw ends ? ending(missed.fault()) : missed.fault()
    }
    tools.log.debug(`${doing}: ${missed.said}; again in ${wait.toFixed(1)} s`)
    await tools.clock.sleep(wait, tools.signal)
  }
  return {
    repeat: async (write) => {
      const patience = openPatience(tools)
      let lostBefore = false
      for (let conflicts = 0; ; ) {
        const tried = await tryOnce(write)
        if (isMissed(tried)) {
          lostBefore ||= tried.perhapsTaken
          await bear(write, tried, patience)
        } else if (isIntegrityConflict(tried.answer) && conflicts < CONFLICTS) {
          conflicts += 1
          await tools.clock.sleep(patience.next(undefined) ?? 0, tools.signal)
        } else {
          return { ...tried, lostBefore }
        }
      }
    },
    sendOnce: async (write, patience) => {
      for (;;) {
        const tried = await tryOnce(write)
        if (!isMissed(tried)) return tried
        await bear(write, tried, patience)
        if (tried.perhapsTaken) return 'lost'
      }
    },
    mustBeTaken: (answered, write) => {
      if (isTaken(answered)) return
      const fault = refusedFault(answered.answer, { ...sendable(write, course), to: write.to }, tools.api)
      const denied = answered.answer.status === 401 || answered.answer.status === 403
      throw denied && health.denied(answered.answer.status) ? ending(fault) : fault
    },
  }
}

/** Real ids, then real credentials, as late as can be: nothing keeps the result. */
function sendable({ doing, method, path, body }: Write, { ids, reveal }: Course): PlainCall {
  const call = { doing, method, path: ids.real(path) }
  return body === undefined ? call : { ...call, body: withTexts(ids.realIn(body), reveal) }
}

/** The call with its numbers as Python wrote them: for the way alone, nothing here reads such a body. */
function pointed({ points = [] }: Write, call: PlainCall): PlainCall {
  return points.length === 0 ? call : { ...call, body: withPoints(call.body, points) }
}

function isMissed(tried: Answered | Missed): tried is Missed {
  return tried.answer === undefined
}

function isTaken({ answer }: Answered): boolean {
  return answer.status >= 200 && answer.status < 300
}

/** The fault after which nothing more is begun. */
function ending(fault: Fault): Fault {
  const hint = `${fault.hint ?? ''} What was not begun yet was not tried: it would end the same way.`.trim()
  return new Fault(fault.kind, fault.message, { hint, cause: fault })
}

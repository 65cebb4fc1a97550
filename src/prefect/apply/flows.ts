import { asFault, Fault } from '../../faults.ts'
import { oneLine } from '../../process/one-line.ts'
import type { RecordedDeployment } from '../rehearsal/recorded.ts'
import type { Course, Trace } from './course.ts'
import { openSender, type Write } from './sender.ts'

type FlowWrite = NonNullable<RecordedDeployment['flowWrite']>

/** Makes a new flow, once for all deployments of it. Gives what is known of it, and the fault it ended with. */
export type Flows = (write: FlowWrite, flow: string) => Promise<Readonly<{ wrote: boolean; fault?: Fault }>>

export function openFlows(course: Course): Flows {
  const made = new Map<string, ReturnType<Flows>>()
  return (flowWrite, flow) => {
    const before = made.get(flowWrite.placeholder)
    if (before !== undefined) return before
    const now = madeFlow(course, flowWrite, flow)
    made.set(flowWrite.placeholder, now)
    return now
  }
}

async function madeFlow(course: Course, { placeholder, body }: FlowWrite, flow: string): ReturnType<Flows> {
  const trace: Trace = { wrote: false }
  const { repeat, mustBeTaken } = openSender(course, trace)
  const doing = `Making the flow \`${oneLine(flow, 100)}\``
  const write: Write = { doing, method: 'POST', path: '/flows/', body, to: 'flow', wantsId: true }
  try {
    const answered = await repeat(write)
    mustBeTaken(answered, write)
    if (answered.id === undefined) throw new Fault('internal', `${doing}: its id got lost.`)
    course.ids.learn(placeholder, answered.id)
    return trace
  } catch (thrown) {
    return { wrote: trace.wrote, fault: asFault(thrown) }
  }
}

import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import type { LoopbackAnswer } from '../../http/loopback.ts'
import { oneLine } from '../../process/one-line.ts'
import type { JsonObject } from '../json.ts'
import { NO_POINTS, type Point } from '../points.ts'
import { deploymentKey } from '../survey/shapes.ts'
import { automationAnswer, createdAnswer, detail, flowAnswer, json } from './answers.ts'
import type { Known } from './known.ts'
import { ownerOf } from './routes.ts'
import type { Writes } from './writes.ts'

/** What answers the writes of the command, and keeps them. */
export type Desk = Readonly<{
  known: Known
  writes: Writes
  /** When it all happens, as the API writes times: in answers about what is only recorded. */
  at: string
  /** Refuses a request, by 403 if no other status is said, and makes the whole recording void. `why` is a sentence. */
  refuse: (why: string, status?: number) => LoopbackAnswer
}>

/** A write with its body, which is recorded as it came. */
export type Write = Readonly<{ shown: string; body: unknown; points: readonly Point[] }>

const flowBody = z.looseObject({ name: z.string().min(1) })
const createBody = z.looseObject({ flow_id: z.string(), name: z.string() })
const updateBody = z.looseObject({})
const automationBody = z.looseObject({
  name: z.string(),
  owner_resource: z.string(),
  trigger: z.looseObject({}),
  actions: z.array(z.looseObject({})),
})

/** Decided without a pause: two processes that ask for one new flow at once get one placeholder. */
export function createFlow({ known, writes, at, refuse }: Desk, { shown, body }: Write): LoopbackAnswer {
  if (!fits(flowBody, body)) return refuse(misshapen(shown))
  const live = known.flowId(body.name)
  if (live !== undefined) return json(200, flowAnswer({ id: live, at }, { name: body.name }))
  return json(201, flowAnswer({ id: writes.makeFlow(body.name, body), at }, body))
}

/**
 * The command looks for the deployment first, under a path into which it puts the name as it is. One with `?` or `#` in it
 * is never found so, and the server would let this write take the place of the live one, schedules and all.
 */
export async function createDeployment(desk: Desk, { shown, body, points }: Write): Promise<LoopbackAnswer> {
  const { known, writes, at, refuse } = desk
  if (!fits(createBody, body)) return refuse(misshapen(shown))
  const flow = writes.flowOf(body.flow_id) ?? known.flowName(body.flow_id)
  if (flow === undefined) return refuse(`${shown} names a flow that \`prefect deploy\` did not ask for.`)
  const place = { flow, name: body.name }
  if (writes.made(flow, body.name) === undefined) {
    const found = await known.answer(flow, body.name)
    if (found.status === 200) return refuse(wouldReplace(shown, place))
    if (found.status !== 404) return found
  }
  const status = writes.made(flow, body.name) === undefined ? 201 : 200
  const { id } = writes.make(place, body)
  writes.change(id, { points: { ...NO_POINTS, body: points } })
  return json(status, createdAnswer({ id, at }, body, randomUUID))
}

export function updateDeployment(desk: Desk, id: string, { shown, body, points }: Write): LoopbackAnswer {
  const { known, writes, refuse } = desk
  if (!fits(updateBody, body)) return refuse(misshapen(shown))
  const place = writes.byId(id) ?? known.byId(id)
  if (place === undefined) return refuse(foreign(shown))
  const updated = writes.update({ flow: place.flow, name: place.name }, id, body)
  if (updated === undefined) {
    // The server's own words.
    return detail(
      422,
      'Please provide a slug for each schedule in your request to ensure schedules are updated correctly.',
    )
  }
  const before = updated.points ?? NO_POINTS
  writes.change(id, { points: { ...before, body: [...before.body, ...points] } })
  return { status: 204 }
}

export function deleteSchedule(
  { known, writes, refuse }: Desk,
  { id, schedule }: Readonly<{ id: string; schedule: string }>,
  { shown }: Write,
): LoopbackAnswer {
  const written = writes.byId(id)
  const there = known.byId(id)?.schedules?.some((one) => one.id === schedule) === true
  if (written === undefined || !there) return refuse(foreign(shown))
  writes.change(id, { deletedSchedules: [...new Set([...written.deletedSchedules, schedule])] })
  return { status: 204 }
}

/** What was recorded for the deployment before goes as well: the command may name one twice. */
export function clearAutomations({ writes, refuse }: Desk, id: string, { shown }: Write): LoopbackAnswer {
  const written = writes.byId(id)
  if (written === undefined) return refuse(foreign(shown))
  const points = { ...NO_POINTS, ...written.points, automations: [] }
  writes.change(id, { clearsAutomations: true, automations: [], points })
  return json(202, null)
}

export function createAutomation({ writes, at, refuse }: Desk, { shown, body, points }: Write): LoopbackAnswer {
  if (!fits(automationBody, body)) return refuse(misshapen(shown))
  const id = ownerOf(body.owner_resource)
  const written = id === undefined ? undefined : writes.byId(id)
  if (written === undefined) return refuse(foreign(shown))
  const before = written.points ?? NO_POINTS
  writes.change(written.id, {
    automations: [...written.automations, body],
    points: { ...before, automations: [...before.automations, points] },
  })
  return json(201, automationAnswer({ id: randomUUID(), at }, body))
}

export function applySlas({ writes, refuse }: Desk, id: string, { shown, body }: Write): LoopbackAnswer {
  if (!Array.isArray(body)) return refuse(misshapen(shown))
  if (writes.byId(id) === undefined) return refuse(foreign(shown))
  writes.change(id, { slas: body })
  return json(200, { created: [], updated: [], deleted: [] })
}

/** Whether a body has the shape. What is recorded is the body itself: what zod gives back may be less than it. */
function fits<Shape extends JsonObject>(shape: z.ZodType<Shape>, body: unknown): body is Shape {
  return shape.safeParse(body).success
}

function wouldReplace(shown: string, { flow, name }: Readonly<{ flow: string; name: string }>): string {
  const named = `\`${oneLine(deploymentKey(flow, name), 120)}\``
  return `${shown} would take the place of the live deployment ${named} instead of updating it: with \`?\` or \`#\` in a name, or where the flow's is \`.\`, Prefect does not find it again. Give it another name.`
}

function misshapen(shown: string): string {
  return `${shown} came with a body that this action does not understand.`
}

function foreign(shown: string): string {
  return `${shown} is about a deployment that \`prefect deploy\` did not write before.`
}

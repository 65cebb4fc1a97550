import { Fault } from '../../faults.ts'
import { oneLine } from '../../process/one-line.ts'
import { isJsonObject, type JsonObject } from '../json.ts'
import { without } from '../plan/forms.ts'
import type { PlannedDeployment } from '../plan/plan.ts'
import { sentBody } from '../plan/planned.ts'
import { deploymentKey } from '../survey/shapes.ts'
import type { Course, Trace } from './course.ts'
import type { Flows } from './flows.ts'
import { openPatience, type Patience } from './patience.ts'
import type { QueuePlace } from './queues.ts'
import { openSender, type Sender, type Write } from './sender.ts'

type Work = Readonly<{
  planned: PlannedDeployment
  trace: Trace
  sender: Sender
  course: Course
  flows: Flows
  named: string
}>

/**
 * Sends what is planned for one deployment, one write after another: flow, deployment, schedules, automations, service
 * levels. `trace` tells how far it came, also where it throws.
 *
 * @throws Fault of the write that failed; `cancelled`
 */
export async function writeDeployment(
  course: Course,
  flows: Flows,
  { planned, trace }: Readonly<{ planned: PlannedDeployment; trace: Trace }>,
): Promise<void> {
  const { recorded, writes } = planned
  const named = `\`${oneLine(deploymentKey(planned.flow, planned.name), 120)}\``
  const work = { planned, trace, sender: openSender(course, trace), course, flows, named }
  if (recorded.write.kind === 'update') trace.id = recorded.id
  if (writes.deployment !== 'nothing') {
    const place = course.queues(planned)
    try {
      await (recorded.write.kind === 'create' ? made(work, place) : updated(work, place))
    } finally {
      place.done()
    }
  }
  for (const schedule of recorded.deletedSchedules) await withoutSchedule(work, schedule)
  if (writes.automations) await ownedAutomations(work)
  if (writes.slas && recorded.slas !== undefined) await serviceLevels(work)
}

/** Prefect takes a second one of the same flow and name for an update (server/api/deployments.py), so it may be repeated. */
async function made({ planned, trace, sender, course, flows, named }: Work, { turn }: QueuePlace): Promise<void> {
  const { recorded, flow } = planned
  if (recorded.flowWrite !== undefined) {
    const { wrote, fault } = await flows(recorded.flowWrite, flow)
    trace.wrote ||= wrote
    if (fault !== undefined) throw fault
  }
  const write: Write = {
    doing: `Making the deployment ${named}`,
    method: 'POST',
    path: '/deployments/',
    body: sentBody(planned),
    points: recorded.points?.body,
    to: 'new deployment',
    wantsId: true,
  }
  await turn
  const answered = await sender.repeat(write)
  sender.mustBeTaken(answered, write)
  if (answered.id === undefined) throw new Fault('internal', `${write.doing}: its id got lost.`)
  course.ids.learn(recorded.id, answered.id)
  trace.id = answered.id
}

async function updated({ planned, sender, named }: Work, { turn }: QueuePlace): Promise<void> {
  const body = sentBody(planned)
  const write: Write = {
    doing: `Updating the deployment ${named}`,
    method: 'PATCH',
    path: `/deployments/${planned.recorded.id}`,
    body,
    points: planned.recorded.points?.body,
    to: 'deployment',
  }
  await turn
  const answered = await sender.repeat(write)
  const renamed = answered.lostBefore && /Cannot rename schedule/.test(answered.answer.text)
  if (!renamed || hadNewSlug(planned, body)) return sender.mustBeTaken(answered, write)
  const again = { ...write, body: withoutReplaces(body) }
  sender.mustBeTaken(await sender.repeat(again), again)
}

/**
 * A schedule with `replaces` takes a new slug, and cannot take it twice: a write whose answer got lost did it already,
 * unless the new slug was there before (Prefect 3.6 to 3.9: server/api/deployments.py, update_deployment).
 */
function withoutReplaces(body: JsonObject): JsonObject {
  return { ...body, schedules: schedulesOf(body).map((schedule) => without(schedule, 'replaces')) }
}

function hadNewSlug({ live }: PlannedDeployment, body: JsonObject): boolean {
  const before = new Set((live?.schedules ?? []).map(({ slug }) => slug))
  return schedulesOf(body).some(
    ({ replaces, slug }) => typeof replaces === 'string' && typeof slug === 'string' && before.has(slug),
  )
}

function schedulesOf({ schedules }: JsonObject): JsonObject[] {
  return Array.isArray(schedules) ? schedules.filter(isJsonObject) : []
}

async function withoutSchedule({ planned, sender, named }: Work, schedule: string): Promise<void> {
  const write: Write = {
    doing: `Deleting a schedule of ${named}`,
    method: 'DELETE',
    path: `/deployments/${planned.recorded.id}/schedules/${encodeURIComponent(schedule)}`,
    to: 'schedule',
  }
  const answered = await sender.repeat(write)
  if (answered.answer.status !== 404) sender.mustBeTaken(answered, write)
}

/**
 * The automations that the deployment owns, anew. A second POST makes a second automation: where one may have been taken
 * without an answer, all of them are deleted, and made again.
 */
async function ownedAutomations(work: Work): Promise<void> {
  const { planned, sender, named, course } = work
  const clear: Write = {
    doing: `Deleting the automations of ${named}`,
    method: 'DELETE',
    path: `/automations/owned-by/prefect.deployment.${planned.recorded.id}`,
    to: 'automations',
  }
  const patience = openPatience(course.tools)
  do {
    sender.mustBeTaken(await sender.repeat(clear), clear)
  } while (!(await madeAutomations(work, patience)))
}

/** Whether each was made, exactly once. */
async function madeAutomations({ planned, sender, named }: Work, patience: Patience): Promise<boolean> {
  const { automations, points } = planned.recorded
  for (const [index, body] of automations.entries()) {
    const name = typeof body['name'] === 'string' ? `\`${oneLine(body['name'], 80)}\`` : 'an automation'
    const doing = `Making the automation ${name} of ${named}`
    const call = { doing, method: 'POST', path: '/automations/', body, points: points?.automations[index] } as const
    const write: Write = { ...call, to: 'automation', wantsId: true }
    const answered = await sender.sendOnce(write, patience)
    if (answered === 'lost') return false
    sender.mustBeTaken(answered, write)
  }
  return true
}

async function serviceLevels({ planned, sender, named }: Work): Promise<void> {
  const write: Write = {
    doing: `Writing the service levels of ${named}`,
    method: 'POST',
    path: `/slas/apply-resource-slas/prefect.deployment.${planned.recorded.id}`,
    body: planned.recorded.slas,
    to: 'slas',
  }
  sender.mustBeTaken(await sender.repeat(write), write)
}

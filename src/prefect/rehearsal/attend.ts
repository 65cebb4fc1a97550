import { randomUUID } from 'node:crypto'
import { asFault } from '../../faults.ts'
import type { LoopbackAnswer } from '../../http/loopback.ts'
import { oneLine } from '../../process/one-line.ts'
import { createdAnswer, detail, json } from './answers.ts'
import type { Reads } from './reads.ts'
import { type Asked, idsIn, isRead, type NamedDeployment, type Route, routeOf, type WriteRoute } from './routes.ts'
import {
  applySlas,
  clearAutomations,
  createAutomation,
  createDeployment,
  createFlow,
  type Desk,
  deleteSchedule,
  updateDeployment,
  type Write,
} from './written.ts'
import { writtenBody } from './written-body.ts'

export type Attended = Desk & Readonly<{ reads: Reads }>

/** A request of the command: `path` is behind the API's address, `undefined` where it is beside that. */
export type Attending = Omit<Asked, 'path'> & Readonly<{ path: string | undefined; body: string | undefined }>

/** Answers what the command asks, and refuses what it is not known to ask. Never throws. */
export async function attend(desk: Attended, request: Attending): Promise<LoopbackAnswer> {
  const { method, path, query, body } = request
  const shown = `\`${oneLine(`${method} ${path ?? '(above the workspace)'}`, 200)}\``
  try {
    if (body === undefined) return desk.refuse(`${shown} came with a body of more than 5 MiB.`)
    if (path === undefined) return desk.refuse(`${shown} asks something of another place than the workspace.`)
    const asked = { method, path, query }
    if (isRead(asked) && idsIn(path).some(desk.writes.isPlaceholder)) {
      return desk.refuse(`${shown} asks for something that is only there after the deploy.`, 404)
    }
    const route = routeOf(asked)
    if (route === undefined) return desk.refuse(unknown(shown, asked))
    return await answered(desk, route, { shown, text: body })
  } catch (thrown) {
    desk.refuse(`${shown} could not be answered: a defect of this action.`)
    return desk.reads.fails(asFault(thrown))
  }
}

function unknown(shown: string, asked: Asked): string {
  return isRead(asked)
    ? `${shown} asks something that \`prefect deploy\` is not known to ask, so it got no answer.`
    : `${shown} would write something else than deployments: a build or push step does, or this version of Prefect.`
}

type Incoming = Readonly<{ shown: string; text: string }>

async function answered(desk: Attended, route: Route, { shown, text }: Incoming): Promise<LoopbackAnswer> {
  switch (route.kind) {
    case 'csrf-token':
      // The client then asks for no token; the action has its own dealings with the workspace.
      return detail(422, 'CSRF protection is disabled.')
    case 'cut-name':
      return detail(404, 'Not Found')
    case 'workers':
      // They decide whether a hint about starting a worker is printed, and nothing else.
      return json(200, [])
    case 'deployment':
      return deploymentNamed(desk, route)
    case 'read':
      return (await desk.reads.read(route)).answer
    case 'create-flow':
    case 'create-deployment':
    case 'update-deployment':
    case 'delete-schedule':
    case 'clear-automations':
    case 'create-automation':
    case 'apply-slas': {
      const written = writtenBody(text)
      return 'wrong' in written
        ? desk.refuse(`${shown} ${written.wrong}.`)
        : recorded(desk, route, { shown, ...written })
    }
  }
}

async function deploymentNamed(
  { known, writes, at }: Attended,
  { flow, name }: NamedDeployment,
): Promise<LoopbackAnswer> {
  const answer = writes.made(flow, name) === undefined ? await known.answer(flow, name) : undefined
  // Another process may have made it meanwhile.
  const made = writes.made(flow, name)
  if (made !== undefined) return json(200, createdAnswer({ id: made.id, at }, made.write.body, randomUUID))
  return answer ?? detail(404, 'Deployment not found')
}

async function recorded(desk: Attended, route: WriteRoute, write: Write): Promise<LoopbackAnswer> {
  switch (route.kind) {
    case 'create-flow':
      return createFlow(desk, write)
    case 'create-deployment':
      return createDeployment(desk, write)
    case 'update-deployment':
      return updateDeployment(desk, route.id, write)
    case 'delete-schedule':
      return deleteSchedule(desk, route, write)
    case 'clear-automations':
      return clearAutomations(desk, route.id, write)
    case 'create-automation':
      return createAutomation(desk, write)
    case 'apply-slas':
      return applySlas(desk, route.id, write)
  }
}

import { isJsonObject, type JsonObject } from '../../../src/prefect/json.ts'
import { automationRow } from '../../world/instant/automations.ts'
import type { Automation, Deployment, Schedule } from '../../world/instant/state.ts'
import { automationBodies, createBody } from './command.ts'
import type { Deed } from './commands.ts'
import { ownerOf } from './seen.ts'
import type { Workspace } from './workspace.ts'

/** Does it, as the UI or Prefect's command would; what is not there cannot be done. Gives whether it was done. */
export function done({ state, person }: Workspace, deed: Deed): boolean {
  if (deed.deed === 'make') return make({ state, person }, deed)
  const all = [...state.deployments.values()].toSorted((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1))
  const row = all[deed.of % all.length]
  if (row === undefined) return false
  const path = `/deployments/${row.id}`
  switch (deed.deed) {
    case 'pause':
    case 'resume':
      person('POST', `${path}/${deed.deed}_deployment`)
      return true
    case 'delete':
      person('DELETE', path)
      return true
    case 'tag':
      person('PATCH', path, { tags: ['by hand'] })
      return true
    case 'aim an automation': {
      const [body] = automationBodies({ ...NOBODY, name: row.name }, row.id)
      person('POST', '/automations/', { ...body, name: `by hand, of ${row.name}`, owner_resource: null })
      return true
    }
    case 'schedule on':
    case 'schedule off':
    case 'delete schedule':
      return toSchedule(
        { state, person },
        { row, schedule: row.schedules[deed.at % row.schedules.length], deed: deed.deed },
      )
    case 'add schedule': {
      const [schedule] = schedulesOf(createBody({ ...NOBODY, lines: [deed.line] }, row.flow, DEPLOY))
      if (schedule === undefined || row.schedules.some((one) => isLike(one, schedule))) return false
      const { replaces: _, ...body } = schedule
      person('POST', `${path}/schedules`, [body])
      return true
    }
    case 'automation on':
    case 'automation off':
    case 'rename automation':
    case 'delete automation': {
      const owned = [...state.automations.values()].filter(({ owner }) => owner === ownerOf(row.id))
      return toAutomation({ state, person }, { row: owned[deed.at % owned.length], deed: deed.deed })
    }
  }
}

type Hands = Pick<Workspace, 'state' | 'person'>

const DEPLOY = { commit: '0badc0de'.repeat(5), at: '2026-02-03T04:05:06Z' }
const NOBODY = {
  flow: 'first',
  name: '',
  runs: 'nothing',
  tags: [],
  parameters: {},
  lines: [],
  triggers: [{ event: 'two', enabled: 'nothing' }],
} as const

/** A deployment of a flow of ours, or of another one under a name of ours, that no file of ours made. */
function make({ state, person }: Hands, { flow, name, entry, by }: Extract<Deed, { deed: 'make' }>): boolean {
  const flowId = idIn(person('POST', '/flows/', { name: flow }))
  const isThere = [...state.deployments.values()].some((one) => one.flow === flowId && one.name === name)
  if (isThere) return false
  const body = createBody({ ...entry, name }, flowId, DEPLOY)
  const id = idIn(
    person('POST', '/deployments/', {
      ...body,
      ...(by === 'a stamp' ? {} : { version: 'by hand' }),
      ...(by === 'the same code' ? {} : { entrypoint: 'elsewhere.py:main' }),
    }),
  )
  for (const one of automationBodies({ ...entry, name }, id)) person('POST', '/automations/', one)
  return true
}

function toSchedule(
  { person }: Hands,
  { row, schedule, deed }: Readonly<{ row: Deployment; schedule: Schedule | undefined; deed: string }>,
): boolean {
  if (schedule === undefined) return false
  const path = `/deployments/${row.id}/schedules/${schedule.id}`
  if (deed === 'delete schedule') person('DELETE', path)
  else person('PATCH', path, { active: deed === 'schedule on' })
  return true
}

function toAutomation(
  { person }: Hands,
  { row, deed }: Readonly<{ row: Automation | undefined; deed: string }>,
): boolean {
  if (row === undefined) return false
  const path = `/automations/${row.id}`
  if (deed === 'delete automation') {
    person('DELETE', path)
  } else if (deed === 'rename automation') {
    const { id: _, created: __, updated: ___, ...body } = automationRow(row)
    person('PUT', path, { ...body, name: `renamed ${String(body['name'])}` })
  } else {
    person('PATCH', path, { enabled: deed === 'automation on' })
  }
  return true
}

/** Whether nobody could tell the two apart. */
function isLike(one: Schedule, { schedule, slug, parameters }: JsonObject): boolean {
  if (one.slug !== null || slug !== null) return one.slug === slug
  const timesOf = (given: unknown): string => {
    const { cron, interval, rrule, timezone } = isJsonObject(given) ? given : {}
    return JSON.stringify([cron, interval, rrule, timezone])
  }
  return timesOf(one.schedule) === timesOf(schedule) && JSON.stringify(one.parameters) === JSON.stringify(parameters)
}

function schedulesOf({ schedules }: JsonObject): JsonObject[] {
  return Array.isArray(schedules) ? schedules.filter(isJsonObject) : []
}

function idIn(answer: unknown): string {
  return isJsonObject(answer) ? String(answer['id']) : ''
}

function keyOf({ flow, name }: Deployment): string {
  return `${flow}/${name}`
}

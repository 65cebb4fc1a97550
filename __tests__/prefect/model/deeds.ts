import { isJsonObject, type JsonObject } from '../../../src/prefect/json.ts'
import { automationBodies, createBody } from './command.ts'
import type { Deed } from './commands.ts'
import { listIn, type Row, type Rows } from './rows.ts'
import { ownerOf } from './seen.ts'
import type { Workspace } from './workspace.ts'

/** Does it, as the UI or Prefect's command would; what is not there cannot be done. Gives whether it was done. */
export async function done({ rows, person }: Workspace, deed: Deed): Promise<boolean> {
  const hands = { rows: await rows(), person }
  if (deed.deed === 'make') return make(hands, deed)
  const flows = new Map(hands.rows.flows.map((flow) => [flow.id, flow.name]))
  // By names: ids are others each time.
  const keyOf = (one: Row): string => JSON.stringify([flows.get(String(one['flow_id'])), one.name])
  const all = hands.rows.deployments.toSorted((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1))
  const row = all[deed.of % all.length]
  if (row === undefined) return false
  const path = `/deployments/${row.id}`
  switch (deed.deed) {
    case 'pause':
    case 'resume':
      await person('POST', `${path}/${deed.deed}_deployment`)
      return true
    case 'delete':
      await person('DELETE', path)
      return true
    case 'tag':
      await person('PATCH', path, { tags: ['by hand'] })
      return true
    case 'aim an automation': {
      const [body] = automationBodies({ ...NOBODY, name: row.name }, row.id)
      await person('POST', '/automations/', { ...body, name: `by hand, of ${row.name}`, owner_resource: null })
      return true
    }
    case 'schedule on':
    case 'schedule off':
    case 'delete schedule': {
      const schedules = listIn(row, 'schedules')
      return toSchedule(hands, { row, schedule: schedules[deed.at % schedules.length], deed: deed.deed })
    }
    case 'add schedule': {
      const [schedule] = listIn(
        createBody({ ...NOBODY, lines: [deed.line] }, String(row['flow_id']), DEPLOY),
        'schedules',
      )
      if (schedule === undefined || listIn(row, 'schedules').some((one) => isLike(one, schedule))) return false
      const { replaces: _, ...body } = schedule
      await person('POST', `${path}/schedules`, [body])
      return true
    }
    case 'automation on':
    case 'automation off':
    case 'rename automation':
    case 'delete automation': {
      const owned = hands.rows.automations.filter(({ owner }) => owner === ownerOf(row.id))
      return toAutomation(hands, { row: owned[deed.at % owned.length]?.row, deed: deed.deed })
    }
  }
}

type Hands = Readonly<{ rows: Rows; person: Workspace['person'] }>

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
async function make(
  { rows, person }: Hands,
  { flow, name, entry, by }: Extract<Deed, { deed: 'make' }>,
): Promise<boolean> {
  const flowId = idIn(await person('POST', '/flows/', { name: flow }))
  const isThere = rows.deployments.some((one) => one['flow_id'] === flowId && one.name === name)
  if (isThere) return false
  const body = createBody({ ...entry, name }, flowId, DEPLOY)
  const id = idIn(
    await person('POST', '/deployments/', {
      ...body,
      ...(by === 'a stamp' ? {} : { version: 'by hand' }),
      ...(by === 'the same code' ? {} : { entrypoint: 'elsewhere.py:main' }),
    }),
  )
  for (const one of automationBodies({ ...entry, name }, id)) await person('POST', '/automations/', one)
  return true
}

async function toSchedule(
  { person }: Hands,
  { row, schedule, deed }: Readonly<{ row: Row; schedule: JsonObject | undefined; deed: string }>,
): Promise<boolean> {
  if (schedule === undefined) return false
  const path = `/deployments/${row.id}/schedules/${String(schedule['id'])}`
  if (deed === 'delete schedule') await person('DELETE', path)
  else await person('PATCH', path, { active: deed === 'schedule on' })
  return true
}

async function toAutomation(
  { person }: Hands,
  { row, deed }: Readonly<{ row: Row | undefined; deed: string }>,
): Promise<boolean> {
  if (row === undefined) return false
  const path = `/automations/${row.id}`
  if (deed === 'delete automation') {
    await person('DELETE', path)
  } else if (deed === 'rename automation') {
    const { id: _, created: __, updated: ___, ...body } = row
    await person('PUT', path, { ...body, name: `renamed ${body.name}` })
  } else {
    await person('PATCH', path, { enabled: deed === 'automation on' })
  }
  return true
}

/** Whether nobody could tell the two apart. */
function isLike(one: JsonObject, { schedule, slug, parameters }: JsonObject): boolean {
  if (one['slug'] !== null || slug !== null) return one['slug'] === slug
  const timesOf = (given: unknown): string => {
    const { cron, interval, rrule, timezone } = isJsonObject(given) ? given : {}
    return JSON.stringify([cron, interval, rrule, timezone])
  }
  return (
    timesOf(one['schedule']) === timesOf(schedule) && JSON.stringify(one['parameters']) === JSON.stringify(parameters)
  )
}

function idIn(answer: unknown): string {
  return isJsonObject(answer) ? String(answer['id']) : ''
}

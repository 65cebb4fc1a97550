import { canonical, isJsonObject, type JsonObject } from '../../../src/prefect/json.ts'
import { fetchUnlocked, type PrefectServer } from '../../world/prefect-server.ts'

/** What a server holds, read for comparing it with another one. */
export type ServerState = Readonly<{
  /**
   * Every field of every flow, deployment, automation and work queue, by names, but for what stands below. Ids are names, or
   * `<id>`; times of the run itself are set aside, and so is the order of what has none.
   */
  comparable: Readonly<
    Record<'flows' | 'deployments', JsonObject> & Record<'automations' | 'queues', readonly unknown[]>
  >
  /** Names of the deployments that are paused. */
  paused: readonly string[]
  /** Of those with the text `None` for a description; it counts as none in what is compared. */
  describedNone: readonly string[]
  /** Starts of the intervals, by the name of the deployment; one that is of this run counts as `<now>` in what is compared. */
  anchors: Readonly<Record<string, readonly string[]>>
}>

type Row = JsonObject & Readonly<{ id: string; name: string }>

/** More than any page has of what the tests make, and the most that the API gives at once. */
const PAGE = 200

/** Reads all that a server of one's own holds. */
export async function readState(server: PrefectServer): Promise<ServerState> {
  const [flows, deployments, automations, queues] = await Promise.all([
    rows(server, '/flows/filter'),
    rows(server, '/deployments/filter'),
    rows(server, '/automations/filter'),
    rows(server, '/work_queues/filter'),
  ])
  const names = new Map(flows.map(({ id, name }) => [id, `flow ${name}`]))
  const nameOf = (row: Row): string => `${names.get(String(row['flow_id']))?.slice(5)}/${row.name}`
  const named = deployments.map((row) => [nameOf(row), row] as const)
  const which = (is: (row: Row) => boolean): readonly string[] =>
    named.flatMap(([name, row]) => (is(row) ? [name] : [])).toSorted()
  for (const [name, { id }] of named) names.set(id, `deployment ${name}`)
  const compared = (row: JsonObject): JsonObject => comparableObject(row, names)
  return {
    comparable: {
      flows: Object.fromEntries(flows.map((row) => [row.name, compared(row)])),
      deployments: Object.fromEntries(named.map(([name, row]) => [name, { ...compared(row), paused: undefined }])),
      automations: inOrder(automations.map(compared)),
      queues: inOrder(queues.map(compared)),
    },
    paused: which((row) => row['paused'] === true),
    describedNone: which((row) => row['description'] === 'None'),
    anchors: Object.fromEntries(named.map(([name, row]) => [name, anchorsOf(row)])),
  }
}

async function rows({ url }: PrefectServer, route: string): Promise<readonly Row[]> {
  const answer = await fetchUnlocked(url + route, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ limit: PAGE }),
  })
  const page: unknown = JSON.parse(await answer.text(), asWritten)
  const all = Array.isArray(page) ? page.filter(isRow) : []
  if (all.length === 0 || all.length === PAGE) throw new Error(`${route}: ${answer.status}, ${all.length} rows`)
  return all
}

/** To Python 2.0 is another number than 2. */
function asWritten(_key: string, value: unknown, context?: Readonly<{ source?: string }>): unknown {
  return typeof value === 'number' ? `number ${context?.source}` : value
}

function isRow(value: unknown): value is Row {
  return isJsonObject(value) && typeof value['id'] === 'string' && typeof value['name'] === 'string'
}

const TIMES = new Set(['created', 'updated', 'last_polled'])
/** Lists that mean sets. */
const SETS = new Set(['tags', 'schedules', 'expect', 'after', 'for_each'])
const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

function comparableObject(object: JsonObject, names: ReadonlyMap<string, string>): JsonObject {
  const value = (key: string, one: unknown): unknown => {
    if (Array.isArray(one)) {
      const items = one.map((item) => value('', item))
      return SETS.has(key) ? inOrder(items) : items
    }
    if (isJsonObject(one)) return comparableObject(one, names)
    if (typeof one !== 'string') return one
    if (key === 'description' && one === 'None') return null
    if (key === 'anchor_date' && isOfThisRun(one)) return '<now>'
    if (key === 'rrule') return one.replace(/^DTSTART:(\S+)\n/, (text, at: string) => (isOfThisRun(at) ? '' : text))
    if (ID.test(one)) return names.get(one) ?? '<id>'
    return one.replace(/(?<=^(?:prefect\.)?deployment[:.])[0-9a-f-]{36}$/, (id) => names.get(id) ?? id)
  }
  return Object.fromEntries(
    Object.entries(object)
      .filter(([key]) => !TIMES.has(key))
      .map(([key, one]) => [key, value(key, one)]),
  )
}

function inOrder(items: readonly unknown[]): readonly unknown[] {
  return items.toSorted((one, other) => (canonical(one) < canonical(other) ? -1 : 1))
}

/** Within a day, as it is in any time zone; the files say none of today. Takes `2026-01-31T06:00:00Z` and `20260131T060000`. */
function isOfThisRun(moment: string): boolean {
  const at = moment.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)$/, '$1-$2-$3T$4:$5:$6Z')
  return Math.abs(Date.parse(at) - Date.now()) < 86_400_000
}

function anchorsOf(deployment: JsonObject): readonly string[] {
  const schedules = Array.isArray(deployment['schedules']) ? deployment['schedules'].filter(isJsonObject) : []
  return schedules
    .flatMap(({ schedule }) => (isJsonObject(schedule) ? [schedule['anchor_date']] : []))
    .filter((anchor) => typeof anchor === 'string')
    .toSorted()
}

import pLimit from 'p-limit'
import { z } from 'zod'
import type { PrefectApi } from '../client.ts'
import type { JsonObject } from '../json.ts'
import { automationsOf, readAutomations } from './automations.ts'
import { type Listed, type Listing, listAll, type PageTools } from './pages.ts'
import { type DeploymentAnswer, deploymentAnswer, deploymentKey, type LiveDeployment, type Survey } from './shapes.ts'

/** What to look for; what several of them name is met once. */
export type SurveyQuestion = Readonly<{
  /** Names of deployments, in whatever flow. */
  names?: readonly string[]
  /** Names of flows: all their deployments. */
  flows?: readonly string[]
  /** Ids of deployments. */
  ids?: readonly string[]
}>

/** Requests at once: the parts of a survey of 200 names cost the time of one. */
const AT_ONCE = 6
/** Names in one question. Half a page, so that an answer is seldom a full one, after which another has to be asked for. */
const A_QUESTION = 100

/**
 * Reads what is live of what is asked for. Up to 200 names cost one round trip: deployments, flows and automations are
 * asked for side by side. Where nothing is asked for, nothing is sent.
 *
 * @throws Fault as `PrefectApi.ask`, and `remote` for a list without end
 */
export async function survey(api: PrefectApi, which: SurveyQuestion): Promise<Survey> {
  const filters = filtersOf(which)
  if (filters.length === 0) return { deployments: new Map(), flows: new Map(), automations: new Map() }
  const tools: PageTools = { api, atOnce: pLimit(AT_ONCE) }
  const [answers, flowAnswers, automations] = await Promise.all([
    Promise.all(filters.map((filter) => listed(tools, { ...DEPLOYMENTS, filter }))),
    Promise.all(filters.map((filter) => listed(tools, { ...FLOWS, filter }))),
    readAutomations(tools),
  ])
  const rows = new Map(answers.flatMap((answer) => answer.rows.map((row) => [row.id, row] as const)))
  const names = await namesOfFlows(tools, [...rows.values()], flowAnswers)
  const deployments = [...rows.values()].flatMap((row) => withFlow(row, names.get(row.flow_id)))
  const ids = new Set([...rows.keys(), ...(which.ids ?? [])])
  const at = answers.find((answer) => answer.at !== undefined)?.at
  return {
    deployments: new Map(deployments.map((one) => [deploymentKey(one.flow, one.name), one])),
    flows: new Map([...names].map(([id, name]) => [name, id])),
    automations: automations === undefined ? undefined : automationsOf(automations.rows, ids),
    ...(at === undefined ? {} : { at }),
  }
}

/**
 * Two surveys as one. Of what both met, the newer one tells what it is; what only the older one met may be gone since.
 * The time is that of the older one.
 */
export function mergedSurveys(older: Survey, newer: Survey): Survey {
  const met = new Set([...newer.deployments.values()].map(({ id }) => id))
  const at = older.at ?? newer.at
  return {
    deployments: new Map([...[...older.deployments].filter(([, { id }]) => !met.has(id)), ...newer.deployments]),
    flows: new Map([...older.flows, ...newer.flows]),
    automations:
      older.automations === undefined || newer.automations === undefined
        ? undefined
        : new Map([...[...older.automations].filter(([id]) => !met.has(id)), ...newer.automations]),
    ...(at === undefined ? {} : { at }),
  }
}

const flowRow = z.object({ id: z.string(), name: z.string() })
type FlowRow = Readonly<z.infer<typeof flowRow>>

const DEPLOYMENTS = { doing: 'Reading the deployments', path: '/deployments/filter', row: deploymentAnswer }
const FLOWS = { doing: 'Reading the flows', path: '/flows/filter', row: flowRow }

function filtersOf({ names = [], flows = [], ids = [] }: SurveyQuestion): readonly JsonObject[] {
  return [
    ...chunks(names).map((any) => ({ deployments: { name: { any_: any } } })),
    ...chunks(flows).map((any) => ({ flows: { name: { any_: any } } })),
    ...chunks(ids).map((any) => ({ deployments: { id: { any_: any } } })),
  ]
}

function chunks(items: readonly string[]): readonly (readonly string[])[] {
  const each = [...new Set(items)]
  const starts = Array.from({ length: Math.ceil(each.length / A_QUESTION) }, (_, index) => index * A_QUESTION)
  return starts.map((start) => each.slice(start, start + A_QUESTION))
}

async function listed<Row extends Readonly<{ id: string }>>(
  tools: PageTools,
  listing: Listing<Row>,
): Promise<Listed<Row>> {
  const found = await listAll(tools, listing)
  if ('status' in found) throw tools.api.faultOf(found, listing.doing)
  return found
}

/** Names of flows by id. What was made between the two answers is asked for by id. */
async function namesOfFlows(
  tools: PageTools,
  deployments: readonly DeploymentAnswer[],
  answers: readonly Listed<FlowRow>[],
): Promise<ReadonlyMap<string, string>> {
  const known = answers.flatMap(({ rows }) => rows)
  const ids = new Set(known.map(({ id }) => id))
  const missing = deployments.map((one) => one.flow_id).filter((id) => !ids.has(id))
  const filters = chunks(missing).map((any) => ({ flows: { id: { any_: any } } }))
  const late = await Promise.all(filters.map((filter) => listed(tools, { ...FLOWS, filter })))
  return new Map([...known, ...late.flatMap(({ rows }) => rows)].map(({ id, name }) => [id, name]))
}

/** Without a flow it is being deleted: a deployment goes with its flow. */
function withFlow(row: DeploymentAnswer, flow: string | undefined): readonly LiveDeployment[] {
  return flow === undefined ? [] : [{ ...row, flow }]
}

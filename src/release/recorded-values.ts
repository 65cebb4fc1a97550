import { isJsonObject, type JsonObject, sameJson } from '../prefect/json.ts'
import { surelyFits } from '../prefect/live/fits.ts'
import type { PlannedDeployment } from '../prefect/plan/plan.ts'
import { sentBody } from '../prefect/plan/planned.ts'
import type { Refusal } from '../prefect/plan/refusals.ts'
import { quoted } from '../prefect/live/words.ts'
import { oneLine } from '../process/one-line.ts'
import type { ProbeAnswer, RefusedValues } from '../python/probe/answer.ts'
import type { ProbeRequest } from '../python/probe/request.ts'
import { areSurelyTemplates } from './surely-templates.ts'
import type { JudgedValues } from './judged-values.ts'

type RecordedWork = Readonly<{
  planned: readonly PlannedDeployment[]
  /** JSON Schemas of the pools' job variables, by the pool's name. */
  pools: ReadonlyMap<string, unknown>
  /** Whether the workspace is Prefect Cloud's. */
  cloud: boolean
  /** What was asked before, of the files. */
  judged: JudgedValues
  /** Whether something stands in a text for what is not known yet. */
  isUnknown: (text: string) => boolean
}>

/** What the project's own Prefect is to be asked of the recorded values, and what each key of its answer is about. */
export type RecordedQuestions = Readonly<{ request: ProbeRequest; about: ReadonlyMap<string, Asked> }>

type Asked = Readonly<{
  planned: PlannedDeployment
  /** `parameters`, `work_pool.job_variables`, `triggers[x].job_variables` */
  field: string
  hint: string
}>

type Kind = 'parameters' | 'jobVariables' | 'templates'
type Question<K extends Kind> = Readonly<{ asked: Asked; item: WithoutKey<NonNullable<ProbeRequest[K]>[number]> }>
type WithoutKey<Item> = Item extends unknown ? Omit<Item, 'key'> : never

/** A value of one deployment that the server would refuse. Its `says` tells what is demanded, and not the value, which may be a secret. */
export type RefusedValue = Refusal & Readonly<{ flow: string; name: string }>

/**
 * What of the recorded values has to be judged by the project's own Prefect before they are sent: what was neither judged
 * in the files nor surely fits, and holds nothing that is not known yet. `undefined` where that is none, and no process is
 * to be started.
 */
export function recordedQuestions(work: RecordedWork): RecordedQuestions | undefined {
  const parameters = work.planned.flatMap((one) => parametersOf(one, work))
  const jobVariables = work.planned.flatMap((one) => [...jobVariablesOf(one, work), ...triggerVariables(one, work)])
  const templates = work.planned.flatMap((one) => triggerParameters(one, work))
  const questions: readonly Question<Kind>[] = [...parameters, ...jobVariables, ...templates]
  if (questions.length === 0) return undefined
  const keys = new Map(questions.map((one, index) => [one, String(index)]))
  const keyed = <Item>(list: readonly (Question<Kind> & Readonly<{ item: Item }>)[]) =>
    list.map((one) => ({ key: keys.get(one) ?? '', ...one.item }))
  return {
    request: {
      entrypoints: [],
      schedules: [],
      parameters: keyed(parameters),
      jobVariables: keyed(jobVariables),
      templates: keyed(templates),
    },
    about: new Map(questions.map((one, index) => [String(index), one.asked])),
  }
}

const BY_PLACEHOLDER = 'Where a placeholder fills it in, look at what it is filled with.'

function parametersOf(planned: PlannedDeployment, work: RecordedWork): Question<'parameters'>[] {
  const { recorded, live, writes } = planned
  if (writes.deployment === 'nothing') return []
  const write = recorded.write.kind
  const body = sentBody(planned)
  // What an update does not send is judged as it is live.
  const { parameters, parameter_openapi_schema: sent, enforce_parameter_schema: enforce } = body
  const schema = isJsonObject(sent) && Object.keys(sent).length > 0 ? sent : live?.parameter_openapi_schema
  const values = known(parameters ?? live?.parameters, work)
  if (values === undefined) return []
  const isEnforced = (enforce ?? live?.enforce_parameter_schema) === true && isJsonObject(schema)
  const isComputed = holds(values, isKind)
  // The server computes such values with every update, whether it looks at the schema then or not.
  if (!isEnforced && !(isComputed && write === 'update')) return []
  const against = isEnforced && isJsonObject(schema) ? schema : {}
  // A create is less lenient with nulls than the functions by which the files were judged.
  const sameBefore = !isComputed && !(write === 'create' && holds(values, isNull))
  if (sameBefore && work.judged.parameters(values, against)) return []
  if (!isComputed && surelyFits(against, values, { complete: false })) return []
  const hint = `${BY_PLACEHOLDER} The signature of the flow says what it takes; \`enforce_parameter_schema: false\` lets anything pass.`
  return [{ asked: { planned, field: 'parameters', hint }, item: { schema: against, write, values } }]
}

function jobVariablesOf(planned: PlannedDeployment, work: RecordedWork): Question<'jobVariables'>[] {
  const { job_variables: sent, work_pool_name: name } = sentBody(planned)
  const pool = textOf(name)
  const schema = work.pools.get(pool)
  const values = known(sent, work)
  if (values === undefined || !isJsonObject(schema)) return []
  // Prefect's own comments say that Cloud judges an update like a create (server/schemas/actions.py, 3.8.8).
  const write = work.cloud ? 'create' : planned.recorded.write.kind
  // An update is less lenient with nulls, and looks at formats.
  const sameBefore = write === 'create' || !(holds(values, isNull) || holds(schema, hasFormat))
  if (sameBefore && work.judged.jobVariables(values, schema)) return []
  if (surelyFits(schema, values, { complete: false })) return []
  return [
    { asked: { planned, field: 'work_pool.job_variables', hint: poolHint(pool) }, item: { schema, write, values } },
  ]
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')

const poolHint = (pool: string): string =>
  `${BY_PLACEHOLDER} The template of the work pool ${quoted(pool)} says what it takes; a number that should be a text belongs in quotes.`

type RunAction = Readonly<{ field: string; action: JsonObject }>

function runActions({ recorded, writes }: PlannedDeployment): RunAction[] {
  if (!writes.automations) return []
  return recorded.automations.flatMap(({ name, actions }) =>
    (Array.isArray(actions) ? actions : []).flatMap((action: unknown) =>
      isJsonObject(action) && action['type'] === 'run-deployment'
        ? [{ field: `triggers[${textOf(name)}]`, action }]
        : [],
    ),
  )
}

/** What a trigger starts has these and the pool's own, and not those of the deployment. (Prefect: server/api/validation.py) */
function triggerVariables(planned: PlannedDeployment, work: RecordedWork): Question<'jobVariables'>[] {
  const pool = textOf(planned.recorded.write.body['work_pool_name'] ?? planned.live?.work_pool_name)
  const schema = work.pools.get(pool)
  return runActions(planned).flatMap(({ field, action }): Question<'jobVariables'>[] => {
    const values = known(action['job_variables'], work)
    if (values === undefined || !isJsonObject(schema)) return []
    const complete = sameJson(values, action['job_variables'])
    if (surelyFits(schema, values, { complete })) return []
    const asked = { planned, field: `${field}.job_variables`, hint: poolHint(pool) }
    return [{ asked, item: { schema, values, write: complete ? 'trigger' : 'create' } }]
  })
}

function triggerParameters(planned: PlannedDeployment, work: RecordedWork): Question<'templates'>[] {
  return runActions(planned).flatMap(({ field, action }): Question<'templates'>[] => {
    const values = known(action['parameters'], work)
    if (values === undefined || areSurelyTemplates(values)) return []
    const hint = 'The server reads texts in them as Jinja templates: `{{ event.id }}`. Close each `{{` by `}}`.'
    return [{ asked: { planned, field: `${field}.parameters`, hint }, item: { values } }]
  })
}

/** The entries without anything in them that is not known yet; `undefined` where that is none. */
function known(values: unknown, { isUnknown }: RecordedWork): JsonObject | undefined {
  if (!isJsonObject(values)) return undefined
  const entries = Object.entries(values).filter(
    ([key, value]) => !isUnknown(key) && !holds(value, (part) => typeof part === 'string' && isUnknown(part)),
  )
  return entries.length === 0 ? undefined : Object.fromEntries(entries)
}

/** Whether the value, a part of it, or one of its keys is such. */
function holds(value: unknown, is: (part: unknown) => boolean): boolean {
  if (is(value)) return true
  if (Array.isArray(value)) return value.some((part: unknown) => holds(part, is))
  return isJsonObject(value) && Object.entries(value).some(([key, part]) => is(key) || holds(part, is))
}

const isNull = (part: unknown): boolean => part === null
const isKind = (part: unknown): boolean => isJsonObject(part) && Object.hasOwn(part, '__prefect_kind')
const hasFormat = (part: unknown): boolean => isJsonObject(part) && Object.hasOwn(part, 'format')

/** What the answer refuses, in the order of the deployments. */
export function refusedValues({ about }: RecordedQuestions, answer: ProbeAnswer): readonly RefusedValue[] {
  return [...about].flatMap(([key, { planned, field, hint }]) => {
    const refused = answer.parameters[key] ?? answer.jobVariables[key] ?? answer.templates[key]
    if (refused === undefined) return []
    const place = `${field}${pathOf(refused)}`
    const says = `The value of ${quoted(place)} ${oneLine(refused.demand)}: the server refuses it.`
    return [{ flow: planned.flow, name: planned.name, field: place, says, hint }]
  })
}

function pathOf({ path }: RefusedValues): string {
  return path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`)).join('')
}

import { sourceOf } from '../manifest/entrypoint.ts'
import type { DeploymentEntry, Manifest } from '../manifest/model.ts'
import { plainOf } from '../manifest/plain.ts'
import { booleanOf, type JudgedSchedule, judgedSchedules } from '../manifest/schedule/judged.ts'
import type { Selected } from '../manifest/select.ts'
import { entryOf, isGiven, type MapValue } from '../manifest/value.ts'
import type { ProbeRequest } from '../python/probe/request.ts'

/** A deployment with the file that it stands in. */
export type Deployed = Readonly<{ manifest: Manifest; entry: DeploymentEntry }>

/** What the probe is asked, and what of the files each key of its answer is about. */
export type FlowQuestions = Readonly<{
  request: ProbeRequest
  /** By entrypoint, which is its own key, in the order of the files. */
  entrypoints: ReadonlyMap<string, readonly Deployed[]>
  schedules: ReadonlyMap<string, Deployed & Readonly<{ schedule: JudgedSchedule }>>
  parameters: ReadonlyMap<string, Deployed & Readonly<{ values: MapValue }>>
  jobVariables: ReadonlyMap<string, Deployed & Readonly<{ values: MapValue; pool: string }>>
}>

/**
 * What the project's own Prefect can be asked about the selected deployments before it fills anything in. What holds
 * placeholders is left out. `pools` are the schemas of the job variables by the pool's name.
 */
export function flowQuestions(selected: readonly Selected[], pools: ReadonlyMap<string, unknown>): FlowQuestions {
  const deployed = selected.flatMap(({ manifest, entries }) => entries.map((entry): Deployed => ({ manifest, entry })))
  const entrypoints = Map.groupBy(
    deployed.filter(({ entry }) => entrypointOf(entry) !== undefined),
    ({ entry }) => entrypointOf(entry) ?? '',
  )
  const schedules = deployed.flatMap((one) => schedulesOf(one))
  const parameters = deployed.flatMap((one) => parametersOf(one))
  const jobVariables = deployed.flatMap((one) => jobVariablesOf(one, pools))
  return {
    request: {
      entrypoints: [...entrypoints.keys()].map((entrypoint) => ({ key: entrypoint, entrypoint })),
      schedules: [...new Map(schedules.map(({ asked }) => [asked.key, asked])).values()],
      parameters: parameters.map(({ asked }) => asked),
      jobVariables: jobVariables.map(({ asked }) => asked),
    },
    entrypoints,
    schedules: new Map(schedules.map(({ asked, ...one }) => [asked.key, one])),
    parameters: new Map(parameters.map(({ asked, ...one }) => [asked.key, one])),
    jobVariables: new Map(jobVariables.map(({ asked, ...one }) => [asked.key, one])),
  }
}

/** The entrypoint, where it is known and names both a file or module and something in it. */
export function entrypointOf({ entrypoint: { text, placeholders } }: DeploymentEntry): string | undefined {
  return text === undefined || placeholders.length > 0 || sourceOf(text) === undefined ? undefined : text
}

/** The name that a message may call it by, where it is known. */
export function nameOf({ name: { text, placeholders } }: DeploymentEntry): string | undefined {
  return text === '' || placeholders.length > 0 ? undefined : text
}

function keyOf({ manifest, entry }: Deployed): string {
  return `${manifest.file}#${entry.index}`
}

type Asking<Item, Detail> = Deployed & Detail & Readonly<{ asked: Item }>

function schedulesOf(
  one: Deployed,
): Asking<ProbeRequest['schedules'][number], Readonly<{ schedule: JudgedSchedule }>>[] {
  return judgedSchedules(one.entry).map((schedule) => {
    const { kind, value, timezone, dayOr, anchorDate, at } = schedule
    const key = JSON.stringify([one.manifest.file, at, value, timezone, dayOr, anchorDate])
    return { ...one, schedule, asked: { key, kind, value, timezone, dayOr, anchorDate } }
  })
}

function parametersOf(one: Deployed): Asking<ProbeRequest['parameters'][number], Readonly<{ values: MapValue }>>[] {
  const values = entryOf(one.entry.value, 'parameters')?.value
  const enforced = entryOf(one.entry.value, 'enforce_parameter_schema')?.value
  const entrypointKey = entrypointOf(one.entry)
  if (values?.kind !== 'map' || entrypointKey === undefined) return []
  if (isGiven(enforced) && booleanOf(enforced) !== true) return []
  const plain = plainEntries(values)
  // What has a kind is made into a value by the server. (Prefect: utilities/schema_tools/hydration.py)
  if (plain === undefined || JSON.stringify(plain).includes('"__prefect_kind"')) return []
  return [{ ...one, values, asked: { key: keyOf(one), entrypointKey, values: plain } }]
}

function jobVariablesOf(
  one: Deployed,
  pools: ReadonlyMap<string, unknown>,
): Asking<ProbeRequest['jobVariables'][number], Readonly<{ values: MapValue; pool: string }>>[] {
  const values = entryOf(entryOf(one.entry.value, 'work_pool')?.value, 'job_variables')?.value
  const { text: pool, placeholders = [] } = one.entry.workPool?.name ?? {}
  if (values?.kind !== 'map' || pool === undefined || placeholders.length > 0) return []
  const schema = pools.get(pool)
  const plain = plainEntries(values)
  if (plain === undefined || !isObject(schema)) return []
  return [{ ...one, values, pool, asked: { key: keyOf(one), schema, values: plain } }]
}

/** The entries that are known by now; `undefined` where that is none. */
function plainEntries({ entries }: MapValue): Readonly<Record<string, unknown>> | undefined {
  const known = entries.flatMap(({ key, keyType, value }): [string, unknown][] => {
    const plain = keyType === 'text' ? plainOf(value) : undefined
    return plain === undefined ? [] : [[key, plain]]
  })
  return known.length === 0 ? undefined : Object.fromEntries(known)
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

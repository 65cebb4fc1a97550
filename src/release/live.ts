import type { Position } from '../faults.ts'
import type { DeploymentEntry, Manifest } from '../manifest/model.ts'
import { type Reference, referencesIn } from '../manifest/references.ts'
import type { Selected } from '../manifest/select.ts'
import { hasSteps, isEmptyOnPurpose, type Section } from '../manifest/steps.ts'
import { entryOf, type Place, type Value } from '../manifest/value.ts'
import type {
  Asked,
  JobScalar,
  JobValue,
  JobVariable,
  Named,
  NamedBlock,
  NamedVariable,
} from '../prefect/live/asked.ts'
import { keyOf } from '../prefect/live/live.ts'

/** What the selected deployments want of the workspace: each thing once, at the first place that names it. */
export function askedOf(selected: readonly Selected[]): Asked {
  const deployments = selected.flatMap(({ manifest, entries }) => entries.map((entry) => ({ manifest, entry })))
  const asked = deployments.flatMap(({ manifest, entry }) => poolsOf(manifest, entry))
  return {
    pools: counted(asked, ({ name }) => name),
    queues: counted(
      asked.map(({ name: pool, queue, ...named }) => ({ ...named, pool, ...queue })),
      ({ pool, name, said }) => `${keyOf(pool, name)} ${said}`,
    ),
    jobVariables: counted(
      deployments.flatMap(({ manifest, entry }) => jobVariablesOf(manifest, entry)),
      // Of a value that aliases share, only one thing is to be said.
      ({ pool, keyAt, position }) => `${pool} ${placed(keyAt)} ${placed(position)}`,
    ),
    ...referencesOf(selected),
  }
}

/** Of several that have one key the first, with the number of deployments of all. */
function counted<Item extends Named>(items: readonly Item[], keyOfItem: (item: Item) => string): readonly Item[] {
  const first = new Map<string, Item>()
  for (const item of items) {
    const key = keyOfItem(item)
    const before = first.get(key)
    const deployments = (before?.deployments ?? 0) + item.deployments
    first.set(key, { ...(before ?? item), deployments })
  }
  return [...first.values()]
}

function placed({ file, line, column }: Position): string {
  return `${file}:${line}:${column}`
}

function positionIn({ file }: Manifest, { line, column }: Place): Position {
  return { file, line, column }
}

/** The name of the pool, where it is known before Prefect has filled anything in. */
function poolName({ workPool }: DeploymentEntry): Readonly<{ name: string; at: Place }> | undefined {
  const { text, placeholders = [], at } = workPool?.name ?? {}
  return text === undefined || text === '' || at === undefined || placeholders.length > 0
    ? undefined
    : { name: text, at }
}

type PoolAndQueue = Named &
  Readonly<{ name: string; queue: Readonly<{ name: string; said: boolean; position: Position }> }>

function poolsOf(manifest: Manifest, entry: DeploymentEntry): PoolAndQueue[] {
  const pool = poolName(entry)
  if (pool === undefined) return []
  const position = positionIn(manifest, pool.at)
  const { text, placeholders = [], at = pool.at } = entry.workPool?.queue ?? {}
  const said = text !== undefined && text !== '' && placeholders.length === 0
  const queue = said ? { name: text, said, position: positionIn(manifest, at) } : { name: 'default', said, position }
  return [{ name: pool.name, position, deployments: 1, queue }]
}

function jobVariablesOf(manifest: Manifest, entry: DeploymentEntry): JobVariable[] {
  const pool = poolName(entry)
  const variables = entryOf(entryOf(entry.value, 'work_pool')?.value, 'job_variables')?.value
  if (pool === undefined || variables?.kind !== 'map') return []
  return variables.entries.map(({ key, keyAt, value }) => ({
    pool: pool.name,
    key,
    keyAt: positionIn(manifest, keyAt),
    position: positionIn(manifest, value.at),
    value: jobValueOf(value, manifest),
    deployments: 1,
  }))
}

function jobValueOf(value: Value, manifest: Manifest): JobValue {
  const whole = jobScalarOf(value)
  if (value.kind !== 'map') return whole
  const entries = value.entries.map(({ key, value: inner }) => ({
    key,
    value: jobScalarOf(inner),
    position: positionIn(manifest, inner.at),
  }))
  return { ...whole, entries }
}

function jobScalarOf(value: Value): JobScalar {
  if (value.kind === 'map') return { is: 'object' }
  if (value.kind === 'list') return { is: 'array' }
  switch (value.type) {
    case 'text':
      // What a placeholder becomes may be of any type.
      return value.value.includes('{{') ? { is: 'unknown' } : { is: 'string', text: value.value }
    case 'float':
      if (!Number.isFinite(value.value)) return { is: 'unknown' }
      // 2.0 is a whole number to JSON Schema.
      return { is: Number.isInteger(value.value) ? 'integer' : 'number' }
    case 'integer':
    case 'boolean':
      return { is: value.type }
    // Null passes nearly everywhere, and dates are written by Prefect as texts of its own.
    case 'null':
    case 'date':
    case 'binary':
      return { is: 'unknown' }
  }
}

type Found = Reference & Readonly<{ manifest: Manifest; entry: DeploymentEntry }>

function referencesOf(selected: readonly Selected[]): Pick<Asked, 'blocks' | 'variables'> {
  const found = selected.flatMap(({ manifest, entries }) => {
    const ofFile = referencesIn({ ...manifest, deployments: [] })
    const bare = { ...manifest, root: { ...manifest.root, entries: [] }, pull: ABSENT, build: ABSENT, push: ABSENT }
    return entries.flatMap((entry): Found[] => [
      ...ofFile.filter(({ section }) => takesFromFile(entry, section)).map((one) => ({ ...one, manifest, entry })),
      ...referencesIn({ ...bare, deployments: [entry] }).map((one) => ({ ...one, manifest, entry })),
    ])
  })
  // What is wanted at the deploy is told so, wherever else it stands.
  const sorted = [
    ...found.filter(({ section }) => section !== 'pull'),
    ...found.filter(({ section }) => section === 'pull'),
  ]
  return {
    blocks: oncePerDeployment(sorted, 'block').map(blockOf),
    variables: oncePerDeployment(sorted, 'variable').map(variableOf),
  }
}

const ABSENT: Section = { state: 'absent' }

/** Whether the section at the top of the file holds for the deployment. (Prefect: cli/deploy/_core.py, _run_single_deploy) */
function takesFromFile({ build, push, pull }: DeploymentEntry, section: Reference['section']): boolean {
  switch (section) {
    case 'build':
      return build.state === 'absent'
    case 'push':
      return !hasSteps(push)
    case 'pull':
      return !hasSteps(pull) && !isEmptyOnPurpose(pull)
    case 'deployment':
      return false
  }
}

type Concerned = Found & Readonly<{ deployments: number }>

function oncePerDeployment(found: readonly Found[], kind: Reference['kind']): readonly Concerned[] {
  const all = new Map<string, Readonly<{ first: Found; entries: Set<DeploymentEntry> }>>()
  for (const one of found) {
    if (one.kind !== kind) continue
    const known = all.get(one.name) ?? { first: one, entries: new Set() }
    known.entries.add(one.entry)
    all.set(one.name, known)
  }
  return [...all.values()].map(({ first, entries }) => ({ ...first, deployments: entries.size }))
}

function blockOf(one: Concerned): NamedBlock {
  const slash = one.name.indexOf('/')
  return {
    ...variableOf(one),
    type: one.name.slice(0, slash),
    name: one.name.slice(slash + 1),
    mayBeMade: one.section === 'pull' && runsOwnCode(one),
  }
}

function variableOf({ name, manifest, at, section, deployments }: Concerned): NamedVariable {
  return { name, position: positionIn(manifest, at), deployments, when: section === 'pull' ? 'run' : 'deploy' }
}

/** Prefect's own steps that build or upload; they make no blocks. */
const MAKES_NOTHING = /^prefect_(?:docker|aws|gcp|azure)\./

/** Whether a build or push step of the deployment may do anything at all, and so make what `pull` asks for. */
function runsOwnCode({ manifest, entry }: Found): boolean {
  const sections = [
    takesFromFile(entry, 'build') ? manifest.build : entry.build,
    takesFromFile(entry, 'push') ? manifest.push : entry.push,
  ]
  return sections.some(
    (section) => section.state === 'steps' && section.steps.some((step) => !MAKES_NOTHING.test(step.function ?? '')),
  )
}

/** A work pool as the workspace has it. */
export type LivePool = Readonly<{
  /** `modal:push` */
  type: string
  paused: boolean
  /**
   * JSON Schema of the job variables, the `variables` of its template; `undefined` where it has none. It names all that the
   * job configuration takes: the server refuses another template (Prefect: server/schemas/actions.py, validate_base_job_template).
   */
  variables: unknown
}>

/** `unreadable`: the owner of the credential may not look. */
export type Presence = 'there' | 'absent' | 'unreadable'

/** What there is in the workspace of what the files name. Values of blocks and variables are not among it. */
export type Live = Readonly<{
  /** By name; one that is asked for and not here is not in the workspace. */
  pools: ReadonlyMap<string, LivePool>
  /** By `keyOf(pool, queue)`. */
  queues: ReadonlyMap<string, Presence | 'paused'>
  /** By `keyOf(type, name)`. */
  blocks: ReadonlyMap<string, Presence | 'type-absent'>
  variables: ReadonlyMap<string, Presence>
  names: NamesForHints
}>

/** What else there is, read only where something is missing; absent where it is not known. */
export type NamesForHints = Readonly<{
  pools?: readonly string[]
  /** Queues by the name of their pool. */
  queues: ReadonlyMap<string, readonly string[]>
  /** Blocks by the slug of their type. */
  blocks: ReadonlyMap<string, readonly string[]>
  blockTypes?: readonly string[]
  variables?: readonly string[]
}>

/** One key of two names; no name of Prefect's holds a `/`. */
export function keyOf(owner: string, name: string): string {
  return `${owner}/${name}`
}

/** The types of the pools by name. */
export function poolTypes({ pools }: Live): ReadonlyMap<string, string> {
  return new Map([...pools].map(([name, { type }]) => [name, type]))
}

/** The JSON Schemas of the pools' job variables by the pool's name; pools without one are left out. */
export function poolTemplates({ pools }: Live): ReadonlyMap<string, unknown> {
  return new Map(
    [...pools].flatMap(([name, { variables }]) => (variables === undefined ? [] : [[name, variables] as const])),
  )
}

import type { Position } from '../../faults.ts'

/** Where the files name something first, and how many deployments do. */
export type Named = Readonly<{ position: Position; deployments: number }>

export type NamedPool = Named & Readonly<{ name: string }>

/** `said` is false where a deployment names no queue, and so goes to the pool's `default`. */
export type NamedQueue = Named & Readonly<{ pool: string; name: string; said: boolean }>

/**
 * When Prefect puts a value in the place of a name: when it deploys, or, in the file's `pull` section, when a flow runs.
 * (Prefect: cli/deploy/_core.py, deployments/steps/core.py)
 */
export type When = 'deploy' | 'run'

/** A block by the slug of its type and its own name: `secret` and `github-token`. */
export type NamedBlock = Named &
  Readonly<{
    type: string
    name: string
    when: When
    /** A build or push step runs before it is wanted, and may make it. */
    mayBeMade: boolean
  }>

export type NamedVariable = Named & Readonly<{ name: string; when: When }>

/** What a value is in the words of JSON Schema; `unknown` where only Prefect knows, as of a placeholder, and for null. */
export type JobScalar =
  | Readonly<{ is: 'string'; text: string }>
  | Readonly<{ is: 'integer' | 'number' | 'boolean' | 'array' | 'object' | 'unknown' }>

/** A value under `job_variables`; of a mapping with what stands directly in it. */
export type JobValue = JobScalar &
  Readonly<{ entries?: readonly Readonly<{ key: string; value: JobScalar; position: Position }>[] }>

/** One key under `work_pool.job_variables` of a deployment that goes to `pool`. */
export type JobVariable = Named & Readonly<{ pool: string; key: string; keyAt: Position; value: JobValue }>

/** What the files want of the workspace: each thing once. */
export type Asked = Readonly<{
  pools: readonly NamedPool[]
  queues: readonly NamedQueue[]
  blocks: readonly NamedBlock[]
  variables: readonly NamedVariable[]
  jobVariables: readonly JobVariable[]
}>

import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { isJsonObject, type JsonObject } from '../../src/prefect/json.ts'

/** What only Cloud keeps; the server behind it knows nothing of it. Nothing here was tried against Cloud itself. */
export type CloudRecords = Readonly<{
  /** Takes what the open-source server refuses or forgets out of a body that is written. */
  taken: (body: unknown) => Readonly<{ body: unknown; kept: KeptVersion }>
  /** Of a deployment that was written: one version more, where it says what it is one of. */
  keep: (deployment: string, kept: KeptVersion) => void
  /** An answer as Cloud gives it: deployments with their version, push pools ready. */
  enriched: (answer: unknown) => unknown
  /** `POST /slas/apply-resource-slas/{resource}`: those of the same name are changed, those not named are deleted. */
  applySlas: (resource: string, body: unknown) => Readonly<{ status: number; body: unknown }>
  slas: (deployment: string) => readonly JsonObject[]
}>

type KeptVersion = Readonly<{ version_info?: unknown; branch?: unknown }>
type Version = Readonly<{ version_id: string; version_info: unknown; branch: unknown }>

const PREFIX = 'prefect.deployment.'

/** Prefect: _experimental/sla/objects.py; the client sends `owner_resource` too. */
const slaSchema = z.looseObject({
  name: z.string(),
  severity: z.enum(['minor', 'low', 'moderate', 'high', 'critical']).optional(),
  enabled: z.boolean().optional(),
})

const writtenSchema = z.looseObject({ version_info: z.unknown().optional(), branch: z.unknown().optional() })

export function cloudRecords(): CloudRecords {
  const versions = new Map<string, Version>()
  const slas = new Map<string, readonly JsonObject[]>()
  return {
    slas: (deployment) => slas.get(PREFIX + deployment) ?? [],
    taken: (body) => {
      const parsed = writtenSchema.safeParse(body)
      if (!parsed.success) return { body, kept: {} }
      const { branch, ...rest } = parsed.data
      return { body: rest, kept: { version_info: rest.version_info, branch } }
    },
    keep: (deployment, { version_info = null, branch }) => {
      const before = versions.get(deployment)
      // Every write with information makes a version: the client's model has the id beside it (client/schemas/responses.py).
      const version_id = version_info === null && before !== undefined ? before.version_id : randomUUID()
      versions.set(deployment, {
        version_id,
        version_info: version_info ?? before?.version_info ?? null,
        branch: branch ?? before?.branch ?? null,
      })
    },
    enriched: (answer) => enriched(answer, versions),
    applySlas: (resource, body) => {
      const parsed = z.array(slaSchema).safeParse(body)
      if (!parsed.success || !resource.startsWith(PREFIX)) return { status: 422, body: { detail: 'Invalid request.' } }
      const [before, now] = [slas.get(resource) ?? [], parsed.data]
      slas.set(resource, now)
      const names = (rows: readonly JsonObject[]): ReadonlySet<unknown> => new Set(rows.map(({ name }) => name))
      const created = now.filter(({ name }) => !names(before).has(name))
      const updated = now.filter(({ name }) => names(before).has(name))
      const deleted = before.filter(({ name }) => !names(now).has(name))
      return { status: 200, body: { created, updated, deleted } }
    },
  }
}

function enriched(answer: unknown, versions: ReadonlyMap<string, Version>): unknown {
  if (Array.isArray(answer)) return answer.map((one: unknown) => enriched(one, versions))
  if (!isJsonObject(answer)) return answer
  if ('parameter_openapi_schema' in answer && typeof answer['id'] === 'string') {
    const version = versions.get(answer['id']) ?? { version_id: null, version_info: null, branch: null }
    return { ...answer, ...version, base: null, root: null }
  }
  // Cloud itself submits the runs of a push pool, so no worker has to come first; that it says READY is not known.
  const isPush = 'base_job_template' in answer && String(answer['type']).endsWith(':push')
  return isPush && answer['is_paused'] === false ? { ...answer, status: 'READY' } : answer
}

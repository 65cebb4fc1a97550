/** A deployment by its names, decoded. */
export type NamedDeployment = Readonly<{ kind: 'deployment'; flow: string; name: string }>

/** What is recorded and not sent. Ids are in lower case. */
export type WriteRoute = Readonly<
  | { kind: 'create-flow' }
  | { kind: 'create-deployment' }
  | { kind: 'update-deployment'; id: string }
  | { kind: 'delete-schedule'; id: string; schedule: string }
  | { kind: 'clear-automations'; id: string }
  | { kind: 'create-automation' }
  | { kind: 'apply-slas'; id: string }
>

/**
 * What `prefect deploy` asks of the API, seen in 3.4.25 to 3.9.1 (Prefect: cli/deploy/_core.py, deployments/runner.py,
 * utilities/templating).
 */
export type Route =
  | Readonly<{ kind: 'csrf-token' } | { kind: 'workers' } | { kind: 'cut-name' }>
  | NamedDeployment
  | KnownRead
  | WriteRoute

/** A read that the workspace itself answers. */
export type KnownRead = Readonly<{
  kind: 'read'
  /** Behind the API's address, with its query. */
  path: string
  /** As the start of a sentence: "Reading the work pool `x`". */
  doing: string
  /** The answer holds the values of a block, secrets in plain text. */
  secrets: boolean
}>

export type Asked = Readonly<{ method: string; path: string; query: string }>

const UUID = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}'
const RESOURCE = `prefect\\.deployment\\.(${UUID})`
/** The one way in which the client reads a block (Prefect: client/orchestration/_blocks_types/client.py). */
const WITH_SECRETS = 'include_secrets=true'

type Making = (parts: readonly string[], query: string) => Route | undefined

const ROUTES: readonly (readonly [method: string, pattern: RegExp, make: Making])[] = [
  route('GET', '/csrf-token', () => ({ kind: 'csrf-token' })),
  route('GET', '/deployments/name/([^/]+)/([^/]+)', ([flow = '', name = '']) => ({ kind: 'deployment', flow, name })),
  // What is left of a path behind a flow's name with `?` or `#` in it.
  route('GET', '/deployments/name/([^/]+)', () => ({ kind: 'cut-name' })),
  route('GET', '/work_pools/([^/]+)', ([pool = '']) =>
    read(`/work_pools/${encodeURIComponent(pool)}`, `work pool \`${pool}\``),
  ),
  route('GET', '/variables/name/([^/]+)', ([name = '']) =>
    read(`/variables/name/${encodeURIComponent(name)}`, `variable \`${name}\``),
  ),
  route('GET', '/block_types/slug/([^/]+)/block_documents/name/([^/]+)', ([type = '', name = ''], query) =>
    block(
      `/block_types/slug/${encodeURIComponent(type)}/block_documents/name/${encodeURIComponent(name)}`,
      `${type}/${name}`,
      query,
    ),
  ),
  route('GET', `/block_documents/(${UUID})`, ([id = ''], query) => block(`/block_documents/${id}`, id, query)),
  route('POST', '/work_pools/([^/]+)/workers/filter', () => ({ kind: 'workers' })),
  route('POST', '/flows/', () => ({ kind: 'create-flow' })),
  route('POST', '/deployments/', () => ({ kind: 'create-deployment' })),
  route('PATCH', `/deployments/(${UUID})`, ([id = '']) => ({ kind: 'update-deployment', id })),
  route('DELETE', `/deployments/(${UUID})/schedules/(${UUID})`, ([id = '', schedule = '']) => ({
    kind: 'delete-schedule',
    id,
    schedule,
  })),
  route('DELETE', `/automations/owned-by/${RESOURCE}`, ([id = '']) => ({ kind: 'clear-automations', id })),
  route('POST', '/automations/', () => ({ kind: 'create-automation' })),
  route('POST', `/slas/apply-resource-slas/${RESOURCE}`, ([id = '']) => ({ kind: 'apply-slas', id })),
]

/** What a request asks for; `undefined` for what the command is not known to ask. */
export function routeOf({ method, path, query }: Asked): Route | undefined {
  for (const [of, pattern, make] of ROUTES) {
    const found = of === method ? pattern.exec(path) : null
    if (found === null) continue
    const parts = found.slice(1).map(decoded)
    return parts.every((part) => part !== undefined) ? make(parts, query) : undefined
  }
  return undefined
}

/** Whether a request asks and changes nothing: a filter of Prefect's API is a POST. */
export function isRead({ method, path }: Asked): boolean {
  return ['GET', 'HEAD', 'OPTIONS'].includes(method) || /\/(?:filter|count|paginate|history|search)\/?$/.test(path)
}

/** All ids that stand in a path. */
export function idsIn(path: string): readonly string[] {
  return (path.match(new RegExp(UUID, 'gi')) ?? []).map((id) => id.toLowerCase())
}

/** The id of the deployment that an automation or a service level belongs to. */
export function ownerOf(resource: unknown): string | undefined {
  return typeof resource === 'string' ? new RegExp(`^${RESOURCE}$`, 'i').exec(resource)?.[1]?.toLowerCase() : undefined
}

function route(method: string, pattern: string, make: Making): readonly [string, RegExp, Making] {
  const ids = pattern.includes(UUID)
  const made: Making = ids
    ? (parts, query) =>
        make(
          parts.map((part) => part.toLowerCase()),
          query,
        )
    : make
  return [method, new RegExp(`^${pattern}$`, ids ? 'i' : ''), made]
}

function read(path: string, what: string): Route {
  return { kind: 'read', path, doing: `Reading the ${what}`, secrets: false }
}

function block(path: string, name: string, query: string): Route | undefined {
  return query === WITH_SECRETS
    ? { kind: 'read', path: `${path}?${query}`, doing: `Reading the block \`${name}\``, secrets: true }
    : undefined
}

/** A name as it was before the client put it into a path; not one that an address would swallow. */
function decoded(part: string): string | undefined {
  try {
    const name = decodeURIComponent(part)
    return name === '.' || name === '..' ? undefined : name
  } catch {
    return undefined
  }
}

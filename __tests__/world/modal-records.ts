import { z } from 'zod'

// What the loopback control plane tells about itself. Its own field names; times are seconds since 1970.

/** One call that came in. */
export const rpcCall = z.object({
  /** Place in the order of arrival, from 1. */
  index: z.number(),
  rpc: z.string(),
  at: z.number(),
  tokenOk: z.boolean(),
  tokenId: z.string(),
  clientVersion: z.string(),
  app: z.string().nullable(),
  environment: z.string().nullable(),
  /** It asks for a change, whether or not it was granted. */
  writes: z.boolean(),
  /** `PENDING`, `OK`, `CANCELLED` (the client went away) or a gRPC status. */
  status: z.string(),
  message: z.string().nullable(),
  /** The request with Modal's own field names, without bytes; of inline secrets the keys only. */
  request: z.record(z.string(), z.unknown()),
})

const version = z.object({
  version: z.number(),
  kind: z.enum(['standard', 'rollback', 'rollover', 'promotion', 'staged']),
  rollbackVersion: z.number().nullable(),
  tag: z.string().nullable(),
  commit: z.record(z.string(), z.unknown()).nullable(),
  deployedAt: z.number(),
  deployedBy: z.string(),
  clientVersion: z.string(),
  functions: z.array(z.string()),
})

/** One app with its whole history. */
export const appState = z.object({
  id: z.string(),
  name: z.string(),
  environment: z.string(),
  state: z.enum(['initializing', 'deployed', 'stopped', 'ephemeral', 'detached', 'stopping', 'disabled']),
  createdAt: z.number(),
  deployedAt: z.number().nullable(),
  stoppedAt: z.number().nullable(),
  /** The live version. */
  version: z.number().nullable(),
  functions: z.array(z.string()),
  containers: z.number(),
  versions: z.array(version),
})

const revision = { version: z.number(), commit: z.string().nullable(), tag: z.string().nullable() }

/** One public address and what is live there. */
export const publishedEndpoint = z.object({
  url: z.string(),
  customDomains: z.array(z.string()),
  app: z.string(),
  appId: z.string(),
  /** `web`; of a method `Model.api`. */
  function: z.string(),
  environment: z.string(),
  kind: z.enum(['fastapi_endpoint', 'asgi_app', 'wsgi_app', 'web_server', 'server']),
  /** HTTP method of a `fastapi_endpoint`. */
  method: z.string().nullable(),
  requiresProxyAuth: z.boolean(),
  region: z.string().nullable(),
  /** The live version, its commit and its tag. */
  ...revision,
  deployedAt: z.number(),
  /** The version before the live one. */
  previous: z.object(revision).nullable(),
})

/** What Modal's edge knows about a host name. */
export const edgeEntry = z.discriminatedUnion('state', [
  z.object({ state: z.literal('live'), endpoint: publishedEndpoint }),
  z.object({ state: z.literal('stopped') }),
  z.object({ state: z.literal('unknown') }),
])

/** One call that came in. */
export type RpcCall = z.infer<typeof rpcCall>
/** One app with its whole history. */
export type AppState = z.infer<typeof appState>
/** One public address and what is live there. */
export type PublishedEndpoint = z.infer<typeof publishedEndpoint>
/** What Modal's edge knows about a host name. */
export type EdgeEntry = z.infer<typeof edgeEntry>

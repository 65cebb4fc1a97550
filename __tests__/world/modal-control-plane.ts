import { randomBytes } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { openJsonLine, type Question } from './json-line.ts'
import {
  type AppState,
  appState,
  type EdgeEntry,
  edgeEntry,
  type PublishedEndpoint,
  publishedEndpoint,
  type RpcCall,
  rpcCall,
} from './modal-records.ts'

export type { AppState, EdgeEntry, PublishedEndpoint, RpcCall } from './modal-records.ts'

/** A token of the loopback workspace; `viewer` may read only. `expiresAt` is in seconds since 1970. */
export type ModalToken = Readonly<{
  id: string
  secret: string
  name?: string
  user?: string
  serviceUser?: string
  role?: 'contributor' | 'viewer'
  expiresAt?: number
}>

/** An environment; its web suffix becomes part of the host names. */
export type ModalEnvironment = Readonly<{ name: string; webSuffix: string }>

/** A secret or volume. `environment` absent: the default one. `keys` (of a secret) absent: whatever is asked for. */
export type ModalObject = Readonly<{ name: string; environment?: string; keys?: readonly string[] }>

export type ModalControlPlaneOptions = Readonly<{
  /** Python of an environment that has modal installed; that of 1.6.4 serves every client from 1.0 on. */
  python: string
  workspace?: string
  /** The first one is the workspace's default. */
  environments?: readonly ModalEnvironment[]
  /** Absent: one token, made at random. */
  tokens?: readonly ModalToken[]
  secrets?: readonly ModalObject[]
  volumes?: readonly ModalObject[]
  /** What `modal billing rates` answers: decimal strings. */
  rates?: Readonly<Record<string, string>>
  /** What the server takes for now at its start. */
  now?: Date
  /** Milliseconds that every call waits before it is answered. */
  latencyMs?: number
}>

/** What befalls calls to come. Without `status` the call is only late; `hold` keeps it until it is released. */
export type RpcFault = Readonly<{
  rpc: string
  /** Only calls about this app. */
  app?: string
  /** The first matching call that is hit, from 1. */
  nth?: number
  /** How many calls are hit, 1 unless told. The client repeats INTERNAL, UNKNOWN, UNAVAILABLE and the like four times. */
  times?: number | 'always'
  status?:
    | 'CANCELLED'
    | 'UNKNOWN'
    | 'INVALID_ARGUMENT'
    | 'DEADLINE_EXCEEDED'
    | 'NOT_FOUND'
    | 'ALREADY_EXISTS'
    | 'PERMISSION_DENIED'
    | 'RESOURCE_EXHAUSTED'
    | 'FAILED_PRECONDITION'
    | 'ABORTED'
    | 'UNIMPLEMENTED'
    | 'INTERNAL'
    | 'UNAVAILABLE'
    | 'UNAUTHENTICATED'
  message?: string
  delayMs?: number
  hold?: boolean
  /** `after`: the call takes effect and only its answer is late or lost. */
  phase?: 'before' | 'after'
}>

/** Builds that fail: of images with a build command that holds `matching` (absent: any image). */
export type FailingBuild = Readonly<{
  matching?: string
  times?: number | 'always'
  logs?: readonly string[]
  /** `failure` unless told. */
  status?: 'failure' | 'terminated' | 'timeout'
  exception?: string
}>

export type AppLogLine = Readonly<{
  text: string
  source?: 'stdout' | 'stderr' | 'system'
  function?: string
  /** Seconds since 1970; absent: now. */
  at?: number
}>

export type ModalControlPlane = Readonly<{
  /** For `MODAL_SERVER_URL`. */
  url: string
  workspace: string
  /** The first token. */
  tokenId: string
  tokenSecret: string
  /** What a child needs to talk to this server instead of Modal. */
  environment: Readonly<Record<'MODAL_SERVER_URL' | 'MODAL_TOKEN_ID' | 'MODAL_TOKEN_SECRET', string>>
  pid: number
  calls: () => Promise<RpcCall[]>
  /** The calls that ask for a change. */
  writes: () => Promise<RpcCall[]>
  /** Resolves once `count` (1) calls of `rpc` since the start are answered or held: the way to act in the midst of one. */
  arrived: (rpc: string, count?: number) => Promise<void>
  apps: () => Promise<AppState[]>
  endpoints: () => Promise<PublishedEndpoint[]>
  edge: (host: string) => Promise<EdgeEntry>
  /** Scripts a fault and gives its number for `release`. */
  fault: (script: RpcFault) => Promise<number>
  /** Ends one fault, or all, and lets go the calls that they hold. */
  release: (fault?: number) => Promise<void>
  failBuild: (script: FailingBuild) => Promise<void>
  /** A server warning on a function's row, or (without `function`) of the whole publish. */
  warn: (script: Readonly<{ message: string; function?: string }>) => Promise<void>
  latency: (milliseconds: number) => Promise<void>
  addEnvironment: (environment: ModalEnvironment) => Promise<void>
  addToken: (token: ModalToken) => Promise<void>
  revokeToken: (id: string) => Promise<void>
  addSecret: (secret: ModalObject) => Promise<void>
  removeSecret: (secret: ModalObject) => Promise<void>
  addVolume: (volume: ModalObject) => Promise<void>
  /** Lines for `modal app logs` of a deployed app. */
  log: (target: Readonly<{ app: string; environment?: string }>, lines: readonly AppLogLine[]) => Promise<void>
  /** Running containers of a deployed app, which `--strategy recreate` stops. */
  run: (target: Readonly<{ app: string; environment?: string }>, count: number) => Promise<void>
  /** Ends the server and waits until it is gone. */
  stop: () => Promise<void>
}>

const SERVER = fileURLToPath(new URL('modal_control_plane.py', import.meta.url))

/**
 * Starts a Modal control plane on a free loopback port.
 *
 * @throws Error with the server's own words when it does not come up
 */
export async function startModalControlPlane(options: ModalControlPlaneOptions): Promise<ModalControlPlane> {
  const { python, now, tokens: given, workspace = 'acme', ...world } = options
  const tokens = given ?? [{ id: `ak-${letters()}`, secret: `as-${letters()}` }]
  const line = await openJsonLine(python, ['-I', '-B', SERVER])
  const seconds = now === undefined ? {} : { now: now.getTime() / 1000 }
  const { port } = z.object({ port: z.number() }).parse(await line.first({ ...world, ...seconds, workspace, tokens }))
  const url = `http://127.0.0.1:${port}`
  const tokenId = tokens[0]?.id ?? ''
  const tokenSecret = tokens[0]?.secret ?? ''
  const tell = async (question: Question): Promise<void> => {
    await line.ask(question)
  }
  const calls = async (): Promise<RpcCall[]> => z.array(rpcCall).parse(await line.ask({ ask: 'calls' }))
  return {
    url,
    workspace,
    tokenId,
    tokenSecret,
    environment: { MODAL_SERVER_URL: url, MODAL_TOKEN_ID: tokenId, MODAL_TOKEN_SECRET: tokenSecret },
    pid: line.pid,
    calls,
    writes: async () => (await calls()).filter(({ writes }) => writes),
    arrived: (rpc, count = 1) => tell({ ask: 'arrived', rpc, count }),
    apps: async () => z.array(appState).parse(await line.ask({ ask: 'apps' })),
    endpoints: async () => z.array(publishedEndpoint).parse(await line.ask({ ask: 'endpoints' })),
    edge: async (host) => edgeEntry.parse(await line.ask({ ask: 'edge', host })),
    fault: async (script) => z.number().parse(await line.ask({ ask: 'fault', script: counted(script) })),
    release: (fault) => tell({ ask: 'release', fault }),
    failBuild: (script) => tell({ ask: 'build', script: counted(script) }),
    warn: (script) => tell({ ask: 'warn', script }),
    latency: (ms) => tell({ ask: 'latency', ms }),
    addEnvironment: (environment) => tell({ ask: 'environment', ...environment }),
    addToken: (token) => tell({ ask: 'token', token }),
    revokeToken: (token) => tell({ ask: 'revoke', token }),
    addSecret: (secret) => tell({ ask: 'named', kind: 'secret', environment: '', keys: [], ...secret }),
    removeSecret: (secret) => tell({ ask: 'drop', kind: 'secret', environment: '', ...secret }),
    addVolume: (volume) => tell({ ask: 'named', kind: 'volume', environment: '', keys: [], ...volume }),
    log: (target, lines) => tell({ ask: 'logs', environment: '', ...target, lines }),
    run: (target, count) => tell({ ask: 'containers', environment: '', ...target, count }),
    stop: line.close,
  }
}

/** The server counts "for ever" as null. */
function counted(script: Readonly<{ times?: number | 'always' }>): object {
  return { ...script, times: script.times === 'always' ? null : (script.times ?? 1) }
}

/** 22 characters, as the random part of a token has them. */
function letters(): string {
  return randomBytes(11).toString('hex')
}

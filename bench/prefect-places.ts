import { plain } from '../__tests__/world/instant-calls.ts'
import { startDistance } from '../__tests__/world/distance.ts'
import { startInstantPrefect } from '../__tests__/world/instant-prefect.ts'
import { type PrefectServer, startPrefectServer } from '../__tests__/world/prefect-server.ts'
import type { RateLimit } from '../__tests__/world/rate-limit.ts'
import { startWire } from '../__tests__/world/wire.ts'
import { canonical } from '../src/prefect/json.ts'
import { BENCH_POOL } from './prefect-project.ts'

/** A server of Prefect's, so far away, that nobody has deployed to. */
export type Place = Readonly<{
  apiUrl: string
  server: PrefectServer
  /** Requests that were refused for their number. */
  refused: () => number
  stop: () => Promise<void>
}>

export type PlaceOptions = Readonly<{
  kind: 'instant' | 'sqlite'
  /** Milliseconds; a new connection costs two round trips more, one for TCP and one for TLS 1.3. 0: loopback. */
  roundTripMs: number
  limit?: RateLimit
}>

export async function openPlace({ kind, roundTripMs, limit }: PlaceOptions): Promise<Place> {
  const server = kind === 'instant' ? await startInstantPrefect() : await startPrefectServer()
  await server.createPool(BENCH_POOL)
  const wire = limit === undefined ? undefined : await startWire(server.url)
  const limiter = limit === undefined ? undefined : wire?.limit(limit)
  const near = wire?.url ?? server.url
  const port = Number(new URL(near).port)
  const distance = roundTripMs === 0 ? undefined : await startDistance(port, roundTripMs, { handshakeTrips: 2 })
  return {
    apiUrl: distance === undefined ? near : near.replace(`:${port}`, `:${distance.port}`),
    server,
    refused: () => limiter?.refused() ?? 0,
    stop: async () => {
      await distance?.stop()
      await wire?.stop()
      await server.stop()
    },
  }
}

/** @throws Error where what is live in both places differs in more than ids and moments */
export async function expectAlike(one: Place, other: Place): Promise<void> {
  const [ours, theirs] = await Promise.all([one, other].map(liveIn))
  if (ours !== theirs) throw new Error('The step and the command have left different deployments.')
}

async function liveIn({ server: { call } }: Place): Promise<string> {
  return canonical(plain(await call('POST', '/deployments/filter', { sort: 'NAME_ASC' }), new Map()))
}

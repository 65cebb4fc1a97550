import { connect, createServer, type Socket } from 'node:net'
import { portOf } from './free-port.ts'

/** A wire of any protocol that is as long as the network. */
export type Distance = Readonly<{
  port: number
  /** Connections so far. */
  connections: () => number
  stop: () => Promise<void>
}>

type DistanceOptions = Readonly<{
  /**
   * Round trips that a new connection costs before its first byte goes out: one for TCP, which is the default, and one more
   * where the bytes stand for those of TLS 1.3.
   */
  handshakeTrips?: number
}>

/** Puts a distance before a port of loopback: each piece arrives half a round trip later. */
export async function startDistance(
  port: number,
  roundTripMs: number,
  { handshakeTrips = 1 }: DistanceOptions = {},
): Promise<Distance> {
  const sockets = new Set<Socket>()
  let connections = 0
  const server = createServer((near) => {
    connections += 1
    sockets.add(near)
    near.on('close', () => sockets.delete(near))
    near.on('error', () => near.destroy())
    const pending: Buffer[] = []
    near.on('data', (piece) => void pending.push(piece))
    later(handshakeTrips * roundTripMs, () => {
      const far = connect(port, '127.0.0.1', () => {
        near.removeAllListeners('data')
        for (const piece of pending) later(roundTripMs / 2, () => far.write(piece))
        relay(near, far, roundTripMs / 2)
        relay(far, near, roundTripMs / 2)
      })
      far.on('error', () => near.destroy())
      near.on('error', () => far.destroy())
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: portOf(server.address()),
    connections: () => connections,
    stop: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy()
        server.close(() => resolve())
      }),
  }
}

function relay(from: Socket, to: Socket, delayMs: number): void {
  from.on('data', (piece) => later(delayMs, () => void to.write(piece)))
  from.on('end', () => later(delayMs, () => void to.end()))
  from.on('close', () => later(delayMs, () => void to.destroy()))
}

function later(delayMs: number, work: () => void): void {
  setTimeout(work, delayMs)
}

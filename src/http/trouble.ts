import { isNativeError } from 'node:util/types'
import { errorCode } from '../faults.ts'

/**
 * Why no whole answer came.
 *
 * - `refused`: nobody listens there
 * - `dns`: the host name is not known
 * - `tls`: the certificate is not trusted, or TLS failed
 * - `reset`: the connection broke, before or in the middle of the answer
 * - `timeout`: the deadline of the try passed
 * - `proxy`: the proxy said no
 * - `other`: anything else, named in the message
 */
export type TroubleKind = 'refused' | 'dns' | 'tls' | 'reset' | 'timeout' | 'proxy' | 'other'

/** A request that got no whole answer. Callers turn it into a fault, or try again. */
export class Trouble extends Error {
  readonly kind: TroubleKind

  constructor(kind: TroubleKind, message: string, cause?: unknown) {
    super(message, { cause })
    this.name = 'Trouble'
    this.kind = kind
  }
}

const KINDS: Readonly<Record<string, TroubleKind>> = {
  ECONNREFUSED: 'refused',
  EHOSTUNREACH: 'refused',
  ENETUNREACH: 'refused',
  ENOTFOUND: 'dns',
  EAI_AGAIN: 'dns',
  ECONNRESET: 'reset',
  EPIPE: 'reset',
  UND_ERR_SOCKET: 'reset',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'reset',
  ETIMEDOUT: 'timeout',
  UND_ERR_CONNECT_TIMEOUT: 'timeout',
  UND_ERR_HEADERS_TIMEOUT: 'timeout',
  UND_ERR_BODY_TIMEOUT: 'timeout',
}

/** Codes of TLS itself, and of OpenSSL's check of a certificate (`UNABLE_TO_VERIFY_LEAF_SIGNATURE`, Node 24). */
const TLS_CODES = /CERT|SSL|TLS|SIGNATURE|INVALID_(?:CA|PURPOSE)|PATH_LENGTH_EXCEEDED|HOSTNAME_MISMATCH|^EPROTO$/

/** The last answer of a connection, in chunks, without an end: undici 8 gives the error no code. */
const NO_END = /\(Invalid EOF state\)$/

/** Any error of undici or of the sockets below it, sorted. */
export function troubleOf(thrown: unknown): Trouble {
  if (thrown instanceof Trouble) return thrown
  for (const error of chain(thrown)) {
    const code = errorCode(error) ?? ''
    const kind = KINDS[code]
    if (kind !== undefined) return new Trouble(kind, `${error.message} (${code})`, thrown)
    if (TLS_CODES.test(code)) return new Trouble('tls', `${error.message} (${code})`, thrown)
    if (NO_END.test(error.message)) return new Trouble('reset', 'the answer has no end', thrown)
    if (error.message.startsWith('Proxy response')) return new Trouble('proxy', error.message, thrown)
  }
  const message = thrown instanceof Error ? thrown.message : String(thrown)
  return new Trouble('other', message, thrown)
}

/** An error, its causes, and the errors that an aggregate holds (one per address of a host). */
function chain(thrown: unknown): Error[] {
  const found: Error[] = []
  const queue: unknown[] = [thrown]
  while (queue.length > 0 && found.length < 10) {
    const next = queue.shift()
    // Not `instanceof`: an error of Node's own code is of another realm under a test runner.
    if (!isNativeError(next)) continue
    found.push(next)
    queue.push(next.cause)
    const held: unknown = 'errors' in next ? next.errors : []
    if (Array.isArray(held)) queue.push(...held.map((one: unknown) => one))
  }
  return found
}

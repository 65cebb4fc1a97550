import { createServer, type IncomingMessage, type OutgoingHttpHeaders, type ServerResponse } from 'node:http'

export type LoopbackRequest = Readonly<{
  method: string
  /** As it was sent, with its percent-encoding. */
  path: string
  /** Without its question mark; empty where there is none. */
  query: string
  /** Names in lower case; values of a header that came several times are joined by a comma. */
  headers: Readonly<Record<string, string>>
  /** `undefined`: it was larger than {@link LARGEST_BODY}, and none of it was kept. */
  body: string | undefined
}>

export type LoopbackAnswer = Readonly<{
  status: number
  headers?: Readonly<Record<string, string>>
  body?: string
}>

export type Loopback = Readonly<{
  port: number
  /** Ends every connection at once, in the middle of an answer too. */
  close: () => Promise<void>
}>

/** Bytes of the largest body that is taken; Prefect Cloud takes no larger one (Prefect docs: rate-limits). */
const LARGEST_BODY = 5 * 1024 * 1024
/** Connections at once; one more is closed unheard. */
const MOST_CONNECTIONS = 64
/** Seconds that an idle connection is kept: longer than any client keeps it, so that none is closed under a request. */
const KEEP_ALIVE = 120

/**
 * Serves HTTP on 127.0.0.1, on a port that is free. What `answer` throws becomes a 500 that says nothing; a body that
 * is too large gets 413, whatever `answer` makes of it.
 */
export async function openLoopback(answer: (request: LoopbackRequest) => Promise<LoopbackAnswer>): Promise<Loopback> {
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE * 1000 }, (incoming, outgoing) => {
    void serve(incoming, outgoing, answer)
  })
  server.maxConnections = MOST_CONNECTIONS
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new TypeError('a server on a port has an address')
  return {
    port: address.port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function serve(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  answer: (request: LoopbackRequest) => Promise<LoopbackAnswer>,
): Promise<void> {
  try {
    const body = await bodyOf(incoming)
    const { status, headers, body: text } = await answer(requestOf(incoming, body))
    send(outgoing, body === undefined ? 413 : status, { headers, text })
  } catch {
    send(outgoing, 500, {})
  }
}

/** What is beyond the bound is read and forgotten: a client that still sends does not hear an answer. */
async function bodyOf(incoming: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of incoming) {
    const bytes = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk))
    size += bytes.length
    if (size > LARGEST_BODY) chunks.length = 0
    else chunks.push(bytes)
  }
  return size > LARGEST_BODY ? undefined : Buffer.concat(chunks).toString('utf8')
}

function requestOf({ method = '', url = '', headers }: IncomingMessage, body: string | undefined): LoopbackRequest {
  const [path = '', ...rest] = url.split('?')
  const texts = Object.entries(headers).flatMap(([name, value]): [string, string][] =>
    value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value]],
  )
  return { method, path, query: rest.join('?'), headers: Object.fromEntries(texts), body }
}

type Sent = Readonly<{ headers?: LoopbackAnswer['headers']; text?: string | undefined }>

function send(outgoing: ServerResponse, status: number, { headers, text }: Sent): void {
  // Nobody may be there any more: the client went away, or the server was closed.
  if (outgoing.headersSent || outgoing.destroyed) return
  const bodiless = status === 204 || status === 304
  const length: OutgoingHttpHeaders = bodiless ? {} : { 'content-length': Buffer.byteLength(text ?? '') }
  outgoing.writeHead(status, { ...headers, ...length })
  outgoing.end(bodiless ? undefined : text)
}

import type { Readable } from 'node:stream'

/** Reads at most `maxBytes` of a body as UTF-8 text and lets go of the rest. */
export async function readBody(body: Readable, maxBytes: number): Promise<{ text: string; cut: boolean }> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of body) {
    const bytes = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk))
    const room = maxBytes - size
    chunks.push(bytes.length > room ? bytes.subarray(0, room) : bytes)
    size += bytes.length
    // Leaving the loop destroys the stream, and with it the connection that still carries the rest.
    if (size > maxBytes) return { text: Buffer.concat(chunks).toString('utf8'), cut: true }
  }
  return { text: Buffer.concat(chunks).toString('utf8'), cut: false }
}

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { z } from 'zod'

/** Milliseconds that a server may take to end by itself. */
const END_WITHIN = 5000

/** A question to the server; what else it holds is the question's own. */
export type Question = Readonly<{ ask: string }> & Readonly<Record<string, unknown>>

/** A server process that answers questions over its standard streams. */
export type JsonLine = Readonly<{
  pid: number
  /** Sends the options and gives the first line of the answer. */
  first: (options: object) => Promise<unknown>
  ask: (question: Question) => Promise<unknown>
  close: () => Promise<void>
}>

type Waiting = Readonly<{ resolve: (value: unknown) => void; reject: (reason: Error) => void }>

const reply = z.object({ id: z.number(), answer: z.unknown(), error: z.string().optional() })

/**
 * Starts a server process that speaks one JSON a line and may answer in any order. It ends with its standard input, so
 * it cannot outlive this process.
 */
export async function openJsonLine(command: string, args: readonly string[]): Promise<JsonLine> {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] })
  await once(child, 'spawn')
  const gone = once(child, 'exit')
  // Writing to a server that has just died is told by `exit`, with its own last words.
  child.stdin.on('error', () => {})
  let lastWords = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    lastWords = (lastWords + text).slice(-4000)
  })
  const waiting = new Map<number, Waiting>()
  let asked = 0
  createInterface({ input: child.stdout }).on('line', (text) => {
    const message: unknown = JSON.parse(text)
    const { id, answer, error } = waiting.has(0) ? { id: 0, answer: message, error: undefined } : reply.parse(message)
    const entry = waiting.get(id)
    waiting.delete(id)
    if (error === undefined) entry?.resolve(answer)
    else entry?.reject(new Error(`server: ${error}`))
  })
  child.once('close', () => {
    for (const { reject } of waiting.values()) reject(new Error(`the server process has ended. ${lastWords}`))
    waiting.clear()
  })
  const send = (id: number, message: object): Promise<unknown> =>
    new Promise((resolve, reject) => {
      if (child.exitCode !== null || child.signalCode !== null) {
        reject(new Error(`the server process has ended. ${lastWords}`))
        return
      }
      waiting.set(id, { resolve, reject })
      child.stdin.write(`${JSON.stringify(message)}\n`)
    })
  return {
    pid: child.pid ?? -1,
    first: (options) => send(0, options),
    ask: (question) => {
      asked += 1
      return send(asked, { id: asked, ...question })
    },
    close: async () => {
      child.stdin.end()
      const patience = setTimeout(() => child.kill('SIGKILL'), END_WITHIN)
      await gone
      clearTimeout(patience)
    },
  }
}

import { spawn } from 'node:child_process'
import path from 'node:path'
import * as z from 'zod'

const verdict = z.object({
  mapping: z.boolean(),
  crash: z.string().nullable(),
  refused: z.array(z.array(z.union([z.string(), z.number()]))),
  elsewhere: z.array(z.array(z.union([z.string(), z.number()]))),
})

/** What Prefect says of a file; see model.py. */
export type Verdict = z.infer<typeof verdict>

/** Asks the Prefect of an environment for its verdict on each file, in one process. */
export async function verdictsOf(python: string, files: readonly Uint8Array[]): Promise<readonly Verdict[]> {
  const script = path.join(import.meta.dirname, 'model.py')
  const env = { ...process.env, PYTHONUTF8: '1', PREFECT_HOME: '/nonexistent', PREFECT_LOGGING_TO_API_ENABLED: 'false' }
  const child = spawn(python, [script], { env, stdio: ['pipe', 'pipe', 'inherit'] })
  const output: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk))
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject).once('close', resolve)
  })
  child.stdin.end(files.map((bytes) => `${Buffer.from(bytes).toString('base64')}\n`).join(''))
  const status = await ended
  if (status !== 0) throw new Error(`model.py ended with ${status}`)
  const lines = Buffer.concat(output).toString().trim().split('\n')
  return lines.map((line) => verdict.parse(JSON.parse(line)))
}

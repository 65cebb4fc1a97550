import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

const DIST = path.resolve(import.meta.dirname, '../dist/index.js')

/** Seconds of a bare Node, and from the start of `dist/` to its first line, in turn; the first of each is not counted. */
export async function startTimes(runs: number): Promise<Readonly<{ bare: number[]; firstLine: number[] }>> {
  const folder = mkdtempSync(path.join(tmpdir(), 'bench-start-'))
  const bare: number[] = []
  const firstLine: number[] = []
  for (let run = 0; run <= runs; run++) {
    const [empty, first] = [await untilEnd(['-e', '0'], folder), await untilFirstLine(folder)]
    if (run === 0) continue
    bare.push(empty)
    firstLine.push(first)
  }
  rmSync(folder, { recursive: true })
  return { bare, firstLine }
}

async function untilEnd(args: readonly string[], cwd: string): Promise<number> {
  const started = performance.now()
  const child = spawn(process.execPath, args, { cwd, stdio: 'ignore', env: {} })
  await new Promise((resolve) => child.once('exit', resolve))
  return (performance.now() - started) / 1000
}

async function untilFirstLine(cwd: string): Promise<number> {
  const started = performance.now()
  const env = { PATH: process.env['PATH'] ?? '', GITHUB_WORKSPACE: cwd, RUNNER_TEMP: cwd, INPUT_MODE: 'check' }
  const child = spawn(process.execPath, [DIST], { cwd, stdio: ['ignore', 'pipe', 'ignore'], env })
  const ended = new Promise((resolve) => child.once('close', resolve))
  const first = await new Promise<number>((resolve) =>
    child.stdout.once('data', () => resolve((performance.now() - started) / 1000)),
  )
  child.stdout.resume()
  await ended
  return first
}

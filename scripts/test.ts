// `npm test`: installs the tools that the tests drive, runs Jest with the arguments given, and closes with a plain line.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'
import { tools } from '../__tests__/world/tools.ts'

const ROOT = path.resolve(import.meta.dirname, '..')
const RESULTS = path.join(ROOT, '.cache/test-results.json')

const resultsSchema = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numPendingTests: z.number(),
  /** Files that could not even be loaded. */
  numRuntimeErrorTestSuites: z.number(),
})

/**
 * Debian and Ubuntu build their Python with profiles: it imports Prefect in four fifths of the time that one takes which
 * pyenv built, and importing Prefect is what most of the tests' time goes into.
 */
function preferSystemPython(): void {
  const python = '/usr/bin/python3'
  const needed = 'import sys, pip, yaml; sys.exit(sys.version_info < (3, 10))'
  if (spawnSync(python, ['-c', needed], { stdio: 'ignore' }).status !== 0) return
  const folder = path.join(ROOT, '.cache/python')
  const link = path.join(folder, 'python3')
  mkdirSync(folder, { recursive: true })
  if (!existsSync(link)) symlinkSync(python, link)
  process.env['PATH'] = `${folder}${path.delimiter}${process.env['PATH'] ?? ''}`
}

preferSystemPython()
await tools()
mkdirSync(path.dirname(RESULTS), { recursive: true })
rmSync(RESULTS, { force: true })
const jest = spawn(
  process.execPath,
  [
    '--experimental-vm-modules',
    '--disable-warning=ExperimentalWarning',
    path.join(ROOT, 'node_modules/jest/bin/jest.js'),
    '--json',
    `--outputFile=${RESULTS}`,
    ...process.argv.slice(2),
  ],
  // Jest prints its JSON on standard output; what a person reads is on standard error.
  { cwd: ROOT, stdio: ['inherit', 'ignore', 'inherit'] },
)
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => jest.kill(signal))
jest.on('exit', (code) => {
  const results = resultsSchema.parse(JSON.parse(readFileSync(RESULTS, 'utf8')))
  const failed = results.numFailedTests + results.numRuntimeErrorTestSuites
  console.log(`${results.numPassedTests} passed, ${failed} failed, ${results.numPendingTests} skipped`)
  process.exitCode = code ?? 1
})

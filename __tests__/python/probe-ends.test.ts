import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createReadStream } from 'node:fs'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, expect, test } from '@jest/globals'
import { PROBE_SCRIPT } from '../../src/python/probe/script.ts'
import { type ProbedProject, probedProject } from './probe-tools.ts'

let project: ProbedProject | undefined

afterEach(() => project?.remove())

/** It holds the pipe open for as long as it lives, as does what it started. */
const HANGS = `import os, subprocess, time
pipe = os.open("alive", os.O_WRONLY)
os.write(pipe, b"here\\n")
subprocess.Popen(["sleep", "600"], pass_fds=[pipe])
time.sleep(600)
`

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
  // Nobody can answer to it; the worker is told by the system, and only it.
  ['SIGKILL', null],
] as const)('%s to the probe ends what imports the flows', async (signal, exitCode) => {
  const alone = signal === 'SIGKILL' ? HANGS.replace(/^subprocess.*\n/m, '') : HANGS
  project = await probedProject({ files: { 'flows/hangs.py': alone } })
  const { python, env } = project.tools
  execFileSync('mkfifo', [path.join(project.path, 'alive')])
  const request = {
    root: project.path,
    workspace: false,
    each: 600,
    within: 600,
    entrypoints: [{ key: '1', entrypoint: 'flows/hangs.py:orders' }],
    schedules: [],
    parameters: [],
    jobVariables: [],
  }
  const probe = spawn(python, ['-c', PROBE_SCRIPT], { cwd: project.path, env, stdio: ['pipe', 'ignore', 'ignore'] })
  const exited = once(probe, 'exit')
  probe.stdin.end(JSON.stringify(request))

  const lines = createInterface(createReadStream(path.join(project.path, 'alive')))
  const closed = once(lines, 'close')
  expect(await once(lines, 'line')).toEqual(['here'])
  probe.kill(signal)

  expect((await exited)[0]).toBe(exitCode)
  // The pipe ends with the last process that holds it.
  await closed
})

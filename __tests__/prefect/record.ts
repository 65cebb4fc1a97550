// Records how the real command fails: `node __tests__/prefect/record.ts 3.4.25 3.8.8 3.9.1`. Folders and ports of the
// machine are replaced in what it printed.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { prefectEnvironment } from '../../src/prefect/child-env.ts'
import { runChild } from '../../src/process/child.ts'
import { layOut } from '../world/checkout.ts'
import { startPrefectServer } from '../world/prefect-server.ts'
import { prefectVenv, tools } from '../world/tools.ts'
import { startWire } from '../world/wire.ts'
import { FAILING_PROJECTS, type FailingProject } from './failing-projects.ts'

const VERSIONS = process.argv.slice(2)
const server = await startPrefectServer()
await server.createPool('modal-pool')
await server.createPool('agent-pool', 'prefect-agent')
const home = mkdtempSync(path.join(tmpdir(), 'prefect-home-'))

for (const version of VERSIONS) {
  const python = version === '3.8.8' ? (await tools()).prefect : await prefectVenv(version)
  const recorded: Record<string, unknown> = {}
  for (const [name, project] of Object.entries(FAILING_PROJECTS)) {
    process.stderr.write(`${version} ${name}\n`)
    recorded[name] = await recordedRun(python, project)
  }
  writeFileSync(path.join(import.meta.dirname, `recorded/${version}.json`), `${JSON.stringify(recorded, null, 1)}\n`)
}
rmSync(home, { recursive: true })
await server.stop()

async function recordedRun(python: string, project: FailingProject): Promise<unknown> {
  const venv = path.dirname(path.dirname(python))
  for (const { id } of await server.deployments()) await server.call('DELETE', `/deployments/${id}`)
  const wire = await startWire(server.url)
  const checkout = await layOut(project.before ?? project.files)
  const run = async (args: readonly string[], url: string) =>
    runChild({
      command: path.join(venv, 'bin/prefect'),
      args: ['--no-prompt', 'deploy', ...args],
      cwd: checkout.path,
      env: {
        ...prefectEnvironment({
          base: { PATH: process.env['PATH'] ?? '', HOME: home },
          venv,
          prefectHome: home,
          url: { kind: 'self-hosted', base: url },
        }),
        ...project.env,
      },
      deadline: 120,
      signal: new AbortController().signal,
    })
  try {
    if (project.before !== undefined) {
      const { exitCode, lines } = await run(['--all'], server.url)
      if (exitCode !== 0) throw new Error(lines.join('\n'))
      checkout.commit(project.files)
    }
    if (project.fault !== undefined) wire.fault(project.fault)
    const url = (project.url ?? wire.url)
      .replace('{server}', wire.url)
      .replace('{server-as-https}', wire.url.replace('http:', 'https:'))
    const { exitCode, stdout, stderr } = await run(project.args ?? ['--all'], url)
    const plain = (line: string): string =>
      line
        .replaceAll(checkout.path, '/checkout')
        .replaceAll(venv, '/venv')
        .replaceAll(/File "(?!\/venv\/)[^"]*(?=\/lib\/python3)/g, 'File "/python')
        .replaceAll(/127\.0\.0\.1:\d{4,}/g, '127.0.0.1:4200')
    return { exitCode, stdout: stdout.map(plain), stderr: stderr.map(plain) }
  } finally {
    checkout.remove()
    await wire.stop()
  }
}

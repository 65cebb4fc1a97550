// Records what the real command writes: `node __tests__/prefect/plan/record.ts 3.8.8`. Each deployment is made by one run
// and updated by the next; ids of the server's own are replaced by what they stand for.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { z } from 'zod'
import { prefectEnvironment } from '../../../src/prefect/child-env.ts'
import { runChild } from '../../../src/process/child.ts'
import { layOut } from '../../world/checkout.ts'
import { startPrefectServer } from '../../world/prefect-server.ts'
import { prefectVenv, tools } from '../../world/tools.ts'
import { startWire, type WireRequest } from '../../world/wire.ts'
import { VARIED_POOL, VARIED_VARIABLE, variedProject } from './varied-project.ts'

const VERSIONS = process.argv.slice(2)

const made = z.looseObject({ name: z.string(), flow_id: z.string() })
const automation = z.looseObject({ owner_resource: z.string() })

async function recordedRuns(venv: string): Promise<readonly unknown[]> {
  const server = await startPrefectServer()
  await server.createPool(VARIED_POOL)
  await server.call('POST', '/variables/', VARIED_VARIABLE)
  await server.ensureBlock('secret', 'token')
  const home = mkdtempSync(path.join(tmpdir(), 'prefect-home-'))
  const checkout = await layOut(variedProject())
  const writes: (readonly WireRequest[])[] = []
  for (const _ of [1, 2]) {
    const wire = await startWire(server.url)
    const { exitCode, lines } = await runChild({
      command: path.join(venv, 'bin/prefect'),
      args: ['--no-prompt', 'deploy', '--all'],
      cwd: checkout.path,
      env: prefectEnvironment({
        base: { PATH: process.env['PATH'] ?? '', HOME: home },
        venv,
        prefectHome: home,
        url: { kind: 'self-hosted', base: wire.url },
      }),
      deadline: 300,
      signal: new AbortController().signal,
    })
    if (exitCode !== 0) throw new Error(lines.slice(-30).join('\n'))
    writes.push(wire.writes())
    await wire.stop()
  }
  const ids = new Map((await server.deployments()).map(({ name, id }) => [name, id]))
  checkout.remove()
  rmSync(home, { recursive: true })
  await server.stop()
  return written(ids, writes)
}

function written(
  ids: ReadonlyMap<string, string>,
  [first = [], second = []]: readonly (readonly WireRequest[])[],
): readonly unknown[] {
  return bodies(first, 'POST', '/deployments/').map((body) => {
    const create = made.parse(body)
    const id = ids.get(create.name) ?? ''
    const [update] = bodies(second, 'PATCH', `/deployments/${id}`)
    const automations = bodies(second, 'POST', '/automations/').filter((one) =>
      automation.parse(one).owner_resource.endsWith(id),
    )
    const text = JSON.stringify({ name: create.name, create, update, automations })
    return JSON.parse(text.replaceAll(id, '<deployment>').replaceAll(create.flow_id, '<flow>')) as unknown
  })
}

function bodies(requests: readonly WireRequest[], method: string, route: string): readonly unknown[] {
  return requests
    .filter((one) => one.method === method && one.path.endsWith(`/api${route}`))
    .map(({ body }) => JSON.parse(body) as unknown)
}

for (const version of VERSIONS) {
  const python = version === '3.8.8' ? (await tools()).prefect : await prefectVenv(version)
  const deployments = await recordedRuns(path.dirname(path.dirname(python)))
  const lines = deployments.map((one) => JSON.stringify(one)).join(',\n')
  writeFileSync(path.join(import.meta.dirname, `recorded/${version}.json`), `[\n${lines}\n]\n`)
}

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { z } from 'zod'
import { prefectEnvironment } from '../../../src/prefect/child-env.ts'
import type { PrefectApi } from '../../../src/prefect/client.ts'
import { isJsonObject, type JsonObject } from '../../../src/prefect/json.ts'
import { REHEARSAL_CERTIFICATE } from '../../../src/prefect/rehearsal/certificate.ts'
import { rehearsalEnvironment } from '../../../src/prefect/rehearsal/child-env.ts'
import { mergedWrite } from '../../../src/prefect/rehearsal/merged-write.ts'
import type { RecordedDeployment } from '../../../src/prefect/rehearsal/recorded.ts'
import { openRecorder, type Recorder } from '../../../src/prefect/rehearsal/recorder.ts'
import { survey } from '../../../src/prefect/survey/survey.ts'
import { type ChildResult, runChild } from '../../../src/process/child.ts'
import type { PrefectServer } from '../../world/prefect-server.ts'
import { startWire, type WireRequest } from '../../world/wire.ts'

/** A project on disk, and the command that deploys it. */
export type Command = Readonly<{
  /** `bin/python` of an environment with Prefect. */
  python: string
  cwd: string
  args: readonly string[]
  env: Readonly<Record<string, string>>
}>

/** What would let a child in, or astray: no environment for a rehearsal may hold it. */
const CREDENTIALS = {
  PREFECT_API_KEY: 'pnu_left_over',
  PREFECT_CLIENT_CUSTOM_HEADERS: '{"Authorization": "Bearer left-over"}',
  PREFECT_CLIENT_RETRY_EXTRA_CODES: '404',
}

export type Rehearsed = Readonly<{ run: ChildResult; recorder: Recorder; hidden: readonly string[] }>

/** Runs the command against a recorder in front of `api`. The recorder is closed; what it recorded stays. */
export async function rehearsed(api: PrefectApi, command: Command, names: readonly string[]): Promise<Rehearsed> {
  const hidden: string[] = []
  const recorder = await openRecorder({
    api,
    survey: await survey(api, { names }),
    surveyed: names,
    uiUrl: 'https://ui.example/workspace',
    hide: (values) => void hidden.push(...values),
  })
  try {
    const run = await inHome(command, (child, home) => {
      const certificateFile = path.join(home, 'certificate.pem')
      writeFileSync(certificateFile, REHEARSAL_CERTIFICATE)
      const base = { ...child.base, ...CREDENTIALS }
      return rehearsalEnvironment({ ...child, base, address: recorder.address, certificateFile })
    })
    return { run, recorder, hidden }
  } finally {
    await recorder.close()
  }
}

/** Runs the command against the server itself, and gives what it wrote there. */
export async function plain(server: PrefectServer, command: Command): Promise<readonly WireRequest[]> {
  const wire = await startWire(server.url)
  try {
    const run = await inHome(command, (child) =>
      prefectEnvironment({ ...child, url: { kind: 'self-hosted', base: wire.url } }),
    )
    if (run.exitCode !== 0) throw new Error(run.lines.join('\n'))
    // The client sends again what met a locked database.
    return wire.writes().filter(({ status }) => status !== 503)
  } finally {
    await wire.stop()
  }
}

type Child = Readonly<{ base: Record<string, string>; venv: string; prefectHome: string }>

async function inHome(
  { python, cwd, args, env }: Command,
  environment: (child: Child, home: string) => Readonly<Record<string, string>>,
): Promise<ChildResult> {
  const home = mkdtempSync(path.join(tmpdir(), 'prefect-home-'))
  const venv = path.dirname(path.dirname(python))
  const base = { PATH: process.env['PATH'] ?? '', HOME: home, ...env }
  try {
    return await runChild({
      command: path.join(venv, 'bin/prefect'),
      args: ['--no-prompt', 'deploy', ...args],
      cwd,
      env: environment({ base, venv, prefectHome: home }, home),
      deadline: 200,
      signal: new AbortController().signal,
    })
  } finally {
    rmSync(home, { recursive: true, force: true })
  }
}

const ids = z.looseObject({ id: z.string(), flow_id: z.string() })

/** A deployment as the server has it, by its names. */
export async function idsOf(server: PrefectServer, { flow, name }: Pick<RecordedDeployment, 'flow' | 'name'>) {
  return ids.parse(
    await server.call('GET', `/deployments/name/${encodeURIComponent(flow)}/${encodeURIComponent(name)}`),
  )
}

/** What was recorded, with words in the place of ids. */
export function withoutIds({ flowWrite, ...one }: RecordedDeployment): unknown {
  const flow = one.write.kind === 'create' ? String(one.write.body['flow_id']) : one.id
  return JSON.parse(
    JSON.stringify({ ...one, slas: undefined, points: undefined, flowBody: flowWrite?.body ?? null })
      .replaceAll(one.id, '<deployment>')
      .replaceAll(flow, '<flow>')
      // A moment of the run itself; those of the file are in the year 2020.
      .replaceAll(/"anchor_date":"(?!2020)[^"]+"/g, '"anchor_date":"<now>"'),
  )
}

/** The same of what the plain command wrote of one deployment; `recorded` only says which one, and which parts are told. */
export function asRecorded(
  writes: readonly WireRequest[],
  recorded: RecordedDeployment,
  { id, flow_id: flowId }: Readonly<{ id: string; flow_id: string }>,
): unknown {
  const bodies = (method: string, route: string, of = writes): JsonObject[] =>
    of
      .filter((one) => one.method === method && one.path.endsWith(`/api${route}`))
      .map(({ body }): unknown => JSON.parse(body === '' ? 'null' : body))
      .map((body) => (isJsonObject(body) ? body : {}))
  const create = bodies('POST', '/deployments/').find(
    (one) => one['name'] === recorded.name && one['flow_id'] === flowId,
  )
  const [first = {}, ...others] = [...(create === undefined ? [] : [create]), ...bodies('PATCH', `/deployments/${id}`)]
  const body = others.reduce((before, next) => mergedWrite(before, next) ?? before, first)
  const schedules = new RegExp(`/deployments/${id}/schedules/(.*)$`)
  const owner = `prefect.deployment.${id}`
  // Those that were made before are gone then.
  const cleared = writes.findLastIndex((one) => one.path.endsWith(`/automations/owned-by/${owner}`))
  return withoutIds({
    flow: recorded.flow,
    name: recorded.name,
    id,
    ...(recorded.flowWrite === undefined
      ? {}
      : {
          flowWrite: {
            placeholder: flowId,
            body: bodies('POST', '/flows/').find((one) => one['name'] === recorded.flow) ?? {},
          },
        }),
    write: { kind: create === undefined ? 'update' : 'create', body },
    deletedSchedules: writes.flatMap(({ method, path: at }) =>
      method === 'DELETE' ? (schedules.exec(at)?.[1] ?? []) : [],
    ),
    clearsAutomations: cleared >= 0,
    automations: bodies('POST', '/automations/', writes.slice(cleared)).filter(
      (one) => one['owner_resource'] === owner,
    ),
  })
}

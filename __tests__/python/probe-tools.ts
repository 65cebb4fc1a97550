import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll } from '@jest/globals'
import { type Log, machineClock } from '../../src/host.ts'
import { parseApiUrl } from '../../src/prefect/api-url.ts'
import { prefectEnvironment } from '../../src/prefect/child-env.ts'
import { runChild } from '../../src/process/child.ts'
import { stepRunner } from '../../src/process/step.ts'
import type { ProbeAnswer } from '../../src/python/probe/answer.ts'
import { type ProbeResult, type ProbeTools, probeFlows } from '../../src/python/probe/probe.ts'
import type { ProbeLimits, ProbeRequest } from '../../src/python/probe/request.ts'
import { tools } from '../world/tools.ts'

/** A project on disk, its Prefect, and what the log got of the runs. */
export type ProbedProject = Readonly<{
  path: string
  tools: ProbeTools
  groups: ReadonlyMap<string, readonly string[]>
  probe: (request: Partial<ProbeRequest>, limits?: Partial<ProbeLimits>) => Promise<ProbeResult>
  remove: () => void
}>

type Given = Readonly<{
  files: Readonly<Record<string, string>>
  /** `bin/python` of an environment with Prefect; absent: that of most tests. */
  python?: string
  env?: Readonly<Record<string, string>>
  /** The working folder within the checkout. */
  folder?: string
  /** Address of a workspace that the environment opens. */
  workspace?: string
}>

/** Lays out a project and makes ready to probe it, as the release does. */
export async function probedProject({ files, python, env, folder = '.', workspace }: Given): Promise<ProbedProject> {
  const checkout = mkdtempSync(path.join(tmpdir(), 'probe-'))
  const home = mkdtempSync(path.join(tmpdir(), 'probe-home-'))
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(checkout, name)), { recursive: true })
    writeFileSync(path.join(checkout, name), text)
  }
  const groups = new Map<string, readonly string[]>()
  const log: Log = {
    info: () => undefined,
    debug: () => undefined,
    group: (title, lines) => groups.set(title.replace(/: [^:]*$/, ''), lines),
    warning: () => undefined,
  }
  const interpreter = python ?? (await tools()).prefect
  const { url } = parseApiUrl(workspace ?? 'http://127.0.0.1:9/api', { cloudApiUrl: 'https://api.prefect.cloud/api' })
  const { PREFECT_API_URL: address = '', ...rest } = prefectEnvironment({
    base: { PATH: process.env['PATH'] ?? '', HOME: home, ...env },
    venv: path.resolve(interpreter, '../..'),
    prefectHome: home,
    url,
  })
  const probeTools: ProbeTools = {
    runStep: stepRunner({ run: runChild, log, clock: machineClock, signal: new AbortController().signal }),
    python: interpreter,
    cwd: path.join(checkout, folder),
    checkout,
    env: workspace === undefined ? rest : { ...rest, PREFECT_API_URL: address },
    workspace: workspace !== undefined,
  }
  return {
    path: checkout,
    tools: probeTools,
    groups,
    probe: (request, limits) =>
      probeFlows(
        probeTools,
        { entrypoints: [], schedules: [], parameters: [], jobVariables: [], ...request },
        // A busy machine may take long for the start of Python, and for nothing else.
        { each: 30, within: 100, ...limits },
      ),
    remove: () => {
      for (const one of [checkout, home]) rmSync(one, { recursive: true, force: true })
    },
  }
}

/** Entrypoints by themselves, each its own key. */
export function entrypoints(...names: readonly string[]): ProbeRequest['entrypoints'] {
  return names.map((entrypoint) => ({ key: entrypoint, entrypoint }))
}

/** A flow file with this in front. */
export function flowFile(before = '', name = 'orders'): string {
  return `${before}
from prefect import flow


@flow
def ${name}(day: str = "today", limit: int = 3):
    """Orders of the day."""
`
}

type Projects = Readonly<{
  /** In the order in which they were laid out. */
  projects: readonly ProbedProject[]
  laidOut: (given: Parameters<typeof probedProject>[0]) => Promise<ProbedProject>
  /** Lays a project out and gives the probe's answer about it. */
  probed: (
    given: Parameters<typeof probedProject>[0],
    request: Partial<ProbeRequest>,
    limits?: Parameters<ProbedProject['probe']>[1],
  ) => Promise<ProbeAnswer>
}>

/** Projects of one test file, removed behind its last test. */
export function probedProjects(): Projects {
  const projects: ProbedProject[] = []
  afterAll(() => {
    for (const project of projects) project.remove()
  })
  const laidOut: Projects['laidOut'] = async (given) => {
    const made = await probedProject(given)
    projects.push(made)
    return made
  }
  const probed: Projects['probed'] = async (given, request, limits) => {
    const { answer, run } = await (await laidOut(given)).probe(request, limits)
    if (answer === undefined) throw new Error(`The probe did not answer:\n${run.lines.join('\n')}`)
    return answer
  }
  return { projects, laidOut, probed }
}

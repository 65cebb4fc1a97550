import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { type Log, machineClock } from '../../src/host.ts'
import { modalEnvironment, tokenFrom } from '../../src/modal/child-env.ts'
import type { ModalTools } from '../../src/modal/tools.ts'
import { type ChildResult, runChild } from '../../src/process/child.ts'
import { stepRunner } from '../../src/process/step.ts'
import type { ModalControlPlane } from '../world/modal-control-plane.ts'
import { modalVenv, tools } from '../world/tools.ts'
import type { RecordedRun } from './recorded.ts'

/** The version of Modal that most tests run; `tools.ts` installs it. */
const NEWEST = '1.6.4'

/** `bin/python` of an environment with this version of Modal. */
export async function modalPython(version: string): Promise<string> {
  return version === NEWEST ? (await tools()).modal : modalVenv(version)
}

/** A conversation of the installed Modal with a loopback control plane, and what it wrote into the log. */
export type Conversation = Readonly<{
  tools: ModalTools
  /** What stands in the log, by title. */
  groups: ReadonlyMap<string, readonly string[]>
  /** Runs any command of the same Modal. */
  run: (args: readonly string[]) => Promise<ChildResult>
  close: () => void
}>

/** Opens a conversation as the release does; `token` replaces that of the control plane. */
export async function converse(
  plane: Pick<ModalControlPlane, 'url' | 'tokenId' | 'tokenSecret'>,
  {
    cwd,
    version = NEWEST,
    token,
  }: Readonly<{ cwd: string; version?: string; token?: Readonly<{ id: string; secret: string }> }>,
): Promise<Conversation> {
  const python = await modalPython(version)
  const folder = mkdtempSync(path.join(tmpdir(), 'modal-tools-'))
  const groups = new Map<string, readonly string[]>()
  const log: Log = {
    info: () => undefined,
    debug: () => undefined,
    group: (title, lines) => groups.set(title.replace(/: [^:]*$/, ''), lines),
    warning: () => undefined,
  }
  // The environments are compiled, and the fixtures stay clean.
  const base = { PATH: process.env['PATH'] ?? '', HOME: folder, PYTHONDONTWRITEBYTECODE: '1' }
  const { id, secret } = token ?? { id: plane.tokenId, secret: plane.tokenSecret }
  const given = {
    id: { value: id, from: 'the input `modal-token-id`' },
    secret: { value: secret, from: 'the input `modal-token-secret`' },
  }
  const { signal } = new AbortController()
  const env = modalEnvironment(base, { token: given, folder, serverUrl: plane.url })
  const command = path.join(path.dirname(python), 'modal')
  return {
    tools: {
      runStep: stepRunner({ run: runChild, log, clock: machineClock, signal }),
      log,
      python,
      command,
      version,
      cwd,
      checkout: cwd,
      env,
      tokenFrom: tokenFrom(given),
    },
    groups,
    run: (args) => runChild({ command, args, cwd, env, deadline: 60, signal }),
    close: () => rmSync(folder, { recursive: true, force: true }),
  }
}

/** Tools of which every command has already run, and ended as it was recorded. */
export function recordedTools(version: string, run: RecordedRun): ModalTools {
  const ended = { ended: 'itself', lines: [...run.stdout, ...run.stderr], dropped: 0, seconds: 1 } as const
  return {
    runStep: async () => ({ ...run, ...ended }),
    log: { info: () => undefined, debug: () => undefined, group: () => undefined, warning: () => undefined },
    python: '/venv/bin/python',
    command: '/venv/bin/modal',
    version,
    cwd: '/checkout',
    checkout: '/checkout',
    env: {},
    tokenFrom: 'the input `modal-token-id` and the input `modal-token-secret`',
  }
}

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect } from '@jest/globals'
import { z } from 'zod'
import { type ModalControlPlane, startModalControlPlane } from './modal-control-plane.ts'
import { tools } from './tools.ts'

export type Ended = Readonly<{ code: number | null; signal: NodeJS.Signals | null; stdout: string; stderr: string }>

const PLAIN_OUTPUT = {
  LANG: 'C.UTF-8',
  PYTHONUTF8: '1',
  COLUMNS: '1000',
  NO_COLOR: '1',
  TERM: 'dumb',
  TTY_COMPATIBLE: '0',
}
const FIXTURES = fileURLToPath(new URL('fixtures/modal', import.meta.url))

type Started = Readonly<{ kill: () => void; ended: Promise<Ended> }>

/** The real command line, and the control plane that it talks to. */
export type ModalCommand = Readonly<{
  python: () => string
  plane: () => ModalControlPlane
  /** Starts a command; `environment` comes on top of what leads to the control plane. */
  start: (args: readonly string[], environment?: Readonly<Record<string, string>>) => Started
  modal: (args: readonly string[], environment?: Readonly<Record<string, string>>) => Promise<Ended>
  /** The rows of a command's `--json`. */
  rows: (...args: readonly string[]) => Promise<Record<string, unknown>[]>
}>

/** Starts a control plane for the test file that calls it, and ends it with the file. */
export function openModalCommand(): ModalCommand {
  let python = ''
  let home = ''
  let plane: ModalControlPlane | undefined

  beforeAll(async () => {
    python = (await tools()).modal
    home = await mkdtemp(join(tmpdir(), 'modal-world-'))
    plane = await startModalControlPlane({
      python,
      environments: [
        { name: 'main', webSuffix: '' },
        { name: 'staging', webSuffix: 'stg' },
      ],
      secrets: [{ name: 'settings', keys: ['API_KEY'] }],
      rates: { cpu_core_hour: '0.0473' },
    })
  })

  afterAll(async () => {
    await plane?.stop()
    await rm(home, { recursive: true, force: true })
  })

  const here = (): ModalControlPlane => {
    if (plane === undefined) throw new Error('The control plane has not been started yet.')
    return plane
  }
  const start: ModalCommand['start'] = (args, environment = {}) =>
    started(python, args, { HOME: home, ...here().environment, ...environment })
  const modal: ModalCommand['modal'] = (args, environment) => start(args, environment).ended
  return {
    python: () => python,
    plane: here,
    start,
    modal,
    rows: async (...args) => {
      const { code, stdout, stderr } = await modal([...args, '--json'])
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
      return z.array(z.record(z.string(), z.unknown())).parse(JSON.parse(stdout))
    },
  }
}

/** As the action starts it: wide, plain, and with nothing of this process's environment. */
function started(python: string, args: readonly string[], env: Readonly<Record<string, string>>): Started {
  const child = spawn(python, ['-m', 'modal', ...args], {
    cwd: FIXTURES,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env['PATH'] ?? '',
      // The environment is compiled, and the fixtures stay clean.
      PYTHONDONTWRITEBYTECODE: '1',
      ...PLAIN_OUTPUT,
      ...env,
    },
  })
  const finish = async (): Promise<Ended> => {
    const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
    return { code: child.exitCode, signal: child.signalCode, stdout, stderr }
  }
  return { kill: () => child.kill('SIGTERM'), ended: finish() }
}

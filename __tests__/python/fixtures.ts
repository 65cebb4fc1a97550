import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, readdir, readFile, realpath, rename, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { Fault } from '../../src/faults.ts'
import { type Log, machineClock } from '../../src/host.ts'
import { runChild } from '../../src/process/child.ts'
import { type RunStep, stepRunner } from '../../src/process/step.ts'
import { isThere } from '../../src/python/files.ts'
import { TESTED_UV } from '../../src/python/tested.ts'
import { CACHE, tools } from '../world/tools.ts'

const execute = promisify(execFile)

/** Real tools, and a folder of wheels from which pip and uv install without a network. */
export type RealTools = Readonly<{ uv: string; python: string; index: string; config: string; cache: string }>

/** The real uv and Python, and wheels: the real uv and setuptools, and fakes of Prefect, Modal and another uv. */
export async function realTools(): Promise<RealTools> {
  const { uv, python } = await tools()
  const own = join(CACHE, 'tools', 'python-wheels')
  const [wheels, config] = [join(own, 'wheels'), join(own, 'config')]
  if (!(await isThere(own))) {
    // Made beside its place: test files run side by side.
    const beside = await mkdtemp(`${own}-`)
    await fetchWheels(python, join(beside, 'wheels'))
    await lay(beside, { 'index.html': await indexOf(join(beside, 'wheels')) })
    await lay(beside, { 'config/uv/uv.toml': `no-index = true\nfind-links = [${JSON.stringify(wheels)}]\n` })
    await rename(beside, own).catch(() => rm(beside, { recursive: true }))
  }
  return { uv, python, index: join(own, 'index.html'), config, cache: join(own, 'uv-cache') }
}

/** A page for pip: to 23.0 it tells the hash of a file only where a page has it, as those of indexes do. (PEP 503) */
async function indexOf(wheels: string): Promise<string> {
  const links = (await readdir(wheels)).map(async (name) => {
    const sha256 = createHash('sha256')
      .update(await readFile(join(wheels, name)))
      .digest('hex')
    return `<a href="wheels/${name}#sha256=${sha256}">${name}</a>\n`
  })
  return `<!DOCTYPE html>\n${(await Promise.all(links)).join('')}`
}

async function fetchWheels(python: string, into: string): Promise<void> {
  await mkdir(into)
  const real = [`uv==${TESTED_UV}`, 'setuptools==80.9.0']
  await execute(python, ['-m', 'pip', '--quiet', 'download', '--no-deps', '-d', into, ...real])
  for (const [name, version] of FAKES) {
    await execute(python, [join(import.meta.dirname, 'fake_wheel.py'), into, name, version])
  }
}

const FAKES = [
  ['prefect', '3.8.8'],
  ['prefect', '3.7.0'],
  ['modal', '1.6.4'],
  ['uv', '0.12.3'],
  ['uv', '0.12.2'],
] as const

/** The environment of a child that gets every package from the wheels, and nothing from a network. */
export function offlineEnvironment(real: RealTools, path: readonly string[] = []): Record<string, string> {
  const inherited = process.env['PATH'] ?? ''
  return {
    PATH: [...path, inherited].join(delimiter),
    HOME: process.env['HOME'] ?? '/',
    PIP_NO_INDEX: '1',
    PIP_FIND_LINKS: real.index,
    // For uv no variable says `no-index`: a user's own uv.toml does.
    XDG_CONFIG_HOME: real.config,
    UV_CACHE_DIR: real.cache,
    UV_PYTHON_DOWNLOADS: 'never',
  }
}

/** A folder of the test's own; `remove` takes it away again. */
export async function folder(): Promise<{ path: string; remove: () => Promise<void> }> {
  const path = await realpath(await mkdtemp(join(tmpdir(), 'python-test-')))
  return { path, remove: () => rm(path, { recursive: true, force: true }) }
}

/** Runs `test` with a folder of its own that holds `files`: texts by path. */
export async function within<T>(files: Readonly<Record<string, string>>, test: (at: string) => Promise<T>): Promise<T> {
  const { path, remove } = await folder()
  try {
    await lay(path, files)
    return await test(path)
  } finally {
    await remove()
  }
}

/** Writes texts under `root`, by path; a text that starts with `#!` becomes a program. */
export async function lay(root: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    const file = join(root, path)
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, text, { mode: text.startsWith('#!') ? 0o755 : 0o644 })
  }
}

/** A log that keeps what it is told. */
export function keptLog(): { log: Log; lines: string[]; groups: { title: string; lines: readonly string[] }[] } {
  const lines: string[] = []
  const groups: { title: string; lines: readonly string[] }[] = []
  const log: Log = {
    info: (line) => lines.push(line),
    debug: () => undefined,
    group: (title, text) => groups.push({ title, lines: text }),
    warning: (message, at) => lines.push(`warning${at === undefined ? '' : ` ${at.file}`}: ${message}`),
  }
  return { log, lines, groups }
}

/** Runs commands for real, under `signal`. */
export function realRun(log: Log, signal: AbortSignal = new AbortController().signal): RunStep {
  return stepRunner({ run: runChild, log, clock: machineClock, signal })
}

/** The fault that `work` ends with. */
export async function faultOf(work: Promise<unknown>): Promise<Fault> {
  const ended: unknown = await work.then(
    () => 'it ended well',
    (thrown: unknown) => thrown,
  )
  if (ended instanceof Fault) return ended
  throw new Error(`no fault: ${String(ended)}`)
}

/** Runs a program for the set-up of a test and gives its standard output. */
export async function output(
  command: string,
  args: readonly string[],
  at: Readonly<{ cwd: string; env?: Record<string, string> }>,
): Promise<string> {
  const { stdout } = await execute(command, [...args], { cwd: at.cwd, env: at.env ?? process.env })
  return stdout.trim()
}

/** A package index that answers every request with `status`; where that is `undefined`, nobody listens. */
export async function indexThatAnswers(
  status: number | undefined,
): Promise<Readonly<{ url: string; close: () => Promise<void> }>> {
  const server = createServer((_request, response) => response.writeHead(status ?? 500).end())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  const close = async (): Promise<void> => {
    server.closeAllConnections()
    await new Promise<void>((resolve) => server.close(() => resolve()))
  }
  if (status === undefined) await close()
  return { url: `http://127.0.0.1:${address.port}/simple`, close: status === undefined ? async () => undefined : close }
}

/** Lays `files` out as a git checkout in which everything is committed; a second time, as a second commit. */
export async function checkout(at: string, files: Readonly<Record<string, string>>): Promise<void> {
  await lay(at, files)
  const git = (...args: string[]): Promise<string> => output('git', args, { cwd: at })
  await git('init', '--quiet')
  await git('add', '--all', '--force')
  await git('-c', 'user.name=t', '-c', 'user.email=t@example.com', 'commit', '--quiet', '--message', 'files')
}

/** What git sees in the checkout beyond its last commit, ignored files too. */
export async function added(at: string): Promise<string[]> {
  const status = await output('git', ['status', '--porcelain', '--ignored'], { cwd: at })
  return status.split('\n').filter((line) => line !== '')
}

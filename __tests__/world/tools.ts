import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'

/** The real tools that tests drive; all paths are absolute. */
export type Tools = Readonly<{
  uv: string
  /** The folder that holds nothing but uv. */
  uvBinDir: string
  /** The machine's own Python. */
  python: string
  /** `bin/python` of an environment with Prefect. */
  prefect: string
  /** `bin/python` of an environment with Modal and FastAPI. */
  modal: string
}>

const ROOT = path.resolve(import.meta.dirname, '../..')
/** Everything that is installed for the tests: outside of git, kept between runs. */
export const CACHE = path.join(ROOT, '.cache')
/** Packages, as uv keeps them. */
export const UV_CACHE = path.join(CACHE, 'uv')
const FOLDER = path.join(CACHE, 'tools')
const UV = '0.13.8'
const PREFECT = '3.8.8'

const run = promisify(execFile)

let installed: Promise<Tools> | undefined

/** Installs uv from the package index by pip, and by uv one environment a tool; once, and again only where one is gone. */
export function tools(): Promise<Tools> {
  installed ??= install()
  return installed
}

async function install(): Promise<Tools> {
  const python = (await run('python3', ['-c', 'import sys; print(sys.executable)'])).stdout.trim()
  const uvFolder = await once(`uv-${UV}`, `uv ${UV}`, async (folder) => {
    await run(python, ['-m', 'pip', 'install', '--quiet', '--no-deps', '--target', folder, `uv==${UV}`])
  })
  const uv = path.join(uvFolder, 'bin/uv')
  const [prefect, modal] = await Promise.all([
    // Its server does not start with FastAPI from 0.160 on, which its own range admits.
    environment(uv, 'prefect', [`prefect==${PREFECT}`, 'fastapi==0.149.0']),
    environment(uv, 'modal', ['modal==1.6.4', 'fastapi']),
  ])
  return { uv, uvBinDir: path.dirname(uv), python, prefect, modal }
}

/** A PREFECT_HOME with the empty database of a server, made by its own migrations: they take each new server 13 s. */
export async function prefectHome(): Promise<string> {
  const { prefect } = await tools()
  return once(`prefect-home-${PREFECT}`, `the database of Prefect ${PREFECT}`, async (folder) => {
    const env = { PATH: process.env['PATH'] ?? '', HOME: folder, PREFECT_HOME: folder, DO_NOT_TRACK: '1' }
    const command = path.join(path.dirname(prefect), 'prefect')
    await run(command, ['server', 'database', 'upgrade', '-y'], { env, maxBuffer: 64 * 1024 * 1024 })
  })
}

/** `bin/python` of an environment with one version of Modal. */
export async function modalVenv(version: string): Promise<string> {
  return environment((await tools()).uv, `modal-${version}`, [`modal==${version}`, 'fastapi'])
}

/** `bin/python` of an environment with one version of Prefect; 3.4 imports a package that it does not ask for. */
export async function prefectVenv(version: string): Promise<string> {
  const helped = version.startsWith('3.4.') ? ['importlib-metadata'] : []
  return environment((await tools()).uv, `prefect-${version}`, [`prefect==${version}`, ...helped], 'what is used')
}

/** Prefect 3.9.1 asks for certifi>=2026.10.19, younger than what an index with a delay has; any does for the tests. */
const OVERRIDES = 'certifi>=2024\n'

/** `what is used` compiles a quarter of the files of Prefect, which a few processes are not worth all of. */
async function environment(
  uv: string,
  name: string,
  requirements: readonly string[],
  compiled: 'all' | 'what is used' = 'all',
): Promise<string> {
  const folder = await once(name, requirements.join(', '), async (unfinished) => {
    await run(uv, ['venv', '--quiet', '--relocatable', '--python', 'python3', unfinished])
    const python = path.join(unfinished, 'bin/python')
    const overrides = path.join(unfinished, 'overrides.txt')
    writeFileSync(overrides, OVERRIDES)
    const compile = compiled === 'all' ? ['--compile-bytecode'] : []
    const options = ['--quiet', ...compile, '--override', overrides, '--python', python]
    // What scenarios install as well is fetched and unpacked once.
    const env = { ...process.env, UV_CACHE_DIR: UV_CACHE }
    await run(uv, ['pip', 'install', ...options, ...requirements], { env, maxBuffer: 64 * 1024 * 1024 })
    if (compiled === 'all') return
    const own = { PATH: process.env['PATH'] ?? '', HOME: unfinished, PREFECT_HOME: unfinished }
    await run(path.join(unfinished, 'bin/prefect'), ['deploy', '--help'], { env: own })
  })
  return path.join(folder, 'bin/python')
}

/** Makes a folder beside its place and moves it there whole: two processes may do it at once, and one of them wins. */
async function once(name: string, what: string, make: (folder: string) => Promise<void>): Promise<string> {
  const folder = path.join(FOLDER, name)
  if (existsSync(folder)) return folder
  process.stderr.write(`Installing ${what}\n`)
  mkdirSync(FOLDER, { recursive: true })
  const unfinished = `${folder}.${process.pid}`
  rmSync(unfinished, { recursive: true, force: true })
  await make(unfinished)
  try {
    renameSync(unfinished, folder)
  } catch (thrown) {
    if (!existsSync(folder)) throw thrown
    rmSync(unfinished, { recursive: true, force: true })
  }
  return folder
}

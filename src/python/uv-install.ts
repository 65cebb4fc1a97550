import { chmod, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { Fault } from '../faults.ts'
import type { ChildResult } from '../process/child.ts'
import { isThere } from './files.ts'
import type { UvOptions } from './options.ts'
import { findPip, pipEnvironment, pipFault } from './pip.ts'
import { TESTED_UV, TESTED_UV_WHEELS } from './tested.ts'
import { admits, tellWanted } from './uv-range.ts'
import { uvVersion } from './uv-version.ts'

/** A release of uv with the hashes (SHA-256, hexadecimal) of the wheels that may be taken for it. */
export type UvRelease = Readonly<{
  version: string
  sha256: readonly string[]
  /** Of the wheels to look for; absent or none: all that pip takes here. */
  platforms?: readonly string[]
}>

type Installed = Readonly<{ path: string; version: string }>
type Job = Readonly<{ python: string; scratch: string; options: UvOptions }>

/**
 * Installs uv under `folder`, which is there and writable, as `<folder>/<version>/bin/uv`: the tested release, by
 * hashes that this action knows, where the wanted range admits it; else what the package index has.
 *
 * @throws Fault as `prepareUv`
 */
export async function installUv(folder: string, options: UvOptions): Promise<Installed> {
  const python = await findPip(options.ask, options.env)
  const scratch = await mkdtemp(join(options.tempFolder, 'uv-install-'))
  try {
    const job = { python, scratch, options }
    const release = admits(options.wanted, TESTED_UV)
      ? {
          version: TESTED_UV,
          sha256: Object.values(TESTED_UV_WHEELS),
          platforms: wheelPlatforms(process.arch, hasGlibc()),
        }
      : await releaseInIndex(job)
    return await installRelease(release, folder, job)
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}

/** The part of pip's installation report that is read (pip docs: reference/installation-report). */
const report = z.object({
  install: z.tuple([
    z.object({
      metadata: z.object({ version: z.string() }),
      download_info: z.object({ archive_info: z.object({ hashes: z.object({ sha256: z.string() }) }) }),
    }),
  ]),
})

async function releaseInIndex(job: Job): Promise<UvRelease> {
  const { wanted } = job.options
  // A file and not `-`: the report holds uv's whole README, which nobody wants in the log.
  const file = join(job.scratch, 'report.json')
  const result = await pip(job, 'Ask the package index for uv', [
    '--dry-run',
    '--ignore-installed',
    `--report=${file}`,
    `uv${wanted.range}`,
  ])
  if (result.exitCode !== 0) throw pipFault(result, `uv ${tellWanted(wanted)}`)
  const read = report.safeParse(JSON.parse(await readFile(file, 'utf8')))
  if (!read.success) {
    throw new Fault('remote', `The package index gives no hash for uv ${tellWanted(wanted)}.`, {
      hint: 'Let the project or the input uv-version admit the tested uv, or put astral-sh/setup-uv before this step.',
    })
  }
  const [{ metadata, download_info }] = read.data.install
  return { version: metadata.version, sha256: [download_info.archive_info.hashes.sha256] }
}

/**
 * Installs `release` beside its place and moves it there in one step, so that a job that runs at the same time, or is
 * killed, never leaves half a folder for another to find.
 */
export async function installRelease(release: UvRelease, folder: string, job: Job): Promise<Installed> {
  const beside = await mkdtemp(join(folder, '.installing-'))
  try {
    // Temporary folders are private to their user; a tool folder may be shared.
    await chmod(beside, 0o755)
    const requirements = join(job.scratch, 'requirements.txt')
    await writeFile(requirements, requirementLine(release))
    const result = await pip(job, `Install uv ${release.version}`, [
      `--target=${beside}`,
      `--requirement=${requirements}`,
      '--require-hashes',
      '--no-compile',
      ...platformOptions(release),
    ])
    if (result.exitCode !== 0) throw pipFault(result, `uv ${release.version}`)
    await runsAs(release.version, join(beside, 'bin', 'uv'), job.options)
    return await settle(beside, join(folder, release.version), release.version, job.options)
  } finally {
    await rm(beside, { recursive: true, force: true })
  }
}

async function settle(from: string, to: string, version: string, options: UvOptions): Promise<Installed> {
  const path = join(to, 'bin', 'uv')
  for (let attempt = 1; ; attempt += 1) {
    try {
      await rename(from, to)
      return { path, version }
    } catch (thrown) {
      if (attempt === 3 || !(await isThere(to))) throw thrown
      // Another job was faster; or what stands there is broken, for else it would have been taken in the first place.
      if ((await uvVersion(options.ask, path, options.env)) === version) return { path, version }
      await discard(to)
    }
  }
}

async function discard(folder: string): Promise<void> {
  const aside = await mkdtemp(`${folder}.broken-`)
  // Moved first: nobody sees a folder that is half deleted. Another job may have moved it already.
  await rename(folder, join(aside, 'uv')).catch(() => undefined)
  await rm(aside, { recursive: true, force: true })
}

async function runsAs(version: string, path: string, { ask, env }: UvOptions): Promise<void> {
  if ((await uvVersion(ask, path, env)) === version) return
  throw new Fault('user', `pip installed uv ${version}, but it does not run on this machine.`, {
    hint: 'Put astral-sh/setup-uv before this step.',
  })
}

/** Names of machines in wheels, by those of Node. */
const MACHINES: Readonly<Record<string, string>> = { x64: 'x86_64', arm64: 'aarch64' }

/** Platforms of the tested wheels that run on this machine; none where that is not sure. (PyPA: platform compatibility tags) */
export function wheelPlatforms(arch: string, glibc: boolean): readonly string[] {
  const machine = MACHINES[arch]
  if (machine === undefined || !glibc) return []
  const platforms = Object.keys(TESTED_UV_WHEELS).flatMap((name) => name.replace(/^.*-|\.whl$/g, '').split('.'))
  return platforms.filter((tag) => tag.startsWith('manylinux') && tag.endsWith(`_${machine}`))
}

function hasGlibc(): boolean {
  // Names of hosts are looked up otherwise; the types do not know it yet.
  Object.assign(process.report, { excludeNetwork: true })
  return libcReport.safeParse(process.report.getReport()).success
}

/** Node names glibc's version, where it runs on that. (Node docs: diagnostic report) */
const libcReport = z.object({ header: z.object({ glibcVersionRuntime: z.string() }) })

/**
 * pip compares each file of the index, 6,000 for uv, with each of the several hundred tags of its Python: half a second,
 * where it is not told which ones are looked for.
 */
function platformOptions({ platforms = [] }: UvRelease): readonly string[] {
  if (platforms.length === 0) return []
  return [...platforms.map((tag) => `--platform=${tag}`), '--implementation=py', '--abi=none']
}

function requirementLine({ version, sha256 }: UvRelease): string {
  return `uv==${version} ${sha256.map((hash) => `--hash=sha256:${hash}`).join(' ')}\n`
}

/** Runs `pip install`; once more with more words where pip found nothing at all, for it keeps to itself why. */
async function pip(job: Job, title: string, args: readonly string[]): Promise<ChildResult> {
  const result = await runPip(job, title, args)
  const foundNothing = result.exitCode !== 0 && result.stderr.some((line) => line.includes('(from versions: none)'))
  return foundNothing ? runPip(job, `${title}, once more with details`, ['-vv', ...args]) : result
}

function runPip(job: Job, title: string, args: readonly string[]): Promise<ChildResult> {
  const { run, env, deadline } = job.options
  return run(title, {
    command: job.python,
    args: ['-m', 'pip', 'install', '--no-deps', '--only-binary=:all:', '--progress-bar=off', ...args],
    // `python -m` looks for modules in the current folder first: this one is our own.
    cwd: job.scratch,
    env: pipEnvironment(env),
    ...(deadline === undefined ? {} : { deadline }),
  })
}

import { access, constants, mkdir } from 'node:fs/promises'
import { delimiter, isAbsolute, join } from 'node:path'
import { rcompare } from '@renovatebot/pep440'
import { errorCode, Fault } from '../faults.ts'
import { namesIn } from './files.ts'
import type { UvOptions } from './options.ts'
import { TESTED_UV } from './tested.ts'
import { installUv } from './uv-install.ts'
import { admits, tellWanted } from './uv-range.ts'
import { uvVersion } from './uv-version.ts'

/** The uv that this step works with. */
export type Uv = Readonly<{
  /** Absolute. */
  path: string
  version: string
  source: 'PATH' | 'tool folder' | 'installed'
}>

/**
 * A uv in the wanted range: from PATH, else from the tool folder, else installed there by pip, verified by hash.
 *
 * @throws Fault `user` where neither uv nor a Python with pip is there, or no release of uv fits; `target` where the
 * package index wants credentials; `remote` where it cannot be reached or serves a file with another hash
 */
export async function prepareUv(options: UvOptions): Promise<Uv> {
  const uv = (await uvOnPath(options)) ?? (await keptUv(options)) ?? (await freshUv(options))
  options.log.info(`uv ${uv.version} (${uv.source}: ${uv.path}); wanted: ${tellWanted(options.wanted)}`)
  return uv
}

async function uvOnPath({ wanted, env, ask, log }: UvOptions): Promise<Uv | undefined> {
  const path = await executable('uv', env['PATH'] ?? '')
  if (path === undefined) return undefined
  const version = await uvVersion(ask, path, env)
  if (version !== undefined && admits(wanted, version)) return { path, version, source: 'PATH' }
  const why = version === undefined ? 'it does not tell its version as uv does' : `it is ${version}`
  log.info(`${path} is not taken: ${why}; wanted: ${tellWanted(wanted)}`)
  return undefined
}

async function executable(name: string, path: string): Promise<string | undefined> {
  // A relative entry would take a program from whatever folder is current: the checkout's, for example.
  for (const folder of path.split(delimiter).filter(isAbsolute)) {
    const file = join(folder, name)
    const runs = await access(file, constants.X_OK).then(
      () => true,
      () => false,
    )
    if (runs) return file
  }
  return undefined
}

async function keptUv({ wanted, toolFolder, env, ask }: UvOptions): Promise<Uv | undefined> {
  const folder = uvFolder(toolFolder)
  const versions = (await namesIn(folder)).filter((name) => admits(wanted, name)).sort(rcompare)
  // The tested one first, then the newest.
  for (const version of versions.sort((a, b) => Number(b === TESTED_UV) - Number(a === TESTED_UV))) {
    const path = join(folder, version, 'bin', 'uv')
    if ((await uvVersion(ask, path, env)) === version) return { path, version, source: 'tool folder' }
  }
  return undefined
}

async function freshUv(options: UvOptions): Promise<Uv> {
  const folder = uvFolder(options.toolFolder)
  try {
    await mkdir(folder, { recursive: true })
    await access(folder, constants.W_OK)
  } catch (cause) {
    throw new Fault('user', `uv cannot be installed: ${folder} is not writable (${errorCode(cause) ?? 'unknown'}).`, {
      hint: 'Give the job a writable RUNNER_TOOL_CACHE, or put astral-sh/setup-uv before this step.',
      cause,
    })
  }
  return { ...(await installUv(folder, options)), source: 'installed' }
}

function uvFolder(toolFolder: string): string {
  return join(toolFolder, 'prefect-modal-deploy', 'uv')
}

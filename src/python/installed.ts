import { readFile, realpath } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { firstThere, namesIn } from './files.ts'

/** What a Python environment holds, as its files say; no Python is started. */
export type Installed = Readonly<{
  /** Absolute path of the interpreter, where it exists. */
  python: string | undefined
  /** `3.11.7`; `3.11` where only the folder's name tells. */
  version: string | undefined
  /**
   * Where its packages lie, where the standard library does, as far as that is found, and what Python puts into the names
   * of files with their bytecode (`cpython-311`).
   */
  library: Readonly<{ sitePackages: string; standard: string | undefined; tag: string }> | undefined
  /** Version of a distribution (`prefect`), by its name in any spelling. */
  versionOf: (name: string) => string | undefined
}>

/**
 * Reads the environment at `root`: `pyvenv.cfg` (PEP 405) and the names of the `.dist-info` folders (the binary
 * distribution format). An environment that does not exist reads as one that holds nothing.
 */
export async function readInstalled(root: string): Promise<Installed> {
  const config = await readFile(join(root, 'pyvenv.cfg'), 'utf8').catch(() => '')
  const configured = venvVersion(config)
  const folder = libraryFor(await namesIn(join(root, 'lib')), configured)
  const python = await firstThere([join(root, 'bin', 'python'), join(root, 'bin', 'python3')])
  const library = folder === undefined ? undefined : await libraryAt(root, { name: folder, config, python })
  const versions = new Map<string, string>()
  if (library !== undefined) {
    for (const entry of await namesIn(library.sitePackages)) {
      const [, name, version] = /^([^-]+)-([^-]+)\.dist-info$/.exec(entry) ?? []
      if (name !== undefined && version !== undefined) versions.set(normalized(name), version)
    }
  }
  return {
    python,
    version: configured ?? folder?.replace(/^\D+|t$/g, ''),
    library,
    versionOf: (name) => versions.get(normalized(name)),
  }
}

/** The version that a `pyvenv.cfg` names: uv and virtualenv write `version_info`, the standard library `version`. */
export function venvVersion(config: string): string | undefined {
  return /^version(?:_info)?\s*=\s*(\d+\.\d+(?:\.\d+)?)/m.exec(config)?.[1]
}

type Told = Readonly<{ name: string; config: string; python: string | undefined }>

/**
 * `home` is the folder of the Python that the environment was made from (PEP 405). A link may stand there alone, and the
 * library where it leads to.
 */
async function libraryAt(root: string, { name, config, python }: Told): Promise<Installed['library']> {
  const home = /^home\s*=\s*(\S.*?)\s*$/m.exec(config)?.[1]
  const real = python === undefined ? undefined : await realpath(python).catch(() => undefined)
  const folders = [home, real === undefined ? undefined : dirname(real)].flatMap((one) => one ?? [])
  const module = await firstThere(folders.map((folder) => join(dirname(folder), 'lib', name, 'os.py')))
  return {
    sitePackages: join(root, 'lib', name, 'site-packages'),
    standard: module === undefined ? undefined : dirname(module),
    tag: cacheTag(name),
  }
}

/** The folder under `lib` that belongs to `version`; several may stand there after an interpreter was exchanged. */
function libraryFor(folders: readonly string[], version: string | undefined): string | undefined {
  const libraries = folders.filter((name) => /^(?:python|pypy)3\.\d+t?$/.test(name)).sort()
  const minor = version?.split('.').slice(0, 2).join('.')
  return minor === undefined ? libraries.at(-1) : libraries.find((name) => name.replace(/^\D+|t$/g, '') === minor)
}

/** Of `python3.11`: `cpython-311`. (PEP 3147) */
function cacheTag(library: string): string {
  return library.replace('python', 'cpython-').replaceAll('.', '')
}

/** A distribution's name for comparison (PEP 503). */
function normalized(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, '-')
}

import { constants } from 'node:fs'
import { open, readdir, realpath, stat } from 'node:fs/promises'
import path from 'node:path'
import { distance } from 'fastest-levenshtein'
import { errorCode } from '../faults.ts'
import { sourceOf } from './entrypoint.ts'
import { filesBelow } from './folders.ts'
import type { Manifest } from './model.ts'
import type { EntrypointSource, EntrypointSources } from './rules/rule.ts'

/** Bytes of one file, and of all. */
const LARGEST_SOURCE = 1024 * 1024
const MOST_BYTES = 32 * 1024 * 1024
/** Files that are looked up. */
const MOST_FILES = 2000
/** How far a search for what was meant looks: a hint must not cost more than the work. */
const NEAR = { entries: 20_000, depth: 8, hidden: false } as const
/** Missing files for which something near is looked for, and characters of their names. */
const MOST_HINTS = 50
const LONGEST_NAME = 300

export type SourceSearch = Readonly<{
  /** The checkout, absolute: nothing outside of it is read. */
  root: string
  /** The project's folder in it, absolute: what entrypoints are relative to. */
  workingDirectory: string
}>

/**
 * The Python files that the entrypoints of all files name, with their texts, by what stands before the function. Never
 * throws: what cannot be told without Python, as a module of an installed package, is `unread`.
 */
export async function entrypointSources(
  manifests: readonly Manifest[],
  search: SourceSearch,
): Promise<EntrypointSources> {
  const wanted = new Map<string, readonly string[]>()
  for (const { deployments, path: file } of manifests) {
    for (const { entrypoint } of deployments) {
      const name = entrypoint.placeholders.length > 0 ? undefined : sourceOf(entrypoint.text ?? '')
      if (name === undefined) continue
      const folders = wanted.get(name) ?? []
      if (!folders.includes(path.dirname(file))) wanted.set(name, [...folders, path.dirname(file)])
    }
  }
  const reading = await beginReading(search)
  const sources = new Map<string, EntrypointSource>()
  for (const [name, folders] of wanted) {
    sources.set(name, sources.size < MOST_FILES ? await lookedUp(name, folders, reading) : UNREAD)
  }
  return sources
}

const UNREAD: EntrypointSource = { state: 'unread' }

type Reading = SourceSearch & {
  readonly realRoot: string
  bytes: number
  hints: number
  names: readonly string[] | undefined
}

async function beginReading(search: SourceSearch): Promise<Reading> {
  const realRoot = await realpath(search.root).catch(() => search.root)
  return { ...search, realRoot, bytes: 0, hints: 0, names: undefined }
}

async function lookedUp(name: string, folders: readonly string[], reading: Reading): Promise<EntrypointSource> {
  if (name.endsWith('.py')) {
    const found = await fileAt(name, reading)
    return found ?? { state: 'absent', near: await nearFile(name, folders, reading) }
  }
  return /^[\p{L}_][\p{L}\p{N}\p{M}_]*(?:\.[\p{L}_][\p{L}\p{N}\p{M}_]*)*$/u.test(name)
    ? moduleAt(name, reading)
    : UNREAD
}

/** The file of that name; `undefined` only where there surely is none. */
async function fileAt(name: string, reading: Reading): Promise<EntrypointSource | undefined> {
  const file = path.resolve(reading.workingDirectory, name)
  if (!isWithin(reading.root, file)) return UNREAD
  try {
    if (!isWithin(reading.realRoot, await realpath(file))) return UNREAD
    const text = await textOfFile(file, reading)
    return text === undefined ? UNREAD : { state: 'file', file: path.relative(reading.workingDirectory, file), text }
  } catch (thrown) {
    const code = errorCode(thrown)
    return code === 'ENOENT' || code === 'ENOTDIR' ? undefined : UNREAD
  }
}

/** `undefined` of what is no file, too large, or no UTF-8. */
async function textOfFile(file: string, reading: Reading): Promise<string | undefined> {
  // Without O_NONBLOCK, opening a named pipe waits for somebody to write into it.
  const handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK)
  try {
    const { size, ...status } = await handle.stat().then((one) => ({ size: one.size, isFile: one.isFile() }))
    if (!status.isFile || size > LARGEST_SOURCE || reading.bytes + size > MOST_BYTES) return undefined
    reading.bytes += size
    const bytes = Buffer.alloc(size)
    const { bytesRead } = await handle.read(bytes, 0, size, 0)
    return decoded(bytes.subarray(0, bytesRead))
  } finally {
    await handle.close()
  }
}

function decoded(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return undefined
  }
}

/** Python finds modules under the working directory, and those under `src` where the project is installed. */
async function moduleAt(name: string, reading: Reading): Promise<EntrypointSource> {
  // Prefect's command has its own package loaded before it looks for a module.
  if (name === 'prefect' || name.startsWith('prefect.')) return UNREAD
  const inner = name.replaceAll('.', '/')
  for (const base of ['', 'src/']) {
    for (const file of [`${base}${inner}/__init__.py`, `${base}${inner}.py`]) {
      const found = await fileAt(file, reading)
      if (found !== undefined) return found
    }
  }
  const folder = await lackingFolder(name.split('.'), reading)
  return folder === undefined ? UNREAD : { state: 'absent', near: await nearModule(name, folder, reading) }
}

/**
 * The folder of the project in which a module is surely missing: its first package has an `__init__.py` there, so that
 * Python looks nowhere else. A folder without one may be part of a package that is installed.
 */
async function lackingFolder(parts: readonly string[], reading: Reading): Promise<string | undefined> {
  const [first = '', ...rest] = parts
  if (rest.length === 0) return undefined
  for (const base of ['', 'src']) {
    const start = path.resolve(reading.workingDirectory, base)
    if (!(await isThere(path.join(start, first, '__init__.py')))) continue
    let folder = path.join(start, first)
    for (const part of rest) {
      if (!(await hasModule(folder, part))) return folder
      folder = path.join(folder, part)
    }
    return undefined
  }
  return undefined
}

/** Whether a folder holds that module in whatever form: a package, a source, compiled. */
async function hasModule(folder: string, name: string): Promise<boolean> {
  const entries = await readdir(folder).catch(() => undefined)
  if (entries === undefined) return true
  return entries.some((entry) => entry === name || entry.startsWith(`${name}.`))
}

async function isThere(file: string): Promise<boolean> {
  return (await stat(file).catch(() => undefined)) !== undefined
}

/** An existing file that was probably meant: relative to the prefect.yaml, with the other slashes, or of a similar name. */
async function nearFile(name: string, folders: readonly string[], reading: Reading): Promise<string | undefined> {
  const slashed = name.replaceAll('\\', '/')
  for (const candidate of [slashed, ...folders.map((folder) => path.join(folder, slashed))]) {
    if ((await fileAt(candidate, reading))?.state === 'file') return path.normalize(candidate)
  }
  const wanted = path.basename(slashed)
  return nearestOf(slashed, await namesOf(name, reading), (file) => distance(path.basename(file), wanted) <= 2)
}

async function nearModule(name: string, folder: string, reading: Reading): Promise<string | undefined> {
  const below = path.relative(reading.workingDirectory, folder)
  const base = below === 'src' || below.startsWith('src/') ? 'src/' : ''
  const modules = (await namesOf(name, reading))
    .filter((file) => file.startsWith(base))
    .map((file) =>
      file
        .slice(base.length)
        .replace(/(?:\/__init__)?\.py$/, '')
        .replaceAll('/', '.'),
    )
  const last = name.slice(name.lastIndexOf('.') + 1)
  return nearestOf(name, modules, (module) => distance(module.slice(module.lastIndexOf('.') + 1), last) <= 2)
}

/** The Python files below the working directory among which one is looked for; listed once, and only where something is missing. */
async function namesOf(name: string, reading: Reading): Promise<readonly string[]> {
  reading.hints += 1
  if (reading.hints > MOST_HINTS || name.length > LONGEST_NAME) return []
  reading.names ??= (await filesBelow(reading.workingDirectory, NEAR)).names.filter((file) => file.endsWith('.py'))
  return reading.names
}

function nearestOf(wanted: string, names: readonly string[], isNear: (name: string) => boolean): string | undefined {
  const [nearest] = names
    .filter((name) => isNear(name))
    .map((name) => ({ name, away: distance(name, wanted) }))
    .sort((one, other) => one.away - other.away || (one.name < other.name ? -1 : 1))
  return nearest?.name
}

function isWithin(folder: string, file: string): boolean {
  const inner = path.relative(folder, file)
  return inner === '' || (inner !== '..' && !inner.startsWith('../') && !path.isAbsolute(inner))
}

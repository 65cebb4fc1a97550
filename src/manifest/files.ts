import { constants } from 'node:fs'
import { open, realpath, stat } from 'node:fs/promises'
import path from 'node:path'
import picomatch from 'picomatch'
import { errorCode, Fault } from '../faults.ts'
import { missingFile } from './missing.ts'
import { filesBelow } from './folders.ts'
import { LARGEST_FILE } from './yaml.ts'

/** A prefect.yaml as it stands on disk. */
export type ManifestFile = Readonly<{
  /** Relative to the working directory, as `--prefect-file` takes it. */
  path: string
  /** Relative to the checkout, as an annotation names it. */
  display: string
  bytes: Uint8Array
}>

export type ManifestSearch = Readonly<{
  /** The checkout, absolute. */
  root: string
  /** The project's folder in it, absolute. */
  workingDirectory: string
  /** Files and globs, relative to the working directory. */
  patterns: readonly string[]
}>

/** Entries of folders, and levels, that one pattern looks at before it gives up. */
const MOST_ENTRIES = 200_000
const DEEPEST_FOLDER = 32
/** Files that all patterns may name together. */
const MOST_FILES = 1000

/**
 * Reads every file that the input `prefect-file` names, each once, sorted by its path.
 *
 * @throws Fault `user` for a name or glob without a match, a file outside of the checkout, one that cannot be read, and one
 * of more than 1 MiB
 */
export async function findManifests(search: ManifestSearch): Promise<readonly ManifestFile[]> {
  const names = new Set<string>()
  for (const pattern of search.patterns) {
    for (const name of await matchesOf(pattern, search)) names.add(path.normalize(name))
  }
  if (names.size > MOST_FILES) {
    throw new Fault('user', `The input \`prefect-file\` names ${names.size} files; at most ${MOST_FILES} are read.`, {
      hint: 'Name the folder in the pattern.',
    })
  }
  const root = await realpath(search.root)
  const found: ManifestFile[] = []
  for (const name of [...names].sort()) found.push(await read(name, search, root))
  return found
}

/** The files that a pattern names: itself where there is such a file (`{{cookiecutter.name}}/prefect.yaml`), else what it matches. */
async function matchesOf(pattern: string, search: ManifestSearch): Promise<readonly string[]> {
  const { isGlob, base, glob } = picomatch.scan(pattern, { nonegate: true })
  const literal = path.resolve(search.workingDirectory, pattern)
  if (!isGlob || (await stat(literal).catch(() => undefined)) !== undefined) return [pattern]
  const folder = path.resolve(search.workingDirectory, base)
  if (!isWithin(search.root, folder)) throw outside(pattern)
  const hidden = /(?:^|\/)\.[^./]/.test(glob)
  const limits = { entries: MOST_ENTRIES, depth: DEEPEST_FOLDER, hidden }
  const { names, whole } = await filesBelow(folder, limits)
  const matches = picomatch(glob, { nonegate: true })
  const found = names.filter((name) => matches(name)).map((name) => path.join(base, name))
  if (!whole) {
    throw new Fault('user', `The pattern \`${pattern}\` in \`prefect-file\` looks at too many files and folders.`, {
      hint: `Name the folder in the pattern; at most ${MOST_ENTRIES} entries and ${DEEPEST_FOLDER} levels are looked at.`,
    })
  }
  if (found.length === 0) throw await missingFile(pattern, search)
  return found
}

async function read(name: string, search: ManifestSearch, root: string): Promise<ManifestFile> {
  const file = path.resolve(search.workingDirectory, name)
  if (!isWithin(search.root, file)) throw outside(name)
  const display = path.relative(search.root, file)
  try {
    if (!isWithin(root, await realpath(file))) throw outside(name)
    return { path: path.relative(search.workingDirectory, file), display, bytes: await bytesOf(file, display) }
  } catch (thrown) {
    if (thrown instanceof Fault) throw thrown
    if (errorCode(thrown) === 'ENOENT' || errorCode(thrown) === 'ENOTDIR') throw await missingFile(name, search, thrown)
    throw new Fault('user', `\`${display}\` cannot be read: ${errorCode(thrown) ?? 'unknown reason'}.`, {
      hint: 'Check the permissions of the file and of the folders above it.',
      position: { file: display },
      cause: thrown,
    })
  }
}

async function bytesOf(file: string, display: string): Promise<Uint8Array> {
  // Without O_NONBLOCK, opening a named pipe waits for somebody to write into it.
  const handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK)
  try {
    const status = await handle.stat()
    if (!status.isFile()) {
      throw new Fault('user', `\`${display}\` is not a file.`, {
        hint: 'Mend the input `prefect-file`: it names prefect.yaml files, or globs that match them.',
      })
    }
    if (status.size > LARGEST_FILE) {
      throw new Fault('user', `\`${display}\` has ${status.size} bytes; at most ${LARGEST_FILE} are read.`, {
        hint: 'Split it; the input `prefect-file` takes several files.',
        position: { file: display },
      })
    }
    const bytes = Buffer.alloc(status.size)
    const { bytesRead } = await handle.read(bytes, 0, bytes.length, 0)
    return bytes.subarray(0, bytesRead)
  } finally {
    await handle.close()
  }
}

function isWithin(folder: string, file: string): boolean {
  const inner = path.relative(folder, file)
  return inner === '' || (inner !== '..' && !inner.startsWith('../') && !path.isAbsolute(inner))
}

function outside(name: string): Fault {
  return new Fault('user', `\`${name}\` in \`prefect-file\` is not in the checkout.`, {
    hint: 'Paths are relative to `working-directory`; neither they nor a link may lead out of the checkout.',
  })
}

import { mkdir, open, readdir, stat, symlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { namesIn } from './files.ts'
import type { Installed } from './installed.ts'

type Env = Readonly<Record<string, string>>

/** A module of each tool that stands for all of them: its command imports it. */
const TELLING = { prefect: 'prefect/flows.py', modal: 'modal/app.py' } as const

/**
 * What children of an environment start from. Bytecode goes to a folder of this step's own, so that none is written into the
 * checkout; but then Python looks for it only there (PYTHONPYCACHEPREFIX), and an environment that was compiled before, as
 * those of images and of caches are, would be compiled once more, by every process that starts at that time. What is there
 * is read then, and nothing is written. Else the standard library's own bytecode is linked into the folder: it is always
 * there, and to compile it anew takes every process a second.
 *
 * `folder` is where this step's own folder for bytecode lies: one that the user names is left as it is.
 */
export async function bytecodeEnvironment(env: Env, installed: Installed, folder: string): Promise<Env> {
  const given = env['PYTHONPYCACHEPREFIX']
  if (given === undefined || dirname(given) !== folder) return env
  if (!(await isCompiled(installed))) {
    await linkStandardLibrary(installed, given)
    return env
  }
  const { PYTHONPYCACHEPREFIX: _, ...others } = env
  return Object.freeze({ ...others, PYTHONDONTWRITEBYTECODE: '1' })
}

/** Whether Python would take what stands beside the modules of all tools that are installed. */
async function isCompiled({ library, versionOf }: Installed): Promise<boolean> {
  if (library === undefined) return false
  const modules = Object.entries(TELLING).flatMap(([tool, module]) => (versionOf(tool) === undefined ? [] : [module]))
  const found = await Promise.all(modules.map((module) => isFresh(library, module)))
  return found.length > 0 && found.every(Boolean)
}

/**
 * Whether the bytecode of a module fits its source: by its hash, or by the source's time and size.
 * (PEP 552; Python: importlib/_bootstrap_external.py, `_classify_pyc` and `_validate_timestamp_pyc`)
 */
async function isFresh({ sitePackages, tag }: NonNullable<Installed['library']>, module: string): Promise<boolean> {
  const source = join(sitePackages, module)
  const cached = join(dirname(source), '__pycache__', `${module.replace(/^.*\/|\.py$/g, '')}.${tag}.pyc`)
  try {
    const [head, { mtimeMs, size }] = await Promise.all([headOf(cached), stat(source)])
    const isHashed = head.readUInt32LE(4) !== 0
    return isHashed || (head.readUInt32LE(8) === Math.floor(mtimeMs / 1000) % 2 ** 32 && head.readUInt32LE(12) === size)
  } catch {
    return false
  }
}

async function headOf(file: string): Promise<Buffer> {
  const opened = await open(file)
  try {
    const { buffer, bytesRead } = await opened.read(Buffer.alloc(16), 0, 16, 0)
    return buffer.subarray(0, bytesRead)
  } finally {
    await opened.close()
  }
}

/** What no tool imports: tests, editors, other installers. */
const ASIDE = new Set([
  '__pycache__',
  'dist-packages',
  'ensurepip',
  'idlelib',
  'lib2to3',
  'site-packages',
  'test',
  'tkinter',
  'turtledemo',
])

/**
 * Links each file of bytecode where Python looks for it under a PYTHONPYCACHEPREFIX: at the path of its source. Python
 * proves each by its source as ever, and puts a file in the place of a link that does not fit.
 * (Python: importlib/_bootstrap_external.py, `cache_from_source`)
 */
async function linkStandardLibrary({ library }: Installed, prefix: string): Promise<void> {
  if (library?.standard === undefined) return
  await linkBytecode(library.standard, join(prefix, library.standard), library.tag)
}

async function linkBytecode(from: string, to: string, tag: string): Promise<void> {
  const cached = join(from, '__pycache__')
  const files = (await namesIn(cached)).filter((name) => name.endsWith(`.${tag}.pyc`))
  const folders = (await readdir(from, { withFileTypes: true }).catch(() => [])).filter((one) => one.isDirectory())
  // Only time is lost without one.
  await mkdir(to, { recursive: true }).catch(() => undefined)
  await Promise.allSettled([
    ...files.map((name) => symlink(join(cached, name), join(to, name))),
    ...folders
      .filter(({ name }) => !ASIDE.has(name))
      .map(({ name }) => linkBytecode(join(from, name), join(to, name), tag)),
  ])
}

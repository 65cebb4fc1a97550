import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { CACHE, tools } from './tools.ts'

/** A git checkout of its own, as actions/checkout leaves one. */
export type Checkout = Readonly<{
  path: string
  /** The commit that is checked out now. */
  sha: () => string
  /** Writes files and commits them. */
  commit: (files: Readonly<Record<string, string>>, message?: string) => string
  /** Writes files and leaves them uncommitted. */
  write: (files: Readonly<Record<string, string>>) => void
  /** `git status --porcelain` */
  status: () => string
  remove: () => void
}>

const EXAMPLES = path.resolve(import.meta.dirname, '../../examples')

type LayOutOptions = Readonly<{
  /** Files that come on top of the example, or take the place of its own. */
  files?: Readonly<Record<string, string>>
  /** Locks the project by uv before the commit. */
  lock?: boolean
}>

/** Lays out an example by its name, or files by their texts, as a checkout on branch `main` with one commit. */
export async function layOut(
  source: string | Readonly<Record<string, string>>,
  options: LayOutOptions = {},
): Promise<Checkout> {
  const folder = mkdtempSync(path.join(tmpdir(), 'checkout-'))
  if (typeof source === 'string') cpSync(path.join(EXAMPLES, source), folder, { recursive: true })
  write(folder, { ...(typeof source === 'string' ? {} : source), ...options.files })
  if (options.lock === true) await lock(folder)
  const git = (...args: string[]): string =>
    execFileSync('git', args, {
      cwd: folder,
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], HOME: folder, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' },
    }).trim()
  git('init', '--quiet', '-b', 'main')
  git('config', 'user.name', 'A Developer')
  git('config', 'user.email', 'developer@example.com')
  git('remote', 'add', 'origin', 'https://github.com/acme/flows.git')
  const commit: Checkout['commit'] = (files, message = 'A change') => {
    write(folder, files)
    git('add', '--all')
    git('commit', '--quiet', '--message', message)
    return git('rev-parse', 'HEAD')
  }
  commit({}, 'First commit')
  return {
    path: folder,
    sha: () => git('rev-parse', 'HEAD'),
    commit,
    write: (files) => write(folder, files),
    status: () => git('status', '--porcelain'),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

function write(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true })
    writeFileSync(path.join(folder, name), text)
  }
}

/** A lock names package hosts, so it is made here and not committed; resolving the same project again costs nothing. */
async function lock(folder: string): Promise<void> {
  const digest = createHash('sha256')
    .update(readFileSync(path.join(folder, 'pyproject.toml')))
    .digest('hex')
  const kept = path.join(CACHE, 'locks', digest)
  if (!existsSync(kept)) {
    execFileSync((await tools()).uv, ['lock', '--quiet', '--project', folder], { cwd: folder })
    mkdirSync(path.dirname(kept), { recursive: true })
    copyFileSync(path.join(folder, 'uv.lock'), kept)
  }
  copyFileSync(kept, path.join(folder, 'uv.lock'))
}

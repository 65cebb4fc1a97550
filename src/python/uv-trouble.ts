import { join, relative } from 'node:path'
import { Fault, type FaultDetail } from '../faults.ts'
import type { ChildResult } from '../process/child.ts'
import { authRefused, networkBroke } from './network-words.ts'

/** Where a command of uv worked: the absolute root of its project, and the checkout. */
type Place = Readonly<{ root: string; checkout: string }>

/** What went wrong in a command of uv (`uv sync`), told from its standard error (uv 0.5 to 0.13). */
export function uvFault(title: string, result: ChildResult, place: Place): Fault {
  const lines = meaningful(result.stderr)
  const text = result.stderr.join('\n')
  if (/needs to be updated, but `?--locked/.test(text)) return staleLock(lines, place)
  if (WRONG_PYTHON.test(text)) {
    return new Fault('user', `${title}: ${headline(lines)}`, {
      hint: 'Set the input python-version to a Python that the project admits, or put actions/setup-python before this step.',
      lines,
    })
  }
  if (/[Hh]ash mismatch/.test(text)) {
    const hint = 'Nothing of it was installed. Lock again only if the package was replaced on purpose.'
    return new Fault('remote', `${title}: a package has another hash than the project names.`, { hint, lines })
  }
  if (authRefused(text)) {
    const hint = 'Give this step the credentials of the index: UV_INDEX_<NAME>_USERNAME and UV_INDEX_<NAME>_PASSWORD.'
    return new Fault('target', `${title}: a package index refused the credentials.`, { hint, lines })
  }
  if (networkBroke(text)) {
    const hint = 'Run again; check HTTPS_PROXY, SSL_CERT_FILE and the index settings of uv.'
    return new Fault('remote', `${title}: a package index could not be reached.`, { hint, lines })
  }
  return new Fault('user', `${title} failed (${ending(result)}): ${headline(lines)}`, detail(result, lines))
}

function staleLock(lines: readonly string[], { root, checkout }: Place): Fault {
  const file = relative(checkout, join(root, 'uv.lock'))
  return new Fault('user', `${file} does not fit its pyproject.toml: the lock is out of date.`, {
    hint: 'Run `uv lock`, and commit the uv.lock that it writes.',
    position: { file },
    lines,
  })
}

const WRONG_PYTHON =
  /No interpreter found|incompatible with the project's Python requirement|No (?:matching )?(?:managed )?Python (?:interpreter|download)|No download available for request/

function ending({ exitCode }: ChildResult): string {
  return exitCode === null ? 'ended by a signal' : `exit status ${exitCode}`
}

function detail(result: ChildResult, lines: readonly string[]): FaultDetail {
  if (result.exitCode === null) return { hint: 'The machine may have run out of memory.', lines }
  return { hint: 'The same command fails on your machine: correct the project there, and commit.', lines }
}

/** Lines in which uv tells what it does, before it tells what went wrong. */
const PROGRESS =
  /^\s*(?:Using|Creating|Activate|Resolved|Prepared|Installed|Uninstalled|Checked|Audited|Building|Built|Downloading|Downloaded|Updating|Updated|Would)\b|^ [+~-] |^warning: /

/** As many lines of an output as an annotation can bear. */
const LINES_KEPT = 12

/** The lines that say what went wrong: the first one, and the last ones, where a build backend's own words stand. */
function meaningful(stderr: readonly string[]): string[] {
  const lines = stderr.filter((line) => line.trim() !== '' && !PROGRESS.test(line))
  const start = lines.findIndex((line) => /^\s*(?:error:|×)/.test(line))
  const told = start < 0 ? lines : lines.slice(start)
  return told.length <= LINES_KEPT ? told : [...told.slice(0, 1), ...told.slice(1 - LINES_KEPT)]
}

function headline(lines: readonly string[]): string {
  return (lines[0] ?? 'it said nothing').replace(/^\s*(?:error:|×)\s*/, '')
}

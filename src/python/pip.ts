import { Fault } from '../faults.ts'
import type { Ask } from '../process/ask.ts'
import type { ChildResult } from '../process/child.ts'
import { authRefused, networkBroke } from './network-words.ts'

type Env = Readonly<Record<string, string>>

const SETUP_UV = 'Put astral-sh/setup-uv before this step'

/** The command of a Python that has pip. @throws Fault `user` where there is none */
export async function findPip(ask: Ask, env: Env): Promise<string> {
  const commands = ['python3', 'python']
  for (const command of commands) {
    // Not `-m pip --version`, which takes 0.6 s. The root folder: Python looks for modules in the current one first.
    if ((await ask(command, ['-c', 'import pip'], { cwd: '/', env: pipEnvironment(env) })) !== undefined) return command
  }
  for (const command of commands) {
    if ((await ask(command, ['--version'], { cwd: '/', env })) === undefined) continue
    throw new Fault('user', `uv is not on PATH and cannot be installed: ${command} has no pip.`, {
      hint: `${SETUP_UV}, or install pip.`,
    })
  }
  throw new Fault('user', 'uv is not on PATH and cannot be installed: there is no Python.', {
    hint: `${SETUP_UV}, or actions/setup-python.`,
  })
}

/** Settings that would divert `pip install --target`, or add to what it installs. */
const DIVERTING = new Set([
  'PIP_TARGET',
  'PIP_PREFIX',
  'PIP_ROOT',
  'PIP_REQUIREMENT',
  'PIP_EDITABLE',
  'PIP_CONSTRAINT',
  'PIP_DRY_RUN',
  'PIP_REPORT',
  'PIP_QUIET',
  'PIP_NO_BINARY',
  'PIP_PYTHON',
  // Set for the project's Python; pip would compile itself anew, which takes a second.
  'PYTHONPYCACHEPREFIX',
])

/**
 * The environment for pip: the user's own (index, proxy, certificates, timeouts), without what fits only the user's own
 * calls. The zeros overrule a `user` or `require-virtualenv` of a pip.conf too.
 */
export function pipEnvironment(env: Env): Record<string, string> {
  const kept = Object.entries(env).filter(([name]) => !DIVERTING.has(name))
  const own = { PIP_USER: '0', PIP_REQUIRE_VIRTUALENV: '0', PIP_NO_INPUT: '1', PIP_DISABLE_PIP_VERSION_CHECK: '1' }
  return { ...Object.fromEntries(kept), ...own }
}

/** What went wrong when pip could not get `what`, told from its words (pip 22 to 26). */
export function pipFault(result: ChildResult, what: string): Fault {
  const lines = lastWords(result)
  const text = result.lines.join('\n')
  if (/DO NOT MATCH THE HASHES/i.test(text)) {
    return new Fault(
      'remote',
      `The package index served another file for ${what} than was expected: its hash differs.`,
      {
        hint: 'Nothing was installed. Check PIP_INDEX_URL and the proxy, or put astral-sh/setup-uv before this step.',
        lines,
      },
    )
  }
  if (/no such option: --(?:dry-run|report)/.test(text)) {
    return new Fault('user', `pip is too old to look for ${what}: it must be 22.2 or later.`, {
      hint: `${SETUP_UV}, or let the wanted range admit the tested uv.`,
      lines,
    })
  }
  if (authRefused(text)) {
    return new Fault('target', `The package index refused the credentials when asked for ${what}.`, {
      hint: 'Check PIP_INDEX_URL and its credentials.',
      lines,
    })
  }
  if (networkBroke(text)) {
    return new Fault('remote', `The package index could not be reached for ${what}.`, {
      hint: `Check PIP_INDEX_URL, HTTPS_PROXY and PIP_CERT, or run again. ${SETUP_UV} where pip has no access.`,
      lines,
    })
  }
  if (/No matching distribution found/.test(text)) {
    return new Fault('user', `The package index has no ${what} for this machine.`, {
      hint: 'Correct required-version or the input uv-version, or check PIP_INDEX_URL.',
      lines,
    })
  }
  return new Fault('user', `pip could not install ${what}.`, { hint: `${SETUP_UV}.`, lines })
}

/** As many lines of an output as an annotation can bear. */
const LINES_KEPT = 8

function lastWords({ stderr, stdout }: ChildResult): string[] {
  // With -vv pip tells on standard output why an index gave nothing.
  const reasons = stdout.filter((line) => line.startsWith('Could not fetch URL'))
  return [...reasons, ...stderr.filter((line) => line.trim() !== '')].slice(-LINES_KEPT)
}

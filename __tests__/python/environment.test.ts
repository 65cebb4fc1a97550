import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { machineClock } from '../../src/host.ts'
import { ask } from '../../src/process/ask.ts'
import { findEnvironment, prepareEnvironment, type PythonEnvironment } from '../../src/python/environment.ts'
import { isThere } from '../../src/python/files.ts'
import type { PythonOptions } from '../../src/python/options.ts'
import {
  added,
  checkout,
  faultOf,
  folder,
  indexThatAnswers,
  keptLog,
  lay,
  offlineEnvironment,
  output,
  type RealTools,
  realRun,
  realTools,
} from './fixtures.ts'

let tools: RealTools
let top: Awaited<ReturnType<typeof folder>>
/** Aborted when a test is over, so that nothing waits on. */
let patience = new AbortController()
const at = (...path: string[]): string => join(top.path, ...path)

beforeAll(async () => {
  tools = await realTools()
})

beforeEach(async () => {
  top = await folder()
  patience = new AbortController()
  await lay(top.path, { 'temp/.keep': '', 'repo/.gitignore': '' })
})

afterEach(() => {
  patience.abort()
  return top.remove()
})

type Given = Partial<Omit<PythonOptions, 'workingDirectory'>> & { at?: string; signal?: AbortSignal }

type Prepared = Omit<ReturnType<typeof keptLog>, 'log'> & { done: Promise<PythonEnvironment> }

function prepare(given: Given = {}): Prepared {
  const { log, lines, groups } = keptLog()
  const { at: within = '.', env, signal, ...rest } = given
  const options: PythonOptions = {
    workingDirectory: at('repo', within),
    checkout: at('repo'),
    needs: { prefect: true, modal: true },
    syncArgs: [],
    env: { ...offlineEnvironment(tools, [join(tools.uv, '..')]), ...env },
    tempFolder: at('temp'),
    toolFolder: at('tools'),
    run: realRun(log, signal),
    ask,
    log,
    ...rest,
  }
  const done = findEnvironment(options).then((found) => prepareEnvironment(found, options))
  return { done, lines, groups }
}

const project = (dependencies: string, more = ''): string =>
  `[project]\nname = "flows"\nversion = "1"\nrequires-python = ">=3.8"\ndependencies = [${dependencies}]\n${more}`

const CLEAN_BUT_VENV = ['!! .venv/']

/** Ends when a file appears that another process writes. */
async function appears(file: string): Promise<void> {
  const { signal } = patience
  while (!signal.aborted && !(await isThere(file))) await machineClock.sleep(0.02, signal)
}

async function lockedCheckout(text: string, more: Record<string, string> = {}): Promise<void> {
  await lay(at('repo'), { 'pyproject.toml': text, ...more })
  await output(tools.uv, ['lock', '--quiet'], { cwd: at('repo'), env: offlineEnvironment(tools) })
  await checkout(at('repo'), {})
}

describe('a locked project', () => {
  test('is synced as its lock says, and the checkout stays as it was', async () => {
    await lockedCheckout(project('"prefect==3.7.0", "modal"'))
    const { done, lines, groups } = prepare({ at: '.', env: { VIRTUAL_ENV: at('other'), CONDA_PREFIX: at('other') } })
    const root = at('repo/.venv')
    expect(await done).toEqual({
      kind: 'locked',
      root,
      python: join(root, 'bin/python'),
      bin: join(root, 'bin'),
      versions: { python: expect.stringMatching(/^3\.\d+\.\d+$/), uv: '0.13.8', prefect: '3.7.0', modal: '1.6.4' },
      env: expect.objectContaining({ VIRTUAL_ENV: at('other') }),
      zones: new Set(),
    })
    expect(await added(at('repo'))).toEqual(CLEAN_BUT_VENV)
    expect(groups.map(({ title }) => title.replace(/:.*/, ''))).toEqual(['uv sync'])
    expect(lines.at(-1)).toMatch(/^locked environment at .*: python 3\.\S+, prefect 3\.7\.0, modal 1\.6\.4$/)
  })

  test('of a workspace is synced from its member, with sync-args, where UV_PROJECT_ENVIRONMENT says', async () => {
    const workspace = '[tool.uv.workspace]\nmembers = ["flows"]\n'
    const member = project('"prefect"', '[dependency-groups]\nml = ["modal"]\n')
    await lockedCheckout(project('').replace('flows', 'top') + workspace, { 'flows/pyproject.toml': member })
    const { done } = prepare({ at: 'flows', env: { UV_PROJECT_ENVIRONMENT: 'env' }, syncArgs: ['--group', 'ml'] })
    expect(await done).toMatchObject({ root: at('repo/env'), versions: { prefect: '3.8.8', modal: '1.6.4' } })
    expect(await added(at('repo'))).toEqual(['!! env/'])
    const outside = prepare({
      at: 'flows',
      env: { UV_PROJECT_ENVIRONMENT: at('out') },
      needs: { prefect: true, modal: false },
    })
    expect(await outside.done).toMatchObject({ root: at('out'), versions: { prefect: '3.8.8' } })
  })

  test('with a stale lock is refused, and nothing is written', async () => {
    await lockedCheckout(project('"prefect"'))
    await checkout(at('repo'), { 'pyproject.toml': project('"prefect", "modal"') })
    const fault = await faultOf(prepare().done)
    expect(fault).toMatchObject({ kind: 'user', position: { file: 'uv.lock' } })
    expect(fault.hint).toContain('uv lock')
    expect(await added(at('repo'))).toEqual((await isThere(at('repo/.venv'))) ? CLEAN_BUT_VENV : [])
  })

  test.each([
    ['is not in it', '"modal"', '', 'uv add prefect'],
    ['is in a group that is not synced', '"modal"', '[dependency-groups]\nflows = ["prefect"]\n', '--group'],
  ])('where prefect %s is refused with the way out', async (_title, dependencies, more, hint) => {
    await lockedCheckout(project(dependencies, more))
    const fault = await faultOf(prepare().done)
    expect(fault).toMatchObject({ kind: 'user', position: { file: 'pyproject.toml' } })
    expect([fault.message, fault.hint].join('\n')).toContain(hint)
  })

  test('a Python that is not there is named', async () => {
    await lockedCheckout(project('"prefect", "modal"'))
    const fault = await faultOf(prepare({ pythonVersion: '3.77' }).done)
    expect(fault).toMatchObject({
      kind: 'user',
      message: expect.stringContaining('No interpreter found for Python 3.77'),
    })
    expect(fault.hint).toContain('actions/setup-python')
  })
})

describe('a project without a lock', () => {
  test('is synced with a warning, and the lock that uv writes does not stay', async () => {
    await checkout(at('repo'), { 'pyproject.toml': project('"prefect", "modal"') })
    const { done, lines } = prepare({ env: { UV_LOCKED: '1' } })
    expect(await done).toMatchObject({ kind: 'unlocked', versions: { prefect: '3.8.8' } })
    expect(lines.find((line) => line.startsWith('warning'))).toMatch(
      /^warning pyproject\.toml: There is no uv\.lock.*commit it/,
    )
    expect(await added(at('repo'))).toEqual(CLEAN_BUT_VENV)
  })

  test('that cannot be resolved tells uv’s reason, and leaves no lock', async () => {
    await checkout(at('repo'), { 'pyproject.toml': project('"prefect==99"') })
    const fault = await faultOf(prepare().done)
    expect([fault.kind, fault.message]).toEqual(['user', expect.stringContaining('No solution found')])
    expect(fault.lines.join('\n')).toContain('prefect')
    expect((await added(at('repo'))).filter((line) => line.includes('uv.lock'))).toEqual([])
  })

  test('that cannot be built tells what its build backend said', async () => {
    const backend = '[build-system]\nrequires = []\nbuild-backend = "broken"\nbackend-path = ["."]\n'
    const broken = 'def build_editable(folder, settings=None, metadata=None): raise RuntimeError("no compiler here")\n'
    await checkout(at('repo'), { 'pyproject.toml': project('', backend), 'broken.py': broken })
    const fault = await faultOf(prepare().done)
    expect(fault).toMatchObject({
      kind: 'user',
      message: expect.stringMatching(/^uv sync failed \(exit status 1\): Failed to build/),
    })
    expect(fault.lines.join('\n')).toContain('no compiler here')
    expect(fault.lines.length).toBeLessThanOrEqual(12)
    expect((await added(at('repo'))).filter((line) => line !== '!! .venv/')).toEqual([])
  })

  test('whose sync is cancelled leaves no lock either', async () => {
    // The build backend waits for ever; the lock is written before it is asked to build.
    const backend = '[build-system]\nrequires = []\nbuild-backend = "slow"\nbackend-path = ["."]\n'
    const slow = [
      'import pathlib, time',
      'def prepare_metadata_for_build_editable(folder, settings=None): return build(folder)',
      'def build_editable(folder, settings=None, metadata=None): return build(folder)',
      'def build(folder):',
      '    pathlib.Path("asked").touch()',
      '    time.sleep(600)',
    ]
    await checkout(at('repo'), { 'pyproject.toml': project('"prefect"', backend), 'slow.py': slow.join('\n') })
    const stop = new AbortController()
    const { done } = prepare({ signal: stop.signal })
    const ended = faultOf(done)
    await Promise.race([ended, appears(at('repo/asked'))])
    const written = await isThere(at('repo/uv.lock'))
    stop.abort()
    expect([(await ended).kind, written]).toEqual(['cancelled', true])
    expect((await added(at('repo'))).filter((line) => line.includes('uv.lock') || line.includes('pycache'))).toEqual([])
  })

  test('built by setuptools leaves no egg-info and no bytecode in the checkout', async () => {
    const build = '[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n'
    const text = `[project]\nname = "flows"\ndynamic = ["version"]\nrequires-python = ">=3.8"\ndependencies = ["prefect", "modal"]\n`
    const tool =
      '[tool.setuptools.dynamic]\nversion = { attr = "flows.number.VERSION" }\n[tool.setuptools.packages.find]\nwhere = ["src"]\n'
    await checkout(at('repo'), {
      'pyproject.toml': build + text + tool,
      'src/flows/__init__.py': '',
      'src/flows/number.py': 'VERSION = "1" + str(0)\n',
    })
    const { python } = await prepare().done
    expect(await added(at('repo'))).toEqual(CLEAN_BUT_VENV)
    const imported = await output(python, ['-B', '-c', 'import flows; print(flows.__file__)'], { cwd: '/' })
    expect(imported).toBe(at('repo/src/flows/__init__.py'))
  })
})

describe('without a project', () => {
  test('an environment outside the checkout is made from the requirements', async () => {
    await checkout(at('repo'), {
      'job/requirements.txt': 'prefect==3.7.0\n-r more.in\n',
      'job/more.in': 'modal\n',
      'requirements.txt': 'x',
    })
    const { done, lines, groups } = prepare({ at: 'job', env: { VIRTUAL_ENV: at('other'), UV_SYSTEM_PYTHON: '1' } })
    const made = await done
    expect(made).toMatchObject({ kind: 'requirements', versions: { prefect: '3.7.0', modal: '1.6.4' } })
    expect(made.root.startsWith(at('temp'))).toBe(true)
    expect(groups.map(({ title }) => title.replace(/:.*/, ''))).toEqual(['uv venv', 'uv pip install'])
    expect(lines.join('\n')).toContain('requirements.txt')
    expect(await added(at('repo'))).toEqual([])
  })

  test('UV_PROJECT_ENVIRONMENT is honoured, twice, and sync-args are said to be of no use', async () => {
    await checkout(at('repo'), { 'requirements.txt': 'prefect\n' })
    for (const time of ['first', 'second']) {
      const needs = { prefect: true, modal: false }
      const { done, lines } = prepare({ env: { UV_PROJECT_ENVIRONMENT: at('mine') }, syncArgs: ['--no-dev'], needs })
      expect([time, await done]).toMatchObject([time, { root: at('mine'), versions: { prefect: '3.8.8' } }])
      expect(lines.find((line) => line.startsWith('warning'))).toContain('sync-args')
    }
    expect(await added(at('repo'))).toEqual([])
  })

  test('requirements without modal are refused with the file to add it to', async () => {
    await checkout(at('repo'), { 'requirements-a.txt': 'prefect\n', 'requirements-b.txt': '' })
    const fault = await faultOf(prepare().done)
    expect(fault).toMatchObject({ kind: 'user', message: expect.stringMatching(/^modal is needed/) })
    expect(fault.hint).toContain('requirements-a.txt, requirements-b.txt')
  })

  test('a package with another hash than the requirements name is refused', async () => {
    await checkout(at('repo'), { 'requirements.txt': `prefect==3.8.8 --hash=sha256:${'0'.repeat(64)}\n` })
    const fault = await faultOf(prepare().done)
    expect([fault.kind, fault.message]).toEqual(['remote', expect.stringContaining('another hash')])
    expect(fault.lines.join('\n')).toContain('Hash mismatch for `prefect==3.8.8`')
  })

  test.each([
    ['cannot be reached', undefined, 'remote'],
    ['is broken', 503, 'remote'],
    ['wants credentials', 401, 'target'],
    ['forbids it', 403, 'target'],
  ])('a package index that %s is no fault of the project', async (_title, status, kind) => {
    await checkout(at('repo'), { 'requirements.txt': 'prefect\n' })
    const index = await indexThatAnswers(status)
    const env = {
      UV_DEFAULT_INDEX: index.url,
      UV_HTTP_RETRIES: '0',
      UV_CACHE_DIR: at('cache'),
      XDG_CONFIG_HOME: at('temp'),
    }
    const fault = await faultOf(prepare({ env }).done)
    await index.close()
    expect(fault.kind).toBe(kind)
    expect(fault.lines.join('\n')).toContain(index.url)
  })

  test('a pyproject.toml that declares nothing to install is named in a warning', async () => {
    await checkout(at('repo'), { 'pyproject.toml': '[tool.poetry]\nname = "flows"\n' })
    const { done, lines } = prepare()
    expect(await done).toMatchObject({ kind: 'none' })
    expect(lines.find((line) => line.startsWith('warning'))).toMatch(
      /^warning pyproject\.toml: Nothing is installed from/,
    )
  })

  test('the tested Prefect and Modal are installed where they are needed, and it is said', async () => {
    await checkout(at('repo'), { 'flow.py': '' })
    const { done, lines } = prepare()
    expect(await done).toMatchObject({ kind: 'none', versions: { prefect: '3.8.8', modal: '1.6.4' } })
    expect(lines.join('\n')).toContain('prefect==3.8.8 and modal==1.6.4')
    const one = await prepare({ needs: { prefect: false, modal: true } }).done
    expect(Object.keys(one.versions)).toEqual(['python', 'uv', 'modal'])
    expect(await added(at('repo'))).toEqual([])
    expect((await readdir(at('temp'))).filter((name) => name.startsWith('python-'))).toHaveLength(2)
  })
})

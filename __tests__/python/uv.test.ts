import { mkdir, readdir, stat, symlink } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { ask } from '../../src/process/ask.ts'
import type { UvOptions } from '../../src/python/options.ts'
import { TESTED_UV } from '../../src/python/tested.ts'
import { prepareUv } from '../../src/python/uv.ts'
import { installRelease, wheelPlatforms } from '../../src/python/uv-install.ts'
import { wantedUv } from '../../src/python/uv-range.ts'
import {
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
let top: { path: string; remove: () => Promise<void> }
const at = (...path: string[]): string => join(top.path, ...path)
const says = (text: string): string => `#!/bin/sh\necho '${text}'\n`

beforeAll(async () => {
  tools = await realTools()
})

beforeEach(async () => {
  await top?.remove()
  top = await folder()
  await Promise.all([mkdir(at('temp')), mkdir(at('python'))])
  // A PATH on which there is Python and no uv, whatever this machine has.
  await Promise.all(['python', 'python3'].map((name) => symlink(tools.python, at('python', name))))
})

afterAll(() => top.remove())

type Given = Readonly<{ path?: readonly string[]; env?: Record<string, string>; input?: string; required?: string }>

/** What `prepareUv` is given, with a PATH on which no uv is found but the ones in `path`. */
function options({ path = [], env = {}, input, required }: Given = {}): UvOptions & { lines: string[] } {
  const { log, lines } = keptLog()
  const configs = required === undefined ? [] : [{ file: 'uv.toml', text: `required-version = "${required}"` }]
  return {
    wanted: wantedUv(configs, input),
    toolFolder: at('tools'),
    tempFolder: at('temp'),
    env: { ...offlineEnvironment(tools), PATH: [...path, at('python')].join(delimiter), ...env },
    run: realRun(log),
    ask,
    log,
    lines,
  }
}

const kept = (version: string): string => `tools/prefect-modal-deploy/uv/${version}/bin/uv`

describe('a uv that is there', () => {
  test('on PATH, in the range', async () => {
    await lay(top.path, { 'bin/uv': says('uv 0.13.9 (x86_64-unknown-linux-gnu 2026-11-20)') })
    const given = options({ path: [at('bin')] })
    expect(await prepareUv(given)).toEqual({ path: at('bin', 'uv'), version: '0.13.9', source: 'PATH' })
    expect(given.lines).toEqual([`uv 0.13.9 (PATH: ${at('bin', 'uv')}); wanted: ~=0.13.8 (tested default)`])
  })

  test.each([
    ['of another version', says('uv 0.12.0 (abc)'), 'it is 0.12.0'],
    ['another tool of that name', says('uvicorn 0.30'), 'it does not tell its version as uv does'],
    ['that prints rubbish', says('uv \u0000ÿ {{{'), 'it does not tell its version as uv does'],
    ['that fails', '#!/bin/sh\nexit 3\n', 'it does not tell its version as uv does'],
    ['that cannot be run', '#!/nowhere/interpreter\n', 'it does not tell its version as uv does'],
  ])('one on PATH %s is passed by for the one in the tool folder', async (_title, program, why) => {
    await lay(top.path, { 'bin/uv': program, [kept('0.13.8')]: says('uv 0.13.8') })
    const given = options({ path: [at('bin')] })
    expect(await prepareUv(given)).toMatchObject({ version: '0.13.8', source: 'tool folder' })
    expect(given.lines[0]).toContain(`${at('bin', 'uv')} is not taken: ${why}`)
  })

  test('a relative entry of PATH is passed by', async () => {
    await lay(top.path, { [kept('0.13.8')]: says('uv 0.13.8') })
    const relative = options({ path: ['', '.', 'bin'] })
    expect(await prepareUv(relative)).toMatchObject({ source: 'tool folder' })
  })

  test.each([
    ['the tested one before a newer one', '>=0.12', '0.13.8'],
    ['the newest of the others', '>=0.12,!=0.13.8', '0.14.10'],
    ['one that says another version, or does not run, is not taken', '<0.13', '0.12.1'],
  ])('in the tool folder: %s', async (_title, input, version) => {
    await lay(top.path, {
      [kept('0.12.1')]: says('uv 0.12.1'),
      [kept('0.12.7')]: says('uv 0.12.6'),
      [kept('0.12.8')]: '#!/bin/sh\nexit 1\n',
      [kept('0.13.8')]: says('uv 0.13.8'),
      [kept('0.14.2')]: says('uv 0.14.2'),
      [kept('0.14.10')]: says('uv 0.14.10'),
      [kept('.installing-abc')]: says('uv 0.14.11'),
    })
    expect(await prepareUv(options({ input }))).toEqual({ path: at(kept(version)), version, source: 'tool folder' })
  })
})

describe('a uv that is installed', () => {
  test('the tested one, by the hashes that the action knows; then it is found again', async () => {
    const first = await prepareUv(options({ required: '>=0.9', env: { PIP_USER: '1', PIP_REQUIRE_VIRTUALENV: '1' } }))
    expect(first).toEqual({ path: at(kept(TESTED_UV)), version: TESTED_UV, source: 'installed' })
    expect(await readdir(at('tools/prefect-modal-deploy/uv'))).toEqual([TESTED_UV])
    expect(await readdir(at('temp'))).toEqual([])
    expect((await stat(at(kept(TESTED_UV)))).mode & 0o111).toBe(0o111)
    expect(await prepareUv(options())).toEqual({ ...first, source: 'tool folder' })
  })

  test.each([
    ['0.12.2', '0.12.2'],
    ['>=0.12,<0.13', '0.12.3'],
  ])('of the range %s what the index has', async (input, version) => {
    expect(await prepareUv(options({ input }))).toMatchObject({ version, source: 'installed', path: at(kept(version)) })
  })

  test('looks only for wheels that run on this machine, where it is known', () => {
    expect(wheelPlatforms('x64', true)).toEqual(['manylinux_2_17_x86_64', 'manylinux2014_x86_64'])
    expect(wheelPlatforms('arm64', true)).toEqual([
      'manylinux_2_17_aarch64',
      'manylinux2014_aarch64',
      'manylinux_2_28_aarch64',
    ])
    expect([wheelPlatforms('x64', false), wheelPlatforms('riscv64', true)]).toEqual([[], []])
  })

  test('two jobs at once do not clash, and what was broken there is replaced', async () => {
    await lay(top.path, { [kept('0.12.3')]: '#!/bin/sh\nexit 1\n' })
    const both = await Promise.all([1, 2].map(() => prepareUv(options({ input: '~=0.12.0' }))))
    expect(both.map(({ path, version }) => [path, version])).toEqual([1, 2].map(() => [at(kept('0.12.3')), '0.12.3']))
    expect(await readdir(at('tools/prefect-modal-deploy/uv'))).toEqual(['0.12.3'])
  })

  test('another hash is refused, and nothing of it stays', async () => {
    const given = options({ input: '0.12.3' })
    await mkdir(given.toolFolder)
    const release = { version: '0.12.3', sha256: ['0'.repeat(64)] }
    const job = { python: tools.python, scratch: at('temp'), options: given }
    const fault = await faultOf(installRelease(release, given.toolFolder, job))
    expect([fault.kind, fault.message]).toEqual(['remote', expect.stringContaining('its hash differs')])
    expect(fault.lines.join('\n')).toContain('Expected sha256')
    expect(await readdir(given.toolFolder)).toEqual([])
  })
})

describe('a uv that cannot be installed', () => {
  test('no release fits', async () => {
    const fault = await faultOf(prepareUv(options({ required: '>=99' })))
    expect(fault).toMatchObject({
      kind: 'user',
      message: expect.stringContaining('>=99 (required-version in uv.toml)'),
    })
    expect(fault.lines.at(-1)).toContain('No matching distribution found')
    expect(await readdir(at('temp'))).toEqual([])
  })

  test('Python without pip', async () => {
    await output(tools.uv, ['venv', '--quiet', at('bare')], { cwd: top.path, env: offlineEnvironment(tools) })
    const fault = await faultOf(prepareUv(options({ path: [at('bare/bin')] })))
    expect([fault.kind, fault.message]).toEqual(['user', expect.stringContaining('python3 has no pip')])
    expect(fault.hint).toContain('astral-sh/setup-uv')
  })

  test('no Python', async () => {
    const fault = await faultOf(prepareUv(options({ env: { PATH: at('empty') } })))
    expect([fault.kind, fault.message]).toEqual(['user', expect.stringContaining('there is no Python')])
    expect(fault.hint).toMatch(/astral-sh\/setup-uv.*actions\/setup-python/)
  })

  test('a tool folder that is a file', async () => {
    await lay(top.path, { tools: '' })
    const fault = await faultOf(prepareUv(options()))
    expect(fault).toMatchObject({ kind: 'user', hint: expect.stringContaining('RUNNER_TOOL_CACHE') })
  })

  test.each([
    ['that wants credentials', 401, 'target'],
    ['that is forbidden', 403, 'target'],
    ['that is broken', 503, 'remote'],
    ['that nobody serves', undefined, 'remote'],
  ])('an index %s', async (_title, status, kind) => {
    const index = await indexThatAnswers(status)
    const pip = {
      PIP_INDEX_URL: index.url,
      PIP_NO_INDEX: '0',
      PIP_FIND_LINKS: at('temp'),
      PIP_CONFIG_FILE: '/dev/null',
    }
    const fault = await faultOf(prepareUv(options({ env: { ...pip, PIP_RETRIES: '1' } })))
    await index.close()
    expect(fault.kind).toBe(kind)
    expect(fault.lines.length).toBeGreaterThan(0)
  })
})

import { execFileSync } from 'node:child_process'
import { lstatSync, readlinkSync, utimesSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { bytecodeEnvironment } from '../../src/python/bytecode.ts'
import { readInstalled } from '../../src/python/installed.ts'
import { packagedZones } from '../../src/python/zones.ts'
import { tools } from '../world/tools.ts'
import { within } from './fixtures.ts'

const OWN = '/temp/step'
const ENV = { PATH: '/bin', PYTHONPYCACHEPREFIX: `${OWN}/bytecode` }
const QUICK = { PATH: '/bin', PYTHONDONTWRITEBYTECODE: '1' }

/** Compiles with the Python that the tests have, in the way that uv and pip do by themselves, or by the hash of the source. */
async function compile(folder: string, mode: 'timestamp' | 'checked-hash'): Promise<void> {
  const { python } = await tools()
  const args = ['-m', 'compileall', '-q', '--invalidation-mode', mode, folder]
  execFileSync(python, args, { env: { PATH: process.env['PATH'] ?? '' } })
}

/** What the folder of its packages is called under `lib`. */
async function library(): Promise<string> {
  const { python } = await tools()
  const ask = 'import sys; print("python%d.%d" % sys.version_info[:2])'
  return execFileSync(python, ['-c', ask], { encoding: 'utf8' }).trim()
}

describe('bytecode', () => {
  test.each(['timestamp', 'checked-hash'] as const)('that is there, by %s, is read', async (mode) => {
    const packages = `lib/${await library()}/site-packages`
    const files = {
      [`${packages}/prefect-3.8.8.dist-info/METADATA`]: '',
      [`${packages}/modal-1.6.4.dist-info/METADATA`]: '',
      [`${packages}/prefect/flows.py`]: 'a = 1\n',
      [`${packages}/modal/app.py`]: 'b = 1\n',
    }
    await within(files, async (root) => {
      const found = async (env: Readonly<Record<string, string>> = ENV) =>
        bytecodeEnvironment(env, await readInstalled(root), OWN)
      expect(await found()).toEqual(ENV)
      await compile(join(root, packages, 'prefect'), mode)
      expect(await found()).toEqual(ENV)
      await compile(join(root, packages, 'modal'), mode)
      expect(await found()).toEqual(QUICK)
      expect(await found({ ...ENV, PYTHONPYCACHEPREFIX: '/of/the/user' })).toMatchObject({
        PYTHONPYCACHEPREFIX: '/of/the/user',
      })
      // A source that was changed since: Python itself looks at nothing else, but for the hash.
      if (mode === 'checked-hash') return
      utimesSync(join(root, packages, 'modal/app.py'), 1, 1)
      expect(await found()).toEqual(ENV)
    })
  })

  test('that ends in its head, or of an environment with neither tool, is none', async () => {
    const files = { 'lib/python3.11/site-packages/prefect/flows.py': 'a = 1\n' }
    await within(files, async (root) => {
      expect(await bytecodeEnvironment(ENV, await readInstalled(root), OWN)).toEqual(ENV)
    })
    const packages = 'lib/python3.11/site-packages'
    const cut = {
      [`${packages}/prefect-3.8.8.dist-info/METADATA`]: '',
      [`${packages}/prefect/flows.py`]: 'a = 1\n',
      [`${packages}/prefect/__pycache__/flows.cpython-311.pyc`]: 'cut',
    }
    await within(cut, async (root) => {
      expect(await bytecodeEnvironment(ENV, await readInstalled(root), OWN)).toEqual(ENV)
    })
  })
})

test('the standard library is not compiled anew: Python takes what it has of it, and writes the rest', async () => {
  const { prefect } = await tools()
  const installed = await readInstalled(join(prefect, '../..'))
  await within({ 'mine.py': 'a = 1\n' }, async (folder) => {
    const bytecode = join(folder, 'step/bytecode')
    const base = { PATH: '/bin', PYTHONPYCACHEPREFIX: bytecode }
    const env = await bytecodeEnvironment(base, { ...installed, versionOf: () => undefined }, join(folder, 'step'))
    expect(env).toEqual(base)
    const ask = 'import json.decoder as one, mine; print(one.__file__, one.__cached__, mine.__cached__)'
    const said = execFileSync(join(prefect, '../python'), ['-c', ask], { cwd: folder, env, encoding: 'utf8' })
    const [source = '', cached = '', own = ''] = said.trim().split(' ')
    // Python would have put a file there, had it compiled the module.
    expect(readlinkSync(cached)).toBe(join(dirname(source), '__pycache__', basename(cached)))
    expect(cached).toBe(join(bytecode, dirname(source), basename(cached)))
    expect(lstatSync(own).isFile()).toBe(true)
    // A second step in the same folder finds the links there.
    expect(await bytecodeEnvironment(base, { ...installed, versionOf: () => undefined }, join(folder, 'step'))).toEqual(
      base,
    )
  })
})

test('time zones that packages bring are those of the tzdata beside Prefect, if there is one', async () => {
  const { prefect } = await tools()
  const zones = await packagedZones(await readInstalled(join(prefect, '../..')))
  expect([...zones]).toEqual(expect.arrayContaining(['UTC', 'Europe/Berlin', 'America/Argentina/Buenos_Aires']))
  await within({ 'lib/python3.11/site-packages/x.py': '' }, async (root) => {
    expect(await packagedZones(await readInstalled(root))).toEqual(new Set())
  })
})

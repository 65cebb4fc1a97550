import { execFileSync } from 'node:child_process'
import { utimesSync } from 'node:fs'
import { join } from 'node:path'
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

test('time zones that packages bring are those of the tzdata beside Prefect, if there is one', async () => {
  const { prefect } = await tools()
  const zones = await packagedZones(await readInstalled(join(prefect, '../..')))
  expect([...zones]).toEqual(expect.arrayContaining(['UTC', 'Europe/Berlin', 'America/Argentina/Buenos_Aires']))
  await within({ 'lib/python3.11/site-packages/x.py': '' }, async (root) => {
    expect(await packagedZones(await readInstalled(root))).toEqual(new Set())
  })
})

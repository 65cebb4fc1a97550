import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { readInstalled, venvVersion } from '../../src/python/installed.ts'
import { within } from './fixtures.ts'

const metadata = (library: string, ...names: string[]): Record<string, string> =>
  Object.fromEntries(names.map((name) => [`lib/${library}/site-packages/${name}.dist-info/METADATA`, '']))

describe('what an environment holds', () => {
  test.each([
    ['uv', 'home = /usr/bin\nimplementation = CPython\nuv = 0.13.8\nversion_info = 3.11.7\n', '3.11.7'],
    ['the standard library', 'home = /usr/bin\nversion = 3.12.1\n', '3.12.1'],
    ['virtualenv', 'version_info = 3.10.13.final.0\nvirtualenv = 20.2\n', '3.10.13'],
    ['nothing', 'home = /usr/bin\n', undefined],
  ])('the version in a pyvenv.cfg of %s', (_title, config, version) => {
    expect(venvVersion(config)).toBe(version)
  })

  test('packages by name in any spelling', async () => {
    const files = {
      'pyvenv.cfg': 'version_info = 3.11.7',
      'bin/python': '#!',
      ...metadata('python3.11', 'prefect-3.8.8', 'prefect_client-3.0', 'Typing_Extensions-4.1', 'modal-1.6.4+local.1'),
      'lib/python3.11/site-packages/prefect/__init__.py': '',
    }
    await within(files, async (root) => {
      const { versionOf, ...rest } = await readInstalled(root)
      const library = { sitePackages: join(root, 'lib/python3.11/site-packages'), tag: 'cpython-311' }
      expect(rest).toEqual({ python: join(root, 'bin/python'), version: '3.11.7', library })
      expect(['prefect', 'prefect-client', 'typing.extensions', 'MODAL', 'pip'].map(versionOf)).toEqual([
        '3.8.8',
        '3.0',
        '4.1',
        '1.6.4+local.1',
        undefined,
      ])
    })
  })

  test('of several interpreters the one that pyvenv.cfg names', async () => {
    const files = {
      'pyvenv.cfg': 'version_info = 3.9.18',
      ...metadata('python3.11', 'modal-1.0'),
      ...metadata('python3.9', 'modal-2.0'),
    }
    await within(files, async (root) => expect((await readInstalled(root)).versionOf('modal')).toBe('2.0'))
  })

  test('a prefix that is no virtual environment', async () => {
    const files = { 'bin/python3': '#!', ...metadata('python3.13t', 'modal-1.0') }
    await within(files, async (root) => {
      const installed = await readInstalled(root)
      expect([installed.python, installed.version, installed.versionOf('modal')]).toEqual([
        join(root, 'bin/python3'),
        '3.13',
        '1.0',
      ])
    })
  })

  test('no environment at all', async () => {
    await within({}, async (root) => {
      const { python, version, versionOf } = await readInstalled(join(root, 'none'))
      expect([python, version, versionOf('modal')]).toEqual([undefined, undefined, undefined])
    })
  })
})

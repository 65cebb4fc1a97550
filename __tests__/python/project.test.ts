import { join, relative } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { findProject } from '../../src/python/project.ts'
import { faultOf, offlineEnvironment, output, realTools, within } from './fixtures.ts'

const project = (name: string): string => `[project]\nname = "${name}"\nversion = "1"\nrequires-python = ">=3.8"\n`
const workspace = (members: string, exclude = ''): string =>
  `${project('top')}[tool.uv.workspace]\nmembers = [${members}]\nexclude = [${exclude}]\n`

describe('what lives at the working directory', () => {
  test.each([
    ['pyproject.toml and uv.lock', { 'pyproject.toml': project('a'), 'uv.lock': '' }, '.', 'locked', '.'],
    ['pyproject.toml alone', { 'pyproject.toml': project('a'), 'requirements.txt': '' }, '.', 'unlocked', '.'],
    [
      'the project of a parent',
      { 'pyproject.toml': project('a'), 'uv.lock': '', 'x/y/f.py': '' },
      'x/y',
      'locked',
      '.',
    ],
    ['dependency groups alone', { 'pyproject.toml': '[dependency-groups]\ndev = []' }, '.', 'unlocked', '.'],
    ['tables of tools alone', { 'pyproject.toml': '[tool.ruff]\n', 'requirements.txt': '' }, '.', 'requirements', '.'],
    ['tables of tools, locked', { 'pyproject.toml': '[tool.ruff]\n', 'uv.lock': '' }, '.', 'locked', '.'],
    ['not managed by uv', { 'pyproject.toml': `${project('a')}[tool.uv]\nmanaged = false` }, '.', 'none', '.'],
    ['an empty folder', { 'other/requirements.txt': '' }, '.', 'none', '.'],
    ['requirements', { 'x/requirements-dev.txt': '', 'x/requirements.txt': '' }, 'x', 'requirements', 'x'],
    [
      'a lock of a workspace',
      { 'pyproject.toml': workspace('"m"'), 'uv.lock': '', 'm/pyproject.toml': project('m') },
      'm',
      'locked',
      '.',
    ],
    [
      'a lock of a member does not count',
      { 'pyproject.toml': workspace('"m"'), 'm/uv.lock': '', 'm/pyproject.toml': project('m') },
      'm',
      'unlocked',
      '.',
    ],
  ])('%s', async (_title, files, folder, kind, root) => {
    await within(files, async (checkout) => {
      const found = await findProject({ workingDirectory: join(checkout, folder), checkout })
      expect([found.kind, relative(checkout, found.root) || '.']).toEqual([kind, root])
    })
  })

  test('without requirements.txt every requirements file counts, in order', async () => {
    const files = {
      'requirements-b.txt': '',
      'requirements_a.txt': '',
      'requirements.in': '',
      'my-requirements.txt': '',
    }
    await within(files, async (checkout) => {
      const found = await findProject({ workingDirectory: checkout, checkout })
      expect(found).toMatchObject({
        files: ['requirements-b.txt', 'requirements_a.txt'].map((name) => join(checkout, name)),
      })
    })
  })

  test('nothing above the checkout is looked at', async () => {
    await within({ 'pyproject.toml': project('a'), 'uv.lock': '', 'repo/f.py': '' }, async (top) => {
      const checkout = join(top, 'repo')
      expect(await findProject({ workingDirectory: checkout, checkout })).toMatchObject({ kind: 'none', configs: [] })
    })
  })

  test('settings of uv come from the root of the workspace, uv.toml first', async () => {
    const files = {
      'pyproject.toml': workspace('"a/m"'),
      'uv.toml': '',
      'a/uv.toml': '',
      'a/m/uv.toml': '',
      'a/m/pyproject.toml': project('m'),
    }
    await within({ ...files, 'a/pyproject.toml': '' }, async (checkout) => {
      const alone = await findProject({ workingDirectory: join(checkout, 'a', 'm'), checkout })
      expect(alone.configs.map(({ file }) => file)).toEqual([
        'a/m/uv.toml',
        'a/m/pyproject.toml',
        'a/uv.toml',
        'a/pyproject.toml',
        'uv.toml',
        'pyproject.toml',
      ])
    })
    await within(files, async (checkout) => {
      const member = await findProject({ workingDirectory: join(checkout, 'a', 'm'), checkout })
      expect(member.configs.map(({ file }) => file)).toEqual(['uv.toml', 'pyproject.toml'])
    })
  })

  test('a pyproject.toml that is no TOML, and a folder that is not there', async () => {
    await within({ 'pyproject.toml': '[project\n' }, async (checkout) => {
      const broken = await faultOf(findProject({ workingDirectory: checkout, checkout }))
      expect(broken).toMatchObject({ kind: 'user', position: { file: 'pyproject.toml', line: 1 } })
    })
    await within({}, async (checkout) => {
      const missing = await faultOf(findProject({ workingDirectory: join(checkout, 'no'), checkout }))
      expect(missing).toMatchObject({ kind: 'user', hint: expect.stringContaining('working-directory') })
    })
  })
})

test('the root of the workspace is the one that uv finds', async () => {
  const layout = {
    'ws/pyproject.toml': workspace('"packages/*", "./tools/"', '"packages/x*"'),
    'ws/packages/a/pyproject.toml': project('a'),
    'ws/packages/a/src/f.py': '',
    'ws/packages/b/pyproject.toml': project('b'),
    'ws/packages/b/inner/pyproject.toml': project('inner'),
    'ws/packages/xb/pyproject.toml': project('xb'),
    'ws/tools/pyproject.toml': project('tools'),
    'ws/other/pyproject.toml': project('other'),
    'virtual/pyproject.toml': '[tool.uv.workspace]\nmembers = ["m"]',
    'virtual/m/pyproject.toml': project('m'),
    'all/pyproject.toml': workspace('"**"'),
    'all/p/pyproject.toml': project('p'),
    'all/p/q/pyproject.toml': project('q'),
    'between/pyproject.toml': workspace('"a/b"'),
    'between/a/pyproject.toml': project('a'),
    'between/a/b/pyproject.toml': project('b'),
  }
  const tools = await realTools()
  await within(layout, async (checkout) => {
    const folders = [...new Set(Object.keys(layout).map((path) => path.replace(/\/[^/]+$/, '')))]
    const pairs = await Promise.all(
      folders.map(async (folder) => {
        const cwd = join(checkout, folder)
        const ours = await findProject({ workingDirectory: cwd, checkout })
        return {
          folder,
          ours: ours.root,
          uvs: await output(tools.uv, ['workspace', 'dir'], { cwd, env: offlineEnvironment(tools) }),
        }
      }),
    )
    expect(pairs.map(({ folder, ours }) => ({ folder, root: ours }))).toEqual(
      pairs.map(({ folder, uvs }) => ({ folder, root: uvs })),
    )
  })
})

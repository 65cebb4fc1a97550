import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { Fault } from '../../src/faults.ts'
import { findManifests } from '../../src/manifest/files.ts'
import { LARGEST_FILE } from '../../src/manifest/yaml.ts'

let root = ''

beforeEach(() => {
  root = mkdtempSync(path.join(os.tmpdir(), 'manifests-'))
})

afterEach(() => {
  rmSync(root, { recursive: true })
})

function write(...names: string[]): void {
  for (const name of names) {
    mkdirSync(path.join(root, path.dirname(name)), { recursive: true })
    writeFileSync(path.join(root, name), `name: ${path.basename(name)}\n`)
  }
}

async function found(patterns: readonly string[], folder = '.'): Promise<string[]> {
  const files = await findManifests({ root, workingDirectory: path.join(root, folder), patterns })
  return files.map((file) => file.path)
}

async function faultOf(patterns: readonly string[], folder = '.'): Promise<Fault> {
  const thrown: unknown = await found(patterns, folder).then(
    (names) => names,
    (reason: unknown) => reason,
  )
  if (thrown instanceof Fault) return thrown
  throw new Error(`no fault, but ${JSON.stringify(thrown)}`)
}

describe('findManifests', () => {
  test('one file, with its bytes, relative to the working directory and to the checkout', async () => {
    write('project/prefect.yaml')
    const workingDirectory = path.join(root, 'project')
    expect(await findManifests({ root, workingDirectory, patterns: ['./prefect.yaml'] })).toEqual([
      { path: 'prefect.yaml', display: 'project/prefect.yaml', bytes: Buffer.from('name: prefect.yaml\n') },
    ])
  })

  test('files and globs together: sorted, each once', async () => {
    write('b/prefect.yaml', 'a/prefect.yaml', 'a/other.yaml', 'prefect.yaml')
    expect(await found(['b/prefect.yaml', '**/prefect.yaml', './a/prefect.yaml', 'a/../prefect.yaml'])).toEqual([
      'a/prefect.yaml',
      'b/prefect.yaml',
      'prefect.yaml',
    ])
    expect(await found(['{a,b}/*.yaml'])).toEqual(['a/other.yaml', 'a/prefect.yaml', 'b/prefect.yaml'])
    expect(await found(['../a/*.yaml'], 'b')).toEqual(['../a/other.yaml', '../a/prefect.yaml'])
  })

  test('a file whose name looks like a glob is itself', async () => {
    write('{{cookiecutter.name}}/prefect.yaml', 'two words [x]/prefect.yaml')
    expect(await found(['{{cookiecutter.name}}/prefect.yaml', 'two words [x]/prefect.yaml'])).toHaveLength(2)
  })

  test('globs skip environments, git, node_modules, hidden folders, and links to folders', async () => {
    write('.venv/prefect.yaml', '.git/prefect.yaml', 'node_modules/x/prefect.yaml', '.cache/prefect.yaml')
    write('venv/pyvenv.cfg', 'venv/lib/prefect/prefect.yaml', 'real/prefect.yaml', '.config/a/prefect.yaml')
    symlinkSync(path.join(root, 'real'), path.join(root, 'link'))
    symlinkSync(root, path.join(root, 'real', 'circle'))
    expect(await found(['**/prefect.yaml'])).toEqual(['real/prefect.yaml'])
    expect(await found(['.config/**/prefect.yaml'])).toEqual(['.config/a/prefect.yaml'])
    expect(await found(['**/.config/**/*.yaml'])).toEqual(['.config/a/prefect.yaml'])
  })

  test('a link to a file of the checkout is that file', async () => {
    write('real/prefect.yaml')
    symlinkSync('real/prefect.yaml', path.join(root, 'prefect.yaml'))
    expect(await found(['prefect.yaml'])).toEqual(['prefect.yaml'])
  })
})

describe('refused', () => {
  test.each<[string, string, RegExp]>([
    ['prefect.yaml', 'prefect.yml', /`prefect\.yml`/],
    ['prefect.yaml', 'Prefect.yaml', /`Prefect\.yaml`/],
    ['perfect.yaml', 'prefect.yaml', /`prefect\.yaml`/],
    ['prefect.yaml', 'flows/prefect.yaml', /`flows\/prefect\.yaml`/],
    ['deploy/*/prefect.yaml', 'deploy/prefect.yaml', /`deploy\/prefect\.yaml`/],
    ['prefect.yaml', 'README.md', /relative to `working-directory`/],
  ])('%s where there is %s', async (wanted, present, hint) => {
    write(present)
    const fault = await faultOf([wanted])
    expect(fault.kind).toBe('user')
    expect(fault.message).toContain(`\`${wanted}\``)
    expect(fault.hint).toMatch(hint)
  })

  test('one pattern of several', async () => {
    write('prefect.yaml')
    expect((await faultOf(['prefect.yaml', 'other/*.yaml'])).message).toContain('other/*.yaml')
  })

  test('what is outside of the checkout, by name, by glob and by link', async () => {
    const outside = mkdtempSync(path.join(os.tmpdir(), 'outside-'))
    try {
      writeFileSync(path.join(outside, 'prefect.yaml'), '')
      symlinkSync(path.join(outside, 'prefect.yaml'), path.join(root, 'link.yaml'))
      symlinkSync(outside, path.join(root, 'folder'))
      const patterns = [
        `../${path.basename(outside)}/prefect.yaml`,
        '../*/prefect.yaml',
        'link.yaml',
        'folder/prefect.yaml',
      ]
      for (const pattern of [...patterns, path.join(outside, 'prefect.yaml')]) {
        expect((await faultOf([pattern])).message).toContain('not in the checkout')
      }
    } finally {
      rmSync(outside, { recursive: true })
    }
  })

  test('a folder, a named pipe, and a file of more than 1 MiB, which is not read', async () => {
    mkdirSync(path.join(root, 'folder.yaml'))
    execFileSync('mkfifo', [path.join(root, 'pipe.yaml')])
    write('large.yaml')
    truncateSync(path.join(root, 'large.yaml'), LARGEST_FILE + 1)
    expect((await faultOf(['folder.yaml'])).message).toContain('is not a file')
    expect((await faultOf(['pipe.yaml'])).message).toContain('is not a file')
    expect((await faultOf(['large.yaml'])).message).toContain(`at most ${LARGEST_FILE}`)
    truncateSync(path.join(root, 'large.yaml'), LARGEST_FILE)
    expect(await found(['large.yaml'])).toEqual(['large.yaml'])
  })

  test('a link to nowhere and a path through a file', async () => {
    symlinkSync('nowhere', path.join(root, 'prefect.yaml'))
    write('file')
    expect((await faultOf(['prefect.yaml'])).message).toContain('No file matches')
    expect((await faultOf(['file/prefect.yaml'])).message).toContain('No file matches')
  })

  test('folders without end', async () => {
    write(`${'d/'.repeat(40)}prefect.yaml`)
    expect((await faultOf(['**/prefect.yaml'])).message).toContain('too many')
  })
})

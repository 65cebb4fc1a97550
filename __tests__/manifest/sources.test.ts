import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { sourceOf } from '../../src/manifest/entrypoint.ts'
import type { EntrypointSources } from '../../src/manifest/rules/rule.ts'
import { entrypointSources } from '../../src/manifest/sources.ts'
import { manifestFrom, soundFile } from './sample.ts'

let outside: string
let root: string

beforeEach(() => {
  outside = mkdtempSync(path.join(tmpdir(), 'sources-'))
  root = path.join(outside, 'checkout')
  mkdirSync(root)
})

afterEach(() => {
  rmSync(outside, { recursive: true, force: true })
})

function put(files: Readonly<Record<string, string | Uint8Array>>, base = root): void {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(base, name)), { recursive: true })
    writeFileSync(path.join(base, name), content)
  }
}

function sourcesOf(entrypoints: readonly string[], folder = '.', file = 'prefect.yaml'): Promise<EntrypointSources> {
  const manifest = manifestFrom(
    soundFile(entrypoints.map((entrypoint, index) => [`d${index}`, entrypoint] as const)),
    file,
  )
  return entrypointSources([manifest], { root, workingDirectory: path.join(root, folder) })
}

test.each<[string, string | undefined]>([
  ['flows/orders.py:orders', 'flows/orders.py'],
  ['a.py:Class.method', 'a.py'],
  ['C:\\a.py:f', 'C:\\a.py'],
  ['shop.flows:orders', 'shop.flows'],
  ['shop.flows.orders', 'shop.flows'],
  ['orders', undefined],
  [':orders', undefined],
  ['a\0.py:f', undefined],
])('the source of %s', (entrypoint, source) => {
  expect(sourceOf(entrypoint)).toBe(source)
})

describe('files', () => {
  test('are read relative to the working directory, with or without a mark of their encoding', async () => {
    put({ 'app/flows/orders.py': 'one', 'app/marked.py': '\ufefftwo', 'shared.py': 'three' })
    const sources = await sourcesOf(['flows/orders.py:f', './marked.py:f', '../shared.py:f'], 'app')
    expect([...sources]).toEqual([
      ['flows/orders.py', { state: 'file', file: 'flows/orders.py', text: 'one' }],
      ['./marked.py', { state: 'file', file: 'marked.py', text: 'two' }],
      ['../shared.py', { state: 'file', file: '../shared.py', text: 'three' }],
    ])
  })

  test('that are not there are absent, with the one that was meant', async () => {
    put({ 'flows/orders.py': '', 'jobs/flows/stock.py': '', 'jobs/a/far.py': '', 'flows/far.py': '' })
    const entrypoints = [
      'flows/order.py:f',
      'flows\\orders.py:f',
      'flows/stock.py:f',
      'far.py:f',
      'flows/nothing_like_it.py:f',
      'flows/orders.py/x.py:f',
    ]
    const sources = await sourcesOf(entrypoints, '.', 'jobs/prefect.yaml')
    expect([...sources.values()]).toEqual([
      { state: 'absent', near: 'flows/orders.py' },
      { state: 'absent', near: 'flows/orders.py' },
      { state: 'absent', near: 'jobs/flows/stock.py' },
      { state: 'absent', near: 'flows/far.py' },
      { state: 'absent', near: undefined },
      { state: 'absent', near: undefined },
    ])
  })

  test('nothing outside of the checkout is read, nor told to be absent', async () => {
    put({ 'secret.py': 'secret' }, outside)
    symlinkSync(path.join(outside, 'secret.py'), path.join(root, 'linked.py'))
    symlinkSync(outside, path.join(root, 'folder'))
    put({ 'a.py': 'here' })
    symlinkSync(path.join(root, 'a.py'), path.join(root, 'inner.py'))
    const entrypoints = [
      '../secret.py:f',
      'linked.py:f',
      'folder/secret.py:f',
      '/etc/passwd.py:f',
      '../nothing.py:f',
      'inner.py:f',
    ]
    const sources = await sourcesOf(entrypoints)
    expect([...sources.values()].map(({ state }) => state)).toEqual([
      'unread',
      'unread',
      'unread',
      'unread',
      'unread',
      'file',
    ])
  })

  test('what is no plain text of bounded size is not read', async () => {
    put({
      'large.py': Buffer.alloc(1024 * 1024 + 1, 'a'),
      'latin.py': Buffer.from([0xe9]),
      'folder.py/a': '',
      'most.py': Buffer.alloc(1024 * 1024, 'a'),
    })
    execFileSync('mkfifo', [path.join(root, 'pipe.py')])
    const sources = await sourcesOf([
      'large.py:f',
      'latin.py:f',
      'folder.py:f',
      'pipe.py:f',
      `${'a'.repeat(5000)}.py:f`,
      'most.py:f',
    ])
    expect([...sources.values()].map(({ state }) => state)).toEqual([
      'unread',
      'unread',
      'unread',
      'unread',
      'unread',
      'file',
    ])
  })

  test('all together are bounded', async () => {
    const names = Array.from({ length: 40 }, (_, index) => `f${index}.py`)
    put(Object.fromEntries(names.map((name) => [name, Buffer.alloc(1024 * 1024, 'a')])))
    const states = [...(await sourcesOf(names.map((name) => `${name}:f`))).values()].map(({ state }) => state)
    expect(states.filter((state) => state === 'file')).toHaveLength(32)
    expect(states.slice(32)).toEqual(Array.from({ length: 8 }, () => 'unread'))
  })

  test('hints are bounded too', async () => {
    put({ 'flows/orders.py': '' })
    const entrypoints = Array.from({ length: 60 }, (_, index) => `${'./'.repeat(index)}order.py:f`)
    const nears = [...(await sourcesOf(entrypoints)).values()].flatMap((one) =>
      one.state === 'absent' ? [one.near] : [],
    )
    expect(nears).toHaveLength(60)
    expect(nears.filter((near) => near !== undefined)).toHaveLength(50)
  })

  test('a placeholder is not looked for', async () => {
    expect([...(await sourcesOf(['flows/{{ $NAME }}.py:f']))]).toEqual([])
  })
})

describe('modules', () => {
  beforeEach(() => {
    put({
      'shop/__init__.py': 'package',
      'shop/flows.py': 'flows',
      'shop/jobs/__init__.py': 'jobs',
      'shop/compiled.cpython-312-x86_64-linux-gnu.so': '',
      'loose/flows.py': 'loose',
      'single.py': 'single',
      'src/lib/__init__.py': '',
      'src/lib/core.py': 'core',
      'prefect/flows.py': 'own',
    })
  })

  test.each<[string, object]>([
    ['shop.flows:f', { state: 'file', file: 'shop/flows.py', text: 'flows' }],
    ['shop.flows.f', { state: 'file', file: 'shop/flows.py', text: 'flows' }],
    ['shop.jobs:f', { state: 'file', file: 'shop/jobs/__init__.py', text: 'jobs' }],
    ['shop:f', { state: 'file', file: 'shop/__init__.py', text: 'package' }],
    ['loose.flows:f', { state: 'file', file: 'loose/flows.py', text: 'loose' }],
    ['single:f', { state: 'file', file: 'single.py', text: 'single' }],
    ['lib.core:f', { state: 'file', file: 'src/lib/core.py', text: 'core' }],
    ['shop.flow:f', { state: 'absent', near: 'shop.flows' }],
    ['shop.jobs.flows.f', { state: 'absent', near: 'shop.flows' }],
    ['lib.cor:f', { state: 'absent', near: 'lib.core' }],
    ['shop.compiled:f', { state: 'unread' }],
    ['loose.flow:f', { state: 'unread' }],
    ['installed.package:f', { state: 'unread' }],
    ['installed:f', { state: 'unread' }],
    ['prefect.flows:f', { state: 'unread' }],
    ['not a module:f', { state: 'unread' }],
  ])('%s', async (entrypoint, source) => {
    expect([...(await sourcesOf([entrypoint])).values()]).toEqual([source])
  })
})

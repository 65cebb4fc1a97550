import { execFileSync } from 'node:child_process'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import { type AppTools, askPython, joined } from '../../../src/modal/app-check/ask.ts'
import { checkApps, judgedApps } from '../../../src/modal/app-check/check.ts'
import { MARK } from '../../../src/modal/app-check/script.ts'
import { appTools, type Checkout, checkoutOf, places, requested } from './app-files.ts'
import { GOOD_APPS } from './good-apps.ts'

const HEAD = 'import modal\napp = modal.App("orders")\n'
const bytes = (text: string): Uint8Array => Buffer.from(text, 'latin1')
const MEBIBYTE = 1024 * 1024

/** Files that nobody should have to read, and what is said of each. */
const FILES: Readonly<Record<string, readonly [source: string | Uint8Array, found: RegExp | readonly string[]]>> = {
  'a mebibyte': [HEAD + '#'.repeat(MEBIBYTE - HEAD.length), []],
  'more than a mebibyte': [HEAD + '#'.repeat(MEBIBYTE), ['app-not-checked i']],
  'thousands of functions': [HEAD + '@app.function()\ndef f(): pass\n'.repeat(12_000), []],
  'a mebibyte of names': [
    HEAD + Array.from({ length: 60_000 }, (_, index) => `a${index} = a${index + 1}`).join('\n'),
    [],
  ],
  'names that go in a circle': [`${HEAD}a = b\nb = c\nc = a\na.x()\nd = d.e\nd.f()\n`, []],
  'many signs': [`${HEAD}A = ${'-'.repeat(20_000)}1\n`, /^app-(not-checked i|unreadable)/],
  'many brackets': [`${HEAD}A = ${'['.repeat(300)}${']'.repeat(300)}\n`, /^app-unreadable 3:/],
  'many sums': [`${HEAD}A = ${'1+'.repeat(20_000)}1\n`, /^app-(not-checked i|unreadable)/],
  'many sums in a large file': [`${HEAD}A = ${'1+'.repeat(2700)}1\n${'#'.repeat(200_000)}\n`, ['app-not-checked i']],
  'a text of many pieces': [`${HEAD}A = ${'"a" + '.repeat(500)}"a"\n`, []],
  'many attributes': [`${HEAD}A = a${'.b'.repeat(20_000)}\n`, /^app-(not-checked i|unreadable)/],
  'many calls': [`${HEAD}A = a${'()'.repeat(20_000)}\n`, /^app-(not-checked i|unreadable)/],
  'many lambdas': [`${HEAD}A = ${'lambda:'.repeat(5000)}1\n`, /^app-(not-checked i|unreadable)/],
  'many conditions': [`${HEAD}A = ${'1 if 1 else '.repeat(5000)}1\n`, /^app-(not-checked i|unreadable)/],
  'many levels': [
    HEAD +
      Array.from({ length: 120 }, (_, level) => `${' '.repeat(level)}if 1:\n`).join('') +
      `${' '.repeat(120)}pass\n`,
    /^app-unreadable 10\d:/,
  ],
  'a chain of an image': [`${HEAD}image = modal.Image.debian_slim()${'.env({})'.repeat(60)}\n`, []],
  'a null byte': [`${HEAD}A = "\0"\n`, /^app-unreadable/],
  'bytes that are no UTF-8': [bytes(`${HEAD}A = "gr\xf6\xdfe"\n`), /^app-unreadable/],
  'another encoding, declared': [
    bytes(`# coding: latin-1\n${HEAD}A = "gr\xf6\xdfe"; modal.Stub\n`),
    ['app-removed-api 4:20'],
  ],
  'an encoding that is not there': [`# coding: klingon\n${HEAD}`, /^app-unreadable/],
  'a byte order mark': [`\ufeff${HEAD}modal.Stub\n`, ['app-removed-api 3:7']],
  'lines of Windows': [`${HEAD}modal.Stub\n`.replaceAll('\n', '\r\n'), ['app-removed-api 3:7']],
  'lines of an old Macintosh': [`${HEAD}modal.Stub\n`.replaceAll('\n', '\r'), ['app-removed-api 3:7']],
  'a form feed': [`${HEAD}\fmodal.Stub\n`, ['app-removed-api 3:8']],
  'half of a character': [`${HEAD}A = "\\ud800" "\\udfff"\n@app.function(name="\\ud800")\ndef f(): pass\n`, []],
  'what ends in the middle': [`${HEAD}A = (`, /^app-unreadable 3:/],
  'a return at the top': [`${HEAD}return 1\n`, /^app-unreadable 3:/],
  'words that look like a command': [`${HEAD}A = '::error::x\n`, /^app-unreadable 3:/],
  'a comment that looks like an answer': [`${HEAD}# ${MARK}0:{}\nprint("${MARK}0:{}")\n`, []],
  'numbers without end': [
    `${HEAD}@app.function(min_containers=${'9'.repeat(400)})\ndef f(): pass\n`,
    ['app-min-containers 3:15 i'],
  ],
  'what runs when it is imported': [`${HEAD}raise SystemExit(9)\n`, []],
}
const CASES = Object.entries(FILES)
const fileOf = (name: string): string => `hostile_${CASES.findIndex(([other]) => other === name)}.py`

describe('a hostile file', () => {
  let checkout: Checkout
  let tools: AppTools & { shown: string[] }
  let found: ReadonlyMap<string, readonly string[]>

  beforeAll(async () => {
    checkout = checkoutOf(Object.fromEntries(CASES.map(([name, [source]]) => [fileOf(name), source])))
    tools = await appTools(checkout.folder)
    const requests = CASES.map(([name]) => requested(fileOf(name)))
    const { findings } = await checkApps(tools, requests, { repository: undefined })
    found = new Map(
      CASES.map(([name]) => [name, places(findings.filter(({ position }) => position.file === fileOf(name)))]),
    )
  })
  afterAll(() => checkout.remove())

  test.each(CASES)('%s', (name, [, wanted]) => {
    const said = found.get(name) ?? []
    if (wanted instanceof RegExp) {
      expect(said).toHaveLength(1)
      expect(said[0]).toMatch(wanted)
    } else expect(said).toEqual(wanted)
  })

  test('does not make the check stumble', () => {
    expect(tools.shown.filter((line) => line.includes('Error') || line.includes('Traceback'))).toEqual([])
  })
})

describe('a file in a strange place', () => {
  test('is read where it lies in the checkout, and only there', async () => {
    const outside = checkoutOf({ 'secret.py': `${HEAD}modal.Stub\n`, 'pkg/app.py': `${HEAD}modal.Stub\n` })
    const checkout = checkoutOf({ 'app/real.py': `${HEAD}modal.Stub\n`, 'app/module.py/inner.py': '' })
    const { folder } = checkout
    symlinkSync(path.join(outside.folder, 'secret.py'), path.join(folder, 'app/out.py'))
    symlinkSync(path.join(outside.folder, 'pkg'), path.join(folder, 'pkg'))
    symlinkSync('real.py', path.join(folder, 'app/in.py'))
    symlinkSync('loop.py', path.join(folder, 'app/loop.py'))
    symlinkSync('/dev/zero', path.join(folder, 'app/zero.py'))
    execFileSync('mkfifo', [path.join(folder, 'app/pipe.py')])
    mkdirSync(path.join(folder, '.venv/lib/python3/site-packages'), { recursive: true })
    writeFileSync(path.join(folder, '.venv/lib/python3/site-packages/own.py'), HEAD)
    const files = ['out', 'in', 'loop', 'zero', 'pipe', 'module', 'absent'].map((name) => `${name}.py`)
    const requests = [...files, '../../x.py', '../.venv/lib/python3/site-packages/own.py'].map((name) =>
      requested(name),
    )
    const tools = { ...(await appTools(folder)), cwd: path.join(folder, 'app') }
    const { findings } = await checkApps(tools, requests, { repository: undefined })
    const said = findings.map(
      ({ position, ...finding }) => `${position.file}: ${places([{ position, ...finding }])[0]}`,
    )
    expect(said).toEqual([
      '../../x.py: app-not-checked i',
      '../.venv/lib/python3/site-packages/own.py: app-not-checked i',
      'app/absent.py: app-not-checked i',
      'app/in.py: app-removed-api 3:7',
      'app/loop.py: app-not-checked i',
      'app/module.py: app-not-checked i',
      'app/out.py: app-not-checked i',
      'app/pipe.py: app-not-checked i',
      'app/zero.py: app-not-checked i',
    ])
    const modules = await checkApps(await appTools(folder), [requested('-m pkg.app')], { repository: undefined })
    expect(places(modules.findings)).toEqual(['app-not-checked i'])
    outside.remove()
    checkout.remove()
  })
})

describe('an answer that does not come', () => {
  const requests = [requested('a.py'), requested('b.py')]
  const nowhere = { cwd: '/checkout', checkout: '/checkout', modalVersion: '1.6.4' }

  test('leaves the file unchecked, and says so', async () => {
    const { findings } = judgedApps(
      requests,
      { installed: null, answers: [{ state: 'unknown' }, undefined] },
      nowhere,
      {
        repository: undefined,
      },
    )
    expect(findings).toMatchObject([{ rule: 'app-not-checked', position: { file: 'b.py' } }])
  })

  test('at all is no fault of the deploy', async () => {
    const tools = await appTools('/')
    const { answers } = await askPython({ ...tools, python: '/bin/false' }, [{ file: 'a.py', module: false }])
    expect(answers).toEqual([undefined])
  })

  test('is put together from its pieces, whatever else is printed', () => {
    const lines = ['words', `${MARK}0:{"a"`, `${MARK}1:[]`, 'more', `${MARK}0::1}`]
    expect([...joined(lines)]).toEqual([
      ['0', '{"a":1}'],
      ['1', '[]'],
    ])
  })
})

describe('a good app with lines that are lost, doubled and cut', () => {
  test('never makes the check stumble', async () => {
    const sources = Object.values(GOOD_APPS).flatMap(({ files }) => Object.values(files))
    const mutation = fc.record({
      source: fc.constantFrom(...sources),
      cuts: fc.array(fc.record({ at: fc.nat(), kind: fc.constantFrom(...KINDS) }), {
        minLength: 1,
        maxLength: 4,
      }),
    })
    const seed = Number(process.env['FC_SEED'] ?? Date.now() % 2 ** 31)
    const mutants = fc.sample(mutation, { numRuns: 300, seed }).map(mutated)
    const checkout = checkoutOf(Object.fromEntries(mutants.map((text, index) => [`m_${index}.py`, text])))
    const tools = await appTools(checkout.folder)
    const files = mutants.map((_, index) => ({ file: `m_${index}.py`, module: false }))
    const { answers } = await askPython(tools, files).finally(checkout.remove)
    const states = new Set(answers.map((answer) => answer?.state))
    expect([seed, tools.shown.filter((line) => line.includes('Traceback'))]).toEqual([seed, []])
    expect([seed, states]).toEqual([seed, new Set(['read', 'refused'])])
  })
})

const KINDS = ['lose', 'double', 'cut', 'swap'] as const
type Mutation = Readonly<{ source: string; cuts: readonly Readonly<{ at: number; kind: (typeof KINDS)[number] }>[] }>

function mutated({ source, cuts }: Mutation): string {
  let lines = source.split('\n')
  for (const { at, kind } of cuts) {
    const index = at % lines.length
    const line = lines[index] ?? ''
    const other = lines[(index + 1) % lines.length] ?? ''
    const instead = {
      lose: [],
      double: [line, line],
      cut: [line.slice(0, at % (line.length + 1))],
      swap: [other, line],
    }
    lines = lines.toSpliced(index, 1, ...instead[kind])
  }
  return lines.join('\n')
}

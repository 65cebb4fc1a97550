import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from '@jest/globals'

const SRC = path.resolve(import.meta.dirname, '../src')

/** An import of one source file: `of` is `src/`'s folder or leaf (`manifest`, `faults.ts`), or a package's name. */
type Import = Readonly<{ from: string; file: string; to: string; typeOnly: boolean }>

const FILES = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'))
const IMPORTS = FILES.flatMap((file) => importsOf(file))

function importsOf(file: string): Import[] {
  const text = readFileSync(path.join(SRC, file), 'utf8')
  const statements = text.matchAll(/^(?:import|export)\s+(type\s)?[^'"]*?from '([^']+)'|^import '([^']+)'/gm)
  const behind = text.matchAll(/\bimport\((?:\/\*.*?\*\/)?\s*'([^']+)'\)/g)
  const found = [
    ...[...statements].map(([, type, target, bare]) => ({
      target: target ?? bare ?? '',
      typeOnly: type !== undefined,
    })),
    ...[...behind].map(([, target = '']) => ({ target, typeOnly: false })),
  ]
  return found.map(({ target, typeOnly }) => ({ from: place(file), file, to: folderOf(file, target), typeOnly }))
}

function folderOf(file: string, target: string): string {
  if (!target.startsWith('.')) return target
  return place(path.join(path.dirname(file), target))
}

function place(file: string): string {
  return file.split('/')[0] ?? file
}

/** Which folder may import which; everything may import the leaves. (docs/decisions/0003-layers.md) */
const MAY: Readonly<Record<string, readonly string[]>> = {
  'main.ts': ['release'],
  release: ['inputs', 'manifest', 'prefect', 'modal', 'python', 'github', 'report', 'process', 'http'],
  inputs: ['github', 'modal', 'http'],
  manifest: [],
  prefect: ['manifest', 'process', 'http'],
  modal: ['process', 'http'],
  python: ['process', 'http'],
  github: ['process', 'http'],
  report: [],
  process: [],
  http: [],
  'faults.ts': [],
  'finding.ts': [],
  'host.ts': [],
  'nearest.ts': [],
  'secret-shapes.ts': [],
}
const LEAVES = new Set(['faults.ts', 'finding.ts', 'host.ts', 'nearest.ts', 'secret-shapes.ts'])
const INSIDE = new Set(Object.keys(MAY))

describe('the layers', () => {
  it('are those of the folders that there are', () => {
    expect(new Set(FILES.map(place))).toEqual(INSIDE)
  })

  it('import only to the right', () => {
    const wrong = IMPORTS.filter(
      ({ from, to }) => INSIDE.has(to) && to !== from && !LEAVES.has(to) && MAY[from]?.includes(to) !== true,
    )
    expect(wrong).toEqual([])
  })

  it('let a domain know of another only its types: inputs of all, prefect of the manifest', () => {
    const domains = new Set(['manifest', 'prefect', 'modal', 'python', 'report'])
    const crossing = IMPORTS.filter(
      ({ from, to }) => from !== to && domains.has(to) && from !== 'release' && !LEAVES.has(to),
    )
    expect(crossing.filter(({ typeOnly }) => !typeOnly)).toEqual([])
    expect(crossing.length).toBeGreaterThan(0)
  })
})

describe('what only one place may do', () => {
  it.each([
    ['node:child_process', ['process']],
    ['@actions/exec', ['process']],
    ['undici', ['http']],
    ['@actions/core', ['github']],
    ['@actions/github', ['github']],
    ['yaml', ['manifest', 'inputs']],
  ])('%s is imported by %j alone', (name, places) => {
    const found = new Set(IMPORTS.filter(({ to }) => to === name).map(({ from }) => from))
    expect([...found].filter((from) => !places.includes(from))).toEqual([])
    expect(found.size).toBeGreaterThan(0)
  })

  it.each([
    [/process\.env\b/, ['main.ts']],
    [/process\.exitCode|process\.exit\(/, ['main.ts']],
    [/process\.stdout|console\.\w+\(/, ['github']],
    [/\bfetch\(/, []],
  ])('%s stands in %j alone', (pattern, places) => {
    const found = FILES.filter((file) => pattern.test(readFileSync(path.join(SRC, file), 'utf8'))).map(place)
    expect(found.filter((from) => !places.includes(from))).toEqual([])
  })
})

describe('the size of the source files', () => {
  it('is below 300 lines', () => {
    const long = FILES.filter((file) => readFileSync(path.join(SRC, file), 'utf8').split('\n').length > 301)
    expect(long).toEqual([])
  })
})

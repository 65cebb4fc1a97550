import { describe, expect, test } from '@jest/globals'
import { type Value, valueAt } from '../../src/manifest/value.ts'
import { LARGEST_FILE, readYaml, type YamlReading } from '../../src/manifest/yaml.ts'

const read = (text: string): YamlReading => readYaml(Buffer.from(text))
const told = ({ troubles }: YamlReading): string[] => troubles.map(({ rule, at }) => `${rule} ${at.line}:${at.column}`)

function plain(value: Value | undefined): unknown {
  if (value === undefined) return undefined
  if (value.kind === 'list') return value.items.map(plain)
  if (value.kind === 'map') return Object.fromEntries(value.entries.map((entry) => [entry.key, plain(entry.value)]))
  return value.value
}

describe('a scalar is what PyYAML makes of it', () => {
  test.each<[string, unknown]>([
    ['yes', true],
    ['Off', false],
    ['y', 'y'],
    ['n', 'n'],
    ['oN', 'oN'],
    ['~', null],
    ['', null],
    ['NULL', null],
    ['nULL', 'nULL'],
    ['010', 8],
    ['08', '08'],
    ['0x1F', 31],
    ['0b101', 5],
    ['0o17', '0o17'],
    ['1_000', 1000],
    ['1:30', 90],
    ['-1:30', -90],
    ['1:30.5', 90.5],
    ['12345678901234567890', 12345678901234567890n],
    ['1e3', '1e3'],
    ['1.5e+3', 1500],
    ['.5', 0.5],
    ['-.inf', Number.NEGATIVE_INFINITY],
    ['.nan', Number.NaN],
    ['2024-02-29', '2024-02-29'],
    ['2024-1-1', '2024-1-1'],
    ['"yes"', 'yes'],
    ["'5'", '5'],
    ['!!str 5', '5'],
    ['!!int "5"', 5],
    ['!!float 1', 1],
    ['! "5"', 5],
    ['"a\\tb"', 'a\tb'],
  ])('%s', (source, expected) => {
    expect(plain(valueAt(read(`key: ${source}\n`).value, 'key'))).toEqual(expected)
  })

  test('a date is no text', () => {
    expect(valueAt(read('key: 2024-02-29 10:00:00 +2:00\n').value, 'key')).toMatchObject({ type: 'date' })
  })
})

describe('structure', () => {
  test('aliases and merge keys: own keys win, then the later merge, then the first of a list', () => {
    const text = 'a: &a {x: 1, y: 1}\nb: &b {x: 2, z: 2}\nc:\n  <<: [*a, *b]\n  y: 3\nd:\n  <<: *a\n  <<: *b\ne: *a\n'
    expect(plain(read(text).value)).toMatchObject({
      c: { x: 1, y: 3, z: 2 },
      d: { x: 2, y: 1, z: 2 },
      e: { x: 1, y: 1 },
    })
  })

  test('a quoted `<<` is a key like others, and a merged entry stands where it was written', () => {
    const { value } = read('a: &a\n  x: 1\nb:\n  "<<": 2\n  <<: *a\n')
    expect(plain(valueAt(value, 'b'))).toEqual({ '<<': 2, x: 1 })
    const merged = valueAt(value, 'b')
    expect(merged?.kind === 'map' ? merged.entries.map((entry) => entry.keyAt.line) : []).toEqual([2, 4])
  })

  test('places count from 1, over a byte order mark and every kind of line end', () => {
    const { value } = read('\ufeffa: 1\r\nb: 2\rc: 3\n  \n"ä": {x: [1, 7]}\n')
    expect(valueAt(value, 'a')?.at).toEqual({ line: 1, column: 4 })
    expect(valueAt(value, 'b')?.at).toEqual({ line: 2, column: 4 })
    expect(valueAt(value, 'c')?.at).toEqual({ line: 3, column: 4 })
    const list = valueAt(value, 'ä', 'x')
    expect(list?.kind === 'list' ? list.items[1]?.at : undefined).toEqual({ line: 5, column: 14 })
  })

  test('the line ends of PyYAML are line ends, also in a comment', () => {
    expect(plain(read('# a\u2028b: 1\u0085c: 2\n').value)).toEqual({ b: 1, c: 2 })
  })

  test.each([
    ['double', 'a:\n  b: "x\ny: \\" z"\nc: 1\n', 'x y: " z'],
    ['single', "a:\n  b: 'x\r\ny: '' z'\nc: 1\n", "x y: ' z"],
  ])('a quoted text may go on in a line that is not indented: %s', (_, text, expected) => {
    expect(plain(read(text).value)).toMatchObject({ a: { b: expect.stringMatching(/^x +y/) }, c: 1 })
    expect(String(plain(valueAt(read(text).value, 'a', 'b'))).replace(/ +/g, ' ')).toBe(expected)
  })

  test('only a key of type text is a field', () => {
    const { value } = read('on: 1\n5: 2\n"on": 3\n')
    expect(plain(valueAt(value, 'on'))).toBe(3)
    expect(valueAt(value, '5')).toBeUndefined()
  })

  test('an empty file is nothing', () => {
    expect(read('').value).toMatchObject({ type: 'null' })
    expect(read('# only a comment\n').value).toMatchObject({ type: 'null' })
  })
})

describe('what cannot be read is told at its place', () => {
  test.each<[string, string, string]>([
    ['a tab as indentation', 'a:\n\tb: 1\n', 'yaml-syntax 2:1'],
    ['a tab behind a key', 'a: 1\nb:\t2\n', 'yaml-syntax 2:3'],
    ['bad indentation', 'a:\n  b: 1\n c: 2\n', 'yaml-syntax 3:1'],
    ['a quote that is never closed', 'a: "x\nb: 1\n', 'yaml-syntax'],
    ['an undefined alias', 'a: 1\nb: *nope\n', 'yaml-alias 2:4'],
    ['an alias before its anchor', 'a: *x\nb: &x 1\n', 'yaml-alias 1:4'],
    ['an anchor twice', 'a: &x 1\nb: &x 2\n', 'yaml-alias 2:7'],
    ['an anchor in itself', 'a: &x\n  - *x\n', 'yaml-alias'],
    ['a merge of itself', 'a: &x\n  <<: *x\n', 'yaml-alias'],
    ['a merge of a text', 'a:\n  <<: b\n', 'yaml-merge 2:3'],
    ['a merge of a list of texts', 'a:\n  <<: [b]\n', 'yaml-merge 2:3'],
    ['two documents', 'a: 1\n---\nb: 1\n', 'yaml-documents 2:1'],
    ['an unknown tag', 'a: !secret b\n', 'yaml-tag 1:12'],
    ['an unknown tag of a mapping', 'a: !secret {b: 1}\n', 'yaml-tag'],
    ['a mapping as a key', 'a: {{ $NAME }}\n', 'yaml-key 1:5'],
    ['a value without a key', 'a: 1\n: 2\n', 'yaml-key 2:1'],
    ['a day that is none', 'a: 2024-02-30\n', 'yaml-value 1:4'],
    ['a month that is none', 'a: 2024-13-01\n', 'yaml-value 1:4'],
    ['an hour that is none', 'a: 2024-01-01 25:00:00\n', 'yaml-value 1:4'],
    ['a hexadecimal without digits', 'a: 0x_\n', 'yaml-value 1:4'],
    ['a bare equals sign', 'a: =\n', 'yaml-value 1:4'],
    ['a text that is called a number', 'a: !!int x\n', 'yaml-value 1:10'],
    ['NUL', 'a: 1\nb: \0\n', 'yaml-character 2:4'],
    ['an escape character', 'a: \u001b[31m\n', 'yaml-character 1:4'],
    ['another version of YAML', '%YAML 2.0\n---\na: 1\n', 'yaml-syntax 1:7'],
  ])('%s', (_, text, expected) => {
    const reading = read(text)
    expect(reading.value).toBeUndefined()
    expect(told(reading).join()).toContain(expected)
  })

  test.each<[string, Uint8Array, string]>([
    ['Latin-1', Buffer.from('a: 1\nb: ä\n', 'latin1'), 'yaml-encoding 2:4'],
    ['a cut sequence', Buffer.from('a: ä').subarray(0, 4), 'yaml-encoding 1:4'],
    ['UTF-16 with a mark', Buffer.from('\ufeffa: 1\n', 'utf16le'), 'yaml-encoding 1:1'],
    ['UTF-16 without', Buffer.from('a: 1\n', 'utf16le'), 'yaml-character 1:2'],
    ['a replacement character before the fault', Buffer.concat([Buffer.from('\ufffd\n'), Buffer.of(0xff)]), '2:1'],
  ])('%s', (_, bytes, expected) => {
    expect(told(readYaml(bytes)).join()).toContain(expected)
  })

  test('each error says what to do where it is known', () => {
    expect(read('a: {{ $NAME }}\n').troubles[0]?.hint).toContain('Quote')
    expect(read('a:\n\tb: 1\n').troubles[0]?.hint).toContain('spaces')
    expect(read('a: 1\n---\nb: 1\n').troubles[0]?.hint).toContain('---')
    expect(read('a: b: c\n').troubles[0]?.hint).toContain('Quote')
    expect(readYaml(Buffer.from('\ufeffa', 'utf16le')).troubles[0]?.message).toContain('UTF-16')
  })

  test('a key that stands twice is a warning, and the last one counts', () => {
    const reading = read('a: 1\nb: 2\na: 3\n"1": x\n1: y\nyes: 1\ntrue: 2\n')
    expect(told(reading)).toEqual(['duplicate-key 3:1', 'duplicate-key 7:1'])
    expect(reading.troubles.map((trouble) => trouble.severity)).toEqual(['warning', 'warning'])
    expect(plain(valueAt(reading.value, 'a'))).toBe(3)
  })

  test('control characters and backticks of the file stay out of messages', () => {
    const [trouble] = read('"a`\\n::error::": 1\n"a`\\n::error::": 1\n').troubles
    expect(trouble?.message).toContain('`a\ufffd\ufffd::error::`')
  })
})

describe('bounds', () => {
  const bombs: Readonly<Record<string, () => string>> = {
    'yaml-too-large: bytes': () => 'x'.repeat(LARGEST_FILE + 1),
    'yaml-too-large: 120,000 keys': () => Array.from({ length: 120_000 }, (_, index) => `k${index}:\n`).join(''),
    'yaml-too-large: brackets': () => `a: [${'[],'.repeat(300_000)}]`,
    'yaml-too-large: line breaks': () => '\n'.repeat(1_000_000),
    'yaml-too-deep: brackets': () => '['.repeat(10_000) + ']'.repeat(10_000),
    'yaml-too-deep: braces': () => '{a: '.repeat(20_000),
    'yaml-too-deep: items on one line': () => `${'- '.repeat(10_000)}x`,
    'yaml-too-deep: explicit keys': () => '? '.repeat(10_000),
    'yaml-too-deep: indentation': () => Array.from({ length: 1000 }, (_, index) => `${' '.repeat(index)}a:\n`).join(''),
    'yaml-too-deep: items below each other': () =>
      Array.from({ length: 1000 }, (_, index) => `${' '.repeat(index)}-\n`).join(''),
    'yaml-too-deep: values on one line': () => 'a: '.repeat(20_000),
    'yaml-too-deep: aliases': () =>
      `a0: &a0 [x]\n${Array.from({ length: 300 }, (_, index) => `a${index + 1}: &a${index + 1} [*a${index}]\n`).join('')}`,
    'yaml-alias-bomb: laughs': () =>
      `a0: &a0 [x]\n${Array.from({ length: 30 }, (_, index) => `a${index + 1}: &a${index + 1} [${`*a${index},`.repeat(9)}]\n`).join('')}`,
    'yaml-alias-bomb: merges': () =>
      `a0: &a0 {k: 1}\n${Array.from({ length: 3000 }, (_, index) => `a${index + 1}: &a${index + 1} {<<: *a${index}, k${index}: 1}\n`).join('')}`,
    'yaml-value: a number of a million digits': () => `a: 1${':1'.repeat(500_000)}`,
  }

  test.each(Object.keys(bombs))('%s', (name) => {
    const reading = read(bombs[name]?.() ?? '')
    expect(reading.value).toBeUndefined()
    expect(reading.troubles[0]?.rule).toBe(name.split(':')[0])
  })

  test('a large honest file is read', () => {
    const entries = Array.from(
      { length: 2000 },
      (_, index) => `  - name: n${index}\n    text: |\n      line\n      line\n`,
    )
    const list = valueAt(read(`deployments:\n${entries.join('')}`).value, 'deployments')
    expect(list?.kind === 'list' ? list.items.length : 0).toBe(2000)
  })

  test('an alias that is used often is one object', () => {
    const list = valueAt(read(`a: &a {x: 1}\nb: [${'*a, '.repeat(1000)}]\n`).value, 'b')
    expect(new Set(list?.kind === 'list' ? list.items : []).size).toBe(1)
  })
})

import { describe, expect, test } from '@jest/globals'
import { plainOf } from '../../src/manifest/plain.ts'
import { readYaml } from '../../src/manifest/yaml.ts'

function plain(text: string): unknown {
  const { value } = readYaml(Buffer.from(text))
  if (value === undefined) throw new Error(`not read: ${text}`)
  return plainOf(value)
}

describe('a value as plain JSON', () => {
  test.each<[string, unknown]>([
    ['text', 'text'],
    ['"3"', '3'],
    ['3', 3],
    ['-0x10', -16],
    ['1.5', 1.5],
    ['yes', true],
    ['~', null],
    ['[1, [a], {}]', [1, ['a'], {}]],
    ['{a: {b: [1]}, __proto__: 3}', JSON.parse('{"a": {"b": [1]}, "__proto__": 3}')],
    ['{a: &x [1], b: *x}', { a: [1], b: [1] }],
    ['"{{ not closed"', '{{ not closed'],
  ])('%s', (text, expected) => {
    expect(plain(text)).toEqual(expected)
  })

  test.each([
    '"{{ $REGION }}"',
    'a {{ prefect.variables.region }} b',
    '[1, {a: "{{ build.image }}"}]',
    '2026-01-31',
    '{at: 2026-01-31 06:00:00}',
    '!!binary aGk=',
    '.inf',
    '[.nan]',
    '9007199254740993',
    '{1: a}',
    '{on: a}',
  ])('is not known of %s', (text) => {
    expect(plain(text)).toBeUndefined()
  })

  test('is not made of what aliases blow up', () => {
    const levels = 'bcde'.split('').map((name, level) => {
      const below = level === 0 ? 'a' : ('bcde'[level - 1] ?? '')
      return `${name}: &${name} [${Array.from({ length: 9 }, () => `*${below}`).join(', ')}]`
    })
    expect(plain(`a: &a [x, x, x]\n${levels.slice(0, 1).join('\n')}`)).toBeDefined()
    expect(plain(`a: &a [x, x, x]\n${levels.join('\n')}`)).toBeUndefined()
  })

  test('is not made of what is nested too deep', () => {
    const nested = (levels: number): string =>
      Array.from(
        { length: levels },
        (_, level) => `a${level}: &a${level} [${level === 0 ? '' : `*a${level - 1}`}]`,
      ).join('\n')
    expect(plain(nested(90))).toBeDefined()
    expect(plain(nested(110))).toBeUndefined()
  })
})

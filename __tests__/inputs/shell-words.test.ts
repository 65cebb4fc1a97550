import { describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import { shellWords } from '../../src/inputs/shell-words.ts'

describe('shellWords', () => {
  test.each<[string, readonly string[] | string]>([
    ['', []],
    ['   ', []],
    ['a b  c', ['a', 'b', 'c']],
    ["'a b' c", ['a b', 'c']],
    ['"a b"c', ['a bc']],
    ['a\\ b', ['a b']],
    ['"a \\" b"', ['a " b']],
    ['"a \\n b"', ['a \\n b']],
    ["'$(rm -rf /)'", ['$(rm -rf /)']],
    ['$HOME `id`', ['$HOME', '`id`']],
    ['a # comment', ['a']],
    ['a#b', ['a#b']],
    ['# only a comment', []],
    ["''", ['']],
    ["'open", 'unclosed quote'],
    ['"open', 'unclosed quote'],
    ['end\\', 'nothing after the backslash'],
  ])('%j', (line, expected) => {
    expect(shellWords(line)).toEqual(expected)
  })

  test('any words, quoted, come back as they were', () => {
    const word = fc.string().filter((text) => !text.includes("'"))
    fc.assert(
      fc.property(fc.array(word), (words) => {
        expect(shellWords(words.map((one) => `'${one}'`).join(' '))).toEqual(words)
      }),
    )
  })

  test('any line is words or a fault, never an exception', () => {
    fc.assert(
      fc.property(fc.string(), (line) => {
        const result = shellWords(line)
        expect(typeof result === 'string' || Array.isArray(result)).toBe(true)
      }),
    )
  })
})

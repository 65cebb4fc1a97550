import { describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import { lineReader, LONGEST_LINE, plain } from '../../src/process/lines.ts'

function read(chunks: readonly string[]): string[] {
  const lines: string[] = []
  const reader = lineReader((line) => lines.push(line))
  for (const chunk of chunks) reader.write(chunk)
  reader.end()
  return lines
}

describe('lineReader', () => {
  test.each([
    ['one line', ['a\n'], ['a']],
    ['a last line without an end', ['a\nb'], ['a', 'b']],
    ['Windows line ends', ['a\r\nb\r\n'], ['a', 'b']],
    ['a line end cut in two', ['a\r', '\nb'], ['a', 'b']],
    ['a progress bar', ['10 %\r20 %\rdone\n'], ['10 %', '20 %', 'done']],
    ['empty lines', ['\n\n'], ['', '']],
    ['colours', ['\u001b[31mred\u001b[0m\n'], ['red']],
    ['a hyperlink', ['\u001b]8;id=1;https://a.b\u001b\\text\u001b]8;;\u001b\\\n'], ['text']],
  ])('%s', (_name, chunks, lines) => {
    expect(read(chunks)).toEqual(lines)
  })

  test('a line without an end stays within its bound', () => {
    const lines = read(Array.from({ length: 100 }, () => 'x'.repeat(10_000)))
    expect(lines).toHaveLength(1)
    expect(lines[0]).toHaveLength(LONGEST_LINE)
  })

  test('however a text is cut into chunks, its lines are the same', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: fc.constantFrom('a', 'b', '\n', '\r', ' ') })), (chunks) => {
        expect(read(chunks)).toEqual(read([chunks.join('')]))
      }),
    )
  })
})

test('plain takes out escapes and leaves the rest', () => {
  expect(plain('\u001b[1A\u001b[2K✓ done')).toBe('✓ done')
  expect(plain('no escapes ü')).toBe('no escapes ü')
})

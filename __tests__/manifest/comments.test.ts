import { describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import { ownComments } from '../../src/manifest/comments.ts'

/** `line>about text` of each comment. */
function found(text: string): string[] {
  return ownComments(Buffer.from(text), 'f').map(({ line, about, text: said }) => `${line}>${about} ${said}`)
}

describe('comments that speak to this action', () => {
  test.each<[string, string, string[]]>([
    ['at the end of a line', 'a: 1  # prefect-modal: ignore x -- why\nb: 2\n', ['1>1 ignore x -- why']],
    ['alone, about the next line', '# prefect-modal: ignore x\na: 1\n', ['1>2 ignore x']],
    ['above other comments and blank lines', '#prefect-modal:ignore x\n\n# more\n  a: 1\n', ['1>4 ignore x']],
    [
      'two above one line',
      '# prefect-modal: ignore x\n# prefect-modal: ignore y\na: 1',
      ['1>3 ignore x', '2>3 ignore y'],
    ],
    ['indented, in a list', 'a:\n  - b\n  # prefect-modal: ignore x\n  - c\n', ['3>4 ignore x']],
    ['at the end of the file', 'a: 1\n# prefect-modal: ignore x', ['2>2 ignore x']],
    ['with the line breaks of Windows', 'a: 1\r\n# prefect-modal: ignore x\r\nb: 2\r\n', ['2>3 ignore x']],
    ['behind a flow mapping', 'a: {b: c} # prefect-modal: ignore x\n', ['1>1 ignore x']],
    ['not in quotes', 'a: "# prefect-modal: ignore x"\nb: \'\n  # prefect-modal: ignore y\'\n', []],
    ['not in a block scalar', 'a: |\n  # prefect-modal: ignore x\n', []],
    ['not another comment', '# see prefect-modal: ignore x\n', []],
    ['in a file that is no YAML', 'a: [\n# prefect-modal: ignore x\n', ['2>2 ignore x']],
  ])('%s', (_name, text, expected) => {
    expect(found(text)).toEqual(expected)
  })

  test('any bytes give comments or none', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        const all = Buffer.concat([bytes, Buffer.from('\n# prefect-modal: ignore x\n')])
        expect(ownComments(all, 'f').length).toBeLessThanOrEqual(1)
      }),
    )
  })
})

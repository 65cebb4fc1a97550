import { describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import { Fault } from '../../src/faults.ts'
import { failureText } from '../../src/modal/failure-text.ts'
import { modalFailure } from '../../src/modal/failures.ts'
import { oneLine } from '../../src/process/one-line.ts'

const inCheckout = (file: string): boolean => file.startsWith('/checkout/')
const read = (...stderr: readonly string[]): ReturnType<typeof failureText> => failureText(stderr, inCheckout)

const box = (title: string, ...lines: readonly string[]): string[] => [
  title === '' ? `╭${'─'.repeat(40)}╮` : `╭─ ${title} ${'─'.repeat(40 - title.length - 3)}╮`,
  ...lines.map((line) => `│ ${line.padEnd(38)} │`),
  `╰${'─'.repeat(40)}╯`,
]
const TRACEBACK = box('Traceback (most recent call last)', '/checkout/modal_app.py:3 in <module>', '', '❱ 3 import x')
const RAW = ['Traceback (most recent call last):', '  File "/checkout/app.py", line 7, in <module>', '    import x']

describe('the message of a failure', () => {
  test.each([
    ['behind its mark', ['Error: Token not found']],
    [
      'behind its mark, after what user code logs',
      ['WARNING:root:x', 'Error: of the settings', 'Error: Token not found'],
    ],
    ['in its box', box('Error', 'Token not found')],
    ['in a box with another title', box('Error: Not found', 'Token not found')],
    ['after a warning in a box', [...box('Modal Warning', 'Soon'), '', 'Error: Token not found']],
    ['before a warning in a box', ['Error: Token not found', ...box('Modal Warning', 'Soon')]],
    ['after a panel of somebody else', [...box('Welcome', 'Hello'), 'log', 'Error: Token not found']],
    ['behind a usage line', ['Usage: modal deploy', "Try 'modal deploy --help'.", '', 'Error: Token not found', '']],
    ['after a traceback that was only logged', [...RAW, 'ImportError: x', 'Error: Token not found']],
    ['after a traceback that was only drawn', [...TRACEBACK, '', 'Error: Token not found']],
  ])("is Modal's %s", (_, stderr) => {
    expect(read(...stderr)).toEqual({ from: 'modal', message: ['Token not found'] })
  })

  test.each([
    ['drawn', TRACEBACK, 'modal_app.py', 3],
    ['drawn after a logged one', [...RAW, 'KeyError: 1', ...TRACEBACK], 'modal_app.py', 3],
    ['plain', RAW, 'app.py', 7],
    [
      'of a syntax error',
      [...box('Traceback (most recent call last)', '<frozen x>:1'), ...box('', '/checkout/m.py:9')],
      'm.py',
      9,
    ],
  ])('is the exception behind a traceback: %s', (_, stderr, file, line) => {
    expect(read(...stderr, 'ValueError: no x', 'Error: really')).toEqual(
      stderr === RAW
        ? { from: 'modal', message: ['really'] }
        : {
            from: 'traceback',
            message: ['ValueError: no x', 'Error: really'],
            place: { file: `/checkout/${file}`, line },
          },
    )
    expect(read(...stderr, 'ValueError: no x')).toEqual({
      from: 'traceback',
      message: ['ValueError: no x'],
      place: { file: `/checkout/${file}`, line },
    })
  })

  test('is whatever is there where nothing marks one', () => {
    expect(read('', 'reading', 'giving up', '')).toEqual({ from: 'elsewhere', message: ['reading', 'giving up'] })
    expect(read()).toEqual({ from: 'elsewhere', message: [] })
  })

  test('has no place in installed packages', () => {
    const place = read(...box('Traceback (most recent call last)', '/venv/lib/x.py:3 in f'), 'ValueError').place
    expect(place).toBeUndefined()
  })

  test('has no place of an earlier traceback', () => {
    const { from, place } = read(
      ...TRACEBACK,
      'KeyError: 1',
      '',
      ...box('Traceback (most recent call last)', '/venv/x.py:3'),
      'ValueError',
    )
    expect({ from, place }).toEqual({ from: 'traceback', place: undefined })
  })

  test('keeps the start of an exception, and the end of what user code writes', () => {
    const lines = Array.from({ length: 200 }, (_, index) => `line ${index}`)
    expect(read('Error: many', ...lines).message).toEqual(['many', ...lines.slice(0, 39)])
    expect(read(...lines).message).toEqual(lines.slice(-40))
  })

  test('has no place of a file below the checkout that is installed there', () => {
    const stderr = [...box('Traceback (most recent call last)', '/checkout/.venv/lib/x.py:3 in f'), 'ValueError']
    const fault = modalFailure({ exitCode: 1, stdout: [], stderr }, CONTEXT)
    expect(fault.position).toBeUndefined()
  })
})

const CONTEXT = {
  doing: 'Deploying `modal_app.py`',
  checkout: '/checkout',
  tokenFrom: 'the input `modal-token-id`',
  version: '1.6.4',
  deploy: { environment: 'main' },
}
/** Lines that meet the reader's branches, and any others. */
const PIECES = [
  '╭─ Error ─╮',
  '╭─ Traceback ',
  '╭──╮',
  '╰──╯',
  '│ ',
  ' │',
  'Error: ',
  'Traceback (most recent call last)',
  '/checkout/a.py:1',
]
const MORE = [
  "Secret 'a' not found in environment 'b'",
  'Image build for im-1 failed',
  'ValueError: ',
  '  File "/checkout/a.py", line 1',
  "No module named 'a'",
]
const text = fc.oneof(fc.constantFrom(...PIECES, ...MORE), fc.string({ unit: 'binary', maxLength: 8 }))
const line = fc.array(text, { maxLength: 4 }).map((pieces) => pieces.join(''))
const long = fc.string({ unit: 'binary', maxLength: 3 }).map((piece) => piece.repeat(6000))
const stderr = fc.array(fc.oneof({ weight: 9, arbitrary: line }, long), { maxLength: 80 })

describe('any text', () => {
  test('is read without an error, and within bounds', () => {
    fc.assert(
      fc.property(stderr, (lines) => {
        const { message } = failureText(lines, inCheckout)
        expect(message.length).toBeLessThanOrEqual(40)
        expect(Math.max(0, ...message.map((one) => one.length))).toBeLessThanOrEqual(2000)
      }),
    )
  })

  test('becomes a fault that can be shown', () => {
    fc.assert(
      fc.property(stderr, stderr, fc.option(fc.nat(255)), (out, err, exitCode) => {
        const fault = modalFailure({ exitCode, stdout: out, stderr: err }, CONTEXT)
        expect(fault).toBeInstanceOf(Fault)
        const shown = [fault.message, fault.hint ?? '', ...fault.lines]
        expect(fault.lines.length).toBeLessThanOrEqual(20)
        for (const one of shown) {
          expect(one.length).toBeLessThanOrEqual(901)
          expect(one).not.toMatch(/\p{Cc}/u)
        }
      }),
    )
  })

  test('is one line, short and without control characters', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 1, max: 400 }), (any, most) => {
        for (const shown of [oneLine(any, most), oneLine(any.repeat(50), most)]) {
          expect(shown.length).toBeLessThanOrEqual(most + 1)
          expect(shown).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u)
          expect(shown.isWellFormed()).toBe(true)
        }
      }),
    )
  })

  test('shows no user and password of an address', () => {
    expect(oneLine('git clone https://me:secret@host/x')).toBe('git clone https://***@host/x')
  })
})

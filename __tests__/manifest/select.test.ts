import { describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import { Fault } from '../../src/faults.ts'
import { selectDeployments } from '../../src/manifest/select.ts'
import { manifestFrom, soundFile } from './sample.ts'

const shop = manifestFrom(
  soundFile([
    ['daily', 'flows/orders.py:load_orders'],
    ['hourly', 'flows/orders.py:load_orders'],
    ['daily', 'shop.flows.stock'],
    ['daily-backfill', 'flows/stock.py:Stock.run'],
  ]),
  'shop.yaml',
)
const mail = manifestFrom(soundFile([['daily', 'mail.py:send']]), 'mail.yaml')

/** `file: index…` of what is selected; `*` where it is the whole file. */
function selected(...wanted: string[]): string[] {
  return selectDeployments([shop, mail], wanted).map(
    ({ manifest, entries, whole }) =>
      `${manifest.file}: ${entries.map((entry) => entry.index).join()}${whole ? ' *' : ''}`,
  )
}

function faultOf(...wanted: string[]): Fault {
  try {
    selected(...wanted)
  } catch (thrown) {
    if (thrown instanceof Fault) return thrown
  }
  throw new Error('nothing was thrown')
}

describe('selectDeployments', () => {
  test.each<[string[], string[]]>([
    [['hourly'], ['shop.yaml: 1']],
    [['daily'], ['shop.yaml: 0,2', 'mail.yaml: 0 *']],
    [['load-orders/daily'], ['shop.yaml: 0']],
    [['load_orders/daily'], ['shop.yaml: 0']],
    [['load-orders/*'], ['shop.yaml: 0,1']],
    [['load_*/*ly'], ['shop.yaml: 0,1']],
    [['daily*'], ['shop.yaml: 3']],
    [['d*'], ['shop.yaml: 0,2,3', 'mail.yaml: 0 *']],
    [['*'], ['shop.yaml: 0,1,2,3 *', 'mail.yaml: 0 *']],
    [['*/*'], ['shop.yaml: 0,1,2,3 *', 'mail.yaml: 0 *']],
    [
      ['hourly', 'h*', 'send/daily'],
      ['shop.yaml: 1', 'mail.yaml: 0 *'],
    ],
    [['daily-b*k*l'], ['shop.yaml: 3']],
  ])('%j', (wanted, expected) => {
    expect(selected(...wanted)).toEqual(expected)
  })

  test('all is all', () => {
    expect(selectDeployments([shop, mail], 'all').map(({ whole, entries }) => [whole, entries.length])).toEqual([
      [true, 4],
      [true, 1],
    ])
  })

  test('the names for `-n` mean one entry each', () => {
    const names = selectDeployments([shop, mail], ['daily']).flatMap((one) => one.names)
    expect(names).toEqual(['load_orders/daily', 'shop.flows.stock/daily', 'send/daily'])
    expect(names.map((name) => selected(name).length)).toEqual([1, 1, 1])
  })

  test('each item must match somewhere, else the nearest name is told', () => {
    expect(faultOf('hourly', 'dialy')).toMatchObject({ kind: 'user', message: expect.stringContaining('`dialy`') })
    expect(faultOf('dialy').hint).toContain('`daily`')
    expect(faultOf('lod-orders/hourly').hint).toContain('`load_orders/hourly`')
    expect(faultOf('Daily').kind).toBe('user')
    expect(faultOf('mail/daily').kind).toBe('user')
    expect(faultOf('x*').kind).toBe('user')
    expect(faultOf('a/b/c').kind).toBe('user')
  })

  test('an entry that is still to be filled in is left out, and the others are all there are', () => {
    const file = manifestFrom(
      'deployments:\n  - {name: null, entrypoint: null}\n  - {name: a, entrypoint: "a.py:f"}\n  - {name: "", entrypoint: null}\n',
    )
    const [one] = selectDeployments([file], 'all')
    expect(one?.entries.map(({ index }) => index)).toEqual([1, 2])
    expect(one?.whole).toBe(true)
    expect(selectDeployments([file], ['a'])[0]?.whole).toBe(false)
  })

  test('an unnamed entry breaks no pattern', () => {
    const file = manifestFrom('deployments:\n  - {entrypoint: "a.py:f"}\n  - {name: bb}\n')
    expect(selectDeployments([file], ['b*', '*']).map(({ entries }) => entries.length)).toEqual([1])
  })

  test('a pattern is what Prefect makes of it: every `*` one or more characters', () => {
    const name = fc.string({ unit: fc.constantFrom('a', 'b', '.', '-'), minLength: 1, maxLength: 8 })
    const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '.', '-', '*'), minLength: 1, maxLength: 8 })
    fc.assert(
      fc.property(name, pattern, (text, wanted) => {
        const escaped = wanted.replace(/[.-]/g, '\\$&').replaceAll('*', '.+')
        const file = manifestFrom(soundFile([[text, 'a.py:f']]))
        const matches = new RegExp(`^${escaped}$`).test(text)
        if (matches) expect(selectDeployments([file], [wanted])).toHaveLength(1)
        else expect(() => selectDeployments([file], [wanted])).toThrow(Fault)
      }),
      { numRuns: 500 },
    )
  })

  test('any text selects or is told, at once', () => {
    const file = manifestFrom(soundFile([['a'.repeat(200), 'a.py:f']]))
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', '*', '/'), minLength: 1, maxLength: 400 }), (wanted) => {
        try {
          expect(selectDeployments([file], [wanted])).toHaveLength(1)
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(Fault)
        }
      }),
    )
  })
})

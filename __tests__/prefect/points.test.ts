import { describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import { pointsIn, withPoints } from '../../src/prefect/points.ts'

/** A value, and the text that Python would write of it: every whole number in it is a float. */
const floats = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.integer(),
    fc.constantFrom('2.0', 'x', '1e5', '__proto__', null, true, 0.5, 1e300),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.string({ maxLength: 4 }), tie('value'), { maxKeys: 4 }),
  ),
})).value

function pythonText(value: unknown): string {
  if (typeof value === 'number') return Number.isInteger(value) && Math.abs(value) < 1e21 ? `${value}.0` : String(value)
  if (Array.isArray(value)) return `[${value.map(pythonText).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  return `{${Object.entries(value)
    .map(([key, item]) => `${JSON.stringify(key)}:${pythonText(item)}`)
    .join(',')}}`
}

describe('whole numbers with a point', () => {
  test('arrive as they were written', () => {
    fc.assert(
      fc.property(floats, (value) => {
        const text = pythonText(value)
        const sent = JSON.stringify(withPoints([JSON.parse(text)], pointsIn(`[${text}]`)))
        expect(sent).toBe(`[${text}]`.replaceAll('-0.0', sent.includes('-0.0') ? '-0.0' : '0'))
      }),
      { numRuns: 500 },
    )
  })

  test.each([
    ['{"a": 2.0}', [{ path: ['a'], source: '2.0' }]],
    ['{"a": 1e+300, "b": 12}', []],
    ['{"a": [1, 1.5, {"b": -1E+2}]}', [{ path: ['a', 2, 'b'], source: '-1E+2' }]],
    ['{"a": "2.0", "b": 2, "c": 2.5}', []],
    ['3.0', [{ path: [], source: '3.0' }]],
  ])('of %s are found', (text, points) => {
    expect(pointsIn(text)).toEqual(points)
  })

  test('are put only where the same number still is, into a copy', () => {
    const points = pointsIn('{"a": {"b": 2.0}, "c": [1.0, 2.0], "d": 4.0}')
    const body = { a: { b: 2 }, c: [3], e: { d: 4 } }
    expect(JSON.stringify(withPoints(body, points))).toBe('{"a":{"b":2.0},"c":[3],"e":{"d":4}}')
    expect(body).toEqual({ a: { b: 2 }, c: [3], e: { d: 4 } })
    expect(withPoints(undefined, points)).toBeUndefined()
    expect(withPoints('text', points)).toBe('text')
  })
})

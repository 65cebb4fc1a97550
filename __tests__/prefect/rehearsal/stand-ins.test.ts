import { expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import { standInsFor } from '../../../src/prefect/rehearsal/stand-ins.ts'

const REAL = {
  MODAL_TOKEN_ID: 'ak-1234567890',
  MODAL_TOKEN_SECRET: 'as-$&-with-signs',
  PREFECT_API_AUTH_STRING: 'user:pw',
  PREFECT_API_KEY: 'ak-1234567890-and-more',
}

test('a command gets other values every time, of the shape of the real ones', () => {
  const { env } = standInsFor(REAL)
  expect(env['MODAL_TOKEN_ID']).toMatch(/^ak-[0-9a-f]{32}$/)
  expect(env['MODAL_TOKEN_SECRET']).toMatch(/^as-[0-9a-f]{32}$/)
  expect(env['PREFECT_API_KEY']).toMatch(/^pnu_[0-9a-f]{32}$/)
  expect(env['PREFECT_API_AUTH_STRING']).toMatch(/^user:[0-9a-f]{32}$/)
  const again = standInsFor(REAL).env
  for (const [name, standIn] of Object.entries(env)) expect(again[name]).not.toBe(standIn)
})

test('what is recorded goes out with the real values, wherever they stand in a text', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...Object.keys(REAL), ' ', 'x', '"', '$&', 'ak-')), (parts) => {
      const { env, reveal, conceal, token } = standInsFor(REAL)
      const text = (of: Readonly<Record<string, string>>): string => parts.map((part) => of[part] ?? part).join('')
      expect(reveal(text(env))).toBe(text(REAL))
      expect(token(text(env))).toBe(parts.map((part) => (part in REAL ? `{{ $${part} }}` : part)).join(''))
      // A value of seven characters may stand in a text by chance.
      expect(conceal(text(REAL))).toBe(text({ ...env, PREFECT_API_AUTH_STRING: REAL.PREFECT_API_AUTH_STRING }))
    }),
  )
})

test('a text in which none of them stands is left as it is', () => {
  const { reveal, conceal, token } = standInsFor(REAL)
  for (const change of [reveal, conceal, token])
    expect(change('main: {{ $MODAL_TOKEN_ID }}')).toBe('main: {{ $MODAL_TOKEN_ID }}')
})

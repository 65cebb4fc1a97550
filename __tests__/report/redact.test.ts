import { describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import { openSecrets } from '../../src/report/redact.ts'

describe('secrets that are learnt on the way', () => {
  test('are taken out from then on, by whoever has the redactor already', () => {
    const { hide, learn } = openSecrets(['known-one'])
    expect(hide('known-one and learnt-one')).toBe('*** and learnt-one')
    learn(['learnt-one'])
    expect(hide('known-one and learnt-one')).toBe('*** and ***')
    learn(['third-one'])
    expect(hide('known-one, learnt-one, third-one')).toBe('***, ***, ***')
  })

  test('leave nothing of a longer one behind, whichever was known first', () => {
    const short = openSecrets(['token'])
    short.learn(['token-of-acme'])
    expect(short.hide('token-of-acme token')).toBe('*** ***')
    const long = openSecrets(['token-of-acme'])
    long.learn(['token'])
    expect(long.hide('token-of-acme token')).toBe('*** ***')
  })

  test('go in their JSON form too, and texts that are too short stay', () => {
    const { hide, learn } = openSecrets([])
    learn(['say "hi"', 'no', ''])
    expect(hide(`no ${JSON.stringify(['say "hi"'])}`)).toBe('no ["***"]')
  })

  test('are those of one reading alone', () => {
    const known = ['known-one']
    const one = openSecrets(known)
    one.learn(['learnt-one'])
    expect(known).toEqual(['known-one'])
    expect(openSecrets(known).hide('learnt-one')).toBe('learnt-one')
  })

  test('none of any number is left in any text', () => {
    const secret = fc.stringMatching(/^[A-Za-z0-9_"\\-]{4,20}$/)
    const list = fc.array(secret, { maxLength: 6 })
    fc.assert(
      fc.property(list, list, fc.array(fc.oneof(fc.string(), secret)), (known, later, around) => {
        const { hide, learn } = openSecrets(known)
        learn(later)
        const all = [...known, ...later]
        const shown = hide([...around, ...all, JSON.stringify(all)].join(' '))
        for (const one of all) expect(shown).not.toContain(one)
      }),
    )
  })
})

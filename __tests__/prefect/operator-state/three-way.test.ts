import { describe, expect, test } from '@jest/globals'
import type { Said } from '../../../src/manifest/file-state.ts'
import { opposite, type Side, sideOf, staysLive } from '../../../src/prefect/operator-state/three-way.ts'

describe('whose word counts', () => {
  test.each<[string, Said | undefined, Said, boolean, boolean, Side]>([
    // what happened, the file then, the file now, what is written, what is live
    ['nothing', 'unsaid', 'unsaid', true, true, 'nobody'],
    ['a person switched it off', 'unsaid', 'unsaid', true, false, 'person'],
    ['a person switched it off against the file', true, true, true, false, 'person'],
    ['a person switched it on', false, false, false, true, 'person'],
    ['the file switched it off', 'unsaid', false, false, true, 'file'],
    ['the file switched it on', false, true, true, false, 'file'],
    ['the file dropped its off', false, 'unsaid', true, false, 'file'],
    ['the file says on where it said nothing', 'unsaid', true, true, false, 'file'],
    ['the file dropped its on, which is the default', true, 'unsaid', true, false, 'person'],
    ['both switched it off', 'unsaid', false, false, false, 'nobody'],
    ['off, and nobody knows why', undefined, 'unsaid', true, false, 'unknown'],
    ['off, and nobody knows why, though the file says on', undefined, true, true, false, 'unknown'],
    ['on, and nobody knows why', undefined, false, false, true, 'file'],
    ['off, and it was filled in', 'open', true, true, false, 'unknown'],
    ['off, and it is filled in', 'unsaid', 'open', true, false, 'unknown'],
    ['on, and it is filled in', true, 'open', false, true, 'file'],
  ])('%s', (_, before, now, written, live, side) => {
    expect(sideOf({ before, now, written, live })).toBe(side)
  })

  test('off stays off unless the file is known and changed, on goes off only as the file says', () => {
    const all: readonly Said[] = [true, false, 'unsaid', 'open']
    for (const before of [...all, undefined]) {
      for (const now of all) {
        for (const written of [true, false]) {
          for (const live of [true, false]) {
            const side = sideOf({ before, now, written, live })
            const after = staysLive(side) ? live : written
            const isKnown = before !== undefined && before !== 'open' && now !== 'open'
            if (!isKnown) expect(after).toBe(live && written)
            if (written === live) expect(after).toBe(live)
          }
        }
      }
    }
  })

  test('a pause is off, and what is open stays so', () => {
    expect([true, false, 'unsaid' as const, 'open' as const].map(opposite)).toEqual([false, true, 'unsaid', 'open'])
  })
})

import { describe, expect, test } from '@jest/globals'
import { checkManifests } from '../../../src/manifest/check.ts'
import { RULES } from '../../../src/manifest/rules/rules.ts'
import { fileOf, places } from '../sample.ts'
import { EXAMPLES } from './examples/examples.ts'

const CASES = Object.entries(EXAMPLES)

describe('the example of each rule', () => {
  test.each(CASES)('%s', (rule, { bad, name, at, good, known = {} }) => {
    const { findings } = checkManifests([fileOf(bad, name)], known)
    expect(places(findings).map((place) => place.replace(/ [?i]$/, ''))).toContain(`${rule} ${at}`)
    expect(places(checkManifests([fileOf(good)], known).findings)).toEqual([])
  })

  test('is of a rule that there is', () => {
    const known = new Set(RULES.map(({ id }) => id))
    expect(CASES.map(([rule]) => rule).filter((rule) => !known.has(rule))).toEqual([])
  })
})

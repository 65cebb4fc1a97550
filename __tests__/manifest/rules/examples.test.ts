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
    const left = checkManifests([fileOf(good)], known).findings
    // A notice of another rule is no fault.
    expect(places(left.filter((one) => one.rule === rule || one.severity !== 'notice'))).toEqual([])
  })

  test('is there for each rule, and for no other', () => {
    expect(CASES.map(([rule]) => rule).sort()).toEqual(RULES.map(({ id }) => id).sort())
  })
})

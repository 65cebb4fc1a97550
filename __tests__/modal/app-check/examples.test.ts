import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { APP_RULES } from '../../../src/modal/app-check/rules.ts'
import { appTools, type Checkout, checkoutOf, type Judge, judgeOf, places, requested } from './app-files.ts'
import { APP_EXAMPLES } from './examples.ts'

const CASES = Object.entries(APP_EXAMPLES)

/** The reference to a file of an example, in a folder of its own. */
function within(folder: string, reference = 'modal_app.py'): string {
  return reference.startsWith('-m ') ? `-m ${folder}.${reference.slice(3)}` : `${folder}/${reference}`
}

function fileOf(reference = 'modal_app.py'): string {
  return reference.startsWith('-m ') ? `${reference.slice(3).replaceAll('.', '/')}.py` : reference
}

const folderOf = (rule: string, kind: 'bad' | 'good'): string => `${rule.replaceAll('-', '_')}_${kind}`

describe('the example of each rule', () => {
  let checkout: Checkout
  let judge: Judge

  beforeAll(async () => {
    const sources = CASES.flatMap(([rule, { bad, good, reference, goodReference = reference }]) => [
      [`${folderOf(rule, 'bad')}/${fileOf(reference)}`, bad] as const,
      [`${folderOf(rule, 'good')}/${fileOf(goodReference)}`, good] as const,
    ])
    checkout = checkoutOf(Object.fromEntries(sources))
    const references = CASES.flatMap(([rule, { reference, goodReference = reference }]) => [
      within(folderOf(rule, 'bad'), reference),
      within(folderOf(rule, 'good'), goodReference),
    ])
    judge = await judgeOf(
      await appTools(checkout.folder),
      references.map((reference) => requested(reference)),
    )
  })
  afterAll(() => checkout.remove())

  test.each(CASES)('%s', (rule, { at, reference, goodReference = reference, known }) => {
    const bad = judge(requested(within(folderOf(rule, 'bad'), reference)), known).findings
    expect(places(bad).map((place) => place.replace(/ [?i]$/, ''))).toEqual([`${rule} ${at}`.trim()])
    expect(bad[0]?.severity).toBe(APP_RULES.find(({ id }) => id === rule)?.severity)
    expect(bad[0]?.message).toMatch(/^[^!]+\.$/)
    expect(places(judge(requested(within(folderOf(rule, 'good'), goodReference)), known).findings)).toEqual([])
  })

  test('is there for every rule, and for no other', () => {
    expect(CASES.map(([rule]) => rule).sort()).toEqual(APP_RULES.map(({ id }) => id).sort())
  })
})

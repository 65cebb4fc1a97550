import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { APP_RULES } from '../../../src/modal/app-check/rules.ts'
import { appTools, type Checkout, checkoutOf, type Judge, judgeOf, places, requested } from './app-files.ts'
import { APP_EXAMPLES } from './examples.ts'
import { loadApps } from './load-apps.ts'

const CASES = Object.entries(APP_EXAMPLES)

/** The reference to a file of an example, in a folder of its own. */
function within(folder: string, reference = 'modal_app.py'): string {
  return reference.startsWith('-m ') ? `-m ${folder}.${reference.slice(3)}` : `${folder}/${reference}`
}

function fileOf(reference = 'modal_app.py'): string {
  return reference.startsWith('-m ') ? `${reference.slice(3).replaceAll('.', '/')}.py` : reference
}

const folderOf = (rule: string, kind: 'bad' | 'good'): string => `${rule.replaceAll('-', '_')}_${kind}`

/** Rules of which the real Modal says nothing when it loads the file. */
const LOADED = new Set([
  'app-name-missing',
  'app-name-refused',
  'app-name-not-kebab-case',
  'app-name-differs',
  'app-gpu-undeclared',
  'app-min-containers',
  'app-secret-in-code',
  'app-health-route-missing',
])

describe('the example of each rule', () => {
  let checkout: Checkout
  let judge: Judge
  let loaded: Readonly<Record<string, string>>

  beforeAll(async () => {
    const sources = CASES.flatMap(([rule, { bad, good, reference, goodReference = reference }]) => [
      [`${folderOf(rule, 'bad')}/${fileOf(reference)}`, bad] as const,
      [`${folderOf(rule, 'good')}/${fileOf(goodReference)}`, good] as const,
    ])
    const packages = sources.map(([name]): [string, string] => [`${name.split('/')[0]}/shop/prices.py`, ''])
    checkout = checkoutOf(Object.fromEntries([...packages, ...sources]))
    const references = CASES.flatMap(([rule, { reference, goodReference = reference }]) => [
      within(folderOf(rule, 'bad'), reference),
      within(folderOf(rule, 'good'), goodReference),
    ])
    const tools = await appTools(checkout.folder)
    judge = await judgeOf(
      tools,
      references.map((reference) => requested(reference)),
    )
    const apps = references.map((reference) => ({ key: reference, folder: checkout.folder, reference }))
    loaded = await loadApps(tools, apps)
  })
  afterAll(() => checkout.remove())

  // What is too deep to be checked is so for some versions of Python only.
  test.each(CASES.filter(([rule]) => rule !== 'app-not-checked'))(
    '%s, for the real Modal',
    (rule, { reference, goodReference = reference }) => {
      const bad = loaded[within(folderOf(rule, 'bad'), reference)]
      expect(bad).toMatch(LOADED.has(rule) ? /^app / : /^refused /)
      expect(loaded[within(folderOf(rule, 'good'), goodReference)]).toMatch(/^app /)
    },
  )

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

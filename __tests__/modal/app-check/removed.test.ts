import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { REMOVED } from '../../../src/modal/app-check/removed.ts'
import { appTools, type Checkout, checkoutOf, type Judge, judgeOf, places, requested } from './app-files.ts'
import { loadApps } from './load-apps.ts'
import { REMOVED_USES } from './removed-uses.ts'

const CASES = Object.entries(REMOVED_USES)
const fileOf = (name: string): string => `old_${CASES.findIndex(([other]) => other === name)}.py`

describe.each(['1.0.5', '1.2.6', '1.4.3', '1.5.4', '1.6.4'])('what Modal %s has', (version) => {
  let checkout: Checkout
  let judge: Judge
  let real: Readonly<Record<string, string>>

  beforeAll(async () => {
    checkout = checkoutOf({
      Dockerfile: 'FROM scratch\n',
      'modal_app.py': '',
      ...Object.fromEntries(CASES.map(([name, { source }]) => [fileOf(name), source])),
    })
    const tools = await appTools(checkout.folder, version)
    judge = await judgeOf(
      tools,
      CASES.map(([name]) => requested(fileOf(name))),
    )
    const apps = CASES.map(([name]) => ({ key: name, folder: checkout.folder, reference: fileOf(name) }))
    real = await loadApps(tools, apps)
  }, 300_000)
  afterAll(() => checkout.remove())

  test.each(CASES)('%s', (name, { at }) => {
    const state = (real[name] ?? '').split(' ')[0]
    const wanted = { refused: [`app-removed-api ${at}`], warns: [`app-removed-api ${at} ?`], app: [] }[state ?? '']
    const found = judge(requested(fileOf(name))).findings.filter(({ rule }) => rule !== 'app-health-route-missing')
    expect([real[name], places(found)]).toEqual([real[name], wanted])
  })
})

test('every row of the list is held against the real module', () => {
  const text = JSON.stringify(REMOVED_USES)
  const last = (use: string): string => use.split('.').at(-1) ?? use
  expect(REMOVED.filter(({ use, keyword }) => !text.includes(keyword ?? last(use)) && use !== 'constructor')).toEqual(
    [],
  )
})

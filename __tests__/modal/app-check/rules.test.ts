import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { AppRequest } from '../../../src/modal/app-request.ts'
import { kebab } from '../../../src/modal/app-check/names.ts'
import { appTools, type Checkout, checkoutOf, type Judge, judgeOf, places, requested } from './app-files.ts'
import { API_CASES, type EdgeCase, HEALTH_CASES, IMPORT_CASES, NAME_CASES, OBJECT_CASES } from './edge-cases.ts'
import { RESOURCE_CASES, SECRET_CASES } from './edge-values.ts'

const GROUPS: Readonly<Record<string, Readonly<Record<string, EdgeCase>>>> = {
  names: NAME_CASES,
  objects: OBJECT_CASES,
  'what Modal has': API_CASES,
  imports: IMPORT_CASES,
  'the route for health': HEALTH_CASES,
  'what functions run on': RESOURCE_CASES,
  secrets: SECRET_CASES,
}
const CASES = Object.entries(GROUPS).flatMap(([group, cases]) =>
  Object.entries(cases).map(([name, edge]) => ({ key: `${group}: ${name}`, ...edge })),
)
const requestOfCase = (key: string, object = '', request: Partial<AppRequest> = {}): AppRequest => {
  const file = `case_${CASES.findIndex((one) => one.key === key)}/modal_app.py`
  return requested(object === '' ? file : `${file}::${object}`, request)
}

describe('the rules about app files', () => {
  let checkout: Checkout
  let judge: Judge
  let shown: readonly string[]

  beforeAll(async () => {
    const files = CASES.flatMap(({ source }, index): [string, string][] => [
      [`case_${index}/modal_app.py`, source],
      [`case_${index}/beside.py`, ''],
      [`case_${index}/folder/anything.py`, ''],
    ])
    checkout = checkoutOf(Object.fromEntries(files))
    const tools = await appTools(checkout.folder)
    judge = await judgeOf(
      tools,
      CASES.map(({ key, object }) => requestOfCase(key, object)),
    )
    ;({ shown } = tools)
  })
  afterAll(() => checkout.remove())

  describe.each(Object.entries(GROUPS))('%s', (group, cases) => {
    test.each(Object.entries(cases))('%s', (name, { found, known, request, object }) => {
      expect(places(judge(requestOfCase(`${group}: ${name}`, object, request), known).findings)).toEqual(found)
    })
  })

  test('show no value of a secret, in a message or in the log', () => {
    const said = CASES.filter(({ key }) => key.startsWith('secrets')).flatMap(
      ({ key }) => judge(requestOfCase(key)).findings,
    )
    expect(said.length).toBeGreaterThan(4)
    expect(JSON.stringify(said)).not.toContain('k7QpZ2vXw9')
    expect(shown.join('\n')).not.toContain('k7QpZ2vXw9')
    expect(shown.join('\n')).not.toContain('Traceback')
  })
})

test.each([
  ['My_App', 'my-app'],
  ['myApp 2', 'my-app-2'],
  ['--Größe--', 'gr-e'],
  ['', ''],
  ['___', ''],
])('%j in kebab-case', (name, wanted) => {
  expect(kebab(name)).toBe(wanted)
})

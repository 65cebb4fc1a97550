import { describe, expect, test } from '@jest/globals'
import { checkManifests } from '../../../src/manifest/check.ts'
import type { Finding } from '../../../src/finding.ts'
import type { EntrypointSource } from '../../../src/manifest/rules/rule.ts'
import { fileOf, findingsOf, places, soundFile } from '../sample.ts'

/** What is found in a sound file with that entrypoint, in line 8, where its source is this. */
function found(entrypoint: string, source: EntrypointSource, name = 'prefect.yaml'): readonly Finding[] {
  const key = entrypoint.replace(/[:.][^:.]*$/, '')
  return checkManifests([fileOf(soundFile([['daily', entrypoint]]), name)], { sources: new Map([[key, source]]) })
    .findings
}

const absent = (near?: string): EntrypointSource => ({ state: 'absent', near })
const file = (text: string): EntrypointSource => ({ state: 'file', file: 'flows/orders.py', text })

describe('a file that is not there', () => {
  test.each<[string, string | undefined, string, string]>([
    [
      'flows/order.py:load',
      'flows/orders.py',
      'prefect.yaml',
      'Write `entrypoint: flows/orders.py:load`, if that is meant.',
    ],
    [
      'flows/order.py:load',
      undefined,
      'prefect.yaml',
      'Entrypoints are relative to the working directory; name a file that is there',
    ],
    [
      'orders.py:load',
      'jobs/orders.py',
      'jobs/prefect.yaml',
      'Entrypoints are relative to the working directory, not to the prefect.yaml. Write `entrypoint: jobs/orders.py:load`.',
    ],
    [
      'orders.py:load',
      'other/orders.py',
      'jobs/prefect.yaml',
      'Write `entrypoint: other/orders.py:load`, if that is meant.',
    ],
    ['shop.order:load', 'shop.orders', 'prefect.yaml', 'Write `entrypoint: shop.orders:load`, if that is meant.'],
    ['shop.order.load', 'shop.orders', 'prefect.yaml', 'Write `entrypoint: shop.orders.load`, if that is meant.'],
  ])('%s, near %s', (entrypoint, near, name, hint) => {
    const findings = found(entrypoint, absent(near), name)
    expect(places(findings)).toEqual(['entrypoint-file-missing 8:17'])
    expect(findings[0]?.hint).toContain(hint)
  })

  test('is a file or a module', () => {
    expect(found('a.py:f', absent())[0]?.message).toBe(
      'There is no file `a.py`, which the entrypoint of the deployment `daily` names.',
    )
    expect(found('a.b:f', absent())[0]?.message).toContain('There is no module `a.b`')
  })
})

describe('a function that is not there', () => {
  test.each<[string, string, string]>([
    [
      'flows/orders.py:laod',
      '@flow\ndef load(): ...\n@flow\ndef other(): ...\n',
      'Write `entrypoint: flows/orders.py:load`',
    ],
    ['shop.orders.laod', '@flow\ndef load(): ...\n', 'Write `entrypoint: shop.orders.load`'],
    [
      'flows/orders.py:nightly',
      '@flow\ndef load(): ...\ndef helper(): ...\n',
      'Write `entrypoint: flows/orders.py:load`',
    ],
    [
      'flows/orders.py:nightly',
      '@flow\ndef load(): ...\n@flow\ndef other(): ...\n',
      'Its flows are `load` and `other`.',
    ],
    ['flows/orders.py:nightly', 'def load(): ...\n', 'Define it there with `@flow` above it'],
  ])('%s', (entrypoint, text, hint) => {
    const findings = found(entrypoint, file(text))
    expect(places(findings)).toEqual(['entrypoint-function-missing 8:17'])
    expect(findings[0]?.hint).toContain(hint)
  })
})

test('a function that is no flow', () => {
  const findings = found('flows/orders.py:load', file('from prefect import flow\ndef load(): ...\n'))
  expect(places(findings)).toEqual(['entrypoint-not-a-flow 8:17'])
  expect(findings[0]?.hint).toBe('Put `@flow` above it:\n@flow\ndef load(…):')
})

test.each<[string, EntrypointSource]>([
  ['flows/orders.py:load', file('@flow\ndef load(): ...\n')],
  ['flows/orders.py:load', { state: 'unread' }],
  ['flows/orders.py:Shop.load', file('class Shop:\n    @flow\n    def load(self): ...\n')],
  ['flows/{{ $NAME }}.py:load', absent()],
])('nothing to say of %s', (entrypoint, source) => {
  expect(found(entrypoint, source)).toEqual([])
})

test('nothing where nobody looked', () => {
  expect(findingsOf(soundFile([['daily', 'nowhere.py:f']]))).toEqual([])
  expect(checkManifests([fileOf(soundFile([['daily', 'nowhere.py:f']]))], { sources: new Map() }).findings).toEqual([])
})

test.each<[string, string[]]>([
  ['prefect.yml', ['file-ending 1:1 i']],
  ['jobs/prefect.yml', ['file-ending 1:1 i']],
  ['prefect.yaml', []],
  ['staging.yml', []],
])('the file %s', (name, expected) => {
  expect(places(checkManifests([fileOf(soundFile([['daily', 'a.py:f']]), name)]).findings)).toEqual(expected)
})

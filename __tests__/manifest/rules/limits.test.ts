import { describe, expect, test } from '@jest/globals'
import { checkManifests } from '../../../src/manifest/check.ts'
import { fileOf, findingsOf, places, soundFile } from '../sample.ts'

const SOUND = soundFile([['daily', 'flows/orders.py:orders']])

const found = (more: string): readonly string[] => places(findingsOf(`${SOUND}    ${more}\n`))
const hint = (more: string): string => findingsOf(`${SOUND}    ${more}\n`)[0]?.hint ?? ''

// Each case that is refused ends `prefect deploy` of 3.8.8 with exit status 1, after it read the file without a word.
describe('concurrency_limit', () => {
  test.each<[string, string[]]>([
    ['3', []],
    ['1', []],
    ['0', ['concurrency-limit-refused 11:24']],
    ['-1', ['concurrency-limit-refused 11:24']],
    ['"0"', ['concurrency-limit-refused 11:24']],
    ['', []],
    ['{limit: 1, collision_strategy: ENQUEUE}', []],
    ['{limit: 1, collision_strategy: CANCEL_NEW, grace_period_seconds: 60}', []],
    ['{limit: 1, collision_strategy: CANCEL_NEW, grace_period_seconds: 86400}', []],
    ['{limit: 1, collision_strategy: "{{ $STRATEGY }}"}', []],
    ['{limit: 1}', ['concurrency-limit-refused 11:5']],
    ['{limit: 1, collision_strategy: }', ['concurrency-limit-refused 11:35']],
    ['{limit: 1, collision_strategy: enqueue}', ['concurrency-limit-refused 11:55']],
    ['{limit: 0, collision_strategy: ENQUEUE}', ['concurrency-limit-refused 11:32']],
    ['{limit: 1, collision_strategy: ENQUEUE, grace_period_seconds: 59}', ['concurrency-limit-refused 11:86']],
    ['{limit: 1, collision_strategy: ENQUEUE, grace_period_seconds: 86401}', ['concurrency-limit-refused 11:86']],
    ['{collision_strategy: ENQUEUE}', ['concurrency-limit-without-number 11:5 ?']],
    ['{}', ['concurrency-limit-refused 11:5', 'concurrency-limit-without-number 11:5 ?']],
  ])('%s', (value, expected) => {
    expect(found(`concurrency_limit: ${value}`)).toEqual(expected)
  })

  test('the right spelling', () => {
    expect(hint('concurrency_limit: {limit: 1, collision_strategy: cancel-new}')).toContain('CANCEL_NEW')
    expect(hint('concurrency_limit: {limit: 1, collision_strategy: enque}')).toContain('ENQUEUE')
  })
})

describe('sla', () => {
  const sla = `${SOUND}    sla: [{name: a, duration: 5}]\n`
  const asked = (text: string, cloud: boolean | undefined): readonly string[] =>
    places(checkManifests([fileOf(text)], { cloud }).findings)

  test('is refused where the server is known to be self-hosted', () => {
    expect(asked(sla, false)).toEqual(['sla-needs-cloud 11:5'])
    expect(asked(`${SOUND}    sla: []\n`, false)).toEqual(['sla-needs-cloud 11:5'])
    expect(asked(`${SOUND}    sla:\n`, false)).toEqual([])
    expect(asked(sla, true)).toEqual([])
    expect(asked(sla, undefined)).toEqual([])
  })
})

describe('version_type', () => {
  test.each(['"prefect:simple"', '"vcs:github"', '"vcs:git"', '"{{ $V }}"', ''])('%s', (value) => {
    expect(found(`version_type: ${value}`)).toEqual([])
  })

  test.each([
    ['github', 'vcs:github'],
    ['"VCS:GITHUB"', 'vcs:github'],
    ['simple', 'prefect:simple'],
    ['"vcs:githb"', 'vcs:github'],
    ['semver', 'finds out by itself'],
    ['""', 'finds out by itself'],
  ])('%s is none', (value, right) => {
    expect(found(`version_type: ${value}`)).toEqual(['version-type 11:19'])
    expect(hint(`version_type: ${value}`)).toContain(right)
  })
})

// The tags are those that a server held after `prefect deploy` of 3.8.8.
describe('tags', () => {
  test.each<[string, string[]]>([
    ['[a, "b c"]', []],
    ['[]', []],
    ['', ['tags-empty 11:5']],
    ['a,b', ['tags-text 11:11 ?']],
    ['a', []],
    ['"{{ prefect.variables.tags }}"', []],
    ['"{{ $TAGS }}"', ['tags-text 11:11 ?']],
    ['"x {{ prefect.variables.tags }}"', ['tags-text 11:11 ?']],
    ['[1, a]', []],
    ['[2024-01-01]', []],
    ['[1.5]', []],
    ['[1.10]', ['tag-changed 11:12 ?']],
    ['[010]', ['tag-changed 11:12 ?']],
    ['[yes]', ['tag-changed 11:12 ?']],
    ['[a, ~]', ['tag-changed 11:15 ?']],
    ['[[a, b]]', ['tag-changed 11:12 ?']],
    ['[a: b]', ['tag-changed 11:12 ?']],
  ])('%s', (value, expected) => {
    expect(found(`tags: ${value}`)).toEqual(expected)
  })

  test('the right spelling', () => {
    expect(hint('tags: orders, daily')).toBe('Write a list: `tags: ["orders", "daily"]`.')
    expect(findingsOf(`${SOUND}    tags: [yes]\n`)[0]?.message).toBe(
      'The tag `yes` is no text; Prefect makes the tag `True` of it.',
    )
  })
})

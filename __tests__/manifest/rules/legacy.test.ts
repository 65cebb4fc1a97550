import { describe, expect, test } from '@jest/globals'
import { checkManifests } from '../../../src/manifest/check.ts'
import type { Surroundings } from '../../../src/manifest/rules/rule.ts'
import { fileOf, findingsOf, places, soundFile } from '../sample.ts'

const SOUND = soundFile([['daily', 'flows/orders.py:orders']])
const AGENTS = SOUND.replace('modal-pool', 'default-agent-pool')

const found = (text: string, known: Partial<Surroundings> = {}): readonly string[] =>
  places(checkManifests([fileOf(text)], known).findings)

describe('work-pool-legacy', () => {
  test.each<[string, string, ReadonlyMap<string, string> | undefined, string[]]>([
    ['a pool of that name is doubtful', AGENTS, undefined, ['work-pool-legacy 10:13 ?']],
    ['and stays so where it is not there', AGENTS, new Map(), ['work-pool-legacy 10:13 ?']],
    ['of agents it is refused', AGENTS, new Map([['default-agent-pool', 'prefect-agent']]), ['work-pool-legacy 10:13']],
    ['of workers it is well', AGENTS, new Map([['default-agent-pool', 'process']]), []],
    [
      'another pool of agents is refused',
      SOUND,
      new Map([['modal-pool', 'prefect-agent']]),
      ['work-pool-legacy 10:13'],
    ],
    ['another pool is well', SOUND, new Map([['modal-pool', 'modal:push']]), []],
  ])('%s', (_, text, pools, expected) => {
    expect(found(text, { pools })).toEqual(expected)
  })
})

describe('keys of Prefect 2', () => {
  test.each<[string, string[]]>([
    ['    infra_overrides: {env: {A: b}}\n', ['infra-overrides 11:5 ?']],
    ['      infra_overrides: {image: a}\n', ['infra-overrides 11:7 ?']],
    ['    infra_overrides: {}\n', []],
    ['    infrastructure: {type: process}\n', ['key-legacy 11:5 ?']],
    ['    storage: {type: s3}\n', ['key-legacy 11:5 ?']],
    ['storage: {type: s3}\n', ['key-legacy 11:1 ?']],
    ['    storage:\n', []],
  ])('%s', (more, expected) => {
    expect(found(SOUND + more)).toEqual(expected)
  })

  test('the overrides are written where they belong', () => {
    expect(findingsOf(`${SOUND}    infra_overrides: {env: {A: b}, image: c}\n`)[0]?.hint).toBe(
      'Write it so:\nwork_pool:\n  name: modal-pool\n  job_variables:\n    env:\n      A: …\n    image: c',
    )
  })
})

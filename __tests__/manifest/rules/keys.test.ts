import { describe, expect, test } from '@jest/globals'
import { findingsOf, places, soundFile } from '../sample.ts'

const SOUND = soundFile([['daily', 'flows/orders.py:orders']])

/** What is found in the sound file with these lines at its end, where the deployment ends with line 10. */
const found = (more: string): readonly string[] => places(findingsOf(SOUND + more))
const hint = (more: string): string => findingsOf(SOUND + more)[0]?.hint ?? ''

describe('keys that Prefect drops', () => {
  test.each<[string, string, string[]]>([
    ['a slip on the deployment', '    shedules: [{cron: "0 6 * * *", timezone: UTC}]\n', ['key-unknown 11:5 ?']],
    ['a slip in the work pool', '      work_que_name: fast\n', ['key-unknown 11:7 ?']],
    ['a slip at the top', 'pulll: []\n', ['key-unknown 11:1 ?']],
    ['nothing like it', 'tasks: {a: 1}\n', ['key-unknown 11:1 ?']],
    ['a name of its prototype', 'constructor: 1\n__proto__: 2\n', ['key-unknown 11:1 ?']],
    [
      'in a concurrency limit',
      '    concurrency_limit: {limit: 1, collision_strategy: ENQUEUE, max: 1}\n',
      ['key-unknown 11:64 ?'],
    ],
    ['in an SLA', '    sla: [{name: a, duration: 5, severty: low}]\n', ['key-unknown 11:34 ?']],
    ['a key that is no text', 'on: {push: true}\n', ['key-unknown 11:1 ?']],
    ['a number as a key', '    5: x\n', ['key-unknown 11:5 ?']],
    ['what is only said to people', 'version: 2\ndescription: the flows\n', ['key-unknown 11:1 i']],
    ['the type of a pool', '      type: process\n', ['key-unknown 11:7 i']],
    ['an unknown key with nothing in it', '      flow_variables: {}\ntasks: []\nother:\n', []],
    ['an empty `pull` that would be none', '    pul: []\n', ['key-unknown 11:5 ?']],
    ['other spellings that Prefect takes', 'prefect_version: "3"\n', []],
    [
      'what begins as holders of anchors do',
      'x-env: {A: 1}\n.common: {a: 1}\n_defaults: {a: 1}\ndefinitions: {a: 1}\n',
      [],
    ],
    ['inside of what is free', '    parameters: {env: a, cron: b}\n', []],
  ])('%s', (_, more, expected) => {
    expect(found(more)).toEqual(expected)
  })

  test('what was meant is named', () => {
    expect(hint('    shedules: [1]\n')).toBe('Did you mean `schedules`? `schedules: …`')
    expect(hint('    max_concurrency: 3\n')).toBe('Did you mean `concurrency_limit`? `concurrency_limit: 3`')
    expect(hint('    Tags: [a]\n')).toContain('`tags`')
    expect(findingsOf(`${SOUND}on: 1\n`)[0]?.message).toContain('is true or false')
  })

  test('each once, however many aliases bring it in', () => {
    const entry = (name: string): string => `  - name: ${name}\n    entrypoint: a.py:f\n    work_pool: *pool\n`
    const text = `pull: []\ndefinitions:\n  pool: &pool\n    name: p\n    env: {A: b}\n    other: 1\ndeployments:\n${entry('a')}${entry('b')}`
    expect(places(findingsOf(text))).toEqual(['job-variables-misplaced 5:5 ?', 'key-unknown 6:5 ?'])
  })
})

describe('holders of anchors', () => {
  const file = (top: string, entry: string): readonly string[] =>
    places(findingsOf(`pull: []\n${top}deployments:\n  - name: a\n    entrypoint: a.py:f\n${entry}`))

  test.each<[string, string, string]>([
    ['a mapping', 'pools: &pool {name: p}\n', '    work_pool: *pool\n'],
    ['a part of it', 'shared:\n  pools:\n    - &pool {name: p}\n', '    work_pool: *pool\n'],
    ['merged', 'common: &common\n  work_pool: {name: p}\n', '    <<: *common\n'],
    ['a name of a field', 'work_pool: &pool {name: p}\n', '    work_pool: *pool\n'],
    [
      'one scalar',
      'pool_name: &pool p\nmost: &most 3\n',
      '    work_pool: {name: *pool}\n    concurrency_limit: *most\n',
    ],
    ['of job variables', 'env: &env {A: b}\n', '    work_pool: {name: p, job_variables: {env: *env}}\n'],
  ])('%s', (_, top, entry) => {
    expect(file(top, entry)).toEqual([])
  })

  test('an anchor that no alias names holds nothing', () => {
    expect(file('common: &common {a: 1}\n', '    work_pool: {name: p}\n')).toEqual(['key-unknown 2:1 ?'])
  })

  test('an alias at a wrong level is no holder', () => {
    expect(
      file(
        'definitions:\n  jobs: &jobs {env: {A: b}}\n',
        '    work_pool: {name: p, job_variables: *jobs}\n    job_variables: *jobs\n',
      ),
    ).toEqual(['job-variables-misplaced 8:5 ?'])
  })
})

describe('keys at a wrong level', () => {
  test.each<[string, string, string[]]>([
    ['job_variables on the deployment', '    job_variables: {env: {A: b}}\n', ['job-variables-misplaced 11:5 ?']],
    ['job variables in the work pool', '      image: a\n      env: {A: b}\n', ['job-variables-misplaced 11:7 ?']],
    ['job variables on the deployment', '    environment: {A: b}\n', ['job-variables-misplaced 11:5 ?']],
    ['env at the top', 'env: {A: b}\n', ['job-variables-misplaced 11:1 ?']],
    ['a queue on the deployment', '    work_queue_name: q\n', ['work-pool-misplaced 11:5 ?']],
    ['a pool on the deployment', '    pool: p\n', ['work-pool-misplaced 11:5 ?']],
    ['a queue under another name', '      queue: q\n', ['work-pool-misplaced 11:7 ?']],
    ['cron on the deployment', '    cron: "0 6 * * *"\n    timezone: UTC\n', ['schedule-misplaced 11:5 ?']],
    ['schedules in the work pool', '      schedules: [{cron: "0 6 * * *", timezone: UTC}]\n', ['key-misplaced 11:7 ?']],
    ['a pool at the top', 'work_pool: {name: p}\ntags: [a]\n', ['key-misplaced 11:1 ?']],
    ['deployments in the deployment', '    deployments: [1]\n', ['key-misplaced 11:5 ?']],
    ['a switch of Prefect 2', '    is_schedule_active: false\n', ['paused-misspelt 11:5 ?']],
    [
      'a switch that changes nothing',
      '    is_paused: false\n    active: true\n',
      ['paused-misspelt 11:5 i', 'paused-misspelt 12:5 i'],
    ],
    ['a switch that is filled in', '    is_paused: "{{ $P }}"\n', ['paused-misspelt 11:5 ?']],
  ])('%s', (_, more, expected) => {
    expect(found(more)).toEqual(expected)
  })

  test('the hint is the corrected YAML, without values that may be secrets', () => {
    expect(hint('    job_variables:\n      image: "acme/flows:1"\n      env: {TOKEN: secret}\n')).toBe(
      'Write it so:\nwork_pool:\n  name: modal-pool\n  job_variables:\n    image: "acme/flows:1"\n    env:\n      TOKEN: …',
    )
    expect(hint('      environment: {A: b}\n')).toBe(
      'Write it so:\nwork_pool:\n  name: modal-pool\n  job_variables:\n    env:\n      A: …',
    )
    expect(hint('    work_queue: fast\n')).toBe('Write it so:\nwork_pool:\n  name: modal-pool\n  work_queue_name: fast')
    expect(hint('    work_pool_name: other\n')).toBe('Write it so:\nwork_pool:\n  name: other')
    expect(hint('    cron: "0 6 * * *"\n    timezone: Europe/Berlin\n')).toBe(
      'Write it so, on the deployment:\nschedules:\n  - cron: "0 6 * * *"\n    timezone: Europe/Berlin',
    )
    expect(hint('    is_schedule_active: false\n')).toContain('`paused: true`')
    expect(hint('    active: "{{ $A }}"\n')).toContain('`paused` with the contrary value')
    expect(hint('      concurrency_limit: 2\n')).toContain(
      'deployments:\n  - name: daily\n    concurrency_limit: 2\nTo limit the runs of all deployments of the pool',
    )
    expect(hint('    definitions: {a: 1}\n')).toBe('Move `definitions` to the top level of the file.')
  })

  test('many of them are one finding with the first few', () => {
    const findings = findingsOf(
      `${SOUND}      cpu: 1\n      memory: 2\n      gpu: a\n      command: b\n      image: c\n`,
    )
    expect(findings).toHaveLength(1)
    expect(findings[0]?.message).toBe(
      '`cpu`, `memory`, `gpu`, `command` and `image` stand under `work_pool`, where Prefect drops them without a word; they belong in `job_variables` of the `work_pool`.',
    )
    expect(findings[0]?.hint).toMatch(/command: b\n {4}…$/)
  })

  test('a hostile key is shown on one line', () => {
    const [finding] = findingsOf(`${SOUND}"a\\nb\`\\e[31m": 1\n`)
    expect(finding?.message).not.toMatch(/[\p{Cc}]/u)
  })
})

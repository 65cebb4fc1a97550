import { describe, expect, test } from '@jest/globals'
import { checkManifests } from '../../../src/manifest/check.ts'
import { PROJECT_RULES, RULES } from '../../../src/manifest/rules/rules.ts'
import { fileOf, findingsOf, places, soundFile } from '../sample.ts'
import { EXAMPLES } from './examples/examples.ts'

const SOUND = soundFile([['daily', 'flows/orders.py:orders']])

/** The sound file with one line put in the place of another. */
function changed(line: RegExp, ...replacement: string[]): string {
  expect(SOUND).toMatch(line)
  return SOUND.replace(line, replacement.join('\n'))
}

/** Bad files, by the rule that must speak, and where. Line 6 is `deployments:`, 7 the name, 8 the entrypoint, 9 `work_pool:`. */
const BAD: readonly (readonly [place: string, text: string])[] = [
  ['not-a-mapping 1:1', ''],
  ['not-a-mapping 1:1', 'just a text\n'],
  ['not-a-mapping 2:1', '\n- a\n- b\n'],
  ['deployments-missing 1:1', 'pull: []\n'],
  ['deployments-empty 2:1', 'pull: []\ndeployments:\n'],
  ['deployments-empty 2:1', 'pull: []\ndeployments: []\n'],
  ['deployment-template 7:5', changed(/ {4}entrypoint: .*/, '    description: x').replace(/name: "daily"\n {4}/, '')],
  ['deployment-name-missing 7:5', changed(/"daily"/, '')],
  ['deployment-name-missing 7:5', changed(/"daily"/, '""')],
  ['deployment-name-invalid 7:11', changed(/"daily"/, 'a/b')],
  ['deployment-name-invalid 7:11', changed(/"daily"/, '"50%"')],
  ['deployment-name-invalid 7:11 ?', changed(/"daily"/, '"run #1"')],
  ['deployment-name-invalid 7:11 ?', changed(/"daily"/, '"ready?"')],
  ['deployment-name-invalid 7:11', changed(/"daily"/, '"{{ $X }}/b"')],
  ['deployment-name-invalid 7:11', changed(/"daily"/, '"a\\nb"')],
  ['deployment-name-invalid 7:11', changed(/"daily"/, '"a\\u001b[31m"')],
  ['entrypoint-missing 7:5', changed(/ {4}entrypoint: .*\n/, '')],
  ['entrypoint-missing 8:17', changed(/"flows.*/, '')],
  ['entrypoint-missing 8:17', changed(/"flows.*/, "''")],
  ['entrypoint-shape 8:17', changed(/"flows.*/, 'flows/orders.py')],
  ['entrypoint-shape 8:17', changed(/"flows.*/, 'orders')],
  ['entrypoint-shape 8:17', changed(/"flows.*/, '"flows/orders.py:"')],
  ['entrypoint-shape 8:17', changed(/"flows.*/, '":orders"')],
  ['entrypoint-shape 8:17', changed(/"flows.*/, 'flows/orders.py:two words')],
  ['work-pool-missing 7:5', changed(/ {4}work_pool:\n.*\n/, '')],
  ['work-pool-missing 9:5', changed(/work_pool:\n.*\n/, 'work_pool:\n')],
  ['work-pool-name-missing 9:5', changed(/name: modal-pool/, 'work_queue_name: x')],
  ['work-pool-name-missing 10:7', changed(/name: modal-pool/, 'name:')],
  ['work-pool-name-missing 10:7', changed(/name: modal-pool/, "name: ''")],
  ['pull-missing 1:1 ?', SOUND.replace(/pull:\n( .*\n){4}/, '')],
  ['pull-missing 1:1 ?', SOUND.replace(/pull:\n( .*\n){4}/, 'pull:\n')],
  ['pull-missing 1:1 ?', SOUND.replace(/pull:\n( .*\n){4}/, 'pull: {}\n')],
  ['duplicate-key 11:1 ?', `${SOUND}name: a\nname: b\n`.replace('name: a\n', '').replace('name: b', 'pull: []')],
  [
    'deployment-twice 11:11',
    `${SOUND}  - name: daily\n    entrypoint: ./flows/orders.py:orders\n    work_pool: {name: p}\n`,
  ],
]

const CASES = [...BAD.map(([place]) => place.split(' ')[0]), ...Object.keys(EXAMPLES)]

describe('each rule', () => {
  test('a sound file has no finding', () => {
    expect(findingsOf(SOUND)).toEqual([])
  })

  test.each(BAD)('%s', (place, text) => {
    expect(places(findingsOf(text))).toContain(place)
  })

  test('has an id of its own, a sentence, and a case here, in the examples or in the tests of the reader', () => {
    expect(new Set(RULES.map((rule) => rule.id)).size).toBe(RULES.length)
    for (const { id, about } of RULES) {
      expect(id).toMatch(/^[a-z]+(-[a-z0-9]+)*$/)
      expect(about).toMatch(/\.$/)
      if (!id.startsWith('yaml-')) expect(CASES).toContain(id)
    }
  })

  test('says what is wrong in one sentence and what to do', () => {
    for (const finding of BAD.flatMap(([, text]) => findingsOf(text))) {
      expect(finding.message).toMatch(/^[^\n!]+\.$/)
      expect(finding.hint ?? '').not.toMatch(/!/)
      expect(finding.hint).toBeDefined()
    }
  })

  test.each([
    'a.py:f',
    'a/b.py:Class.method',
    'C:\\flows\\a.py:f',
    'pkg.mod:f',
    'pkg.mod.f',
    'flows/{{ $X }}',
    'ä.py:größe',
  ])('the entrypoint %s is one', (entrypoint) => {
    expect(findingsOf(soundFile([['daily', entrypoint]]))).toEqual([])
  })

  test.each(['daily', 'two words', 'täglich 日', 'it\'s "quoted"', 'a:b', '$(id)', 'x'.repeat(200), '{{ $X }}-daily'])(
    'the name %s is one',
    (name) => {
      expect(findingsOf(soundFile([[name, 'a.py:f']]))).toEqual([])
    },
  )
})

describe('several files', () => {
  const one = soundFile([['daily', 'a.py:f']])

  test('the same flow and name in two of them, told at the second', () => {
    const { findings } = checkManifests([fileOf(one, 'b.yaml'), fileOf(one, 'a.yaml')])
    expect(findings).toHaveLength(1)
    expect(findings[0]).toMatchObject({ rule: PROJECT_RULES[0]?.id, position: { file: 'a.yaml', line: 7 } })
    expect(findings[0]?.message).toContain('`b.yaml`, line 7')
  })

  test('the same name under two flows is legal', () => {
    expect(
      findingsOf(
        soundFile([
          ['production', 'a.py:f'],
          ['production', 'b.py:f'],
          ['other', 'a.py:f'],
        ]),
      ),
    ).toEqual([])
  })

  test('everything at once, by file and place', () => {
    const { findings, manifests } = checkManifests([
      fileOf('a: [', 'z.yaml'),
      fileOf('deployments: []\nname: a\nname: b\n', 'b.yaml'),
      fileOf(one, 'a.yaml'),
    ])
    expect(findings.map(({ position }) => `${position.file}:${position.line}`)).toEqual([
      'b.yaml:1',
      'b.yaml:3',
      'z.yaml:1',
    ])
    expect(manifests.map((manifest) => manifest.file)).toEqual(['b.yaml', 'a.yaml'])
  })

  test('a default pool stands in for none, but not for an empty section', () => {
    const without = soundFile([['daily', 'a.py:f']]).replace(/ {4}work_pool:\n.*\n/, '')
    const surroundings = { defaultWorkPool: 'modal-pool' }
    expect(checkManifests([fileOf(without)], surroundings).findings).toEqual([])
    const unnamed = `${without}    work_pool: {work_queue_name: q}\n`
    expect(checkManifests([fileOf(unnamed)], surroundings).findings).toEqual([])
    expect(places(checkManifests([fileOf(`${without}    work_pool:\n`)], surroundings).findings)).toEqual([
      'work-pool-missing 9:5',
    ])
  })
})

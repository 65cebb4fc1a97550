import { describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import { matched, type Told } from '../../../src/prefect/rehearsal/matched.ts'
import type { RecordedDeployment } from '../../../src/prefect/rehearsal/recorded.ts'
import { manifestFrom, soundFile } from '../../manifest/sample.ts'

const NAMES = ['c', 'a', 'd', 'b']
const files = ['one.yaml', 'two.yaml'].map((file) =>
  manifestFrom(soundFile(NAMES.map((name) => [`${name} of ${file}`, 'flows.py:main'])), file),
)

function recordedOf(name: string): RecordedDeployment {
  const write = { kind: 'create', body: { name } } as const
  return {
    flow: 'main',
    name,
    id: `id of ${name}`,
    write,
    deletedSchedules: [],
    clearsAutomations: true,
    automations: [],
  }
}

/** What the command says of every entry of the files, in their order. */
const TOLD = files.flatMap((manifest) =>
  manifest.deployments.map((entry): Told => {
    const name = entry.name.text ?? ''
    return { manifest, outcome: { entry, state: 'applied', flow: 'main', name, id: `id of ${name}` } }
  }),
)
const RECORDED = TOLD.map(({ outcome }) => recordedOf(outcome.name ?? ''))

function inAnyOrder<T>(all: readonly T[]): fc.Arbitrary<readonly T[]> {
  return fc.shuffledSubarray([...all], { minLength: all.length })
}

test('entries are in the order of their file, in whatever order its processes tell of them', () => {
  const [one = [], two = []] = files.map((file) => TOLD.filter(({ manifest }) => manifest === file))
  fc.assert(
    fc.property(inAnyOrder(one), inAnyOrder(RECORDED), (told, recorded) => {
      const { entries, reasons } = matched([...told, ...two], recorded)
      expect(reasons).toEqual([])
      expect(entries.map(({ recorded: { name } }) => name)).toEqual(RECORDED.map(({ name }) => name))
      for (const { entry, recorded: of } of entries) expect(entry.name.text).toBe(of.name)
    }),
  )
})

test('of an entry that stands twice the last one counts', () => {
  const manifest = manifestFrom(
    soundFile([
      ['twice', 'flows.py:main'],
      ['other', 'flows.py:main'],
      ['twice', 'flows.py:main'],
    ]),
  )
  const told = manifest.deployments.map((entry): Told => {
    return { manifest, outcome: { entry, state: 'applied', flow: 'main', name: entry.name.text ?? '' } }
  })
  const { entries, reasons } = matched(told, [recordedOf('twice'), recordedOf('other')])
  expect(reasons).toEqual([])
  expect(entries.map(({ entry }) => entry)).toEqual(manifest.deployments.slice(1))
})

test('what is said and not written, and what is written and not said, are reasons', () => {
  const [first] = TOLD
  const { entries, reasons } = matched(first === undefined ? [] : [first], [recordedOf('beside')])
  expect(entries).toEqual([])
  expect(reasons).toEqual([
    'Prefect says that it deployed `main/c of one.yaml`, and wrote nothing of it.',
    '`main/beside` was written beside the deployments of the files: by a build or push step, or by code of a flow.',
  ])
})

/** What the command tells of each entry: the id that it wrote to. */
function toldOf(names: Readonly<Record<string, string>>): readonly Told[] {
  const manifest = manifestFrom(JSON.stringify({ deployments: Object.keys(names).map((name) => ({ name })) }))
  return manifest.deployments.map((entry) => {
    const name = entry.name.text ?? ''
    return { manifest, outcome: { entry, state: 'applied', flow: 'main', name, id: names[name] ?? '' } }
  })
}

describe('what was told and what was recorded', () => {
  test.each(['a#1', 'a?b'])('is not of one deployment where the command takes %s for another', (name) => {
    const a = recordedOf('a')
    for (const told of [
      toldOf({ a: a.id, [name]: a.id }),
      toldOf({ [name]: a.id, a: a.id }),
      toldOf({ [name]: a.id }),
    ]) {
      const { mistaken, reasons } = matched(told, [a])
      expect(reasons).toEqual([])
      expect(mistaken).toMatchObject([{ entry: { name: { text: name } } }])
      expect(mistaken[0]?.fault).toMatchObject({
        kind: 'user',
        message: `Prefect takes \`${name}\` for \`main/a\`, and would write over that one.`,
        position: { file: 'prefect.yaml' },
      })
    }
  })

  test('is of one where it is, also where only Prefect knows the name', () => {
    const [plain, filled] = [recordedOf('a'), recordedOf('b')]
    const { entries, mistaken } = matched(toldOf({ a: plain.id, '{{ $NAME }}': filled.id }), [plain, filled])
    expect(entries.map(({ recorded }) => recorded.name)).toEqual(['a', 'b'])
    expect(mistaken).toEqual([])
  })
})

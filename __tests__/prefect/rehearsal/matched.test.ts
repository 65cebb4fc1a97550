import { describe, expect, test } from '@jest/globals'
import { matched, type Told } from '../../../src/prefect/rehearsal/matched.ts'
import type { RecordedDeployment } from '../../../src/prefect/rehearsal/recorded.ts'
import { manifestFrom } from '../../manifest/sample.ts'

function recordedOf(name: string): RecordedDeployment {
  const write = { kind: 'update', body: {} } as const
  return { flow: 'f', name, id: `id of ${name}`, write, deletedSchedules: [], clearsAutomations: true, automations: [] }
}

/** What the command tells of each entry: the id that it wrote to. */
function toldOf(names: Readonly<Record<string, string>>): readonly Told[] {
  const manifest = manifestFrom(JSON.stringify({ deployments: Object.keys(names).map((name) => ({ name })) }))
  return manifest.deployments.map((entry) => {
    const name = entry.name.text ?? ''
    return { manifest, outcome: { entry, state: 'applied', flow: 'f', name, id: names[name] ?? '' } }
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
        message: `Prefect takes \`${name}\` for \`f/a\`, and would write over that one.`,
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

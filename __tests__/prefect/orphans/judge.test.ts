import { describe, expect, it } from '@jest/globals'
import { judgeOrphans } from '../../../src/prefect/orphans/judge.ts'
import { type NamedBefore, type Orphan, orphansOf } from '../../../src/prefect/orphans/orphans.ts'
import type { LiveDeployment, Survey } from '../../../src/prefect/survey/shapes.ts'
import { live } from './sample.ts'

const COMMIT = '0123456789abcdef0123456789abcdef01234567'
const FILE = 'prefect.yaml'

function surveyOf(deployments: readonly LiveDeployment[]): Survey {
  return {
    deployments: new Map(deployments.map((one) => [`${one.flow}/${one.name}`, one])),
    flows: new Map(),
    automations: new Map(),
  }
}

const before = (name: string, more: Partial<NamedBefore> = {}): NamedBefore => ({
  file: FILE,
  name,
  entrypoint: 'flows/a.py:a',
  ...more,
})

/** What is found, with the file that is said to have named it. */
function found(
  deployments: readonly LiveDeployment[],
  named: readonly NamedBefore[] | undefined,
  wanted: readonly string[] = ['etl/daily'],
  entrypoint = 'flows/a.py:a',
): unknown {
  const all = new Map(wanted.map((key) => [key, entrypoint]))
  return orphansOf(surveyOf(deployments), all, named).map(({ flow, name, file }) => [flow, name, file])
}

describe('an orphan', () => {
  it.each<[string, LiveDeployment, readonly NamedBefore[] | undefined, unknown]>([
    ['is not what is wanted', live('etl', 'daily'), [before('daily')], []],
    ['of another flow that nobody named is none', live('other', 'x'), [before('y')], []],
    ['of a flow of the files is one', live('etl', 'x'), [], [['etl', 'x', undefined]]],
    ['is one where the file of before is not known', live('etl', 'x'), undefined, [['etl', 'x', undefined]]],
    ['that the file named is of the file', live('etl', 'x'), [before('x')], [['etl', 'x', FILE]]],
    [
      'with another entrypoint was not named',
      live('etl', 'x', { entrypoint: 'flows/b.py:a' }),
      [before('x')],
      [['etl', 'x', undefined]],
    ],
    [
      'with another entrypoint, of another flow, is none',
      live('other', 'x', { entrypoint: 'flows/b.py:a' }),
      [before('x')],
      [],
    ],
    [
      'of another flow, with the stamp of the commit that named it, is of the file',
      live('other', 'x', { version: '01234567' }),
      [before('x', { commit: COMMIT })],
      [['other', 'x', FILE]],
    ],
    // The same name and entrypoint in another project of the workspace.
    ['of another flow without a stamp is of nobody', live('other', 'x'), [before('x')], [['other', 'x', undefined]]],
    [
      'of another flow with the stamp of another commit is of nobody',
      live('other', 'x', { version: '89abcdef' }),
      [before('x', { commit: COMMIT })],
      [['other', 'x', undefined]],
    ],
    // Another file took it over, and deployed it since.
    [
      'of the same flow with the stamp of another commit is of nobody',
      live('etl', 'x', { version: '89abcdef' }),
      [before('x', { commit: COMMIT })],
      [['etl', 'x', undefined]],
    ],
    [
      'of the same flow whose version is no stamp is of the file',
      live('etl', 'x', { version: '1.2' }),
      [before('x', { commit: COMMIT })],
      [['etl', 'x', FILE]],
    ],
    [
      'is of the file whose commit it has, of several',
      live('other', 'x', { version: '89abcdef' }),
      [before('x', { commit: COMMIT }), before('x', { file: 'two.yaml', commit: `89abcdef${'0'.repeat(32)}` })],
      [['other', 'x', 'two.yaml']],
    ],
  ])('%s', (_, one, named, expected) => {
    expect(found([live('etl', 'daily'), one], named)).toEqual(expected)
  })

  it('without a stamp is of nobody where the file has its name and entrypoint as another flow', () => {
    const own = live('etl', 'x', { version: '1.2' })
    const wanted = ['etl/daily', 'load/x']
    expect(found([own, live('load', 'x')], [before('x')], wanted)).toEqual([['etl', 'x', undefined]])
    const elsewhere = live('load', 'x', { entrypoint: 'flows/b.py:b' })
    expect(found([own, elsewhere], [before('x')], wanted, 'flows/b.py:b')).toEqual([['etl', 'x', FILE]])
  })

  describe('of another flow', () => {
    const stamped = (flow: string, entrypoint = 'flows/a.py:a'): LiveDeployment =>
      live(flow, 'x', { version: '01234567', entrypoint })
    const named = [before('x', { commit: COMMIT })]

    it('is of nobody where two of them fit', () => {
      expect(found([stamped('one'), stamped('two')], named)).toEqual([
        ['one', 'x', undefined],
        ['two', 'x', undefined],
      ])
    })

    it('is of nobody where the file still names it, as the flow that is wanted: two projects of one repository', () => {
      expect(found([stamped('ours'), stamped('theirs')], named, ['ours/x'])).toEqual([['theirs', 'x', undefined]])
      // Ours is still to be made.
      expect(found([stamped('theirs')], named, ['ours/x'])).toEqual([['theirs', 'x', undefined]])
    })

    it('is of nobody where the file named it so until now', () => {
      const changed = [stamped('ours'), stamped('theirs')]
      expect(found(changed, named, ['ours/x'], 'flows/b.py:b')).toEqual([['theirs', 'x', undefined]])
    })

    it('is of the file where what the file still names so has another entrypoint', () => {
      const other = [stamped('ours', 'flows/b.py:b'), stamped('gone')]
      expect(found(other, named, ['ours/x'], 'flows/b.py:b')).toEqual([['gone', 'x', FILE]])
      // Ours is still to be made.
      expect(found([stamped('gone')], named, ['ours/x'], 'flows/b.py:b')).toEqual([['gone', 'x', FILE]])
    })

    it('is told by the commit in full, where Cloud has it beside a version of its own', () => {
      const info = { version: '1.0', version_info: { commit_sha: COMMIT } }
      expect(found([live('other', 'x', info)], named)).toEqual([['other', 'x', FILE]])
    })
  })

  it('stands in the order of flow and name', () => {
    expect(found([live('etl', 'b'), live('etl', 'a')], undefined)).toEqual([
      ['etl', 'a', undefined],
      ['etl', 'b', undefined],
    ])
  })
})

describe('what is done about orphans', () => {
  const orphan = (name: string, { file = FILE, paused = false }: { file?: string; paused?: boolean } = {}): Orphan => ({
    flow: 'etl',
    name,
    live: live('etl', name, { paused }),
    ...(file === '' ? {} : { file }),
  })
  const own = [orphan('a'), orphan('b')]
  const foreign = orphan('foreign', { file: '' })
  const paused = orphan('paused', { paused: true })
  const names = (orphans: readonly Orphan[]): readonly string[] => orphans.map(({ name }) => name)

  it.each<[string, readonly Orphan[], Parameters<typeof judgeOrphans>[1], readonly string[], readonly string[]]>([
    ['nothing in `report`', own, { mode: 'report', all: true, managedLive: 2 }, [], ['a', 'b']],
    ['nothing where some are deployed', own, { mode: 'delete', all: false, managedLive: 9 }, [], ['a', 'b']],
    [
      'those of the files are deleted',
      [...own, foreign],
      { mode: 'delete', all: true, managedLive: 9 },
      ['a', 'b'],
      ['foreign'],
    ],
    [
      'those of the files are paused',
      [...own, foreign],
      { mode: 'pause', all: true, managedLive: 9 },
      ['a', 'b'],
      ['foreign'],
    ],
    [
      'a paused one needs no pausing',
      [...own, paused],
      { mode: 'pause', all: true, managedLive: 9 },
      ['a', 'b'],
      ['paused'],
    ],
    ['a paused one is deleted', [paused], { mode: 'delete', all: true, managedLive: 9 }, ['paused'], []],
    ['half of what is live may go', own, { mode: 'delete', all: true, managedLive: 4 }, ['a', 'b'], []],
    [
      'what is paused already does not count',
      [own[0] ?? foreign, paused],
      { mode: 'pause', all: true, managedLive: 2 },
      ['a'],
      ['paused'],
    ],
    ['nothing where there are none', [], { mode: 'delete', all: true, managedLive: 0 }, [], []],
    [
      'what is of nobody does not count',
      [foreign, foreign],
      { mode: 'delete', all: true, managedLive: 1 },
      [],
      ['foreign', 'foreign'],
    ],
  ])('%s', (_, orphans, rule, act, report) => {
    const judged = judgeOrphans(orphans, rule)
    expect([names(judged.act), names(judged.report)]).toEqual([act, report])
  })

  it('is nothing where it would be more than half of what is live', () => {
    const many = Array.from({ length: 7 }, (_, index) => orphan(`n${index}`))
    expect(() => judgeOrphans(many, { mode: 'delete', all: true, managedLive: 13 })).toThrow(
      expect.objectContaining({
        kind: 'user',
        message:
          '`orphans: delete` would delete 7 of the 13 deployments that are live, more than half: prefect.yaml no longer names `etl/n0`, `etl/n1`, `etl/n2`, `etl/n3`, `etl/n4` and 2 more.',
        hint: expect.stringMatching(
          /^Was something lost from the file\? If they are meant to go, delete them in the Prefect UI/,
        ),
      }),
    )
    expect(() => judgeOrphans([orphan('a')], { mode: 'pause', all: true, managedLive: 1 })).toThrow(
      /would pause 1 of the 1/,
    )
  })
})

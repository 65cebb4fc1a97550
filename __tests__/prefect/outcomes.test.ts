import { describe, expect, test } from '@jest/globals'
import type { DeploymentEntry } from '../../src/manifest/model.ts'
import { type EntryOutcome, followDeploy, type Progress } from '../../src/prefect/outcomes.ts'
import { manifestFrom, soundFile } from '../manifest/sample.ts'

function panel(text: string): string[] {
  return [`╭${'─'.repeat(398)}╮`, `│ ${text.padEnd(396)} │`, `╰${'─'.repeat(398)}╯`]
}

const idOf = (number: number): string => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`
const begun = (name: string): string[] => panel(`Deploying ${name}`)
const deployed = (name: string, number: number): string[] =>
  panel(`Deployment 'main/${name}' successfully created with id '${idOf(number)}'.`)

function follow(
  names: readonly string[],
  lines: readonly string[],
): Progress & Readonly<{ told: readonly EntryOutcome[] }> {
  const { deployments } = manifestFrom(soundFile(names.map((name) => [name, 'flows.py:main'])))
  const told: EntryOutcome[] = []
  const progress = followDeploy(deployments, (outcome) => told.push(outcome))
  for (const line of lines) progress.line(line, 'stdout')
  progress.end()
  return { ...progress, told }
}

const names = (entries: readonly DeploymentEntry[]): readonly (string | undefined)[] =>
  entries.map(({ name }) => name.text)

describe('followDeploy', () => {
  test('tells of each applied entry, and knows which it was at', () => {
    const {
      told,
      open,
      begun: at,
    } = follow(['one', 'two', 'three'], [...begun('one'), ...deployed('one', 1), ...begun('two')])
    expect(told).toEqual([
      { entry: expect.objectContaining({ index: 0 }), state: 'applied', flow: 'main', name: 'one', id: idOf(1) },
    ])
    expect(names(open())).toEqual(['two', 'three'])
    expect(at()?.name.text).toBe('two')
  })

  test('between two entries it is at none', () => {
    expect(follow(['one', 'two'], [...begun('one'), ...deployed('one', 1)]).begun()).toBeUndefined()
    expect(follow(['one', 'two'], []).begun()).toBeUndefined()
  })

  test('a single entry is not announced, and is on its way from the start', () => {
    expect(follow(['one'], []).begun()?.name.text).toBe('one')
    expect(follow(['one'], deployed('one', 1)).begun()).toBeUndefined()
  })

  test('the same name twice is two entries, in their order', () => {
    const { told } = follow(['daily', 'daily'], [...deployed('daily', 1), ...deployed('daily', 2)])
    expect(told.map(({ entry, id }) => [entry.index, id])).toEqual([
      [0, idOf(1)],
      [1, idOf(2)],
    ])
  })

  test('a name that Prefect fills in, or that rich shows otherwise, is told by its place', () => {
    const { told } = follow(
      ['a-{{ $ENV }}', 'b [bold]x[/bold] :smile:', 'c'],
      [...deployed('a-prod', 1), ...deployed('b x 😄', 2), ...deployed('c', 3)],
    )
    expect(told.map(({ entry, name }) => [entry.index, name])).toEqual([
      [0, 'a-prod'],
      [1, 'b x 😄'],
      [2, 'c'],
    ])
  })

  test('of a name that is certain the file has the say, not the panel', () => {
    const name = `${'long '.repeat(3)}name`
    expect(follow([name], deployed('long long   long name', 1)).told).toMatchObject([{ name }])
  })

  test('a panel of something else is passed over', () => {
    const { told, open } = follow(['one', 'two'], [...deployed('three', 3), ...deployed('one', 1)])
    expect(told).toHaveLength(1)
    expect(names(open())).toEqual(['two'])
  })

  test('an entry that Prefect skipped stays open', () => {
    expect(names(follow(['one', 'two', 'three'], [...deployed('one', 1), ...deployed('three', 3)]).open())).toEqual([
      'two',
    ])
  })

  test('standard error between the rows of a panel does not break it', () => {
    const { deployments } = manifestFrom(soundFile([['one', 'flows.py:main']]))
    const progress = followDeploy(deployments, () => undefined)
    for (const line of deployed('one', 1)) {
      progress.line(line, 'stdout')
      progress.line('a warning', 'stderr')
    }
    expect(progress.applied()).toHaveLength(1)
  })
})

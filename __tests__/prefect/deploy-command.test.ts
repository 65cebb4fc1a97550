import { describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import type { Manifest } from '../../src/manifest/model.ts'
import { type Selected, selectDeployments } from '../../src/manifest/select.ts'
import { type Shard, shardEnvironment, shardsOf } from '../../src/prefect/deploy-command.ts'
import { manifestFrom, soundFile } from '../manifest/sample.ts'

const FRONT = ['--no-prompt', 'deploy', '--prefect-file=prefect.yaml']

function selectedOf(manifest: Manifest, wanted: 'all' | readonly string[] = 'all'): Selected {
  const [selected] = selectDeployments([manifest], wanted)
  if (selected === undefined) throw new Error('nothing is selected')
  return selected
}

function fileOf(count: number, name = (index: number) => `d${index}`): string {
  return soundFile(
    Array.from({ length: count }, (_, index) => [name(index), `flows/f${index % 3}.py:load_${index % 3}`]),
  )
}

const argsOf = (shards: readonly Shard[]): readonly (readonly string[])[] => shards.map(({ args }) => args)
const namesOf = (shards: readonly Shard[]): readonly (readonly string[])[] =>
  shards.map(({ entries }) => entries.map(({ name }) => name.text ?? ''))

describe('shardsOf', () => {
  test.each([1, 2, 9])('a whole file of %d goes into one process', (count) => {
    expect(argsOf(shardsOf(selectedOf(manifestFrom(fileOf(count))), { parallel: 4 }))).toEqual([[...FRONT, '--all']])
  })

  test('a part is named, each by its function and name, joined to the option', () => {
    const manifest = manifestFrom(
      soundFile([
        ['daily', 'flows/orders.py:load_orders'],
        ['-x "y"', 'shop.flows.stock'],
        ['other', 'flows/orders.py:load_orders'],
      ]),
    )
    expect(argsOf(shardsOf(selectedOf(manifest, ['daily', '-x "y"']), { parallel: 4 }))).toEqual([
      [...FRONT, '--name=load_orders/daily', '--name=shop.flows.stock/-x "y"'],
    ])
  })

  test('what one name selects is named once, and taken in the order in which Prefect takes it', () => {
    const manifest = manifestFrom(
      soundFile([
        ['daily', 'flows/a.py:main'],
        ['hourly', 'flows/a.py:main'],
        ['daily', 'flows/b.py:main'],
        ['left out', 'flows/b.py:main'],
      ]),
    )
    const shards = shardsOf(selectedOf(manifest, ['daily', 'hourly']), { parallel: 4 })
    expect(argsOf(shards)).toEqual([[...FRONT, '--name=main/daily', '--name=main/hourly']])
    expect(shards[0]?.entries.map(({ index }) => index)).toEqual([0, 2, 1])
  })

  test('the file is joined to its option too', () => {
    const manifest = manifestFrom(fileOf(1), '-x.yaml')
    expect(argsOf(shardsOf(selectedOf(manifest), { parallel: 1 }))).toEqual([
      ['--no-prompt', 'deploy', '--prefect-file=-x.yaml', '--all'],
    ])
  })

  test('a large file goes into several processes, never more than asked for, nor than four', () => {
    const counts = (count: number, parallel: number): readonly number[] =>
      shardsOf(selectedOf(manifestFrom(fileOf(count))), { parallel }).map(({ entries }) => entries.length)
    expect(counts(10, 4)).toEqual([5, 5])
    expect(counts(17, 4)).toEqual([6, 6, 5])
    expect(counts(100, 2)).toEqual([50, 50])
    expect(counts(100, 8)).toEqual([25, 25, 25, 25])
    expect(counts(100, 1)).toEqual([100])
    const quick = selectedOf(manifestFrom(fileOf(70)))
    expect(shardsOf(quick, { parallel: 4, smallest: 30 }).map(({ entries }) => entries.length)).toEqual([35, 35])
  })

  test.each([
    ['build', 'build:\n  - prefect.deployments.steps.run_shell_script: {script: "true"}\n'],
    ['push', 'push:\n  - prefect.deployments.steps.run_shell_script: {script: "true"}\n'],
  ])('%s steps keep a large file in one process', (_, steps) => {
    expect(argsOf(shardsOf(selectedOf(manifestFrom(steps + fileOf(40))), { parallel: 4 }))).toEqual([
      [...FRONT, '--all'],
    ])
  })

  test('a name with `*` is deployed with the whole file, and refused by itself: it would select others', () => {
    const manifest = manifestFrom(fileOf(30, (index) => (index === 0 ? 'd*' : `d${index}`)))
    expect(argsOf(shardsOf(selectedOf(manifest), { parallel: 4 }))).toEqual([[...FRONT, '--all']])
    const two = manifestFrom(
      soundFile([
        ['a*', 'f.py:f'],
        ['ab', 'f.py:f'],
        ['b', 'f.py:f'],
      ]),
    )
    expect(() => shardsOf(selectedOf(two, ['a*']), { parallel: 4 })).toThrow(
      expect.objectContaining({ kind: 'user', message: expect.stringContaining('`f/a*`') }),
    )
  })

  test('whatever is selected, every entry is in one process, and one name never in two', () => {
    const entry = fc.tuple(
      fc.constantFrom('a', 'b', 'c', 'd', 'e'),
      fc.constantFrom('x.py:f', 'y.py:f', 'y.py:g', 'm.h'),
    )
    fc.assert(
      fc.property(
        fc.array(entry, { minLength: 1, maxLength: 80 }),
        fc.integer({ min: 1, max: 6 }),
        (entries, parallel) => {
          const selected = selectedOf(manifestFrom(soundFile(entries)))
          const shards = shardsOf(selected, { parallel })
          expect(
            shards.flatMap(({ entries: own }) => own.map(({ index }) => index)).sort((one, other) => one - other),
          ).toEqual(entries.map((_, index) => index))
          const named = shards.map(({ args }) => args.filter((arg) => arg.startsWith('--name=')))
          expect(new Set(named.flat()).size).toBe(named.flat().length)
          expect(shards.length).toBeLessThanOrEqual(Math.max(1, Math.min(parallel, 4)))
          expect(namesOf(shards).every((names) => names.length > 0)).toBe(true)
        },
      ),
    )
  })
})

describe('shardEnvironment', () => {
  const env = { PREFECT_DEPLOYMENTS_DEFAULT_WORK_POOL_NAME: 'default-pool' }

  test('a default work pool does not count where each deployment names one', () => {
    const [shard] = shardsOf(selectedOf(manifestFrom(fileOf(1))), { parallel: 1 })
    expect(shard && shardEnvironment(env, shard)).toEqual({ PREFECT_DEPLOYMENTS_DEFAULT_WORK_POOL_NAME: '' })
  })

  test('it counts where one names none', () => {
    const manifest = manifestFrom(`${fileOf(1)}  - {name: without, entrypoint: 'f.py:f'}\n`)
    const [shard] = shardsOf(selectedOf(manifest), { parallel: 1 })
    expect(shard && shardEnvironment(env, shard)).toEqual(env)
  })
})

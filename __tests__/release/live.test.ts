import { describe, expect, test } from '@jest/globals'
import { type Live } from '../../src/prefect/live/live.ts'
import { LIVE_RULES, liveFindings } from '../../src/prefect/live/rules.ts'
import type { Asked } from '../../src/prefect/live/asked.ts'
import { askedOf } from '../../src/release/live.ts'
import { selectDeployments } from '../../src/manifest/select.ts'
import { findingsOf, manifestFrom, places } from '../manifest/sample.ts'
import { LIVE_EXAMPLES } from '../prefect/live-examples.ts'

function asked(text: string, deployments: 'all' | readonly string[] = 'all'): Asked {
  return askedOf(selectDeployments([manifestFrom(text)], deployments))
}

function spoken(text: string, live: Live): string[] {
  return places(liveFindings(live, asked(text)))
}

const CASES = Object.entries(LIVE_EXAMPLES)

describe('the example of each rule about the workspace', () => {
  test.each(CASES)('%s', (rule, { bad, at, good, live }) => {
    expect(spoken(bad, live).map((place) => place.replace(/ [?i]$/, ''))).toEqual([`${rule} ${at}`])
    expect(spoken(good, live)).toEqual([])
  })

  test.each(CASES)('%s has nothing else wrong in its files', (_, { bad, good }) => {
    expect(places([...findingsOf(bad), ...findingsOf(good)])).toEqual([])
  })

  test('is there for every rule, and for no other', () => {
    expect(Object.keys(LIVE_EXAMPLES).sort()).toEqual(LIVE_RULES.map(({ id }) => id).sort())
  })
})

const FILE = `build:
  - prefect.deployments.steps.run_shell_script:
      script: echo {{ prefect.variables.tag }}
pull:
  - prefect.deployments.steps.git_clone:
      repository: "{{ prefect.variables.repository }}"
      credentials: "{{ prefect.blocks.github-credentials.bot }}"
  - prefect.deployments.steps.pull_with_block:
      block_document_name: code
      block_type_slug: s3-bucket
deployments:
  - name: a
    work_pool: &pool
      name: modal-pool
      job_variables: &variables
        image: python
        env:
          TOKEN: "{{ prefect.blocks.secret.token }}"
          PORT: 8080
  - name: b
    build: []
    description: "{{ prefect.variables.repository }}"
    work_pool:
      name: modal-pool
      work_queue_name: batch
      job_variables: *variables
    pull:
      - prefect.deployments.steps.git_clone:
          credentials: "{{ prefect.blocks.github-credentials.bot }}"
  - name: c
    pull: []
    work_pool:
      name: "{{ $POOL }}"
      job_variables: { image: "{{ $IMAGE }}" }
  - name: d
    work_pool: *pool
`

describe('what the files ask of the workspace', () => {
  const where = ({ position, deployments }: Asked['pools'][number]): string =>
    `${position.line}:${position.column} x${deployments}`

  test('is each thing once, at its first place, with the number of deployments', () => {
    const { pools, queues, blocks, variables } = asked(FILE)
    expect(pools.map((pool) => `${pool.name} ${where(pool)}`)).toEqual(['modal-pool 14:13 x3'])
    expect(queues.map((queue) => `${queue.pool} ${queue.name} ${queue.said} ${where({ ...queue })}`)).toEqual([
      'modal-pool default false 14:13 x2',
      'modal-pool batch true 25:24 x1',
    ])
    expect(blocks.map((block) => `${block.type} ${block.name} ${block.when} ${where(block)}`)).toEqual([
      'secret token deploy 18:18 x3',
      'github-credentials bot run 7:20 x3',
      's3-bucket code run 9:28 x2',
    ])
    expect(variables.map((variable) => `${variable.name} ${variable.when} ${where(variable)}`)).toEqual([
      'tag deploy 3:15 x3',
      'repository deploy 22:18 x3',
    ])
  })

  test('is that of the selected deployments only', () => {
    const { blocks, variables } = asked(FILE, ['b'])
    expect(blocks.map(({ name, position }) => `${name} ${position.line}`)).toEqual(['token 18', 'bot 29'])
    expect(variables.map(({ name }) => name)).toEqual(['repository'])
    expect(asked(FILE, ['c'])).toMatchObject({ pools: [], queues: [], blocks: [], jobVariables: [] })
  })

  test('are the job variables with what is known of their values before Prefect fills them in', () => {
    const { jobVariables } = asked(FILE)
    expect(jobVariables).toMatchObject([
      { pool: 'modal-pool', key: 'image', value: { is: 'string', text: 'python' }, deployments: 3 },
      {
        key: 'env',
        position: { line: 18, column: 11 },
        value: {
          is: 'object',
          entries: [
            { key: 'TOKEN', value: { is: 'unknown' } },
            { key: 'PORT', value: { is: 'integer' }, position: { line: 19, column: 17 } },
          ],
        },
        deployments: 3,
      },
    ])
  })

  test.each([
    ['2', 'integer'],
    ['99999999999999999999', 'integer'],
    ['2.0', 'integer'],
    ['2.5', 'number'],
    ['.nan', 'unknown'],
    ['.inf', 'unknown'],
    ['true', 'boolean'],
    ['[1]', 'array'],
    ['{ a: 1 }', 'object'],
    ['', 'unknown'],
    ['2026-01-01', 'unknown'],
    ['"{{ x }}"', 'unknown'],
    ['"2"', 'string'],
  ])('a job variable of %s is %s', (text, is) => {
    const file = `deployments:\n  - name: a\n    work_pool:\n      name: p\n      job_variables:\n        x: ${text}\n`
    expect(asked(file).jobVariables[0]?.value.is).toBe(is)
  })

  test.each([
    ['none', false, ''],
    ['of Docker', false, 'build:\n  - prefect_docker.deployments.steps.build_docker_image:\n      image_name: a\n'],
    ['of the own shell', true, 'build:\n  - prefect.deployments.steps.run_shell_script:\n      script: make blocks\n'],
    ['that pushes by own code', true, 'push:\n  - tools.steps.publish:\n      to: x\n'],
  ])('a block of `pull` behind a build or push step %s may be made: %s', (_, mayBeMade, steps) => {
    const pull = 'pull:\n  - tools.clone:\n      credentials: "{{ prefect.blocks.secret.x }}"\n'
    const { blocks } = asked(`${steps}${pull}deployments:\n  - name: a\n`)
    expect(blocks).toMatchObject([{ type: 'secret', name: 'x', when: 'run', mayBeMade }])
  })

  test('a block that the deploy itself wants cannot be made by its build step', () => {
    const build = 'build:\n  - prefect.deployments.steps.run_shell_script:\n      script: make blocks\n'
    const { blocks } = asked(`${build}deployments:\n  - name: a\n    description: "{{ prefect.blocks.secret.x }}"\n`)
    expect(blocks).toMatchObject([{ when: 'deploy', mayBeMade: false }])
  })

  test('is nothing in a file without deployments', () => {
    expect(asked('pull:\n  - x:\n      y: "{{ prefect.blocks.secret.x }}"\ndeployments: []\n').blocks).toEqual([])
  })
})

import { describe, expect, test } from '@jest/globals'
import { environmentVariablesIn, placeholdersIn } from '../../src/manifest/placeholders.ts'
import { readYaml } from '../../src/manifest/yaml.ts'
import { manifestFrom } from './sample.ts'

describe('placeholders', () => {
  test.each<[string, string[]]>([
    ['{{ $NAME }}', ['environment NAME']],
    ['{{$NAME}}-{{ $OTHER_1 }}', ['environment NAME', 'environment OTHER_1']],
    ['{{ prefect.blocks.secret.token }}', ['block prefect.blocks.secret.token']],
    ['{{ prefect.variables.region }}', ['variable prefect.variables.region']],
    ['{{ clone-step.directory }}', ['output clone-step.directory']],
    ['{{ x.y[0] }}', ['output x.y[0]']],
    ['{{ a | upper }} {{ }} { { a } } {{ "a" }}', []],
    ['{{{ a }}}', ['output a']],
  ])('%s', (text, expected) => {
    expect(placeholdersIn(text).map(({ kind, name }) => `${kind} ${name}`)).toEqual(expected)
  })

  test('environment variables anywhere in the values, sorted, each once, through aliases', () => {
    const { value } = readYaml(
      Buffer.from('a: &a ["{{ $B }}", {c: "x {{ $A }}"}]\nb: *a\n"{{ $KEY }}": "{{ NOT }}"\n# {{ $COMMENT }}\n'),
    )
    expect(value === undefined ? [] : environmentVariablesIn(value)).toEqual(['A', 'B'])
  })
})

describe('manifestOf', () => {
  const manifest = manifestFrom(`name: shop
prefect-version: 3.8.8
build: null
push:
  prefect.deployments.steps.run_shell_script: {script: echo, id: said}
pull:
  - prefect.deployments.steps.git_clone:
      id: clone-step
      repository: "{{ $REPOSITORY }}"
  - {}
deployments:
  - name: "orders-{{ $STAGE }}"
    entrypoint: flows/orders.py:orders
    version: "1"
    work_pool: {name: "{{ $POOL }}", work_queue_name: fast, job_variables: {env: {A: "{{ $A }}"}}}
  - x
  - name: 5
    description: text
    build:
      - prefect.deployments.steps.run_shell_script: {script: make}
    pull: []
    work_pool: modal-pool
`)

  test('the file', () => {
    expect(manifest).toMatchObject({ file: 'prefect.yaml', path: 'prefect.yaml', name: 'shop' })
    expect(manifest.build).toEqual({ state: 'null', at: { line: 3, column: 1 } })
    expect(manifest.push).toMatchObject({
      state: 'steps',
      steps: [{ function: 'prefect.deployments.steps.run_shell_script', id: 'said' }],
    })
    expect(manifest.pull).toMatchObject({ steps: [{ id: 'clone-step' }, { function: undefined }] })
    expect(manifest.environmentVariables).toEqual(['A', 'POOL', 'REPOSITORY', 'STAGE'])
  })

  test('its deployments, with the placeholders that keep them from being compared', () => {
    const [first, second] = manifest.deployments
    expect(manifest.deployments).toHaveLength(2)
    expect(first).toMatchObject({
      index: 0,
      at: { line: 12, column: 5 },
      name: { text: 'orders-{{ $STAGE }}', placeholders: ['{{ $STAGE }}'], at: { line: 12, column: 11 } },
      entrypoint: { text: 'flows/orders.py:orders', placeholders: [] },
      workPool: { name: { placeholders: ['{{ $POOL }}'] }, queue: { text: 'fast' } },
      version: '1',
      description: undefined,
      builds: false,
      pushes: true,
      code: 'steps',
    })
    expect(second).toMatchObject({
      index: 2,
      name: { text: undefined, at: { line: 17, column: 11 } },
      workPool: undefined,
      description: 'text',
      builds: true,
      code: 'none',
    })
  })
})

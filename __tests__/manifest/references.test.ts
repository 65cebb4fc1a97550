import { describe, expect, test } from '@jest/globals'
import { referencesIn } from '../../src/manifest/references.ts'
import { manifestFrom } from './sample.ts'

const FILE = `definitions:
  unused: "{{ prefect.variables.unused }}"
build:
  - prefect.deployments.steps.run_shell_script:
      script: echo {{ prefect.variables.tag }} {{ prefect.variables.tag }}
pull:
  - prefect.deployments.steps.git_clone:
      repository: "{{ prefect.variables.repository }}"
      credentials: "{{ prefect.blocks.github-credentials.bot }}"
  - prefect.deployments.steps.pull_with_block:
      block_document_name: code
      block_type_slug: s3-bucket
deployments:
  - name: a
    work_pool:
      name: "{{ prefect.variables.pool }}"
      job_variables: &variables
        env:
          TOKEN: "{{ prefect.blocks.secret.token }}-{{ prefect.blocks.json.config.value.a[0] }}"
  - name: b
    description: "{{ prefect.variables.tag }} {{ prefect.blocks.secret.token }}"
    work_pool:
      job_variables: *variables
    pull:
      - prefect.deployments.steps.git_clone:
          access_token: "{{ prefect.blocks.secret.token }}"
          credentials: "{{ prefect.blocks.github-credentials.bot }}"
`

describe('references to the workspace', () => {
  test('each once for a section, at its first place', () => {
    const lines = referencesIn(manifestFrom(FILE)).map(
      ({ kind, name, section, deployment = '-', at }) =>
        `${kind} ${name} ${section} ${deployment} ${at.line}:${at.column}`,
    )
    expect(lines).toEqual([
      'variable tag build - 5:15',
      'variable repository pull - 8:19',
      'block github-credentials/bot pull - 9:20',
      'block s3-bucket/code pull - 11:28',
      'variable pool deployment 0 16:13',
      'block secret/token deployment 0 19:18',
      'block json/config deployment 0 19:18',
      'variable tag deployment 1 21:18',
      'block secret/token pull 1 26:25',
    ])
  })

  test.each([
    '{{ prefect.blocks.secret }}',
    '{{ prefect.blocks.secret. }}',
    '{{ prefect.blocks..x }}',
    '{{ prefect.variables. }}',
    '{{ $X }}',
    '{{ prefect.x }}',
  ])('%s names nothing', (text) => {
    expect(referencesIn(manifestFrom(`deployments:\n  - name: "${text}"\n`))).toEqual([])
  })

  test('a block whose name is filled in later is not known', () => {
    const text =
      'pull:\n  - prefect.deployments.steps.pull_with_block:\n      block_document_name: "{{ $B }}"\n      block_type_slug: x\n'
    expect(referencesIn(manifestFrom(text))).toEqual([])
  })
})

import { describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import { checkManifests } from '../../../src/manifest/check.ts'
import { fileOf, findingsOf, places } from '../sample.ts'

const DEPLOYMENT = 'deployments:\n  - name: a\n    entrypoint: f.py:f\n    work_pool: {name: p}\n'
const S = 'prefect.deployments.steps'

/** What is found in a file whose `pull` begins in line 2. */
function inPull(...steps: string[]): string[] {
  return places(findingsOf(`pull:\n${steps.map((step) => `${step}\n`).join('')}${DEPLOYMENT}`))
}

function messageOf(...steps: string[]): string {
  const [finding] = findingsOf(`pull:\n${steps.map((step) => `${step}\n`).join('')}${DEPLOYMENT}`)
  return `${finding?.message ?? ''}\n${finding?.hint ?? ''}`
}

describe('the shape of a step', () => {
  test('two steps in one item are told apart from inputs at the wrong place', () => {
    expect(
      messageOf(`- ${S}.git_clone: {repository: https://github.com/a/b}`, `  ${S}.pip_install_requirements: {}`),
    ).toMatch(/Begin each step with `- `/)
    expect(messageOf(`- ${S}.git_clone:`, '  repository: https://github.com/a/b')).toMatch(
      /Indent the inputs below the function:\n- prefect.*git_clone:\n {4}repository: …/,
    )
  })

  test('a value of a key that stands wrong is not shown', () => {
    expect(messageOf(`- ${S}.git_clone:`, '  access_token: hunter2')).not.toContain('hunter2')
  })

  test('an empty step is a warning, as Prefect passes over it', () => {
    expect(inPull('- {}')).toEqual(['step-keys 2:3 ?'])
  })

  test('an id may come again in another section', () => {
    const script = `  - ${S}.run_shell_script: {id: a, script: git status}\n`
    expect(findingsOf(`build:\n${script}pull:\n${script}${DEPLOYMENT}`)).toEqual([])
    expect(places(findingsOf(`pull:\n${script}${script}${DEPLOYMENT}`))).toEqual(['step-id-twice 3:54 ?'])
  })

  test('steps that every deployment replaces are not judged', () => {
    const own = `${DEPLOYMENT}    pull: []\n    build: []\n`
    expect(findingsOf(`build:\n- ${S}.nope: {}\npull:\n- git_clone:\n${own}`)).toEqual([])
    const empty = `${own}    push: []\n`
    expect(places(findingsOf(`push:\n- git_clone: {}\n${empty}`))).toEqual(['step-unknown 2:3'])
    const replaced = `${own}    push: [{acme.push: {}}]\n`
    expect(findingsOf(`push:\n- git_clone: {}\n${replaced}`)).toEqual([])
  })

  test('what aliases share is told once', () => {
    const two = `${DEPLOYMENT}    pull: &steps\n    - git_clone: {repository: x}\n${DEPLOYMENT.split('\n').slice(1).join('\n').replace('name: a', 'name: b')}    pull: *steps\n`
    expect(places(findingsOf(two))).toEqual(['step-unknown 6:7'])
  })
})

describe('the function of a step', () => {
  test.each([
    ['prefect.projects.steps.git_clone_project', `Write \`${S}.git_clone\``],
    ['prefect_aws.projects.steps.push_project_to_s3', 'Write `prefect_aws.deployments.steps.push_to_s3`'],
    ['prefect_aws.deployments.steps.pull_project_from_s3', 'Write `prefect_aws.deployments.steps.pull_from_s3`'],
    [`${S}.git-clone`, `Write \`${S}.git_clone\``],
    ['prefect.deployment.steps.run_shell_script', `Write \`${S}.run_shell_script\``],
    ['run_shell_script', `Write \`${S}.run_shell_script\``],
    [
      'prefect_docker.deployments.steps.build_dockerimage',
      'Write `prefect_docker.deployments.steps.build_docker_image`',
    ],
  ])('%s', (name, hint) => {
    expect(inPull(`- ${name}: {script: x}`)).toContain('step-unknown 2:3')
    expect(messageOf(`- ${name}: {script: x}`)).toContain(hint)
  })

  test.each([
    'steps.prepare',
    'acme.deploy.git_clone',
    'prefect_shell.deployments.steps.run',
    'acme:steps.git_clone',
    'prepare',
  ])('%s is not ours to judge', (name) => {
    expect(inPull(`- ${name}: {script: x}`)).toEqual([])
  })

  test('a name that resembles none is a warning, as a newer Prefect may have it', () => {
    expect(inPull(`- ${S}.mount_volume: {}`)).toEqual(['step-unknown 2:3 ?'])
  })
})

describe('the inputs of a step', () => {
  const clone = (...inputs: string[]): readonly string[] => [
    `- ${S}.git_clone:`,
    '    repository: https://github.com/a/b',
    ...inputs.map((input) => `    ${input}`),
  ]

  test.each([
    ['brnch: x', 'Did you mean `branch`?'],
    ['token: x', 'Did you mean `access_token`?'],
    ['ids: x', 'Did you mean `id`?'],
    ['set_working_directory: x', 'one level up'],
    [`${S}.pip_install_requirements: {}`, 'one level up'],
    ['script: x', '`script` is an input of `run_shell_script`.'],
  ])('%s', (input, hint) => {
    expect(inPull(...clone(input))).toEqual(['step-input-unknown 4:5'])
    expect(messageOf(...clone(input))).toContain(hint)
  })

  test('what resembles nothing, and what an integration does not know, is a warning', () => {
    expect(inPull(...clone('filter_specification: x'))).toEqual(['step-input-unknown 4:5 ?'])
    expect(inPull('- prefect_aws.deployments.steps.pull_from_s3: {bucket: a, folder: b, foldr: c}')).toEqual([
      'step-input-unknown 2:70 ?',
    ])
  })

  test('open functions take anything', () => {
    expect(inPull(`- ${S}.pull_from_remote_storage: {url: s3://a/b, key: x, secret: y}`)).toEqual([])
    expect(inPull('- prefect_docker.deployments.steps.build_docker_image: {image_name: a, platform: amd64}')).toEqual(
      [],
    )
  })

  test.each([
    ['include_submodules: "false"', ['step-input-type 4:25 ?']],
    ['include_submodules: "true"', []],
    ['directories: src', ['step-input-type 4:18 ?']],
    ['directories: [src]', []],
    ['credentials: {access_token: "{{ prefect.blocks.secret.x }}"}', []],
    ['branch: "{{ prefect.variables.branch }}"', []],
    ['branch:', []],
    ['branch: 2024-01-01', ['step-input-type 4:13']],
  ])('%s', (input, found) => {
    expect(inPull(...clone(input))).toEqual(found)
  })

  test('the value of a token is never shown', () => {
    expect(messageOf(...clone('access_token: 12345678'))).not.toContain('12345678')
    expect(messageOf(...clone('credentials: hunter2'))).not.toContain('hunter2')
  })
})

const values: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom(
      null,
      true,
      5,
      1.5,
      '',
      'main',
      '{{ $X }}',
      '{{ a.b }}',
      '{{ prefect.blocks.a.b }}',
      "cd x && y '",
      '~/x',
    ),
    fc.string({ unit: 'binary', maxLength: 20 }),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(
      fc.constantFrom('id', 'script', 'env', 'shell', 'repository', 'branch', '__proto__', 'directory'),
      tie('value'),
    ),
  ),
})).value

describe('any steps', () => {
  test('are judged without an exception, at places of the file', () => {
    const name = fc.constantFrom(
      `${S}.git_clone`,
      `${S}.run_shell_script`,
      `${S}.x`,
      'git_clone',
      'constructor',
      '__proto__',
      '',
    )
    const section = fc.oneof(
      fc.array(fc.oneof(fc.dictionary(name, values, { maxKeys: 2 }), values), { maxLength: 3 }),
      values,
    )
    const file = fc.record({
      build: section,
      push: section,
      pull: section,
      deployments: fc.array(
        fc.record({ name: values, build: section, pull: section, work_pool: values, parameters: values }),
      ),
    })
    fc.assert(
      fc.property(file, (content) => {
        const environment = new Map([['X', 'set' as const]])
        const known = { environment, deploys: true, repository: { host: 'github.com', name: 'a/b' }, branch: 'main' }
        for (const { message, position } of checkManifests([fileOf(JSON.stringify(content))], known).findings) {
          expect(message).toMatch(/^[^\n]+$/)
          expect(position.line).toBeGreaterThan(0)
        }
      }),
      { numRuns: 100 },
    )
  })
})

import { describe, expect, test } from '@jest/globals'
import { checkManifests } from '../../../src/manifest/check.ts'
import type { Surroundings } from '../../../src/manifest/rules/rule.ts'
import { fileOf, places } from '../sample.ts'

const S = 'prefect.deployments.steps'
const CLONE = `pull:\n  - ${S}.git_clone: {id: clone-step, repository: https://github.com/acme/flows}\n`
const BUILD = `build:\n  - prefect_docker.deployments.steps.build_docker_image: {id: build-image, image_name: acme/flows}\n`
const DEPLOYMENT = 'deployments:\n  - name: a\n    entrypoint: f.py:f\n    work_pool:\n      name: p\n'
const SET: Partial<Surroundings> = {
  deploys: true,
  environment: new Map([
    ['STAGE', 'set'],
    ['EMPTY', 'empty'],
  ]),
}

function found(text: string, known: Partial<Surroundings> = {}): string[] {
  return places(checkManifests([fileOf(text)], known).findings)
}

/** What is found in line 8, which stands in a deployment behind its pool. */
function inField(field: string, known: Partial<Surroundings> = {}): string[] {
  return found(`${CLONE}${DEPLOYMENT}${field}\n`, known)
}

/** What is found in a script of `pull` in line 3. */
function inScript(script: string, known: Partial<Surroundings> = {}, more = ''): string[] {
  return found(`${CLONE}  - ${S}.run_shell_script: {script: '${script}'}\n${DEPLOYMENT}${more}`, known)
}

describe('the grammar of placeholders', () => {
  test.each([
    ["    version: '{{ $STAGE | lower }}'", ['placeholder-grammar 8:14 ?']],
    ['    tags: [\'{{ "x" }}\']', ['placeholder-grammar 8:12 ?']],
    ["    version: '{{ }}'", ['placeholder-grammar 8:14 ?']],
    ["    parameters: {sql: '{{ ds | date }}'}", []],
    ["    parameters: {sql: '{{ prefect.variables.x | int }}'}", ['placeholder-grammar 8:23 ?']],
    ["      job_variables: {env: {X: '{{ a b }}'}}", []],
    ["      job_variables: {env: {X: '{{ $A:-b }}'}}", ['placeholder-grammar 8:32 ?']],
    ["    description: 'use {{ a | b }} here'", []],
    ["    triggers: [{parameters: {x: '{{ event.payload | tojson }}'}, expect: [a]}]", []],
    ["    nonsense: '{{ a | b }}'", []],
  ])('%s', (field, expected) => {
    expect(inField(field, SET).filter((place) => place.startsWith('placeholder-'))).toEqual(expected)
  })

  test('a format of another tool stays as it is, but for what reads as a name', () => {
    expect(inScript('docker ps --format "{{json .}}"')).toEqual([])
    expect(inScript('docker ps --format "{{.ID}}"')).toEqual(['pull-step-reference 3:58 ?'])
  })

  test('GitHub’s expressions are told once, whatever is in them', () => {
    expect(inField('    version: ${{ secrets.TOKEN }}-${{ env.A || github.sha }}')).toEqual([
      'github-expression 8:14 ?',
    ])
    expect(inField("    version: '${{ $STAGE }}'", SET)).toEqual([])
  })
})

describe('variables', () => {
  test.each([
    ["    version: '{{ $STAGE }}'", []],
    ["    version: '{{ $UNSET }}'", ['variable-unset 8:14 ?']],
    ["    version: '{{ $EMPTY }}'", ['variable-unset 8:14 ?']],
    ["    version: 'a-{{ $STAGE }}-{{ $UNSET }}-{{ $EMPTY }}'", ['variable-unset 8:14 ?', 'variable-unset 8:14 ?']],
    ["    tags: ['{{ $UNSET }}', 'x-{{ $UNSET }}']", ['variable-unset 8:12 ?']],
    ["    parameters: {name: '{{ $UNSET }}'}", ['variable-unset 8:24 ?']],
    ["      job_variables: {name: '{{ $UNSET }}'}", ['variable-unset 8:29 ?']],
  ])('%s', (field, expected) => {
    expect(inField(field, SET)).toEqual(expected)
    expect(inField(field)).toEqual([])
  })

  test('one that several texts ask for is told once, with the number of its places', () => {
    const text = `${CLONE}${DEPLOYMENT}    tags: ['{{ $UNSET }}', 'x-{{ $UNSET }}']\n    version: '{{ $UNSET }}'\n`
    const { findings } = checkManifests([fileOf(text)], SET)
    expect(findings.map(({ message }) => message)).toEqual([
      'The variable `UNSET` is not set here, so Prefect puts an empty text there; so in 3 places of this file.',
    ])
  })

  test('without it nothing can be deployed: name, entrypoint, pool', () => {
    for (const [from, to, place] of [
      ['name: a', 'name: "a-{{ $UNSET }}"', '4:11'],
      ['f.py:f', '"{{ $UNSET }}.py:f"', '5:17'],
      ['name: p', 'name: "{{ $EMPTY }}"', '7:13'],
    ] as const) {
      const text = `${CLONE}${DEPLOYMENT}`.replace(from, to)
      expect(found(text, SET)).toContain(`variable-unset ${place}`)
      expect(found(text).filter((one) => one.startsWith('variable'))).toEqual([])
    }
  })

  test('in `pull` an unset one is left to the run, an empty one is not', () => {
    expect(inScript('echo {{ $UNSET }}', SET)).toEqual(['variable-unset 3:58 i'])
    expect(inScript('echo {{ $EMPTY }}', SET)).toEqual(['variable-unset 3:58 ?'])
    expect(inScript('echo {{ $PREFECT__FLOW_RUN_ID }}', SET)).toEqual([])
    expect(inScript('echo {{ $UNSET }}', SET, '      job_variables: {env: {UNSET: x}}\n')).toEqual([])
  })

  test.each([
    ['    version: $STAGE', ['variable-without-braces 8:14 ?']],
    ['    version: v${STAGE}', ['variable-without-braces 8:14 ?']],
    ['      job_variables: {image: "acme/flows:${TAG:-latest}"}', ['variable-without-braces 8:30 ?']],
    ['      job_variables: {env: {PATH: "${PATH}"}}', []],
    ['    parameters: {price: $5}', []],
    ['    description: costs $5', []],
  ])('%s', (field, expected) => {
    expect(inField(field)).toEqual(expected)
  })
})

describe('outputs of steps', () => {
  const withBuild = (field: string, known: Partial<Surroundings> = {}): string[] =>
    found(`${BUILD}${CLONE}${DEPLOYMENT}${field}\n`, known)
  const image = (text: string): string => `      job_variables: {image: '${text}'}`

  test.each([
    ['{{ build-image.image }}', []],
    ['{{ build-image.additional_tags[0] }}', []],
    ['{{ image_name }}:{{ tag }}', []],
    ['{{ build-image }}', []],
    ['{{ ctx.flow_run.id }}', []],
    ['{{ build_image.image }}', ['output-unknown 10:30 ?']],
    ['{{ build-image.digest }}', ['output-unknown 10:30 ?']],
    ['{{ clone-step.directory }}', ['output-unknown 10:30 ?']],
  ])('%s', (text, expected) => {
    expect(withBuild(image(text))).toEqual(expected)
  })

  test('the nearest name is told', () => {
    const text = `${BUILD}${CLONE}${DEPLOYMENT}${image('{{ build_image.image }}')}\n`
    expect(checkManifests([fileOf(text)]).findings[0]?.hint).toBe('Did you mean `{{ build-image.image }}`?')
  })

  test('a step of the project may give anything', () => {
    const custom = `build:\n  - acme.steps.prepare: {id: prepare}\n${CLONE}${DEPLOYMENT}`
    expect(found(`${custom}${image('{{ prepare.anything }}{{ whatever }}{{ a.b }}')}\n`)).toEqual([])
  })

  test('an own `build` replaces the file’s', () => {
    expect(withBuild(`${image('{{ build-image.image }}')}\n    build: []`)).toEqual(['output-unknown 10:30 ?'])
  })

  test('the variables of the environment come first', () => {
    expect(withBuild(image('{{ REGISTRY }}/flows'))).toEqual(['placeholder-without-dollar 10:30 i'])
    expect(withBuild(image('{{ REGISTRY }}/flows'), SET)).toEqual(['placeholder-without-dollar 10:30 ?'])
    expect(withBuild(image('{{ STAGE }}/flows'), SET)).toEqual([])
    expect(inScript('echo {{ STAGE }}', SET)).toEqual(['placeholder-without-dollar 3:58 ?'])
  })

  test('nothing fills in an entrypoint or the pool’s name', () => {
    const text = `${BUILD}${CLONE}${DEPLOYMENT}`
    expect(found(text.replace('f.py:f', '"{{ build-image.tag }}.py:f"'))).toContain('output-unknown 7:17')
    expect(found(text.replace('name: p', 'name: "{{ build-image.tag }}"'))).toContain('output-unknown 9:13')
    expect(found(text.replace('name: a\n', 'name: "a-{{ build-image.tag }}"\n'))).toEqual([])
  })

  test('a step of `pull` may use what an earlier one, a `build` or a `push` step gives', () => {
    const step = (text: string): string => `  - ${S}.run_shell_script: {script: 'echo ${text}'}\n`
    const file = (text: string): string[] => found(`${BUILD}${CLONE}${step(text)}${DEPLOYMENT}`)
    expect(file('{{ clone-step.directory }} {{ directory }} {{ build-image.tag }}')).toEqual([])
    expect(file('{{ clone-stp.directory }}')).toEqual(['pull-step-reference 5:58 ?'])
  })

  test('a later step, and the step itself, are told as such', () => {
    const script = `  - ${S}.run_shell_script: {id: own, script: 'echo {{ clone-step.directory }}', directory: '{{ own.stdout }}'}\n`
    const text = `pull:\n${script}${CLONE.replace('pull:\n', '')}${DEPLOYMENT}`
    expect(checkManifests([fileOf(text)]).findings.map(({ message }) => message)).toEqual([
      '`{{ clone-step.directory }}` is an output of a later step, so an empty text is put there.',
      '`{{ own.stdout }}` is an output of this very step, so the input is left out.',
    ])
  })
})

describe('references to the workspace', () => {
  test.each([
    ["    version: '{{ prefect.blocks.secret }}'", ['reference-incomplete 8:14']],
    ["    version: '{{ prefect.variables.release }}'", []],
    ["    version: '{{ prefect.variables.release.tag }}'", ['reference-incomplete 8:14 ?']],
    ["    version: '{{ prefect.variables. }}'", ['reference-incomplete 8:14 ?']],
    ["    version: '{{ prefect.variable.release }}'", ['reference-misspelt 8:14 ?']],
    ["    version: '{{ prefect.runtime.flow_run.id }}'", ['reference-misspelt 8:14 ?']],
  ])('%s', (field, expected) => {
    expect(inField(field)).toEqual(expected)
  })
})

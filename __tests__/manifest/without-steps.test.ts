import { spawnSync } from 'node:child_process'
import path from 'node:path'
import { beforeAll, describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import * as z from 'zod'
import { knownStep } from '../../src/manifest/known-steps.ts'
import { type Manifest, manifestOf } from '../../src/manifest/model.ts'
import { usedSteps } from '../../src/manifest/used-steps.ts'
import { type CopyFor, runsSteps, withoutSteps } from '../../src/manifest/without-steps.ts'
import { type MapValue, textsIn, type Value, valueAt } from '../../src/manifest/value.ts'
import { readYaml } from '../../src/manifest/yaml.ts'
import { prefectVenv, tools } from '../world/tools.ts'
import { corpus } from './corpus.ts'
import { manifestFrom } from './sample.ts'

const SEED = 20_261_125
/** `STEP_CASES` gives more of them. */
const CASES = Number(process.env['STEP_CASES'] ?? 40)
const FOR = { environment: new Set(['image_id']), folder: '/somewhere/project', keepsItems: false }
const SINCE_3_9 = { ...FOR, keepsItems: true }

const made = z.union([z.string(), z.array(z.looseObject({}))])
const answer = z.object({ file: made, copy: made })

let python: string
let python39: string

beforeAll(async () => {
  python = (await tools()).prefect
  python39 = await prefectVenv('3.9.1')
})

type Cases = readonly (readonly [text: string, manifest: Manifest])[]

/** What Prefect makes of each file and of its copy, in one process; see without_steps.py. */
function prefectMakes(cases: Cases, copyFor: CopyFor): z.infer<typeof answer>[] {
  const input = cases.map(([text, manifest]) =>
    JSON.stringify({
      file: Buffer.from(text).toString('base64'),
      copy: Buffer.from(withoutSteps(manifest, copyFor).text).toString('base64'),
      outputs: Object.fromEntries(functionsOf(manifest).map((name) => [name, knownStep(name)?.outputs ?? []])),
    }),
  )
  const script = path.join(import.meta.dirname, 'without_steps.py')
  const env = { ...process.env, PYTHONUTF8: '1', PREFECT_HOME: '/nonexistent', PREFECT_LOGGING_LEVEL: 'CRITICAL' }
  const { stdout, stderr, status } = spawnSync(copyFor.keepsItems ? python39 : python, [script], {
    input: `${input.join('\n')}\n`,
    maxBuffer: 1e9,
    encoding: 'utf8',
    env,
  })
  if (status !== 0) throw new Error(stderr)
  return stdout
    .trim()
    .split('\n')
    .map((line) => answer.parse(JSON.parse(line)))
}

function functionsOf(manifest: Manifest): readonly string[] {
  return usedSteps(manifest).flatMap(({ steps }) => steps.flatMap((step) => step.function ?? []))
}

/** Prefect would write the same for the copy, of which it runs no step, as for the file with the stand-ins for outputs. */
function hold(texts: readonly string[], copyFor: CopyFor): void {
  const cases = texts.map((text) => [text, manifestFrom(text)] as const)
  const answers = prefectMakes(cases, copyFor)
  for (const [index, [text, manifest]] of cases.entries()) {
    const { file = [], copy } = answers[index] ?? {}
    const lacking = new Set(withoutSteps(manifest, copyFor).needsBuild.map(({ entry }) => entry.index))
    const wanted =
      typeof file === 'string' ? file : file.filter((_, at) => !lacking.has(at)).map((one) => ({ ...one, steps: 0 }))
    expect({ text, copy }).toEqual({ text, copy: wanted })
  }
}

const DOCKER = 'prefect_docker.deployments.steps.build_docker_image'
const PUSH = 'prefect_docker.deployments.steps.push_docker_image'
const SHELL = 'prefect.deployments.steps.run_shell_script'

const WRITTEN = [
  // Anchors of what is taken out, merge keys, flow style, scalars that PyYAML alone reads so.
  `
build: &build
  - ${SHELL}: &shell {id: sha, script: &script "git rev-parse HEAD"}
definitions:
  common: &common
    version: "{{ sha.stdout }}"
    tags: [yes, 010, "{{ sha.stdout }}", 1:30]
    parameters: {when: 2024-01-01, script: *script, out: "{{ sha.stderr }} and {{ sha.stdout }}", none: ~}
deployments:
  - {<<: *common, name: one, entrypoint: "a.py:f", work_pool: {name: p, job_variables: {image: "r/i:{{ sha.stdout }}"}}}
  - <<: *common
    name: two
    entrypoint: a.py:f
    build: *build
    description: *script
  - <<: *common
    name: three
    build: []
    entrypoint: a.py:f
    work_pool: &pool {name: p, work_queue_name: "q-{{ stdout }}"}
  - {name: four, entrypoint: "a.py:f", build: ~, push: [{${SHELL}: *shell}], work_pool: *pool, tags: "{{ stdout }}"}
`,
  // Pull steps: the file's with the same outputs for all, with others for some; own outputs and ids stay.
  `
build: [{${DOCKER}: {id: build-image, image_name: i, tag: t, dockerfile: auto}}]
push: [{${PUSH}: {image_name: "{{ build-image.image_name }}", tag: "{{ build-image.tag }}"}}]
pull:
  - prefect.deployments.steps.git_clone: {id: clone, repository: "https://x/{{ build-image.tag }}", branch: "{{ $BRANCH }}"}
  - ${SHELL}: {directory: "{{ clone.directory }}", script: "echo {{ image }} {{ stdout }} {{ unknown }}"}
deployments:
  - {name: one, entrypoint: "a.py:f", work_pool: {name: p, job_variables: {image: "{{ build-image.image }}"}}}
  - {name: two, entrypoint: "a.py:f", work_pool: {name: p}, build: [{${SHELL}: {script: x}}]}
  - {name: three, entrypoint: "a.py:f", work_pool: {name: p}, pull: [{${SHELL}: {script: "{{ tag }}"}}]}
`,
  // What later runs fill in, what the environment fills in first, what nobody gives.
  `
build: [{${SHELL}: {id: sh, script: x}}, {${DOCKER}: {id: ctx, image_name: i}}]
deployments:
  - name: one
    entrypoint: a.py:f
    work_pool: {name: p, job_variables: {a: "{{ ctx.image }}", b: "{{ image_id }}", c: "{{ nobody }}", d: "x{{ nobody }}y{{ stdout }}"}}
    triggers:
      - {expect: [a], parameters: {p: "{{ event.payload.n }}", q: "{{ stdout }}"}, name: "on {{ stdout }}", description: "{{ event.id }}"}
    schedules:
      - {cron: "0 0 * * *", slug: "s-{{ stdout }}", parameters: {p: "{{ sh.stdout }}"}}
    sla: []
`,
  // Fields that must be known: the first three are left out, the last is not.
  `
build: [{${SHELL}: {id: sh, script: x}}]
deployments:
  - {name: "one-{{ sh.stdout }}", entrypoint: "a.py:f"}
  - {name: two, entrypoint: "a.py:f", schedules: [{cron: "{{ sh.stdout }}"}]}
  - {name: three, entrypoint: "a.py:f", triggers: [{type: compound, require: all, triggers: [{expect: [a], posture: "{{ stdout }}"}]}]}
  - {name: four, entrypoint: "a.py:f", version: "{{ sh.stdout }}"}
`,
]

/** Files of every form of the three sections, with and without an image, and outputs wherever a text may stand. */
const files = ((): fc.Arbitrary<string> => {
  const output = fc.constantFrom(
    '{{ a.stdout }}',
    '{{stdout}}',
    'v-{{ a.stdout }}-{{ image }}',
    '{{ b.image }}',
    '{{ b.tag }} {{ nobody.x }}',
    '{{ nobody }}',
    '{{ $HOME_OF_NOBODY }}',
    '{{ ctx.flow.name }}',
    '{{ image_id }}',
    '{{ clone.directory }}',
    '{{ directory }}',
    'plain',
  )
  const shell = fc
    .record({ id: fc.constantFrom('a', 'b', 'clone'), script: output }, { requiredKeys: ['script'] })
    .map((inputs) => ({ [SHELL]: inputs }))
  const docker = fc
    .record(
      { id: fc.constantFrom('a', 'b'), image_name: output, dockerfile: fc.constantFrom('auto', 'Dockerfile', null) },
      { requiredKeys: ['image_name'] },
    )
    .map((inputs) => ({ [DOCKER]: inputs }))
  const step = fc.oneof(shell, docker, fc.constant({}))
  const list = fc.array(step, { maxLength: 2 })
  const section = fc.oneof(list, list, fc.constantFrom(null, {}), shell, docker)
  const pull = fc.oneof(
    fc.array(
      fc.oneof(
        shell,
        output.map((directory) => ({ 'prefect.deployments.steps.set_working_directory': { directory } })),
        fc.constant({ 'prefect.deployments.steps.git_clone': { id: 'clone', repository: 'r' } }),
      ),
      { maxLength: 3 },
    ),
    fc.constantFrom(null, []),
  )
  const sections = { build: section, push: section, pull }
  const deployment = fc.record(
    {
      ...sections,
      name: fc.oneof({ weight: 5, arbitrary: fc.constantFrom('one', 'two') }, { weight: 1, arbitrary: output }),
      entrypoint: fc.constant('a.py:f'),
      version: output,
      description: output,
      tags: fc.oneof(output, fc.array(output, { maxLength: 3 })),
      parameters: fc.record({ p: output, q: fc.record({ r: output }) }),
      work_pool: fc.record(
        {
          name: fc.constant('p'),
          work_queue_name: output,
          job_variables: fc.record({ image: output, n: fc.array(output, { maxLength: 2 }) }, { requiredKeys: [] }),
        },
        { requiredKeys: ['name'] },
      ),
      schedules: fc.array(
        fc.record({ cron: fc.constantFrom('0 0 * * *', '{{ a.stdout }}'), slug: output }, { requiredKeys: ['cron'] }),
        { maxLength: 2 },
      ),
      triggers: fc.array(
        fc.record(
          { expect: fc.array(output, { maxLength: 1 }), name: output, parameters: fc.record({ p: output }) },
          { requiredKeys: ['expect'] },
        ),
        { maxLength: 2 },
      ),
    },
    { requiredKeys: ['name', 'entrypoint'] },
  )
  return fc
    .record(
      { ...sections, deployments: fc.array(deployment, { minLength: 1, maxLength: 3 }) },
      { requiredKeys: ['deployments'] },
    )
    .map((file) => JSON.stringify(file))
})()

describe('a copy without build and push steps', () => {
  test(`is to Prefect what the file is with stand-ins for outputs: written, real and ${CASES} generated files, seed ${SEED}`, () => {
    const generated = fc.sample(files, { numRuns: CASES, seed: SEED })
    hold([...WRITTEN, ...realFiles(), ...generated.slice(CASES / 2)], FOR)
    hold([...WRITTEN, ...generated.slice(0, CASES / 2)], SINCE_3_9)
  })
})

/** Real files with build or push steps that Prefect accepts, of which every function is known. */
function realFiles(): readonly string[] {
  return corpus().flatMap(({ accepted, bytes }) => {
    const { value } = readYaml(bytes)
    if (!accepted || value?.kind !== 'map') return []
    const manifest = manifestOf({ path: 'prefect.yaml', display: 'prefect.yaml' }, value)
    const isKnown = functionsOf(manifest).every((name) => knownStep(name) !== undefined)
    return runsSteps(manifest.deployments) && isKnown ? [Buffer.from(bytes).toString()] : []
  })
}

test('says what cannot be told before its build steps have run, and where', () => {
  const needs = withoutSteps(manifestFrom(WRITTEN[3] ?? ''), FOR).needsBuild
  expect(needs.map(({ entry, field, placeholder, at }) => [entry.name.text, field, placeholder, at.line])).toEqual([
    ['one-{{ sh.stdout }}', 'name', '{{ sh.stdout }}', 4],
    ['two', 'schedules[0].cron', '{{ sh.stdout }}', 5],
    ['three', 'triggers[0].triggers[0].posture', '{{ stdout }}', 6],
  ])
})

test('takes any name for the output of a step whose function is not known', () => {
  const manifest = manifestFrom(`
build: [{my_project.steps.build: {id: mine}}]
pull:
  - prefect.deployments.steps.git_clone: {id: clone, repository: "{{ url }}"}
  - ${SHELL}: {directory: "{{ clone.directory }}", script: "{{ mine.image }}"}
deployments:
  - {name: one, entrypoint: "a.py:f", version: "{{ anything.at.all }}", description: "{{ ctx.x }}", tags: "{{ stdout }}"}
`)
  const { value } = readYaml(Buffer.from(withoutSteps(manifest, FOR).text))
  const pull = valueAt(value, 'pull')
  const [entry] = manifestOf({ path: '', display: '' }, rootOf(value)).deployments
  expect([...textsIn(pull ?? rootOf(value))].filter((text) => /\{|known/.test(text)).sort()).toEqual([
    'known after build',
    'known after build',
    '{{ clone.directory }}',
  ])
  expect([entry?.version, entry?.description, valueAt(entry?.value, 'tags')?.kind]).toEqual([
    'known after build',
    '{{ ctx.x }}',
    'list',
  ])
})

function rootOf(value: Value | undefined): MapValue {
  if (value?.kind !== 'map') throw new Error('not a mapping')
  return value
}

test('refuses a file that aliases make too large', () => {
  const text = `x: &x "{{ a.stdout }} ${'x'.repeat(100_000)}"\nbuild: [{${SHELL}: {id: a, script: x}}]\ndeployments:\n${Array.from(
    { length: 300 },
    (_, at) => `  - {name: d${at}, entrypoint: "a.py:f", build: [{${SHELL}: {id: a, script: x}}], description: *x}\n`,
  ).join('')}`
  expect(() => withoutSteps(manifestFrom(text), FOR)).toThrow('too large with every alias written out')
})

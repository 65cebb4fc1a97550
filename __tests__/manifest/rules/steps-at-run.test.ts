import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, expect, test } from '@jest/globals'
import * as z from 'zod'
import { checkManifests } from '../../../src/manifest/check.ts'
import { tools } from '../../world/tools.ts'
import { fileOf } from '../sample.ts'

const RUN = 'prefect.deployments.steps.run_shell_script'
const CLONE = 'prefect.deployments.steps.git_clone'
const CHANGE = 'prefect.deployments.steps.set_working_directory'
const PIP = 'prefect.deployments.steps.pip_install_requirements'

/** Lists of steps with the rule that calls them an error; without one they run. */
const STEPS: readonly (readonly [steps: string, rule?: string])[] = [
  [`- ${RUN}: {script: echo a, stream_output: false}`],
  [`- prefect.deployments.steps.utility.run_shell_script: {script: echo a, stream_output: false}`],
  [`- ${RUN}: {id: a, requires: null, script: echo a, directory: null, env: null, stream_output: false}`],
  [`- ${CHANGE}: {directory: /tmp}`],
  [`- {}`],
  [`- git_clone: {repository: x}`, 'step-unknown'],
  [`- prefect.projects.steps.git_clone: {repository: x}`, 'step-unknown'],
  [`- prefect.deployments.steps.git_clon: {repository: x}`, 'step-unknown'],
  [`- prefect.deployments.run_shell_script: {script: echo a}`, 'step-unknown'],
  [`- ${RUN}: {script: echo a}\n  ${PIP}: {}`, 'step-keys'],
  [`- ${RUN}:\n  script: echo a`, 'step-keys'],
  [`- ${PIP}:`, 'step-inputs'],
  [`- ${CHANGE}: /tmp`, 'step-inputs'],
  [`- ${RUN}: {}`, 'step-input-missing'],
  [`- ${RUN}: {script: null}`, 'step-input-missing'],
  [`- ${CHANGE}: {directory: null}`, 'step-input-missing'],
  [`- ${CHANGE}: {directory: ""}`, 'step-input-missing'],
  [`- ${RUN}: {script: echo a, command: x}`, 'step-input-unknown'],
  [`- ${CLONE}: {repository: "https://127.0.0.1:1/a/b", set_working_directory: x}`, 'step-input-unknown'],
  [`- ${RUN}: {script: [echo a]}`, 'step-input-type'],
  [`- ${RUN}: {script: 5}`, 'step-input-type'],
  [`- ${RUN}: {script: echo a, directory: 5}`, 'step-input-type'],
  [`- ${RUN}: {script: echo a, env: {A: 1}}`, 'step-input-type'],
  [`- ${RUN}: {script: echo a, env: {A: true}}`, 'step-input-type'],
  [`- ${RUN}: {script: echo a, env: {A: null}}`, 'step-input-type'],
  [`- ${RUN}: {script: echo a, env: ["A=1"]}`, 'step-input-type'],
  [`- ${PIP}: {requirements_file: null}`, 'step-input-type'],
  [`- ${CLONE}: {repository: "https://127.0.0.1:1/a/b", branch: 1.0}`, 'step-input-type'],
  [`- ${CLONE}: {repository: "https://127.0.0.1:1/a/b", commit_sha: 1234567}`, 'step-input-type'],
  [`- ${CLONE}: {repository: "https://127.0.0.1:1/a/b", credentials: bot}`, 'step-input-type'],
  [`- ${CLONE}: {repository: "https://127.0.0.1:1/a/b", commit_sha: main}`, 'clone-commit-invalid'],
  [`- ${CLONE}: {repository: "https://127.0.0.1:1/a/b", branch: -x}`, 'clone-branch-invalid'],
  [`- ${CLONE}: {repository: "https://127.0.0.1:1/a/b", branch: x, commit_sha: abcdef}`, 'clone-branch-and-commit'],
  [
    `- ${CLONE}: {repository: "https://127.0.0.1:1/a/b", access_token: x, credentials: {access_token: x}}`,
    'clone-two-credentials',
  ],
  [`- ${CHANGE}: {directory: "~/flows"}`, 'pull-home-folder'],
  [`- ${CHANGE}: {directory: "{{ clone-step.directory }}"}`, 'pull-step-reference'],
  [`- ${RUN}: {id: a, script: echo a}\n- ${RUN}: {script: "{{ a.output }}"}`, 'pull-step-reference'],
  [`- ${RUN}: {id: a, script: "{{ b.stdout }}"}\n- ${RUN}: {id: b, script: echo a}`, 'pull-step-reference'],
  [`- ${RUN}: {id: a, script: echo true}\n- ${RUN}: {script: "{{ a.stdout }}"}\n- ${RUN}: {script: "{{ stdout }}"}`],
  [`- ${RUN}: {script: 'echo "a'}`, 'script-line-fails'],
  [`- ${RUN}: {script: "echo a \\\\\\n  b"}`, 'script-line-fails'],
  [`- ${RUN}: {script: cd /tmp}`, 'script-line-fails'],
  [`- ${RUN}: {script: export A=b}`, 'script-line-fails'],
  [`- ${RUN}: {script: A=b env}`, 'script-line-fails'],
  [`- ${RUN}: {script: "# a\\ntrue"}`, 'script-line-fails'],
  [`- ${RUN}: {script: "if true; then\\n true\\nfi"}`, 'script-line-fails'],
  [`- ${RUN}: {script: "if true; then\\n true\\nfi", shell: true}`, 'script-line-fails'],
  [`- ${RUN}: {script: "for a in b; do\\n true\\ndone", shell: true}`, 'script-line-fails'],
  [`- ${RUN}: {script: 'echo "a', shell: true}`, 'script-line-fails'],
  [`- ${RUN}: {script: "# don't\\nif true; then true; fi\\ntrue # don't", shell: true}`],
  [`- ${RUN}: {script: "cd /tmp && true\\nA=b env", shell: true, stream_output: false}`],
  [`- ${RUN}: {script: 'bash -c "cd /tmp && A=b; true | true > /dev/null"'}`],
  [`- ${RUN}: {script: "\\n  true\\n\\n  test ';' = \\\\;\\n"}`],
]

type Filling = Readonly<{ text: string; outputs: Record<string, unknown>; environment: Record<string, string> }>

/** Texts of a deployment's `version` with what Prefect makes of them, and the rule that tells when a placeholder came to nothing. */
const TEXTS: readonly (readonly [text: string, becomes: string | null, rule?: string])[] = [
  ['{{ get.stdout }}', 'abc'],
  ['v-{{ stdout }}', 'v-abc'],
  ['{{ get.stdout }}{{ $SET_ONE }}', 'abcset'],
  ['{{ SET_ONE }}', 'set'],
  ['{{ ctx.flow_run.id }}', '{{ ctx.flow_run.id }}'],
  ['{{ get.output }}', null, 'output-unknown'],
  ['v-{{ got.stdout }}', 'v-', 'output-unknown'],
  ['{{ UNSET_ONE }}', null, 'placeholder-without-dollar'],
  ['{{ $UNSET_ONE }}', '', 'variable-unset'],
  ['v-{{ $EMPTY_ONE }}', 'v-', 'variable-unset'],
  ['{{ $$UNSET_ONE }}', '', 'variable-unset'],
  ['{{ prefect.block.secret.x }}', null, 'reference-misspelt'],
  ['{{ get.stdout | trim }}', '{{ get.stdout | trim }}', 'placeholder-grammar'],
  ['${{ secrets.TOKEN }}', '$', 'github-expression'],
  ['${SET_ONE}', '${SET_ONE}', 'variable-without-braces'],
]

const ENVIRONMENT = { SET_ONE: 'set', EMPTY_ONE: '' }
const OURS = /^(?:step|clone|pull|script|output|placeholder|variable|reference|github|credential)-/

async function asked(steps: readonly string[], texts: readonly Filling[]) {
  const { prefect } = await tools()
  const home = mkdtempSync(path.join(tmpdir(), 'prefect-home-'))
  const { stdout, stderr, status } = spawnSync(prefect, [path.join(import.meta.dirname, 'run_steps.py')], {
    input: JSON.stringify({ steps, texts }),
    encoding: 'utf8',
    maxBuffer: 1e8,
    // No step here asks the API; the address is one where nobody answers.
    env: {
      PATH: process.env['PATH'],
      HOME: home,
      PREFECT_HOME: home,
      PREFECT_API_URL: 'http://127.0.0.1:1/api',
      PREFECT_LOGGING_LEVEL: 'CRITICAL',
      DO_NOT_TRACK: '1',
    },
  })
  rmSync(home, { recursive: true })
  if (status !== 0) throw new Error(stderr)
  const answer = z.object({ steps: z.array(z.string().nullable()), texts: z.array(z.string().nullable()) })
  // What a step prints stands before the answer.
  return answer.parse(JSON.parse(stdout.slice(stdout.lastIndexOf('{"steps"'))))
}

const DEPLOYMENT = 'deployments:\n  - name: a\n    entrypoint: f.py:f\n    work_pool: {name: p}\n'

function errorsIn(steps: string): string[] {
  const { findings } = checkManifests([fileOf(`pull:\n${steps}\n${DEPLOYMENT}`)])
  return findings.filter(({ severity }) => severity === 'error').map(({ rule }) => rule)
}

function rulesFor(version: string): string[] {
  const build = `build:\n- ${RUN}: {id: get, script: echo abc}\npull: []\n`
  const environment = new Map(
    Object.entries(ENVIRONMENT).map(([name, value]) => [name, value === '' ? ('empty' as const) : ('set' as const)]),
  )
  const file = fileOf(`${build}${DEPLOYMENT}    version: ${JSON.stringify(version)}\n`)
  return checkManifests([file], { deploys: true, environment })
    .findings.map(({ rule }) => rule)
    .filter((rule) => OURS.test(rule))
}

describe('what Prefect makes of steps and placeholders', () => {
  const outputs = { get: { stdout: 'abc', stderr: '' }, stdout: 'abc', stderr: '' }
  const answers = asked(
    STEPS.map(([steps]) => steps),
    TEXTS.map(([text]) => ({ text, outputs, environment: ENVIRONMENT })),
  )

  test.each(STEPS.map(([steps, rule], index) => ({ steps, rule, index })))(
    '$rule: $steps',
    async ({ steps, rule, index }) => {
      const error = (await answers).steps[index]
      expect({ fails: error !== null, error }).toMatchObject({ fails: rule !== undefined })
      expect([...new Set(errorsIn(steps))]).toEqual(rule === undefined ? [] : [rule])
    },
  )

  test.each(TEXTS.map(([text, becomes, rule], index) => ({ text, becomes, rule, index })))(
    '$text becomes $becomes: $rule',
    async ({ text, becomes, rule, index }) => {
      expect((await answers).texts[index]).toBe(becomes)
      expect(rulesFor(text)).toEqual(rule === undefined ? [] : [rule])
    },
  )
})

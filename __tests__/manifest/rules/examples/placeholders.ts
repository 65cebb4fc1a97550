import type { RuleExample, RuleExamples } from './example.ts'

/** A file of one deployment; `fields` begin in line 9, `inputs` of the step that clones in line 4. */
function file(fields: readonly string[], inputs: readonly string[] = ['branch: main']): string {
  return `pull:
  - prefect.deployments.steps.git_clone:
      repository: https://github.com/acme/flows
${inputs.map((input) => `      ${input}\n`).join('')}deployments:
  - entrypoint: flows/orders.py:orders
    work_pool:
      name: modal-pool
${fields.map((field) => `    ${field}\n`).join('')}`
}

const known: RuleExample['known'] = { deploys: true, environment: new Map([['GITHUB_SHA', 'set']]) }

/** Examples of the rules about `{{ … }}` and about credentials. */
export const PLACEHOLDER_EXAMPLES: RuleExamples = {
  'placeholder-grammar': {
    bad: file(['name: daily', 'version: "{{ $GITHUB_SHA | lower }}"']),
    at: '10:14',
    good: file(['name: daily', 'version: "{{ $GITHUB_SHA }}"']),
    known,
  },
  'github-expression': {
    bad: file(['name: daily', `version: "\${{ github.sha }}"`]),
    at: '10:14',
    good: file(['name: daily', 'version: "{{ $GITHUB_SHA }}"']),
    known,
  },
  'variable-unset': {
    bad: file(['name: "daily-{{ $STAGE }}"']),
    at: '9:11',
    good: file(['name: "daily-{{ $GITHUB_SHA }}"']),
    known,
  },
  'variable-without-braces': {
    bad: file(['name: daily', `version: "\${GITHUB_SHA}"`]),
    at: '10:14',
    good: file(['name: daily', 'version: "{{ $GITHUB_SHA }}"']),
    known,
  },
  'reference-incomplete': {
    bad: file(['name: daily'], ['credentials: "{{ prefect.blocks.github-bot }}"']),
    at: '4:20',
    good: file(['name: daily'], ['credentials: "{{ prefect.blocks.github-credentials.bot }}"']),
  },
  'reference-misspelt': {
    bad: file(['name: daily'], ['credentials: "{{ prefect.block.github-credentials.bot }}"']),
    at: '4:20',
    good: file(['name: daily'], ['credentials: "{{ prefect.blocks.github-credentials.bot }}"']),
  },
  'output-unknown': {
    bad: file(['name: daily', 'version: "{{ get-commit.stdout }}"']),
    at: '10:14',
    good: `build:
  - prefect.deployments.steps.run_shell_script:
      id: get-commit
      script: git rev-parse HEAD
${file(['name: daily', 'version: "{{ get-commit.stdout }}"'])}`,
  },
  'pull-step-reference': {
    bad: `pull:
  - prefect.deployments.steps.git_clone:
      repository: https://github.com/acme/flows
  - prefect.deployments.steps.set_working_directory:
      directory: "{{ clone-step.directory }}/flows"
deployments:
  - name: daily
    entrypoint: flows/orders.py:orders
    work_pool:
      name: modal-pool
`,
    at: '5:18',
    good: `pull:
  - prefect.deployments.steps.git_clone:
      id: clone-step
      repository: https://github.com/acme/flows
  - prefect.deployments.steps.set_working_directory:
      directory: "{{ clone-step.directory }}/flows"
deployments:
  - name: daily
    entrypoint: flows/orders.py:orders
    work_pool:
      name: modal-pool
`,
  },
  'placeholder-without-dollar': {
    bad: file(['name: daily', 'version: "{{ RELEASE }}"']),
    at: '10:14',
    good: file(['name: daily', 'version: "{{ $GITHUB_SHA }}"']),
    known,
  },
  'credential-stored': {
    bad: file(['name: daily'], ['access_token: "{{ $GIT_TOKEN }}"']),
    at: '4:21',
    good: file(['name: daily'], ['access_token: "{{ prefect.blocks.secret.git-token }}"']),
    known: { environment: new Map([['GIT_TOKEN', 'set']]) },
  },
  'credential-in-file': {
    bad: file(['name: daily'], [`access_token: ghp_${'aB3'.repeat(12)}`]),
    at: '4:21',
    good: file(['name: daily'], ['access_token: "{{ prefect.blocks.secret.git-token }}"']),
  },
}

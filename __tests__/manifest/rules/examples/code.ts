import type { RuleExample, RuleExamples } from './example.ts'
import { PLACEHOLDER_EXAMPLES } from './placeholders.ts'

const CLONE = `  - prefect.deployments.steps.git_clone:
      id: clone-step
      repository: https://github.com/acme/flows
      branch: main
`
const DEPLOYMENT = `deployments:
  - name: daily
    entrypoint: flows/orders.py:orders
    work_pool:
      name: modal-pool
`

/** A file whose `pull` has these steps behind the one that clones; they begin in line 6. */
function pulls(steps: string): string {
  return `pull:\n${CLONE}${steps}${DEPLOYMENT}`
}

/** A file whose `pull` clones with these inputs; they begin in line 3. */
function clones(...inputs: string[]): string {
  return `pull:\n  - prefect.deployments.steps.git_clone:\n${inputs.map((input) => `      ${input}\n`).join('')}${DEPLOYMENT}`
}

/** A file whose `pull` runs a script with these inputs; they begin in line 7. */
function runs(...inputs: string[]): string {
  return pulls(`  - prefect.deployments.steps.run_shell_script:\n${inputs.map((input) => `      ${input}\n`).join('')}`)
}

const REPOSITORY = 'repository: https://github.com/acme/flows'
const known: RuleExample['known'] = { repository: { host: 'github.com', name: 'acme/flows' }, branch: 'main' }

/** Examples of the rules about build, push and pull steps, placeholders and credentials. */
export const CODE_EXAMPLES: RuleExamples = {
  ...PLACEHOLDER_EXAMPLES,
  'pull-missing': { bad: DEPLOYMENT, at: '1:1', good: pulls('') },
  'pull-empty': {
    bad: `pull: []\n${DEPLOYMENT}`,
    at: '1:1',
    good: pulls(''),
    known: { pools: new Map([['modal-pool', 'modal:push']]) },
  },
  'pull-developer-path': {
    bad: `pull:
  - prefect.deployments.steps.set_working_directory:
      directory: /Users/alice/flows
${DEPLOYMENT}`,
    at: '3:18',
    good: `pull:
  - prefect.deployments.steps.set_working_directory:
      directory: /opt/prefect/flows
${DEPLOYMENT}`,
    known: { pools: new Map([['modal-pool', 'modal:push']]) },
  },
  'pull-home-folder': {
    bad: pulls('  - prefect.deployments.steps.set_working_directory:\n      directory: ~/flows\n'),
    at: '7:18',
    good: pulls('  - prefect.deployments.steps.set_working_directory:\n      directory: /root/flows\n'),
  },
  'pull-placeholder-folder': {
    bad: pulls('  - prefect.deployments.steps.set_working_directory:\n      directory: /path/to/flows\n'),
    at: '7:18',
    good: pulls('  - prefect.deployments.steps.set_working_directory:\n      directory: /opt/flows\n'),
  },
  'pull-placeholder-repository': {
    bad: clones('repository: https://github.com/your-org/your-repo'),
    at: '3:19',
    good: clones(REPOSITORY),
    known,
  },
  'pull-other-repository': {
    bad: clones('repository: https://github.com/acme/templates.git'),
    at: '3:19',
    good: clones('repository: git@github.com:Acme/Flows.git'),
    known,
  },
  'pull-branch-differs': {
    bad: clones(REPOSITORY, 'branch: setup'),
    at: '4:15',
    good: clones(REPOSITORY, 'commit_sha: "{{ $GITHUB_SHA }}"'),
    known,
  },
  'clone-branch-and-commit': {
    bad: clones(REPOSITORY, 'branch: main', 'commit_sha: 3d093e3'),
    at: '5:7',
    good: clones(REPOSITORY, 'commit_sha: 3d093e3'),
  },
  'clone-two-credentials': {
    bad: clones(
      REPOSITORY,
      'access_token: "{{ prefect.blocks.secret.token }}"',
      'credentials: "{{ prefect.blocks.github-credentials.bot }}"',
    ),
    at: '5:7',
    good: clones(REPOSITORY, 'credentials: "{{ prefect.blocks.github-credentials.bot }}"'),
  },
  'clone-commit-invalid': {
    bad: clones(REPOSITORY, 'commit_sha: v1.2'),
    at: '4:19',
    good: clones(REPOSITORY, 'branch: v1.2'),
  },
  'clone-branch-invalid': {
    bad: clones(REPOSITORY, 'branch: release candidate'),
    at: '4:15',
    good: clones(REPOSITORY, 'branch: release-candidate'),
  },
  'clone-address': {
    bad: clones('repository: github.com/acme/flows'),
    at: '3:19',
    good: clones(REPOSITORY),
  },
  'clone-credentials-unused': {
    bad: clones('repository: git@github.com:acme/flows.git', 'access_token: "{{ prefect.blocks.secret.token }}"'),
    at: '4:7',
    good: clones(REPOSITORY, 'access_token: "{{ prefect.blocks.secret.token }}"'),
  },
  'step-keys': {
    bad: `pull:
  - prefect.deployments.steps.git_clone:
    repository: https://github.com/acme/flows
    branch: main
${DEPLOYMENT}`,
    at: '3:5',
    good: clones(REPOSITORY, 'branch: main'),
  },
  'step-inputs': {
    bad: pulls('  - prefect.deployments.steps.pip_install_requirements:\n'),
    at: '6:5',
    good: pulls('  - prefect.deployments.steps.pip_install_requirements: {}\n'),
  },
  'step-id-twice': {
    bad: runs('id: clone-step', 'script: uv sync'),
    at: '7:11',
    good: runs('id: sync-step', 'script: uv sync'),
  },
  'step-unknown': {
    bad: pulls('  - prefect.projects.steps.pip_install_requirements: {}\n'),
    at: '6:5',
    good: pulls('  - prefect.deployments.steps.pip_install_requirements: {}\n'),
  },
  'step-input-unknown': {
    bad: clones(REPOSITORY, 'brunch: main'),
    at: '4:7',
    good: clones(REPOSITORY, 'branch: main'),
  },
  'step-input-missing': {
    bad: clones('branch: main'),
    at: '2:5',
    good: clones(REPOSITORY, 'branch: main'),
  },
  'step-input-type': {
    bad: clones(REPOSITORY, 'branch: 1.0'),
    at: '4:15',
    good: clones(REPOSITORY, 'branch: "1.0"'),
  },
  'script-line-fails': {
    bad: runs('script: |', '  cd flows', '  uv sync'),
    at: '7:15',
    good: runs('script: uv sync', 'directory: flows'),
  },
  'script-needs-shell': {
    bad: runs('script: pip install uv && uv sync'),
    at: '7:15',
    good: runs('script: |', '  pip install uv', '  uv sync'),
  },
  'script-variable': {
    bad: runs('script: pip install flows==$VERSION'),
    at: '7:15',
    good: runs('script: pip install flows==$VERSION', 'expand_env_vars: true'),
  },
  'script-line-state': {
    bad: runs('shell: true', 'script: |', '  cd flows', '  uv sync'),
    at: '8:15',
    good: runs('shell: true', 'script: cd flows && uv sync'),
  },
}

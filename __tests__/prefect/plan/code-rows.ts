import type { JsonObject } from '../../../src/prefect/json.ts'
import type { CodeProof, DeployedCode } from '../../../src/prefect/plan/code-proof.ts'

export const COMMIT = 'abc12345def67890abc12345def67890abc12345'
const OTHER = '0123456789abcdef0123456789abcdef01234567'
export const MAIN: DeployedCode = { commit: COMMIT, refName: 'main', isBranch: true, repository: 'Acme/Flows' }
const TAG: DeployedCode = { ...MAIN, refName: 'v1.2.0', isBranch: false }

export const HERE = 'https://github.com/acme/flows.git'
export const clone = (inputs: JsonObject, name = 'prefect.deployments.steps.git_clone'): JsonObject => ({
  [name]: { repository: HERE, ...inputs },
})
export const enter = (directory: string): JsonObject => ({
  'prefect.deployments.steps.set_working_directory': { directory },
})
const shell = (script: string): JsonObject => ({ 'prefect.deployments.steps.run_shell_script': { script } })

type Row = readonly [string, readonly JsonObject[], CodeProof['from'], boolean | undefined, string, DeployedCode?]

const PUSH = 'A push to `main` changes what runs, without a deploy.'
const HEAD = 'A run loads the head of `main` of `acme/flows` when it starts'
const EXACTLY = 'A run loads exactly the commit that was deployed, `abc12345` of `acme/flows`.'
const DEFAULT =
  'A run loads the head of the default branch of `acme/flows` when it starts; this step deployed `abc12345` of `main`. A push to the default branch changes what runs, without a deploy.'
const THEN = `${HEAD}; this step deployed \`abc12345\`, which was the head of \`main\` then. ${PUSH}`
const UNSEEN = 'cannot be seen from here.'

export const ROWS: readonly Row[] = [
  ['this commit', [clone({ commit_sha: COMMIT })], 'commit', true, EXACTLY],
  ['this commit in other letters', [clone({ commit_sha: COMMIT.toUpperCase() })], 'commit', true, EXACTLY],
  ['its first digits', [clone({ commit_sha: 'abc12345' })], 'commit', true, EXACTLY],
  [
    'too few of its digits',
    [clone({ commit_sha: 'abc' })],
    'commit',
    false,
    'A run loads the commit `abc` of `acme/flows`, and not `abc12345`, which was deployed.',
  ],
  [
    'another commit',
    [clone({ commit_sha: OTHER })],
    'commit',
    false,
    'A run loads the commit `01234567` of `acme/flows`, and not `abc12345`, which was deployed.',
  ],
  [
    'a commit, where none is known',
    [clone({ commit_sha: OTHER })],
    'commit',
    undefined,
    'A run loads the commit `01234567` of `acme/flows`; which commit was deployed is not known.',
    { ...MAIN, commit: '' },
  ],
  [
    'a commit by a variable',
    [clone({ commit_sha: '{{ prefect.variables.sha }}' })],
    'commit',
    undefined,
    `A run loads the commit of \`acme/flows\` that \`{{ prefect.variables.sha }}\` stands for when it starts; which one that is ${UNSEEN}`,
  ],
  [
    'this commit of a copy',
    [clone({ repository: 'https://gitlab.com/x/copy', commit_sha: COMMIT })],
    'commit',
    true,
    'A run loads exactly the commit that was deployed, `abc12345` of `x/copy`.',
  ],
  [
    'its first digits in another repository',
    [clone({ repository: 'https://gitlab.com/x/copy', commit_sha: 'abc12345' })],
    'commit',
    false,
    'A run loads the commit `abc12345` of `x/copy`, and not `abc12345`, which was deployed.',
  ],
  [
    'a branch and a commit',
    [clone({ branch: 'main', commit_sha: COMMIT })],
    'nowhere',
    false,
    'No run gets its code: `git_clone` takes `branch` or `commit_sha`, and has both.',
  ],
  ['the branch', [clone({ branch: 'main' })], 'branch', true, THEN],
  ['the branch in full', [clone({ branch: 'refs/heads/main' })], 'branch', true, THEN],
  [
    'the branch, where no commit is known',
    [clone({ branch: 'main' })],
    'branch',
    undefined,
    `${HEAD}; which commit was deployed is not known. ${PUSH}`,
    { ...MAIN, commit: '' },
  ],
  [
    'the branch, whose head is this commit',
    [clone({ branch: 'main' })],
    'branch',
    true,
    `${HEAD}; that is \`abc12345\`, which was deployed. ${PUSH}`,
    { ...MAIN, headOf: () => COMMIT },
  ],
  [
    'the branch, whose head is another by now',
    [clone({ branch: 'main' })],
    'branch',
    false,
    `${HEAD}; that is \`01234567\` by now, and not \`abc12345\`, which was deployed. ${PUSH}`,
    { ...MAIN, headOf: (branch) => (branch === 'main' ? OTHER : undefined) },
  ],
  [
    'the branch that a pull request goes to',
    [clone({ branch: 'main' })],
    'branch',
    false,
    `${HEAD}; the commit of this pull request is not in it before it is merged. ${PUSH}`,
    { ...MAIN, refName: '7/merge', isBranch: false, baseRef: 'main' },
  ],
  [
    'another branch than the pull request goes to',
    [clone({ branch: 'main' })],
    'branch',
    undefined,
    `${HEAD}, which need not have what was deployed, \`abc12345\` of \`dev\`. ${PUSH}`,
    { ...MAIN, refName: '7/merge', isBranch: false, baseRef: 'dev' },
  ],
  [
    'another branch',
    [clone({ branch: 'main' })],
    'branch',
    undefined,
    `${HEAD}, which need not have what was deployed, \`abc12345\` of \`release\`. ${PUSH}`,
    { ...MAIN, refName: 'release' },
  ],
  [
    'the tag',
    [clone({ branch: 'v1.2.0' })],
    'branch',
    true,
    'A run loads the head of `v1.2.0` of `acme/flows` when it starts; this step deployed `abc12345`, which the tag named then. Whoever moves the tag changes what runs, without a deploy.',
    TAG,
  ],
  [
    'a branch, where a tag is deployed',
    [clone({ branch: 'main' })],
    'branch',
    undefined,
    `${HEAD}, which need not have what was deployed, \`abc12345\` of \`v1.2.0\`. ${PUSH}`,
    TAG,
  ],
  [
    'a branch by a variable',
    [clone({ branch: '{{ prefect.variables.branch }}' })],
    'branch',
    undefined,
    `A run loads the head of \`{{ prefect.variables.branch }}\` of \`acme/flows\` when it starts; which branch that is ${UNSEEN}`,
  ],
  ['no branch', [clone({})], 'default-branch', undefined, DEFAULT],
  ['an empty branch and commit', [clone({ branch: '', commit_sha: '' })], 'default-branch', undefined, DEFAULT],
  [
    'another repository',
    [clone({ repository: 'https://github.com/acme/other', branch: 'main' })],
    'branch',
    false,
    'A run loads the head of `main` of `acme/other` when it starts, and not of `Acme/Flows`, which was deployed.',
  ],
  [
    'what may be a mirror',
    [clone({ repository: 'https://gitlab.com/x/flows', branch: 'main' })],
    'branch',
    undefined,
    `A run loads the head of \`main\` of \`x/flows\` when it starts; whether \`Acme/Flows\`, which was deployed, is in there ${UNSEEN}`,
  ],
  [
    'the default branch of another',
    [clone({ repository: 'https://github.com/acme/other' })],
    'default-branch',
    false,
    'A run loads the head of the default branch of `acme/other` when it starts, and not of `Acme/Flows`, which was deployed.',
  ],
  [
    'a repository by a variable',
    [clone({ repository: '{{ prefect.variables.repo }}', branch: 'main' })],
    'branch',
    undefined,
    `A run loads the head of \`main\` of \`{{ prefect.variables.repo }}\` when it starts; whether \`Acme/Flows\`, which was deployed, is in there ${UNSEEN}`,
  ],
  [
    'no steps',
    [],
    'image',
    undefined,
    `A run finds its code in the image that it starts from; which commit is in there ${UNSEEN}`,
  ],
  [
    'a folder of the image',
    [enter('/opt/flows')],
    'image',
    undefined,
    `A run finds its code in the image that it starts from, in the folder \`/opt/flows\`; which commit is in there ${UNSEEN}`,
  ],
  [
    'a folder of the runner',
    [enter('/home/runner/work/flows/flows')],
    'nowhere',
    undefined,
    'A run looks for its code in the folder `/home/runner/work/flows/flows` of the machine that deployed. On another machine there is none: add a `git_clone` step to `pull`.',
  ],
  [
    'a folder of a runner of one’s own',
    [enter('/srv/actions/_work/flows/flows')],
    'nowhere',
    undefined,
    'A run looks for its code in the folder `/srv/actions/_work/flows/flows` of the machine that deployed. On another machine there is none: add a `git_clone` step to `pull`.',
  ],
  [
    'a folder that is filled in',
    [enter('{{ prefect.variables.folder }}')],
    'unknown',
    undefined,
    `A run works in the folder \`{{ prefect.variables.folder }}\`, and what is in there ${UNSEEN}`,
  ],
  [
    'a folder elsewhere behind a clone',
    [clone({ commit_sha: COMMIT }), enter('/opt/flows')],
    'unknown',
    undefined,
    `A run works in the folder \`/opt/flows\`, and what is in there ${UNSEEN}`,
  ],
  ['a folder of the clone', [clone({ commit_sha: COMMIT }), enter('flows-main/etl')], 'commit', true, EXACTLY],
  [
    'a download',
    [{ 'prefect_aws.deployments.steps.pull_from_s3': { bucket: 'b' } }],
    'unknown',
    undefined,
    `A run gets its code by the step \`prefect_aws.deployments.steps.pull_from_s3\`; which commit that brings ${UNSEEN}`,
  ],
  [
    'a block behind a clone',
    [clone({ commit_sha: COMMIT }), { 'prefect.deployments.steps.pull_with_block': {} }],
    'unknown',
    undefined,
    `A run gets its code by the step \`prefect.deployments.steps.pull_with_block\`; which commit that brings ${UNSEEN}`,
  ],
  [
    'a step of one’s own behind a clone',
    [clone({ commit_sha: COMMIT }), { 'acme.steps.warm_up': {} }],
    'commit',
    true,
    EXACTLY,
  ],
  [
    'scripts behind a clone',
    [clone({ id: 'code', commit_sha: COMMIT }), shell('pip install uv'), shell('git rev-parse HEAD; git log')],
    'commit',
    true,
    EXACTLY,
  ],
  [
    'a script that runs git',
    [clone({ commit_sha: COMMIT }), shell('cd flows && git -C . checkout main')],
    'unknown',
    undefined,
    `A script among the pull steps runs git by itself, so which code a run loads ${UNSEEN}`,
  ],
  [
    'the last of two clones',
    [clone({ repository: 'https://github.com/acme/lib' }), clone({ commit_sha: COMMIT })],
    'commit',
    true,
    EXACTLY,
  ],
  [
    'a library behind it',
    [clone({ commit_sha: COMMIT }), clone({ repository: 'https://github.com/acme/lib', branch: 'v1' })],
    'branch',
    false,
    'A run loads the head of `v1` of `acme/lib` when it starts, and not of `Acme/Flows`, which was deployed.',
  ],
  [
    'the one of two clones that is entered',
    [
      clone({ id: 'code', commit_sha: COMMIT }),
      clone({ id: 'lib', repository: 'https://github.com/acme/lib' }),
      enter('{{ code.directory }}/etl'),
    ],
    'commit',
    true,
    EXACTLY,
  ],
]

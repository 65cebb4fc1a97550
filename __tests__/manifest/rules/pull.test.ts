import { describe, expect, test } from '@jest/globals'
import { checkManifests } from '../../../src/manifest/check.ts'
import { isFromAGuide, repositoryOf } from '../../../src/manifest/repository.ts'
import type { Surroundings } from '../../../src/manifest/rules/rule.ts'
import { fileOf, findingsOf, places } from '../sample.ts'

const S = 'prefect.deployments.steps'
const entry = (more: string, name = 'a', pool = 'p'): string =>
  `  - name: ${name}\n    entrypoint: f.py:f\n    work_pool:\n      name: ${pool}\n${more}`

function found(text: string, known: Partial<Surroundings> = {}): string[] {
  return places(checkManifests([fileOf(text)], known).findings)
}

const POOLS = {
  pools: new Map([
    ['p', 'modal:push'],
    ['m', 'prefect:managed'],
    ['d', 'docker'],
    ['l', 'process'],
  ]),
}

describe('pull-missing', () => {
  const file = (top: string, ...entries: string[]): string[] => found(`${top}deployments:\n${entries.join('')}`)
  const CLONE = 'pull:\n    - prefect.deployments.steps.git_clone:\n        repository: https://github.com/a/b\n'
  const BUILD =
    '- prefect_docker.deployments.steps.build_docker_image:\n        image_name: x\n        dockerfile: auto\n'

  test('one finding at `deployments` for all, its hint is the section with an id', () => {
    const findings = findingsOf(`name: x\ndeployments:\n${entry('')}${entry('', 'b')}`)
    expect(places(findings)).toEqual(['pull-missing 2:1 ?'])
    expect(findings[0]?.message).toContain('`a`, `b`')
    expect(findings[0]?.message).toContain('only a worker on the same machine')
    expect(findings[0]?.hint).toContain('id: clone-step')
  })

  test('one at each where others have their own', () => {
    expect(file('', entry(`    ${CLONE}`), entry('', 'b'))).toEqual(['pull-missing 9:5 ?'])
  })

  test('an own empty `pull` falls back to the file, as in Prefect; an own `[]` stands', () => {
    expect(file(CLONE, entry('    pull:\n'))).toEqual([])
    expect(file('', entry('    pull: []\n'))).toEqual([])
    expect(file('pull: []\n', entry(''))).toEqual([])
    expect(file('pull: []\n', entry('    pull:\n'))).toEqual(['pull-missing 1:1 ?'])
  })

  test('an image that is built or named makes it a warning, whatever the pool', () => {
    const image = `deployments:\n${entry('      job_variables: {image: acme/flows}\n')}`
    expect(found(image, POOLS)).toEqual(['pull-missing 1:1 ?'])
    expect(found(`deployments:\n${entry("      job_variables: {image: ''}\n")}`, POOLS)).toEqual(['pull-missing 1:1'])
    expect(file(`build:\n    ${BUILD}`, entry(''))).toEqual(['pull-missing 5:1 ?'])
    expect(file('', entry(`    build:\n    ${BUILD}`))).toEqual(['pull-missing 1:1 ?'])
    expect(found(`build:\n    ${BUILD}deployments:\n${entry('    build: []\n')}`, POOLS)).toEqual([
      'pull-missing 5:1 ?',
    ])
  })

  test('is an error where the pool is a push or managed one, and a warning where it is another or not known', () => {
    const of = (pool: string): string => `deployments:\n${entry('', 'a', pool)}`
    expect(found(of('p'), POOLS)).toEqual(['pull-missing 1:1'])
    expect(found(of('m'), POOLS)).toEqual(['pull-missing 1:1'])
    expect(found(of('d'), POOLS)).toEqual(['pull-missing 1:1 ?'])
    expect(found(of('other'), POOLS)).toEqual(['pull-missing 1:1 ?'])
    expect(found(of('"{{ $P }}"'), POOLS)).toEqual(['pull-missing 1:1 ?'])
    const unnamed = 'deployments:\n  - name: a\n    entrypoint: f.py:f\n'
    expect(found(unnamed, { ...POOLS, defaultWorkPool: 'p' })).toEqual(['pull-missing 1:1'])
  })

  test('pools of several types are told one by one', () => {
    const text = `deployments:\n${entry('')}${entry('', 'b', 'd')}`
    expect(found(text, POOLS)).toEqual(['pull-missing 2:5', 'pull-missing 6:5 ?'])
  })
})

describe('pull-developer-path', () => {
  const file = (directory: string, pool: string, more = ''): string =>
    `pull:\n  - ${S}.set_working_directory:\n      directory: ${directory}\ndeployments:\n${entry(more, 'a', pool)}`
  const at = 'pull-developer-path 3:18'

  test.each([
    ['/Users/alice/flows', [at, `${at} ?`, `${at} ?`]],
    ['/home/alice/flows', [at, `${at} ?`, undefined]],
    ['/home/runner/work/flows/flows', [at, `${at} ?`, `${at} ?`]],
    ['/workspaces/flows', [at, `${at} ?`, `${at} ?`]],
    ['/mnt/c/Users/alice', [at, `${at} ?`, `${at} ?`]],
    ["'C:\\Users\\alice'", [at, `${at} ?`, `${at} ?`]],
    ['D:/services/flows', [at, `${at} ?`, undefined]],
    ['"{{ $PWD }}/flows"', [at, `${at} ?`, `${at} ?`]],
    ['"{{ $GITHUB_WORKSPACE }}"', [at, `${at} ?`, `${at} ?`]],
    ['/home/app/flows', [undefined, undefined, undefined]],
    ['/root/flows', [undefined, undefined, undefined]],
    ['/app', [undefined, undefined, undefined]],
    ['/opt/prefect/flows', [undefined, undefined, undefined]],
    ['flows', [undefined, undefined, undefined]],
    ['"{{ $FLOWS }}"', [undefined, undefined, undefined]],
    ['/mnt/data/flows', [undefined, undefined, undefined]],
  ])('%s', (directory, expected) => {
    const [push, unknown, process] = expected.map((place) => (place === undefined ? [] : [place]))
    expect(found(file(directory, 'p'), POOLS)).toEqual(push)
    expect(found(file(directory, 'p'))).toEqual(unknown)
    expect(found(file(directory, 'l'), POOLS)).toEqual(process)
  })

  test('a folder under /home may be of an image that is named', () => {
    const image = '      job_variables: {image: acme/flows}\n'
    expect(found(file('/home/alice/flows', 'p', image), POOLS)).toEqual([])
    expect(found(file('/Users/alice/flows', 'p', image), POOLS)).toEqual([at])
  })

  test('the gravest of the pools that share the steps counts', () => {
    const two = `${file('/Users/alice', 'd')}${entry('', 'b', 'p')}`
    expect(found(two, POOLS)).toEqual([at])
  })
})

const KNOWN = { repository: { host: 'github.com', name: 'Acme/Flows' }, branch: 'main' }
const clone = (...inputs: string[]): string =>
  `  - ${S}.git_clone:\n${inputs.map((input) => `      ${input}\n`).join('')}`
const cloned = (...steps: string[]): string => `pull:\n${steps.join('')}deployments:\n${entry('')}`

describe('the repository that is cloned', () => {
  test.each([
    ['https://github.com/acme/flows', []],
    ['https://github.com/ACME/flows.git/', []],
    ['git@github.com:acme/flows.git', []],
    ['ssh://git@ssh.github.com:443/acme/flows.git', []],
    ['"https://{{ $TOKEN }}@github.com/acme/other"', []],
    ['"{{ prefect.variables.repository }}"', []],
    ['git@work:acme/other.git', []],
    ['https://gitlab.com/mirrors/flows', []],
    ['/srv/git/flows', []],
    ['https://github.com/acme/other', ['pull-other-repository 3:19 ?']],
    ['https://github.com/upstream/flows', ['pull-other-repository 3:19 ?']],
    ['git@gitlab.com:acme/other.git', ['pull-other-repository 3:19 ?']],
    ['https://github.com/OWNER/REPOSITORY', ['pull-placeholder-repository 3:19']],
    ['https://github.com/<owner>/<repo>', ['pull-placeholder-repository 3:19']],
    ['https://github.com/acme/your-repo.git', ['pull-placeholder-repository 3:19']],
    ['https://git.example.com/a/b', ['pull-placeholder-repository 3:19']],
  ])('%s', (repository, expected) => {
    expect(found(cloned(clone(`repository: ${repository}`)), KNOWN)).toEqual(expected)
  })

  test('another one beside this one is a library', () => {
    const [own, other] = [
      clone('repository: https://github.com/acme/flows'),
      clone('repository: https://github.com/a/b'),
    ]
    expect(found(cloned(other, own), KNOWN)).toEqual([])
    expect(found(cloned(own, other), KNOWN)).toEqual([])
    expect(found(cloned(other, other), KNOWN)).toEqual(['pull-other-repository 5:19 ?'])
  })

  test('no secret of an address is shown', () => {
    const text = cloned(clone('repository: https://hunter2secret:x@github.com/acme/other'))
    expect(JSON.stringify(checkManifests([fileOf(text)], KNOWN).findings)).not.toContain('hunter2')
  })

  test('is not judged where nothing is known of this one', () => {
    expect(found(cloned(clone('repository: https://github.com/acme/other', 'branch: x')))).toEqual([])
  })

  test.each([
    ['branch: main', []],
    ['branch: refs/heads/main', []],
    ['branch: "{{ $BRANCH }}"', []],
    ['commit_sha: "{{ $GITHUB_SHA }}"', []],
    ['include_submodules: true', []],
    ['branch: setup', ['pull-branch-differs 4:15 ?']],
  ])('%s', (input, expected) => {
    expect(found(cloned(clone('repository: https://github.com/acme/flows', input)), KNOWN)).toEqual(expected)
  })

  test('the branch of another repository is not compared', () => {
    const text = cloned(clone('repository: https://github.com/acme/other', 'branch: setup'))
    expect(found(text, KNOWN)).toEqual(['pull-other-repository 3:19 ?'])
  })
})

describe('two inputs of which one counts', () => {
  const both = (branch: string, commit: string): string =>
    cloned(clone('repository: https://github.com/acme/flows', `branch: ${branch}`, `commit_sha: ${commit}`))
  const at = 'clone-branch-and-commit 5:7'

  test('a variable decides where it is known', () => {
    const text = both('main', '"{{ $GITHUB_SHA }}"')
    expect(found(text)).toEqual([`${at} ?`])
    expect(found(text, { environment: new Map([['GITHUB_SHA', 'set']]) })).toEqual([at])
    expect(found(text, { environment: new Map([['GITHUB_SHA', 'empty']]) })).toEqual([])
  })

  test('a block says something for sure', () => {
    const [token, bot] = ['"{{ prefect.blocks.secret.token }}"', '"{{ prefect.blocks.github-credentials.bot }}"']
    const inputs = ['repository: https://github.com/acme/flows', `access_token: ${token}`, `credentials: ${bot}`]
    expect(found(cloned(clone(...inputs)))).toEqual(['clone-two-credentials 5:7'])
  })

  test('what is empty does not count', () => {
    expect(found(both("''", '3d093e3'))).toEqual([])
    expect(found(both('main', ''))).toEqual([])
  })
})

describe('an address', () => {
  test.each([
    ['github.com/acme/flows', ['clone-address 3:19'], ['clone-address 3:19']],
    ['acme/flows', ['clone-address 3:19 ?'], ['clone-address 3:19']],
    ['/srv/git/flows', [], []],
    ['../flows', [], []],
  ])('%s', (repository, unknown, push) => {
    const text = cloned(clone(`repository: ${repository}`))
    expect(found(text)).toEqual(unknown)
    expect(found(text, POOLS)).toEqual(push)
  })

  test.each([
    ['https://user@github.com:443//acme/flows.git?x#y', 'github.com acme/flows'],
    ['git@github.com:/acme/flows', 'github.com acme/flows'],
    ['git@ssh.dev.azure.com:v3/acme/shop/flows', 'ssh.dev.azure.com v3/acme/shop/flows'],
    ['https://gitlab.com/group/sub/flows.git', 'gitlab.com group/sub/flows'],
    ['https://github.com/acme', undefined],
    ['file:///srv/flows', undefined],
    ['C:\\flows', undefined],
  ])('%s names %s', (address, name) => {
    const repository = repositoryOf(address)
    expect(repository === undefined ? undefined : `${repository.host} ${repository.name}`).toBe(name)
  })

  test.each([
    'https://github.com/yourls/yourls',
    'https://github.com/yooooomi/your_spotify',
    'https://github.com/org/flows',
  ])('%s is no guide’s', (address) => {
    expect(isFromAGuide(address)).toBe(false)
  })
})

describe('pull-empty', () => {
  const deployment = (more = ''): string =>
    `  - name: a\n    entrypoint: f.py:f\n    work_pool:\n      name: p\n${more}`
  const file = (top: string, ...entries: string[]): string => `${top}deployments:\n${entries.join('')}`
  const of = (text: string, type?: string): string[] =>
    places(
      checkManifests([fileOf(text)], type === undefined ? {} : { pools: new Map([['p', type]]) }).findings.filter(
        ({ rule }) => rule === 'pull-empty',
      ),
    )

  test.each(['modal:push', 'prefect:managed'])('speaks where runs of a %s pool find no code', (type) => {
    expect(of(file('pull: []\n', deployment()), type)).toEqual(['pull-empty 1:1 ?'])
    expect(of(file('', deployment('    pull: []\n')), type)).toEqual(['pull-empty 6:5 ?'])
  })

  test.each<[string, string, string | undefined]>([
    ['of a process pool', file('pull: []\n', deployment()), 'process'],
    ['of a pool that is not known', file('pull: []\n', deployment()), undefined],
    ['with an image', file('pull: []\n', deployment('      job_variables: {image: acme/flows}\n')), 'modal:push'],
    ['with a step that builds', file('build:\n  - a.b: {}\npull: []\n', deployment()), 'modal:push'],
    ['with steps', file('pull:\n  - a.b: {}\n', deployment()), 'modal:push'],
  ])('is silent %s', (_name, text, type) => {
    expect(of(text, type)).toEqual([])
  })
})

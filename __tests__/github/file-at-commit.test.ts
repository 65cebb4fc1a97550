import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { isAncestor } from '../../src/github/ancestor.ts'
import { fileAtCommit } from '../../src/github/file-at-commit.ts'
import type { GitHubAccess } from '../../src/github/file-from-github.ts'
import type { OldFile } from '../../src/github/old-file.ts'
import { ask } from '../../src/process/ask.ts'
import { FILES, githubOfEachTest, HEAD, JOB, NEXT, READER } from './github-api-fixture.ts'

const env = {
  PATH: process.env['PATH'] ?? '',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_SYSTEM: '/dev/null',
  GIT_CONFIG_COUNT: '1',
  GIT_CONFIG_KEY_0: 'protocol.file.allow',
  GIT_CONFIG_VALUE_0: 'always',
}
const root = mkdtempSync(path.join(tmpdir(), 'file-at-commit-'))
const whole = path.join(root, 'whole')
const commits: Record<'first' | 'second' | 'side', string> = { first: '', second: '', side: '' }
const OLD = '  name: old # ä\n\tdeployments: []'

function git(folder: string, ...args: readonly string[]): string {
  return execFileSync('git', args, { cwd: folder, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim()
}

function commit(folder: string, files: Readonly<Record<string, string>>): string {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true })
    writeFileSync(path.join(folder, name), text)
  }
  git(folder, 'add', '--all')
  git(folder, '-c', 'user.name=A', '-c', 'user.email=a@example.com', 'commit', '--quiet', '-m', 'A change')
  return git(folder, 'rev-parse', 'HEAD')
}

beforeAll(() => {
  mkdirSync(whole)
  git(whole, 'init', '--quiet', '-b', 'main')
  symlinkSync('prefect.yaml', path.join(whole, 'link.yaml'))
  commits.first = commit(whole, {
    'prefect.yaml': `${OLD}\n`,
    'flows/prefect.yaml': 'name: inner\n',
    ':(top)odd*.yaml': 'name: odd\n',
    '-p.yaml': 'name: dashed\n',
    'large.yaml': 'x'.repeat(1024 * 1024 + 1),
    '.gitattributes': '*.yaml diff=loud\n',
  })
  // What a repository says of how to show a file has no part in reading it.
  git(whole, 'config', 'diff.loud.textconv', 'echo converted')
  git(whole, 'branch', 'side')
  commits.second = commit(whole, { 'prefect.yaml': 'name: new\n', 'later.yaml': '' })
  // A branch that has the name of another commit.
  git(whole, 'branch', commits.first.slice(0, 8))
  git(whole, 'switch', '--quiet', 'side')
  commits.side = commit(whole, { 'side.yaml': 'name: side\n' })
  git(whole, 'switch', '--quiet', 'main')
  for (const [name, depth] of [
    ['shallow', '1'],
    ['two', '2'],
  ] as const) {
    git(root, 'clone', '--quiet', '--depth', depth, '--branch', 'main', `file://${whole}`, name)
  }
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

const shallow = path.join(root, 'shallow')
type Where = Readonly<{ commit?: string; path?: string; folder?: string; github?: GitHubAccess }>

function read({ github, ...where }: Where): Promise<OldFile> {
  const wanted = { folder: whole, commit: commits.first, path: 'prefect.yaml', ...where }
  return fileAtCommit({ ask, env, github }, wanted)
}

describe('a file at a commit that git has', () => {
  test.each([40, 8, 7])('by %d digits of the hash, to the letter', async (digits) => {
    expect(await read({ commit: commits.first.slice(0, digits) })).toEqual({
      state: 'read',
      text: OLD,
      commit: commits.first,
    })
    expect(await read({ commit: commits.second.slice(0, digits) })).toMatchObject({ text: 'name: new' })
  })

  test('by a path from the folder, whatever its name says to git', async () => {
    const textAt = async (where: Where): Promise<unknown> =>
      read(where).then((file) => ('text' in file ? file.text : file))
    expect(await textAt({ path: 'flows/prefect.yaml' })).toBe('name: inner')
    expect(await textAt({ path: './flows/../flows//prefect.yaml' })).toBe('name: inner')
    expect(await textAt({ folder: path.join(whole, 'flows') })).toBe('name: inner')
    expect(await textAt({ path: ':(top)odd*.yaml' })).toBe('name: odd')
    expect(await textAt({ path: '-p.yaml' })).toBe('name: dashed')
  })

  test.each([
    ['later.yaml', 'absent', 'was not there at'],
    ['nowhere/prefect.yaml', 'absent', 'was not there at'],
    [':(glob)*.yaml', 'absent', 'was not there at'],
    ['flows', 'unknown', 'was not a file at'],
    ['link.yaml', 'unknown', 'was not a file at'],
    ['large.yaml', 'unknown', 'was too large at'],
    ['../prefect.yaml', 'unknown', 'outside of the checkout'],
    ['/etc/passwd', 'unknown', 'outside of the checkout'],
    ['..', 'unknown', 'outside of the checkout'],
  ])('%s is %s: it %s', async (name, state, why) => {
    expect(await read({ path: name })).toEqual({ state, why: expect.stringContaining(why) })
  })

  test.each(['main', '--help', 'HEAD', 'abc', '1.4.2', `${'a'.repeat(40)}^{tree}`, 'ABCDEF12'])(
    'is never looked for at %s',
    async (version) => {
      expect(await read({ commit: version })).toMatchObject({
        state: 'unknown',
        why: expect.stringContaining('not the hash'),
      })
    },
  )
})

describe('a file at a commit that git does not have', () => {
  test('is not looked for in what is no commit', async () => {
    const tree = git(whole, 'rev-parse', `${commits.first}^{tree}`)
    expect(await read({ commit: tree })).toMatchObject({ why: expect.stringContaining('does not hold the commit') })
  })

  const github = githubOfEachTest()
  const access = (more: Partial<GitHubAccess> = {}): GitHubAccess => ({
    token: JOB,
    repository: 'octo/flows',
    apiUrl: github().url,
    signal: new AbortController().signal,
    ...more,
  })

  test('is not to be had without a token', async () => {
    const short = commits.first.slice(0, 8)
    expect(await read({ folder: shallow })).toEqual({
      state: 'unknown',
      why: `the checkout does not hold the commit ${short}, and there is no \`github-token\` to ask GitHub with`,
    })
    expect(await read({ folder: '/nowhere', commit: commits.first })).toMatchObject({ state: 'unknown' })
  })

  test.each([40, 8])('comes from GitHub by %d digits of the hash', async (digits) => {
    const found = await read({ folder: shallow, commit: HEAD.slice(0, digits), github: access() })
    expect(found).toEqual({ state: 'read', text: FILES['prefect.yaml'], commit: HEAD })
    const asked = github().requests()
    expect(asked.map(({ operation, trouble }) => [operation, trouble])).toEqual([
      ['repos/get-commit', []],
      ['repos/get-content', []],
    ])
  })

  test('is looked for from the root of the repository', async () => {
    mkdirSync(path.join(shallow, 'flows/deep'), { recursive: true })
    const wanted = { folder: path.join(shallow, 'flows/deep'), path: 'own.py', commit: HEAD, github: access() }
    expect(await read(wanted)).toMatchObject({ state: 'read', text: FILES['flows/deep/own.py'] })
    // Where actions/checkout had no git, it laid out the files alone.
    const bare = mkdtempSync(path.join(root, 'no-git-'))
    expect(await read({ ...wanted, folder: bare, path: 'flows/etl.py' })).toMatchObject({ text: FILES['flows/etl.py'] })
  })

  test.each([
    ['nothing.yaml', {}, 'absent', 'was not there at aaaaaaaa'],
    ['flows', {}, 'unknown', 'was not a file at aaaaaaaa'],
    ['weights.bin', {}, 'unknown', 'was too large at aaaaaaaa'],
    ['prefect.yaml', { token: READER }, 'unknown', 'may not read it: give the job `permissions: contents: read`'],
    ['prefect.yaml', { token: 'ghs_other' }, 'unknown', 'GitHub refuses `github-token`'],
    ['prefect.yaml', { repository: 'octo/other' }, 'unknown', 'may not read it'],
    ['prefect.yaml', { repository: '' }, 'unknown', 'name of the repository'],
    ['prefect.yaml', { apiUrl: 'http://127.0.0.1:9' }, 'unknown', 'GitHub did not give it: '],
  ])('%s with %j is %s: %s', async (name, more, state, why) => {
    const found = await read({ folder: shallow, commit: HEAD, path: name, github: access(more) })
    expect(found).toEqual({ state, why: expect.stringContaining(why) })
  })

  test('is not to be had at a commit that GitHub does not know, or that a branch only is named after', async () => {
    const unknown = { state: 'unknown', why: 'neither the checkout nor GitHub knows the commit 12345678' }
    expect(await read({ folder: shallow, commit: '1234567890', github: access() })).toEqual(unknown)
    github().repository().push('12345678', NEXT, { files: FILES })
    expect(await read({ folder: shallow, commit: '12345678', github: access() })).toEqual(unknown)
  })

  test('is not looked for in the repository of the run where it lies in a submodule', async () => {
    const outer = path.join(root, 'outer')
    mkdirSync(outer)
    git(outer, 'init', '--quiet')
    git(outer, 'submodule', '--quiet', 'add', `file://${whole}`, 'inner')
    const folder = path.join(outer, 'inner')
    expect(await read({ folder, commit: HEAD, github: access() })).toMatchObject({
      why: expect.stringContaining('submodule'),
    })
    expect(github().requests()).toEqual([])
  })

  test('is waited for no longer than the step goes on', async () => {
    github().fault({ operation: 'repos/get-commit', trouble: { kind: 'hold' } })
    const stop = new AbortController()
    const reading = read({ folder: shallow, commit: HEAD, github: access({ signal: stop.signal }) })
    const ended = expect(reading).rejects.toMatchObject({ kind: 'cancelled' })
    await github().held()
    stop.abort()
    await ended
  })
})

describe('which commit is older', () => {
  const older = (folder: string, one: string, other: string): Promise<boolean | undefined> =>
    isAncestor({ ask, env }, { folder, older: one, newer: other })

  test('git tells where it has both', async () => {
    const { first, second, side } = commits
    expect(await older(whole, first, second)).toBe(true)
    expect(await older(whole, second.slice(0, 8), second)).toBe(true)
    expect(await older(whole, second, first.slice(0, 8))).toBe(false)
    expect(await older(whole, second, first)).toBe(false)
    expect(await older(whole, second, side)).toBe(false)
    expect(await older(path.join(root, 'two'), first, second)).toBe(true)
  })

  test('nobody tells where the history is cut off, or a commit is not there', async () => {
    const { first, second } = commits
    expect(await older(path.join(root, 'two'), second, first)).toBeUndefined()
    expect(await older(shallow, first, second)).toBeUndefined()
    expect(await older(whole, 'a'.repeat(40), second)).toBeUndefined()
    expect(await older(whole, '--all', second)).toBeUndefined()
  })
})

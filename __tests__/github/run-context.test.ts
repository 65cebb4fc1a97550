import { describe, expect, test } from '@jest/globals'
import { deployedBranch, rulesPage } from '../../src/github/run-context.ts'
import { readContext } from '../../src/inputs/context.ts'

describe('the branch that a run is about', () => {
  test.each<[string, Record<string, string>, string | undefined]>([
    ['a push', { GITHUB_REF: 'refs/heads/feature/x' }, 'feature/x'],
    ['a pull request', { GITHUB_REF: 'refs/pull/7/merge', GITHUB_BASE_REF: 'main' }, 'main'],
    ['a merge group', { GITHUB_REF: 'refs/heads/gh-readonly-queue/release/1/pr-7-0a1b2c' }, 'release/1'],
    ['a tag', { GITHUB_REF: 'refs/tags/v1' }, undefined],
    ['nothing', {}, undefined],
  ])('%s', (_name, env, branch) => {
    expect(deployedBranch(readContext(env))).toBe(branch)
  })
})

describe('the page of the rules', () => {
  test.each<[string, Record<string, string>, string | undefined]>([
    [
      'of a published action',
      { GITHUB_ACTION_REPOSITORY: 'acme/deploy', GITHUB_ACTION_REF: 'v1' },
      'https://github.com/acme/deploy/blob/v1/docs/rules.md',
    ],
    [
      'on a server of one’s own',
      { GITHUB_SERVER_URL: 'https://git.acme.io', GITHUB_ACTION_REPOSITORY: 'acme/deploy', GITHUB_ACTION_REF: 'main' },
      'https://git.acme.io/acme/deploy/blob/main/docs/rules.md',
    ],
    ['of one in the checkout', { GITHUB_ACTION_REPOSITORY: '', GITHUB_ACTION_REF: '' }, undefined],
    ['with an odd name', { GITHUB_ACTION_REPOSITORY: 'a/b/c) [x](y', GITHUB_ACTION_REF: 'v1' }, undefined],
  ])('%s', (_name, env, page) => {
    expect(rulesPage(readContext(env))).toBe(page)
  })
})

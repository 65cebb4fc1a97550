import { expect, test } from '@jest/globals'
import { baseOf } from '../../src/github/event-base.ts'

test.each([
  ['of a pull request', { pull_request: { base: { ref: 'main', sha: 'b' } } }, { branch: 'main', sha: 'b' }],
  ['without a head', { pull_request: { base: { ref: 'main' } } }, { branch: 'main', sha: '' }],
  ['of a push', { repository: { default_branch: 'trunk' } }, { branch: 'trunk', sha: '' }],
  ['of nonsense', { pull_request: 5, repository: 'x' }, { branch: '', sha: '' }],
  ['of half a nonsense', { pull_request: { base: { ref: 7, sha: 'b' } } }, { branch: '', sha: 'b' }],
  ['of nothing', null, { branch: '', sha: '' }],
])('the base %s', (_, payload, base) => {
  expect(baseOf(payload)).toEqual(base)
})

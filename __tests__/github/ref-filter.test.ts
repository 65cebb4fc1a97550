import { describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import { admitsRef, filterPattern } from '../../src/github/ref-filter.ts'

const branch = (refName: string): { ref: string; refName: string } => ({ ref: `refs/heads/${refName}`, refName })
const tag = (refName: string): { ref: string; refName: string } => ({ ref: `refs/tags/${refName}`, refName })

describe('admitsRef', () => {
  // The examples of GitHub's own "Filter pattern cheat sheet".
  test.each<[string, string, boolean]>([
    ['feature/*', 'feature/my-branch', true],
    ['feature/*', 'feature/a/b', false],
    ['feature/**', 'feature/beta-a/my-branch', true],
    ['main', 'main', true],
    ['main', 'mainline', false],
    ['*', 'main', true],
    ['*', 'all/the/branches', false],
    ['**', 'all/the/branches', true],
    ['*feature', 'ver-10-feature', true],
    ['v2*', 'v2.9', true],
    ['v[12].[0-9]+.[0-9]+', 'v1.10.1', true],
    ['v[12].[0-9]+.[0-9]+', 'v3.0.0', false],
    ['colou?r', 'color', true],
    ['a.b', 'axb', false],
  ])('%s on %s: %s', (pattern, name, admitted) => {
    expect(admitsRef([pattern], branch(name))).toBe(admitted)
  })

  test('the last pattern that matches decides', () => {
    const patterns = ['releases/**', '!releases/**-alpha', 'releases/keep-alpha']
    expect(admitsRef(patterns, branch('releases/10'))).toBe(true)
    expect(admitsRef(patterns, branch('releases/beta/3-alpha'))).toBe(false)
    expect(admitsRef(patterns, branch('releases/keep-alpha'))).toBe(true)
  })

  test('refs/ holds against the whole ref', () => {
    expect(admitsRef(['refs/tags/v*'], tag('v1.2'))).toBe(true)
    expect(admitsRef(['refs/tags/v*'], branch('v1.2'))).toBe(false)
    expect(admitsRef(['v*'], branch('v1.2'))).toBe(true)
  })

  test('no pattern admits every ref', () => {
    expect(admitsRef([], branch('x'))).toBe(true)
  })

  test.each(['?a', '+', 'a**?', '[', '[]', 'a+?'])('%s is no pattern', (pattern) => {
    expect(filterPattern(pattern)).toBeUndefined()
  })

  test('any text is a pattern or none, and matches itself where it holds no magic', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const pattern = filterPattern(text)
        if (/[*?+[\]\\]/.test(text)) return
        expect(pattern?.test(text)).toBe(true)
      }),
    )
  })
})

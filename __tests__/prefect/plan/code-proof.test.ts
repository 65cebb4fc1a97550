import { describe, expect, test } from '@jest/globals'
import { codeOf } from '../../../src/prefect/plan/code-proof.ts'
import { clone, COMMIT, enter, HERE, MAIN, ROWS } from './code-rows.ts'

describe('which code a run loads', () => {
  test.each(ROWS.map(([title, ...row]) => [title, row] as const))('%s', (_, row) => {
    const [steps, from, isThisCommit, says, deployed = MAIN] = row
    expect(codeOf(steps, deployed)).toMatchObject({ from, isThisCommit, says })
  })

  test.each([
    HERE,
    'https://github.com/acme/flows',
    'https://GitHub.com/Acme/Flows/',
    'https://token@github.com/acme/flows.git',
    'https://www.github.com/acme/flows',
    'ssh://git@ssh.github.com:443/acme/flows.git',
    'git@github.com:acme/flows.git',
    'git@work:acme/flows.git',
  ])('from %s is from this repository', (repository) => {
    const proof = codeOf([clone({ repository, branch: 'main' })], MAIN)
    expect(proof).toMatchObject({ isThisCommit: true, repository: 'acme/flows' })
    expect(JSON.stringify(proof)).not.toContain('token')
  })

  test('is from a server of GitHub’s of one’s own', () => {
    const deployed = { ...MAIN, serverUrl: 'https://git.acme.test:8443' }
    const at = (host: string) => codeOf([clone({ repository: `https://${host}/acme/flows`, branch: 'main' })], deployed)
    expect(at('git.acme.test').isThisCommit).toBe(true)
    expect(at('git.acme.test:8443').isThisCommit).toBe(true)
    expect(at('github.com').isThisCommit).toBeUndefined()
  })

  test.each([
    'prefect.deployments.steps.pull.git_clone',
    'prefect.deployments.steps.git_clone_project',
    'prefect.projects.steps.git_clone_project',
    'prefect.deployments.steps.pull.agit_clone',
  ])('by the name %s', (name) => {
    expect(codeOf([clone({ commit_sha: COMMIT }, name)], MAIN)).toMatchObject({ from: 'commit', isThisCommit: true })
  })

  test.each([null, undefined, [null, 'x', 3]])('of steps that are %j is in the image', (steps) => {
    expect(codeOf(steps, MAIN).from).toBe('image')
  })

  test('is told in one short line, whatever stands there', () => {
    const evil = `x\u001b[31m\n::error::${'y'.repeat(5000)}\``
    for (const steps of [
      [clone({ branch: evil })],
      [clone({ commit_sha: evil })],
      [enter(`/${evil}`)],
      [{ [evil]: {} }],
      [clone({ repository: evil })],
    ]) {
      const { says } = codeOf(steps, MAIN)
      expect(says).not.toMatch(/[\p{Cc}]/u)
      expect(says.length).toBeLessThan(600)
    }
  })
})

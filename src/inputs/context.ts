import path from 'node:path'
import type { RunContext } from '../github/run-context.ts'
import type { Environment } from './names.ts'

/** What GitHub says about this run by the runner's variables. */
export function readContext(env: Environment): RunContext {
  const ref = env['GITHUB_REF'] ?? ''
  return {
    eventName: env['GITHUB_EVENT_NAME'] ?? '',
    repository: env['GITHUB_REPOSITORY'] ?? '',
    sha: env['GITHUB_SHA'] ?? '',
    ref,
    refName: env['GITHUB_REF_NAME'] || ref.replace(/^refs\/(heads|tags|pull)\//, ''),
    baseRef: env['GITHUB_BASE_REF'] ?? '',
    serverUrl: env['GITHUB_SERVER_URL'] || 'https://github.com',
    action: { repository: env['GITHUB_ACTION_REPOSITORY'] ?? '', ref: env['GITHUB_ACTION_REF'] ?? '' },
    workspace: path.resolve(env['GITHUB_WORKSPACE'] || '.'),
  }
}

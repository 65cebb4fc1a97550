import path from 'node:path'
import { z } from 'zod'
import type { RunContext } from '../github/run-context.ts'
import type { Environment } from './names.ts'

const text = z.string().catch('')
const repository = z.object({ full_name: text, default_branch: text }).partial().catch({})
const side = z.object({ ref: text, sha: text, repo: repository }).partial().catch({})

/** The parts of an event's payload that are used; whatever else or wrong it holds is left aside. */
const payloadSchema = z
  .object({
    pull_request: z.object({ base: side, head: side }).partial().optional().catch(undefined),
    merge_group: z.object({ base_ref: text, base_sha: text }).partial().optional().catch(undefined),
    repository: repository.optional(),
  })
  .catch({})

/** What GitHub says about this run: the runner's variables and the event's payload. */
export function readContext(env: Environment, payload: unknown): RunContext {
  const event = payloadSchema.parse(payload)
  const own = env['GITHUB_REPOSITORY'] ?? ''
  const head = event.pull_request?.head?.repo?.full_name ?? ''
  const mergeBase = (event.merge_group?.base_ref ?? '').replace(/^refs\/heads\//, '')
  return {
    eventName: env['GITHUB_EVENT_NAME'] ?? '',
    repository: own,
    sha: env['GITHUB_SHA'] ?? '',
    ref: env['GITHUB_REF'] ?? '',
    refName: env['GITHUB_REF_NAME'] || (env['GITHUB_REF'] ?? '').replace(/^refs\/(heads|tags|pull)\//, ''),
    workspace: path.resolve(env['GITHUB_WORKSPACE'] || '.'),
    runId: env['GITHUB_RUN_ID'] ?? '',
    serverUrl: env['GITHUB_SERVER_URL'] || 'https://github.com',
    baseRef:
      env['GITHUB_BASE_REF'] || event.pull_request?.base?.ref || mergeBase || event.repository?.default_branch || '',
    baseSha: event.pull_request?.base?.sha || event.merge_group?.base_sha || '',
    fork: event.pull_request !== undefined && head !== own,
  }
}

import { describe, expect, it } from '@jest/globals'
import type { DeploymentRow } from '../../src/report/shape.ts'
import type { GitHubEvent } from '../world/runner.ts'
import { expectTidy } from './refusals.ts'
import { POOL, prefectYaml, SMALL_PROJECT } from './small-project.ts'
import { openStage, type Played, type Scenario } from './stage.ts'

const stage = openStage()
/** Milliseconds: some of these have five steps one after another. */
const LONG = 300_000
const FLOWS_ALONE = { 'modal-apps': '' }

/** A flow of a name of its own, and a file of deployments of it: test files share a server. */
function project(flow: string, deployments: readonly Parameters<typeof entry>[]): Record<string, string | null> {
  return {
    ...SMALL_PROJECT,
    'modal_app.py': null,
    'flows/hello.py': `from prefect import flow\n\n\n@flow(name=${JSON.stringify(flow)})\ndef hello(name: str = "you"):\n    print(f"hello {name}")\n`,
    'prefect.yaml': prefectYaml(deployments.map((one) => entry(...one))),
  }
}

function entry(name: string, ...extra: string[]): { name: string; extra: readonly string[] } {
  return { name, extra }
}

const pullRequest = (sha: string): GitHubEvent => ({
  name: 'pull_request',
  ref: 'refs/pull/7/merge',
  baseRef: 'main',
  sha,
})

async function run(files: Scenario['files'], scenario: Scenario = {}): Promise<Played> {
  return stage.run({ ...scenario, files: files ?? {}, inputs: { ...FLOWS_ALONE, ...scenario.inputs } })
}

async function again(played: Played, scenario: Scenario = {}): Promise<Played> {
  return stage.again(played, { ...scenario, inputs: { ...FLOWS_ALONE, ...scenario.inputs } })
}

function ended({ outputs, exitCode, log }: Played): unknown {
  return { verdict: outputs['verdict'], exitCode, log }
}

/** What the report says of each deployment, by its name. */
function told({ report }: Played): Record<string, unknown> {
  return Object.fromEntries(
    (report?.deployments ?? []).map(({ name, action, state, changes = [], mismatches, kept = [] }: DeploymentRow) => [
      name,
      { action, state, changes: changes.map(({ field }) => field), mismatches, kept: kept.map(({ field }) => field) },
    ]),
  )
}

describe('a rehearsed deploy', () => {
  it(
    'is what a pull request planned; the next says exactly what changed, keeps what somebody paused, and tells what is lost',
    async () => {
      const cron = (time: string): string => `schedules: [{ cron: "${time}", timezone: UTC }]`
      const files = project('rehearsed', [
        ['changed', cron('0 1 * * *')],
        ['paused', 'parameters: { name: "us" }'],
        ['gone'],
      ])
      const planned = await run(files, { event: pullRequest('a'.repeat(40)) })
      expect(ended(planned)).toMatchObject({ verdict: 'planned', exitCode: 0 })
      expect(planned.written.prefect).toEqual([])
      expect(planned.outputs['changed']).toBe('false')
      const made = { action: 'create', mismatches: [] }
      const all = (state: string): Record<string, object> =>
        Object.fromEntries(['changed', 'paused', 'gone'].map((name) => [name, { ...made, state }]))
      expect(told(planned)).toMatchObject(all('planned'))
      expect(planned.summary).toContain('Plan for the Prefect deployments')
      expectTidy(planned)

      const first = await again(planned)
      expect(ended(first)).toMatchObject({ verdict: 'verified', exitCode: 0 })
      expect(first.outputs['changed']).toBe('true')
      expect(first.outputs['plan-digest']).toMatch(/^[0-9a-f]{64}$/)
      expect(first.outputs['plan-digest']).toBe(planned.outputs['plan-digest'])
      expect(told(first)).toMatchObject(all('verified'))
      const { prefect } = stage.world()
      const paused = first.report?.deployments.find(({ name }) => name === 'paused')?.id
      await prefect.call('POST', `/deployments/${paused}/pause_deployment`)

      const { checkout } = first
      checkout.commit({
        'prefect.yaml': prefectYaml([
          entry('changed', cron('0 2 * * *')),
          entry('paused', 'parameters: { name: "us" }'),
          entry('added'),
        ]),
      })
      const plan = await again(first, { event: pullRequest(checkout.sha()) })
      const expected = {
        changed: { action: 'update', changes: expect.arrayContaining([expect.stringContaining('schedules')]) },
        paused: { action: 'update', changes: ['version'], kept: ['paused'] },
        added: { action: 'create' },
      }
      expect(ended(plan)).toMatchObject({ verdict: 'planned' })
      expect(told(plan)).toMatchObject(expected)
      expect(plan.report?.orphans).toMatchObject([{ name: 'gone', file: 'prefect.yaml', act: 'report', state: 'left' }])

      const deploy = await again(first, { inputs: { orphans: 'delete' } })
      expect(ended(deploy)).toMatchObject({ verdict: 'verified' })
      expect(told(deploy)).toMatchObject(expected)
      expect(deploy.report?.orphans).toMatchObject([{ name: 'gone', act: 'delete', state: 'deleted' }])
      const live = (await prefect.deployments()).filter(
        ({ work_pool_name: pool, id }) => pool === POOL && deploy.report?.deployments.some((row) => row.id === id),
      )
      expect(Object.fromEntries(live.map((one) => [one.name, one.paused]))).toEqual({
        changed: false,
        paused: true,
        added: false,
      })

      const verify = await again(deploy, { inputs: { mode: 'verify' } })
      expect(ended(verify)).toMatchObject({ verdict: 'verified', exitCode: 0 })
      await prefect.call('PATCH', `/deployments/${live.find(({ name }) => name === 'added')?.id}`, {
        tags: ['by-hand'],
      })
      const drifted = await again(deploy, { inputs: { mode: 'verify' } })
      expect(ended(drifted)).toMatchObject({ verdict: 'drifted', exitCode: 1 })
      expect(told(drifted)).toMatchObject({ added: { state: 'drifted', mismatches: [{ field: 'tags' }] } })
      expect(drifted.written.prefect).toEqual([])
    },
    LONG,
  )
})

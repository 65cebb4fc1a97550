import { expect } from '@jest/globals'
import type { PrefectServer } from '../../world/prefect-server.ts'
import { VARIED_POOL } from './varied-project.ts'

/** A name that Prefect gives, and that none of the triggers has any more. */
export const LEFT_OVER = 'a sequence and any of two__automation_7'

type Change = Readonly<{
  of: string
  /** What a person does, with the id of the deployment, of its first schedule and of its first automation. */
  does: (ids: Readonly<{ id: string; schedule: string; automation: string }>) => Promise<unknown>
  /** Fields, with what is wanted and what is found. */
  makes: Readonly<Record<string, readonly [unknown, unknown]>>
}>

/** What people do to deployments of the varied project, and what then differs. */
export function changesByHand(call: PrefectServer['call']): readonly Change[] {
  const patch =
    (body: unknown): Change['does'] =>
    ({ id }) =>
      call('PATCH', `/deployments/${id}`, body)
  const schedule =
    (body: unknown): Change['does'] =>
    (there) =>
      call('PATCH', `/deployments/${there.id}/schedules/${there.schedule}`, body)
  const addSchedule =
    (body: unknown): Change['does'] =>
    ({ id }) =>
      call('POST', `/deployments/${id}/schedules`, [body])
  const daily = { schedule: { cron: '0 9 * * *' }, active: true }
  const byHand = async (deployment_id: string, name: string): Promise<unknown> => {
    const trigger = { type: 'event', expect: ['z'], posture: 'Reactive' }
    return call('POST', '/automations/', {
      name,
      trigger,
      actions: [{ type: 'run-deployment', source: 'selected', deployment_id }],
    })
  }
  return [
    { of: 'plain', does: patch({ version: 'x' }), makes: { version: [expect.any(String), 'x'] } },
    {
      of: 'small things',
      does: patch({
        tags: ['zebra', 'apple'],
        description: null,
        entrypoint: 'a.py:b',
        paused: false,
        enforce_parameter_schema: true,
      }),
      makes: {
        entrypoint: ['flows/varied.py:varied', 'a.py:b'],
        description: [expect.any(String), undefined],
        tags: [
          ['apple', 'mango', 'zebra'],
          ['apple', 'zebra'],
        ],
        paused: [true, false],
        enforce_parameter_schema: [false, true],
      },
    },
    {
      of: 'parameters',
      does: patch({ parameters: { n: 8 } }),
      makes: {
        'parameters.n': [7, 8],
        'parameters.name': [expect.any(String), undefined],
        'parameters.config': [expect.any(Object), undefined],
      },
    },
    {
      of: 'job variables',
      does: patch({
        work_pool_name: VARIED_POOL,
        work_queue_name: 'slow',
        job_variables: { image: null, env: { REGION: 'us', N: 5 }, cpu: 2, list: ['a', ['b']], more: {} },
      }),
      makes: {
        'work_pool.work_queue_name': ['fast', 'slow'],
        'work_pool.job_variables.env.REGION': ['eu', 'us'],
        'work_pool.job_variables.more': [undefined, {}],
      },
    },
    {
      of: 'a limit with grace',
      does: patch({ concurrency_limit: null }),
      makes: { concurrency_limit: [2, undefined] },
    },
    {
      of: 'a limit with a strategy',
      does: patch({ concurrency_options: { collision_strategy: 'ENQUEUE', grace_period_seconds: 60 } }),
      makes: {
        'concurrency_limit.collision_strategy': ['CANCEL_NEW', 'ENQUEUE'],
        'concurrency_limit.grace_period_seconds': [undefined, 60],
      },
    },
    { of: 'no pull', does: patch({ pull_steps: [{ a: {} }] }), makes: { 'pull[0]': [undefined, { a: {} }] } },
    {
      of: 'cron without a zone',
      does: schedule({ active: false }),
      makes: { 'schedules[cron 0 5 * * *].active': [true, false] },
    },
    { of: 'cron with a slug', does: schedule({ active: false }), makes: {} },
    {
      // Switching a schedule on by itself takes its parameters away (seen in 3.8.8).
      of: 'cron with a slug, off',
      does: schedule({ active: true }),
      makes: { 'schedules[nightly].active': [false, true], 'schedules[nightly].parameters.n': [9, undefined] },
    },
    { of: 'many schedules with slugs', does: addSchedule({ ...daily, slug: 'nine' }), makes: {} },
    {
      of: 'rrule with a start',
      does: addSchedule(daily),
      makes: {
        'schedules[cron 0 9 * * *]': [undefined, { cron: '0 9 * * *', day_or: true, active: true, parameters: {} }],
      },
    },
    {
      of: 'interval without an anchor',
      does: (there) => call('DELETE', `/deployments/${there.id}/schedules/${there.schedule}`),
      makes: {
        'schedules[interval 3600]': [{ interval: 3600, timezone: 'UTC', active: true, parameters: {} }, undefined],
      },
    },
    {
      of: 'intervals with anchors',
      does: patch({
        schedules: [
          { schedule: { interval: 86400.5, anchor_date: '2026-01-01T02:00:00Z', timezone: 'Europe/Paris' } },
          { schedule: { interval: 7200, anchor_date: '2026-01-01T05:00:00.25+02:00' } },
        ],
      }),
      makes: { 'schedules[interval 86400.5].anchor_date': ['2026-01-01T01:00:00Z', '2026-01-01T02:00:00Z'] },
    },
    { of: 'no schedules', does: addSchedule(daily), makes: {} },
    {
      of: 'events',
      does: ({ automation }) => call('PATCH', `/automations/${automation}`, { enabled: false }),
      makes: { 'triggers[events__automation_1].enabled': [true, false] },
    },
    {
      of: 'a compound',
      does: ({ automation }) => call('DELETE', `/automations/${automation}`),
      makes: {
        'triggers[a compound__automation_1]': [expect.objectContaining({ type: 'compound', require: 2 }), undefined],
      },
    },
    { of: 'events with names', does: ({ id }) => byHand(id, 'By hand'), makes: {} },
    {
      of: 'a sequence and any of two',
      does: ({ id }) => byHand(id, LEFT_OVER),
      makes: { [`triggers[${LEFT_OVER}]`]: [undefined, expect.objectContaining({ type: 'event', expect: ['z'] })] },
    },
  ]
}

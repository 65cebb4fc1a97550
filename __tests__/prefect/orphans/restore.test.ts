import { describe, expect, it } from '@jest/globals'
import * as fc from 'fast-check'
import { restoreHint } from '../../../src/prefect/orphans/restore.ts'
import type { LiveAutomation } from '../../../src/prefect/survey/shapes.ts'
import { live } from './sample.ts'

const automation = (name: string, enabled = true): LiveAutomation => ({
  id: name,
  name,
  enabled,
  trigger: { secret: 'TRIGGER' },
  actions: [],
})

describe('what would restore a deployment', () => {
  it('is said in lines, without a value', () => {
    const whole = live('etl', 'nightly', {
      description: 'DESCRIPTION',
      work_pool_name: 'modal-pool',
      work_queue_name: 'gpu',
      tags: ['a', 'b'],
      parameters: { region: 'PARAMETER', n: 1 },
      job_variables: { env: { TOKEN: 'JOB-VARIABLE', REGION: 'JOB-VARIABLE' }, cpu: 4, empty: {} },
      global_concurrency_limit: { limit: 3 },
      concurrency_options: { collision_strategy: 'CANCEL_NEW' },
      paused: true,
      schedules: [
        {
          id: '1',
          schedule: { cron: '0 5 * * *', timezone: 'Europe/Berlin', day_or: true },
          active: false,
          slug: 'early',
          parameters: { n: 'SCHEDULE-PARAMETER' },
          max_scheduled_runs: 2,
        },
        { id: '2', schedule: { interval: 3600, anchor_date: '2026-01-01T00:00:00Z', timezone: 'UTC' }, active: true },
        { id: '3', schedule: { rrule: 'DTSTART:20200101T000000\nFREQ=DAILY' }, active: true, parameters: {} },
      ],
    })
    expect(restoreHint(whole, [automation('etl/nightly__automation_1'), automation('off', false)])).toEqual([
      'flow: etl',
      'name: nightly',
      'entrypoint: flows/a.py:a',
      'work pool: modal-pool',
      'work queue: gpu',
      'schedule early: cron 0 5 * * * in Europe/Berlin; switched off; at most 2 runs ahead; parameters, without their values: n',
      'schedule: every 3600 s from 2026-01-01T00:00:00Z in UTC',
      'schedule: rrule DTSTART:20200101T000000 FREQ=DAILY',
      'tags: a, b',
      'parameters, without their values: region, n',
      'job variables, without their values: env.TOKEN, env.REGION, cpu, empty',
      'concurrency limit: 3 (CANCEL_NEW)',
      'paused',
      '2 automations: etl/nightly__automation_1, off (switched off)',
    ])
  })

  it('is short where there is little', () => {
    expect(restoreHint(live('etl', 'bare', { entrypoint: null }), [])).toEqual(['flow: etl', 'name: bare'])
    expect(restoreHint(live('etl', 'bare', { entrypoint: '' }), undefined)).toEqual([
      'flow: etl',
      'name: bare',
      'automations: not known, the credential may not read them',
    ])
  })

  it('is bounded', () => {
    const many = Array.from({ length: 60 }, (_, index) => `${index}-${'x'.repeat(200)}`)
    const variables = Object.fromEntries(many.map((key) => [key, 1]))
    const schedules = many.map((slug) => ({ id: slug, slug, schedule: { rrule: slug.repeat(9) }, active: true }))
    const lines = restoreHint(
      live('etl', 'big', { tags: many, parameters: variables, job_variables: { env: variables }, schedules }),
      many.map((name) => automation(name)),
    )
    expect(lines).toHaveLength(3 + 21 + 4)
    expect(lines.filter((line) => line.endsWith('and 40 more'))).toHaveLength(5)
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(2000)
  })

  it('is plain lines, without a value, whatever the deployment holds', () => {
    const text = fc.string({ unit: 'binary', maxLength: 20 })
    const values = fc.dictionary(text, fc.constant('VALUE-OF-A-SECRET'), { maxKeys: 3 })
    const schedule = fc.record({
      id: text,
      schedule: fc.dictionary(fc.constantFrom('cron', 'rrule', 'timezone', 'interval'), fc.jsonValue({ maxDepth: 1 })),
      active: fc.boolean(),
      parameters: values,
      slug: fc.option(text),
    })
    const held = fc.record({
      texts: fc.array(text, { maxLength: 3 }),
      values,
      schedules: fc.array(schedule, { maxLength: 2 }),
    })
    fc.assert(
      fc.property(held, ({ texts, values: parameters, schedules }) => {
        const [flow = '', name = ''] = texts
        const one = live(flow, name, { tags: texts, parameters, job_variables: { env: parameters }, schedules })
        const lines = restoreHint(
          one,
          texts.map((own) => automation(own)),
        )
        expect(lines.join('')).not.toMatch(/\p{Cc}|VALUE-OF-A-SECRET/u)
      }),
      { numRuns: 40 },
    )
  })
})

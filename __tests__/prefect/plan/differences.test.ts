import { describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import type { JsonObject } from '../../../src/prefect/json.ts'
import { differencesOf } from '../../../src/prefect/plan/differences.ts'
import type { LiveDeployment } from '../../../src/prefect/survey/shapes.ts'
import { leftOver } from './compared.ts'
import { type Pair, pair } from './pairs-of-states.ts'

describe('whatever is live as it was sent', () => {
  test('differs in nothing', () => {
    fc.assert(
      fc.property(pair, ({ recorded: sent, live, automations }) => {
        expect(differencesOf(sent, live, automations)).toEqual([])
      }),
    )
  })

  const schedule = (live: LiveDeployment, change: JsonObject): LiveDeployment => ({
    ...live,
    schedules: live.schedules?.map((one, at) => (at === 0 ? { ...one, ...change } : one)) ?? [],
  })
  const nested = { a: { b: [{ c: 1 }, 2] } }
  const both = (key: string, wanted: unknown, found: unknown) => (one: Pair) => ({
    ...one,
    recorded: {
      ...one.recorded,
      write: { ...one.recorded.write, body: { ...one.recorded.write.body, [key]: wanted } },
    },
    live: { ...one.live, [key]: found },
  })

  test.each<[string, (one: Pair) => Pair]>([
    ['version', (one) => ({ ...one, live: { ...one.live, version: 'OTHER' } })],
    ['description', (one) => ({ ...one, live: { ...one.live, description: 'Another one.' } })],
    ['entrypoint', (one) => ({ ...one, live: { ...one.live, entrypoint: null } })],
    ['path', (one) => ({ ...one, live: { ...one.live, path: '/OTHER' } })],
    ['paused', (one) => ({ ...one, live: { ...one.live, paused: one.live.paused !== true } })],
    ['tags', (one) => ({ ...one, live: { ...one.live, tags: [...(one.live.tags ?? []), 'OTHER'] } })],
    ['work_pool.name', (one) => ({ ...one, live: { ...one.live, work_pool_name: 'OTHER' } })],
    ['work_pool.work_queue_name', (one) => ({ ...one, live: { ...one.live, work_queue_name: 'OTHER' } })],
    ['concurrency_limit', (one) => ({ ...one, live: { ...one.live, global_concurrency_limit: { limit: 99 } } })],
    [
      'parameters.OTHER',
      (one) => ({ ...one, live: { ...one.live, parameters: { ...one.live.parameters, OTHER: null } } }),
    ],
    ['parameters.a.b[0].c', both('parameters', nested, { a: { b: [{ c: 2 }, 2] } })],
    ['work_pool.job_variables.a.b[0].d', both('job_variables', nested, { a: { b: [{ c: 1, d: '' }, 2] } })],
    ['parameter_openapi_schema.a.b[1]', both('parameter_openapi_schema', nested, { a: { b: [{ c: 1 }, '2'] } })],
    ['pull[0].a.b[2]', both('pull_steps', [nested], [{ a: { b: [{ c: 1 }, 2, {}] } }])],
    ['automation', (one) => ({ ...one, automations: [...one.automations, leftOver('daily__automation_77')] })],
  ])('and otherwise in one thing, %s, differs in that', (field, change) => {
    fc.assert(
      fc.property(pair, (one) => {
        const { recorded: sent, live, automations } = change(one)
        const found = differencesOf(sent, live, automations).map((each) => each.field)
        expect(found).toEqual([field === 'automation' ? 'triggers[daily__automation_77]' : field])
      }),
      { numRuns: 20 },
    )
  })

  test.each(['active', 'schedule'])('and in the %s of a schedule differs in that schedule alone', (key) => {
    fc.assert(
      fc.property(
        pair.filter(({ live }) => (live.schedules ?? []).length > 0),
        ({ recorded: sent, live, automations }) => {
          const first = live.schedules?.[0]
          const changed = key === 'active' ? { active: first?.active !== true } : { schedule: { cron: '1 2 3 4 5' } }
          const found = differencesOf(sent, schedule(live, changed), automations)
          expect(found.length).toBeGreaterThan(0)
          expect(found.every((each) => each.field.startsWith('schedules['))).toBe(true)
        },
      ),
      { numRuns: 20 },
    )
  })
})

import * as fc from 'fast-check'
import type { JsonObject } from '../../../src/prefect/json.ts'
import type { RecordedDeployment } from '../../../src/prefect/rehearsal/recorded.ts'
import type { LiveAutomation, LiveDeployment } from '../../../src/prefect/survey/shapes.ts'

/** What a deploy writes, and what the server then has: it fills in, orders and names in its own way. */
export type Pair = Readonly<{
  recorded: RecordedDeployment
  live: LiveDeployment
  automations: readonly LiveAutomation[]
}>

export const LIVE_ID = '11111111-1111-4111-8111-111111111111'
const PLACEHOLDER = '22222222-2222-4222-8222-222222222222'

const word = fc.stringMatching(/^[a-z][a-z_]{0,8}$/)
const json = fc.dictionary(word, fc.jsonValue({ maxDepth: 3 }), { maxKeys: 4 })
const maybe = <T>(one: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(one)

const cron = fc.record({ cron: fc.constantFrom('0 5 * * *', '@daily'), timezone: maybe(fc.constant('Europe/Berlin')) })
const interval = fc.record({
  interval: fc.integer({ min: 1, max: 90_000 }),
  timezone: maybe(fc.constant('Asia/Tokyo')),
})
const rrule = fc.record({ rrule: fc.constantFrom('FREQ=DAILY', 'RRULE:FREQ=MINUTELY;INTERVAL=5') })

type Times = Readonly<{ cron?: string; interval?: number; rrule?: string; timezone?: string | null }>
type Schedule = Readonly<{ schedule: Times; active: boolean; parameters: JsonObject }>
const schedules: fc.Arbitrary<readonly Schedule[]> = fc.array(
  fc.record<Schedule>({
    schedule: fc.oneof<fc.Arbitrary<Times>[]>(cron, interval, rrule),
    active: fc.boolean(),
    parameters: json,
  }),
  { maxLength: 4 },
)

const trigger = fc.record({
  expect: fc.uniqueArray(word, { maxLength: 3 }),
  within: fc.constantFrom(0, 30.5),
  parameters: maybe(json),
})

const state = fc.record({
  version: maybe(word),
  description: maybe(fc.string()),
  entrypoint: word,
  path: maybe(word),
  paused: fc.boolean(),
  enforce_parameter_schema: fc.boolean(),
  tags: fc.array(word, { maxLength: 4 }),
  parameters: json,
  job_variables: json,
  parameter_openapi_schema: json,
  pull_steps: fc.array(json, { maxLength: 3 }),
  work_pool_name: word,
  work_queue_name: maybe(word),
  concurrency_limit: maybe(fc.integer({ min: 1, max: 9 })),
  schedules,
  triggers: fc.array(trigger, { maxLength: 3 }),
  slugs: fc.boolean(),
})
type State = typeof state extends fc.Arbitrary<infer S> ? S : never

/** A deployment that is live as it was recorded. */
export const pair: fc.Arbitrary<Pair> = state.map((one) => ({
  recorded: recordedOf(one),
  live: liveOf(one),
  automations: one.triggers.map((each, at) => automationOf(each, at)),
}))

function recordedOf({ schedules: asked, triggers, slugs, ...fields }: State): RecordedDeployment {
  return {
    flow: 'main',
    name: 'daily',
    id: PLACEHOLDER,
    write: {
      kind: 'update',
      body: {
        ...fields,
        concurrency_options: null,
        version_info: { type: 'vcs:git' },
        schedules: asked.map((each, at) => ({ ...each, ...(slugs ? { slug: `s${at}` } : {}) })),
      },
    },
    deletedSchedules: [],
    clearsAutomations: true,
    automations: triggers.map(({ expect, within, parameters }, at) => ({
      name: `daily__automation_${at + 1}`,
      description: '',
      enabled: true,
      tags: [],
      trigger: { type: 'event', expect, within, posture: 'Reactive', threshold: 1 },
      actions: [{ type: 'run-deployment', source: 'selected', deployment_id: PLACEHOLDER, parameters }],
      owner_resource: `prefect.deployment.${PLACEHOLDER}`,
    })),
  }
}

function liveOf(one: State): LiveDeployment {
  const { concurrency_limit, work_queue_name, tags, schedules: asked, slugs, ...same } = one
  return {
    ...same,
    id: LIVE_ID,
    flow: 'main',
    flow_id: 'f',
    name: 'daily',
    created: '2026-01-01T00:00:00Z',
    updated: '2026-01-01T00:00:00Z',
    labels: { 'prefect.flow.id': 'f' },
    tags: tags.toReversed(),
    work_queue_name: work_queue_name ?? 'default',
    concurrency_limit: null,
    concurrency_options: null,
    global_concurrency_limit: concurrency_limit === null ? null : { limit: concurrency_limit },
    schedules: asked
      .map(({ schedule, active, parameters }, at) => ({
        id: `schedule-${at}`,
        schedule: storedTimes(schedule),
        active,
        parameters,
        slug: slugs ? `s${at}` : null,
        max_scheduled_runs: null,
      }))
      .toReversed(),
  }
}

function storedTimes({ timezone = null, ...times }: Times): JsonObject {
  if (times.cron !== undefined) return { ...times, timezone, day_or: true }
  if (times.interval !== undefined) {
    return { ...times, timezone: timezone ?? 'UTC', anchor_date: '2026-03-04T05:06:07.089123Z' }
  }
  const start = times.rrule?.includes('MINUTELY') === true ? '20260304T050500' : '20200101T000000'
  return { rrule: `DTSTART:${start}\n${times.rrule}`, timezone: 'UTC' }
}

function automationOf({ expect, within, parameters }: State['triggers'][number], at: number): LiveAutomation {
  return {
    id: `automation-${at}`,
    name: `daily__automation_${at + 1}`,
    description: '',
    enabled: true,
    tags: [],
    trigger: {
      type: 'event',
      id: `trigger-${at}`,
      match: {},
      match_related: {},
      after: [],
      expect: expect.toReversed(),
      for_each: [],
      posture: 'Reactive',
      threshold: 1,
      within,
    },
    actions: [
      {
        type: 'run-deployment',
        source: 'selected',
        deployment_id: LIVE_ID,
        parameters,
        job_variables: null,
        schedule_after: 0,
      },
    ],
    actions_on_trigger: [],
    actions_on_resolve: [],
  }
}

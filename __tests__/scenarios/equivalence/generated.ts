import * as fc from 'fast-check'
import type { JsonObject } from '../../../src/prefect/json.ts'

/** Deployments at two commits, each as an item of YAML. */
export type Generated = Readonly<{ before: readonly string[]; after: readonly string[] }>

const CHARACTERS = [...new Intl.Segmenter('en').segment('aZ09 äß✓🙂"\'\\:#-\n\t%&*|>[]{}$,/=?')].map(
  ({ segment }) => segment,
)

/** With characters that YAML, templates and command lines give a meaning to; never a placeholder. */
const text = fc
  .string({ unit: fc.constantFrom(...CHARACTERS), maxLength: 14 })
  .filter((value) => !/\{\{|\$/.test(value))
const word = fc.stringMatching(/^[a-z][a-z0-9-]{0,7}$/)
const json = fc.letrec<{ value: unknown; map: JsonObject }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.oneof(text, fc.boolean(), fc.constant(null), fc.integer(), fc.double({ min: -1e6, max: 1e6, noNaN: true })),
    fc.array(tie('value'), { maxLength: 3 }),
    tie('map'),
  ),
  map: fc.dictionary(word, tie('value'), { maxKeys: 3 }),
})).map

const parameters = fc.record(
  { n: fc.integer({ min: -9, max: 99_999 }), name: text, config: json },
  { requiredKeys: [] },
)
const timezone = fc.constantFrom('Europe/Berlin', 'America/St_Johns', 'UTC')
const common = { active: fc.boolean(), parameters }

const cron = fc.record(
  {
    cron: fc.constantFrom('0 5 * * *', '*/7 1-3 * * mon-fri', '30 4 1 */2 *', '@hourly'),
    timezone,
    day_or: fc.boolean(),
    ...common,
  },
  { requiredKeys: ['cron'] },
)
const interval = fc.record(
  {
    interval: fc.oneof(fc.integer({ min: 60, max: 1_000_000 }), fc.constantFrom(90.5, 3600.25)),
    anchor_date: fc.constantFrom('2024-02-29T23:59:59', '2025-01-01T00:00:00+05:30', '2023-06-01T12:00:00.5Z'),
    timezone,
    ...common,
  },
  { requiredKeys: ['interval'] },
)
const rrule = fc.record(
  {
    rrule: fc.constantFrom(
      'FREQ=DAILY',
      'RRULE:FREQ=WEEKLY;BYDAY=MO,FR',
      'DTSTART:20240101T060000\nRRULE:FREQ=MONTHLY;BYMONTHDAY=-1',
      'FREQ=MINUTELY;INTERVAL=11',
    ),
    timezone,
    ...common,
  },
  { requiredKeys: ['rrule'] },
)
const times = fc.array(fc.oneof<fc.Arbitrary<JsonObject>[]>(cron, interval, rrule), { maxLength: 3 })

const event = fc.record(
  {
    name: text.map((value) => `T ${value}`),
    description: text,
    enabled: fc.boolean(),
    expect: fc.uniqueArray(word, { minLength: 1, maxLength: 3 }),
    after: fc.uniqueArray(word, { maxLength: 2 }),
    match: fc.dictionary(fc.constantFrom('prefect.resource.id', 'prefect.resource.name'), word, { maxKeys: 2 }),
    for_each: fc.constant(['prefect.resource.id']),
    posture: fc.constantFrom('Reactive', 'Proactive'),
    threshold: fc.integer({ min: 1, max: 5 }),
    within: fc.constantFrom(10, 90.5, 3600),
    parameters: fc.record({ n: fc.constant('{{ event.payload.n }}'), config: json }, { requiredKeys: [] }),
    job_variables: json,
  },
  { requiredKeys: ['expect'] },
)
const part = fc.record({ type: fc.constant('event'), expect: fc.uniqueArray(word, { minLength: 1, maxLength: 2 }) })
const several = fc.record({
  type: fc.constant('compound'),
  require: fc.constantFrom('any', 'all', 1),
  within: fc.constantFrom(60, 120),
  triggers: fc.array(part, { minLength: 2, maxLength: 3 }),
})
const inTurn = fc.record({ type: fc.constant('sequence'), triggers: fc.array(part, { minLength: 2, maxLength: 3 }) })

const fields = fc.record(
  {
    description: text,
    tags: fc.array(word, { maxLength: 3 }),
    paused: fc.boolean(),
    enforce_parameter_schema: fc.boolean(),
    parameters,
    schedules: times,
    triggers: fc.array(fc.oneof<fc.Arbitrary<JsonObject>[]>(event, several, inTurn), { maxLength: 3 }),
    concurrency_limit: fc.oneof(
      fc.integer({ min: 1, max: 50 }),
      fc.record({
        limit: fc.integer({ min: 1, max: 9 }),
        collision_strategy: fc.constantFrom('ENQUEUE', 'CANCEL_NEW'),
      }),
    ),
    work_queue_name: fc.constantFrom('default', 'generated'),
    job_variables: json,
  },
  { requiredKeys: [] },
)
type Fields = typeof fields extends fc.Arbitrary<infer F> ? F : never

/** So many deployments; the same ones for the same seed. */
export function generatedDeployments(
  pool: string,
  { seed, count }: Readonly<{ seed: number; count: number }>,
): Generated {
  const both = fc.sample(fc.record({ before: fields, after: fields, named: fc.boolean() }), { seed, numRuns: count })
  const written = (when: 'before' | 'after'): readonly string[] =>
    // Prefect refuses schedules without slugs for a deployment whose schedules have some.
    both.map(({ named, ...each }, at) => JSON.stringify(entry(each[when], { pool, at, named })))
  return { before: written('before'), after: written('after') }
}

function entry(
  { work_queue_name: queue, job_variables: variables, schedules, ...rest }: Fields,
  { pool, at, named }: Readonly<{ pool: string; at: number; named: boolean }>,
): JsonObject {
  return {
    name: `generated ${at + 1}`,
    entrypoint: 'flows/varied.py:varied',
    ...rest,
    ...(schedules === undefined
      ? {}
      : { schedules: schedules.map((one, n) => (named ? { ...one, slug: `s${n}` } : one)) }),
    work_pool: {
      name: pool,
      ...(queue === undefined ? {} : { work_queue_name: queue }),
      ...(variables === undefined ? {} : { job_variables: variables }),
    },
  }
}

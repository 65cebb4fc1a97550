import type * as fc from 'fast-check'
import { byChance, type Chance } from './chance.ts'
import { INTERVAL_PARTS, KEYS, NUMBER_PARTS, VALUES } from './hostile-values.ts'
import { quoted, type Tree, type TreeEntry } from './tree.ts'

/** Makes a value; `hostile` is how often something else stands where a value is wanted. */
type Maker = (chance: Chance, hostile: number) => Tree

/** Whole files of a prefect.yaml's grammar, some of them sound, some with much that is odd. */
export const grammaticalTrees: fc.Arbitrary<Tree> = byChance((chance) =>
  file(chance, chance.oneOf([0, 0.02, 0.1, 0.3])),
)

const anyOf =
  (...trees: readonly Tree[]): Maker =>
  (chance) =>
    chance.oneOf(trees)
const texts = (...items: readonly string[]): Maker => anyOf(...items.map(quoted), '~')
const booleans = anyOf('true', 'false', 'yes', 'off', '1', '0.0', '"on"', '~')

const parts =
  (from: readonly string[], most: number): Maker =>
  (chance) =>
    quoted(Array.from({ length: 1 + chance.upTo(most - 1) }, () => chance.oneOf(from)).join(''))

const either =
  (...makers: readonly Maker[]): Maker =>
  (chance, hostile) =>
    chance.oneOf(makers)(chance, hostile)

const listOf =
  (item: Maker, most: number): Maker =>
  (chance, hostile) =>
    Array.from({ length: chance.upTo(most) }, () => item(chance, hostile))

/** Some of these fields, each with a value of its kind or, as often as is said, with something else. */
const fields =
  (makers: Readonly<Record<string, Maker>>, share: number): Maker =>
  (chance, hostile) => {
    const entries: TreeEntry[] = []
    for (const [key, maker] of Object.entries(makers)) {
      if (!chance.says(share)) continue
      entries.push([key, chance.says(hostile) ? chance.oneOf(VALUES) : maker(chance, hostile)])
    }
    if (chance.says(hostile)) entries.push([chance.oneOf(KEYS), chance.oneOf(VALUES)])
    return { pairs: entries }
  }

const integers = either(anyOf('1', '0', '3.0', '"7"', 'true', '~'), parts(NUMBER_PARTS, 4))
const intervals = either(anyOf('3600', '60.5', 'PT1H', '01:00:00', '"01:00:00"'), parts(INTERVAL_PARTS, 6))
const parameters = anyOf({ pairs: [] }, { pairs: [['a', '1']] }, { pairs: [['"on"', '[1, {b: ~}]']] })

const extras: Readonly<Record<string, Maker>> = {
  timezone: texts('UTC', 'Europe/Berlin'),
  active: either(booleans, texts('{{ $ACTIVE }}')),
  parameters,
  slug: texts('a', 'b'),
  replaces: texts('c'),
}

const withExtras = (own: Readonly<Record<string, Maker>>): Maker => {
  const selector = fields(own, 1)
  const more = fields(extras, 0.3)
  return (chance, hostile) => merged(selector(chance, hostile), more(chance, hostile))
}

function merged(one: Tree, other: Tree): Tree {
  if (typeof one === 'string' || typeof other === 'string' || !('pairs' in one && 'pairs' in other)) return one
  return { pairs: [...one.pairs, ...other.pairs] }
}

const schedules = either(
  withExtras({ cron: texts('0 6 * * *') }),
  withExtras({ interval: intervals }),
  withExtras({
    interval: intervals,
    anchor_date: either(texts('2026-01-01T00:00:00Z'), anyOf('2026-01-01', '1767225600', '-1.5')),
  }),
  fields(
    {
      interval: intervals,
      anchor_date: anyOf('2026-01-01', '2026-01-01 06:00:00', '1767225600', '2e+11', '.nan', 'true'),
      timezone: texts('UTC', 'Mars/X'),
    },
    0.9,
  ),
  withExtras({ rrule: texts('FREQ=DAILY') }),
  fields({ cron: texts('0 6 * * *'), interval: intervals, rrule: texts('FREQ=DAILY'), day_or: booleans }, 0.5),
  fields(
    {
      schedule: fields({ cron: texts('0 6 * * *', 'x') }, 0.9),
      active: booleans,
      max_scheduled_runs: integers,
      slug: texts('a'),
    },
    0.6,
  ),
)

const step = anyOf(
  { pairs: [['prefect.deployments.steps.run_shell_script', { pairs: [['script', 'echo']] }]] },
  {
    pairs: [
      ['a.b', '~'],
      ['c.d', { pairs: [['id', 'x']] }],
    ],
  },
  { pairs: [] },
)
const steps = either(listOf(step, 2), step, anyOf('~'))

const durations = either(integers, intervals)
const sla = fields(
  {
    name: anyOf('"in time"', 'x'),
    severity: anyOf('minor', '"critical"'),
    enabled: booleans,
    duration: durations,
    within: durations,
    stale_after: durations,
  },
  0.5,
)

const deployment = fields(
  {
    name: texts('daily', '{{ $NAME }}'),
    version: texts('1.0'),
    version_type: texts('x'),
    tags: either(listOf(anyOf('a', '1', '~'), 2), texts('{{ $TAGS }}')),
    description: texts('d'),
    schedule: schedules,
    schedules: either(listOf(schedules, 3), anyOf('~', [])),
    paused: booleans,
    concurrency_limit: either(
      integers,
      fields(
        { limit: integers, collision_strategy: texts('ENQUEUE'), grace_period_seconds: integers, other: integers },
        0.7,
      ),
    ),
    flow_name: texts('f'),
    entrypoint: texts('a.py:f'),
    parameters,
    enforce_parameter_schema: booleans,
    build: steps,
    push: steps,
    pull: steps,
    work_pool: either(
      fields({ name: texts('p'), work_queue_name: texts('q'), job_variables: parameters, other: parameters }, 0.7),
      anyOf('~'),
    ),
    triggers: either(listOf(parameters, 2), anyOf('~')),
    sla: either(listOf(sla, 2), anyOf('~')),
    other: parameters,
  },
  0.4,
)

const file = fields(
  {
    'prefect-version': texts('3.9.1'),
    prefect_version: texts('3.9.1'),
    name: texts('n'),
    build: steps,
    push: steps,
    pull: steps,
    deployments: listOf(deployment, 3),
  },
  0.7,
)

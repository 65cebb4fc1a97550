import * as fc from 'fast-check'
import { type Entry, FLOWS, type Line, type ProjectFile, type Trigger, type Word } from './project.ts'
import type { Mishap } from './workspace.ts'

/** A change of the file. Places are taken modulo what is there. */
export type Edit =
  | Readonly<{ edit: 'entry'; place: number; change: Partial<Omit<Entry, 'flow' | 'name' | 'lines' | 'triggers'>> }>
  | Readonly<{ edit: 'line'; place: number; line: number; change: Partial<Line> }>
  | Readonly<{ edit: 'trigger'; place: number; trigger: number; change: Partial<Trigger> }>
  | Readonly<{ edit: 'add line' | 'drop line' | 'no lines'; place: number; line: number; with: Line }>
  | Readonly<{ edit: 'add trigger' | 'drop trigger'; place: number; trigger: number; with: Trigger }>
  | Readonly<{ edit: 'add entry'; with: Entry }>
  | Readonly<{ edit: 'drop entry' | 'drop all others'; place: number }>
  /** A commit that changes other files. */
  | Readonly<{ edit: 'other files' }>

/** What a person does in the workspace; `of` is a place among all deployments, by flow and name. */
export type Deed =
  | Readonly<{ deed: 'pause' | 'resume' | 'delete' | 'tag' | 'aim an automation'; of: number }>
  | Readonly<{ deed: 'schedule off' | 'schedule on' | 'delete schedule'; of: number; at: number }>
  | Readonly<{ deed: 'add schedule'; of: number; line: Line }>
  | Readonly<{
      deed: 'automation off' | 'automation on' | 'rename automation' | 'delete automation'
      of: number
      at: number
    }>
  | Readonly<{ deed: 'make'; flow: string; name: string; entry: Entry; by: 'no stamp' | 'a stamp' | 'the same code' }>

export type Run = Readonly<{
  preserve: boolean
  orphans: 'report' | 'pause' | 'delete'
  /** Git has this commit alone. */
  shallow: boolean
  mishap?: Mishap | undefined
  meanwhile?: Deed | undefined
  /** How long answers take, against each other. */
  seed: number
}>

export type Command = Edit | Deed | Readonly<{ run: Run }>

const word = fc.constantFrom<Word>('on', 'off', 'nothing')
/** Prefect refuses placeholders for `paused` and `active`: it looks at their type before it fills them in. */
const anyWord = fc.oneof({ weight: 5, arbitrary: word }, fc.constantFrom<Word>('filled on', 'filled off'))
const parameters = fc.constantFrom({}, {}, { n: 1 }, { n: 2 })
const place = fc.nat({ max: 11 })
const slug = fc.constantFrom(undefined, undefined, 'x', 'y', 'z')

const times: fc.Arbitrary<Pick<Line, 'kind' | 'at' | 'timezone' | 'anchor'>> = fc.constantFrom(
  { kind: 'cron', at: '0 5 * * *' },
  { kind: 'cron', at: '0 6 * * *', timezone: 'Europe/Berlin' },
  { kind: 'interval', at: 3600 },
  { kind: 'interval', at: 900, anchor: '2026-01-01T00:00:00Z' },
  { kind: 'rrule', at: 'FREQ=DAILY' },
)

const named = <T extends object>(key: string, value: fc.Arbitrary<string | undefined>, rest: fc.Arbitrary<T>) =>
  fc.tuple(value, rest).map(([text, others]) => (text === undefined ? others : { ...others, [key]: text }))

const line: fc.Arbitrary<Line> = named(
  'slug',
  slug,
  fc.tuple(times, parameters, word).map(([when, given, active]) => ({ ...when, parameters: given, active })),
)
const trigger: fc.Arbitrary<Trigger> = named(
  'name',
  fc.constantFrom(undefined, undefined, 'when it comes', 'when it goes'),
  fc.record({ event: fc.constantFrom('one', 'two', 'three'), enabled: anyWord }),
)

const flow = fc.constantFrom(...FLOWS)
const name = fc.constantFrom('a', 'b', 'c', 'd')
const tags = fc.constantFrom([], ['etl'], ['etl', 'prod'])
const version = fc.constantFrom(undefined, undefined, undefined, '1.0')
const description = fc.constantFrom(undefined, 'What it does.')
const lines = fc.oneof(
  fc.array(line, { maxLength: 3 }),
  fc.array(
    line.filter((one) => one.slug !== undefined),
    { maxLength: 3 },
  ),
  fc.array(
    line.filter((one) => one.slug === undefined),
    { maxLength: 3 },
  ),
)

const entry: fc.Arbitrary<Entry> = fc
  .record({
    flow,
    name,
    runs: word,
    tags,
    parameters,
    version,
    description,
    lines,
    triggers: fc.array(trigger, { maxLength: 2 }),
  })
  .map(({ version: own, description: text, ...rest }) =>
    sound({
      ...rest,
      ...(own === undefined ? {} : { version: own }),
      ...(text === undefined ? {} : { description: text }),
    }),
  )

/** The file at the beginning. */
export const FILE: fc.Arbitrary<ProjectFile> = fc.uniqueArray(entry, {
  minLength: 1,
  maxLength: 4,
  selector: (one) => `${one.flow}/${one.name}`,
})

/** An anchor is an interval's; without a second slug, a second schedule at the same times, a second trigger of one name or event. */
export function sound(given: Entry): Entry {
  const timesOf = ({ kind, at, timezone }: Line): string => `${kind} ${at} ${timezone ?? 'UTC'}`
  return {
    ...given,
    lines: once(given.lines.map(anchored), (one) => one.slug ?? timesOf(one)),
    triggers: once(
      once(given.triggers, (one) => one.event),
      (one) => one.name ?? one.event,
    ),
  }
}

function anchored({ anchor, ...rest }: Line): Line {
  return rest.kind === 'interval' && anchor !== undefined ? { ...rest, anchor } : rest
}

function once<T>(list: readonly T[], keyOf: (one: T) => string): readonly T[] {
  return list.filter((one, at) => list.findIndex((other) => keyOf(other) === keyOf(one)) === at)
}

const edit: fc.Arbitrary<Edit> = fc.oneof(
  fc.record({
    edit: fc.constant('entry' as const),
    place,
    change: fc.oneof(
      word.map((runs) => ({ runs })),
      fc.record({ tags }),
      fc.record({ parameters }),
      fc.constantFrom({ version: '1.0' }, { description: 'Another text.' }),
    ),
  }),
  fc.record({
    edit: fc.constant('line' as const),
    place,
    line: place,
    change: fc.oneof(
      word.map((active) => ({ active })),
      times,
      fc.record({ parameters }),
      fc.constantFrom({ slug: 'x' }, { slug: 'y' }),
    ),
  }),
  fc.record({
    edit: fc.constant('trigger' as const),
    place,
    trigger: place,
    change: fc.oneof(
      anyWord.map((enabled) => ({ enabled })),
      fc.constantFrom({ event: 'one' }, { event: 'three' }, { name: 'when it comes' }),
    ),
  }),
  fc.record({
    edit: fc.constantFrom('add line' as const, 'add line' as const, 'drop line' as const, 'no lines' as const),
    place,
    line: place,
    with: line,
  }),
  fc.record({
    edit: fc.constantFrom('add trigger' as const, 'drop trigger' as const),
    place,
    trigger: place,
    with: trigger,
  }),
  fc.record({ edit: fc.constant('add entry' as const), with: entry }),
  fc.record({ edit: fc.constantFrom('drop entry' as const, 'drop all others' as const), place }),
  fc.constant({ edit: 'other files' as const }),
)

const deed: fc.Arbitrary<Deed> = fc.oneof(
  fc.record({ deed: fc.constantFrom('pause' as const, 'pause' as const, 'resume' as const), of: place }),
  fc.record({ deed: fc.constantFrom('delete' as const, 'tag' as const, 'aim an automation' as const), of: place }),
  fc.record({
    deed: fc.constantFrom(
      'schedule off' as const,
      'schedule off' as const,
      'schedule on' as const,
      'delete schedule' as const,
    ),
    of: place,
    at: place,
  }),
  fc.record({ deed: fc.constant('add schedule' as const), of: place, line }),
  fc.record({
    deed: fc.constantFrom(
      'automation off' as const,
      'automation off' as const,
      'automation on' as const,
      'rename automation' as const,
      'delete automation' as const,
    ),
    of: place,
    at: place,
  }),
  fc.record({
    deed: fc.constant('make' as const),
    flow: fc.constantFrom('first', 'second', 'theirs'),
    name: fc.constantFrom('a', 'd', 'by hand'),
    entry,
    by: fc.constantFrom('no stamp' as const, 'a stamp' as const, 'the same code' as const),
  }),
)

/** What people switch off. */
export const SWITCHES: fc.Arbitrary<readonly Command[]> = fc.array(
  fc.oneof<fc.Arbitrary<Deed>[]>(
    fc.record({ deed: fc.constant('pause' as const), of: place }),
    fc.record({ deed: fc.constantFrom('schedule off' as const, 'automation off' as const), of: place, at: place }),
  ),
  { minLength: 2, maxLength: 4 },
)

const when = fc.constantFrom('before' as const, 'after' as const)
const nth = fc.nat({ max: 24 })
const mishap: fc.Arbitrary<Mishap> = fc.oneof(
  fc.record({ kind: fc.constant('reset' as const), when, nth }),
  fc.record({ kind: fc.constant('stop' as const), when, nth: fc.nat({ max: 9 }) }),
  fc.record({ kind: fc.constantFrom('503' as const, 'down' as const, 'denied' as const), nth }),
  fc.record({ kind: fc.constant('refused' as const), place }),
  fc.constant({ kind: 'refused automations' as const }),
)

const mostlyNot = <T>(some: fc.Arbitrary<T>, weight: number): fc.Arbitrary<T | undefined> =>
  fc.oneof({ weight, arbitrary: fc.constant(undefined) }, some)

const run: fc.Arbitrary<Run> = fc.record({
  preserve: fc.constantFrom(true, true, true, false),
  orphans: fc.constantFrom('report' as const, 'pause' as const, 'delete' as const),
  shallow: fc.constantFrom(false, false, false, true),
  mishap: mostlyNot(mishap, 1),
  meanwhile: mostlyNot(deed, 5),
  seed: fc.nat(),
})

export const COMMANDS: fc.Arbitrary<readonly Command[]> = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: edit },
    { weight: 4, arbitrary: deed },
    { weight: 2, arbitrary: run.map((one) => ({ run: one })) },
  ),
  { maxLength: 14, size: 'max' },
)

// What must be live after a deploy, by docs/operator-state.md and docs/rehearsal.md alone: nothing of src/ has a part in it.
import { canonical } from '../../../src/prefect/json.ts'
import { automationName, type Entry, entrypointOf, type Line, type Trigger, wantsOn, type Word } from './project.ts'
import type { SeenAutomation, SeenDeployment, SeenSchedule } from './seen.ts'

export type Choice = Readonly<{ preserve: boolean; orphans: 'report' | 'pause' | 'delete' }>

/** The entry as it was at the commit that is live, or why there is none: the file is not known, or it did not have it. */
export type Was = Entry | 'not known'

/** `anchor` is absent where the server chooses one. */
type DueSchedule = Omit<SeenSchedule, 'id'>

/** What must be live; ids and moments aside. */
export type Due = Omit<SeenDeployment, 'id' | 'whole' | 'schedules'> &
  Readonly<{
    schedules: readonly DueSchedule[]
    /** Automations that are left where nothing else of them is written: nobody can tell that the file had them. */
    mayStay: readonly SeenAutomation[]
  }>

type Deploy = Readonly<{ was: Was; now: Entry; commit: string; choice: Choice }>

/** What a deploy must make of a deployment; `refused`: the server takes no such schedules, so nothing may be written. */
export function dueAfter(live: SeenDeployment | undefined, deploy: Deploy): Due | 'refused' {
  const { was, now, commit, choice } = deploy
  const schedules = live === undefined ? now.lines.map(asWritten) : dueSchedules(live.schedules, deploy)
  if (schedules === 'refused') return 'refused'
  const before = was === 'not known' ? was : was.runs
  return {
    flow: now.flow,
    name: now.name,
    version: now.version ?? commit.slice(0, 8),
    entrypoint: entrypointOf(now.flow),
    runs:
      live === undefined || !choice.preserve
        ? wantsOn(now.runs)
        : switchedOn({ was: before, now: now.runs, live: live.runs }),
    tags: now.tags,
    parameters: now.parameters,
    description: now.description ?? FROM_THE_FLOW,
    schedules,
    owned: now.triggers.map((trigger, index) => dueAutomation(trigger, index, { live, deploy })),
    mayStay: (live?.owned ?? []).filter(({ name }) => !isOfFile(name, deploy)),
  }
}

/** Whether it is seen that the file made the automation: by Prefect's own name for it, or by the file that was live or is now. */
function isOfFile(name: string, { was, now }: Deploy): boolean {
  const files = was === 'not known' ? [now] : [now, was]
  const names = files.flatMap((one) => one.triggers.map((trigger, index) => automationName(one, trigger, index)))
  return names.includes(name) || new RegExp(`^${now.name}__automation_\\d+$`).test(name)
}

/** What Prefect takes from the docstring of the flow. */
const FROM_THE_FLOW = 'Varies.\n\nArgs:\n    n: How many.'

type Sides = Readonly<{ was: Word | 'not known'; now: Word; live: boolean }>

/** The table at the head of docs/operator-state.md. */
function switchedOn({ was, now, live }: Sides): boolean {
  const wanted = wantsOn(now)
  if (was === 'not known' || isFilled(was) || isFilled(now)) return wanted && live
  const isStated = was === 'nothing' && now !== 'nothing'
  return isStated || wantsOn(was) !== wanted ? wanted : live
}

function isFilled(word: Word): boolean {
  return word === 'filled on' || word === 'filled off'
}

function dueSchedules(
  found: readonly SeenSchedule[],
  { was, now, choice }: Deploy,
): readonly DueSchedule[] | 'refused' {
  const lines = now.lines
  const live = withLostParameters(found, was)
  const areNamed = live.length > 0 && live.every(({ slug }) => slug !== undefined)
  if (areNamed && lines.some(({ slug }) => slug === undefined)) return 'refused'
  const way = lines.length === 0 ? 'left' : areNamed ? 'by slug' : 'anew'
  const before = was === 'not known' ? was : was.lines
  const pairs = counterparts(lines, live, before)
  const wanted = lines.map((line): DueSchedule => {
    const other = pairs.get(line)
    if (other === undefined) return asWritten(line)
    const had = hadAs(other, before)
    const leftByPrefect = way === 'by slug' && line.active === 'nothing'
    const active = leftByPrefect
      ? other.active
      : !choice.preserve || had === 'no'
        ? wantsOn(line.active)
        : switchedOn({ was: had === 'not known' ? had : had.active, now: line.active, live: other.active })
    const keepsPhase = line.anchor === undefined && other.kind === 'interval' && other.at === line.at
    return { ...asWritten(line), active, ...(keepsPhase ? { anchor: other.anchor } : {}) }
  })
  const met = new Set(pairs.values())
  const left = live
    .filter((one) => !met.has(one))
    .flatMap((one) => {
      const had = hadAs(one, before)
      if (way === 'anew') return had === 'no' && choice.preserve ? [one] : []
      if (had === 'no' || had === 'not known' || choice.orphans === 'report') return [one]
      return choice.orphans === 'delete' ? [] : [{ ...one, active: false }]
    })
  // A list without slugs of which one is switched off is written as a whole, and else not at all.
  const isLeft = way === 'left' && left.every((one) => live.includes(one) || one.slug !== undefined)
  return [
    ...wanted,
    ...(isLeft ? left.map((one) => found.find(({ id }) => id === one.id && live.includes(one)) ?? one) : left),
  ]
}

/**
 * Whoever switches a schedule off takes its parameters from it: Prefect's server empties what is not sent. One without a slug
 * is still known, where only they are missing to a line of the file.
 */
function withLostParameters(found: readonly SeenSchedule[], was: Was): readonly SeenSchedule[] {
  const lines = was === 'not known' ? [] : was.lines.filter(isBare)
  const missing = lines.filter((line) => !found.some((one) => isBare(one) && sameWhole(line, one)))
  return found.map((one) => {
    if (!isBare(one) || Object.keys(one.parameters).length > 0 || lines.some((line) => sameWhole(line, one))) return one
    const at = missing.findIndex((line) => sameTimes(line, one))
    const [line] = at < 0 ? [] : missing.splice(at, 1)
    return line === undefined ? one : { ...one, parameters: line.parameters }
  })
}

function asWritten({ slug, kind, at, timezone, anchor, parameters, active }: Line): DueSchedule {
  return { slug, kind, at, timezone: timezone ?? 'UTC', anchor, parameters, active: wantsOn(active) }
}

/** A schedule with a slug is known by it; one without by its kind, its expression, its time zone and its parameters. */
function counterparts(
  lines: readonly Line[],
  live: readonly SeenSchedule[],
  before: readonly Line[] | 'not known',
): ReadonlyMap<Line, SeenSchedule> {
  const tests: readonly ((line: Line, one: SeenSchedule) => boolean)[] = [
    (line, one) => line.slug !== undefined && line.slug === one.slug,
    (line, one) => isBare(line) && isBare(one) && sameWhole(line, one),
    // A slug that comes or goes makes no other schedule of it.
    (line, one) => isBare(line) !== isBare(one) && sameWhole(line, one),
    // Nor do parameters that change, where it was the file's.
    (line, one) => (isBare(line) || isBare(one)) && sameTimes(line, one) && hadAs(one, before) !== 'no',
  ]
  const pairs = new Map<Line, SeenSchedule>()
  for (const test of tests) {
    for (const line of lines) {
      if (pairs.has(line)) continue
      const taken = new Set(pairs.values())
      const other = live.find((one) => !taken.has(one) && test(line, one))
      if (other !== undefined) pairs.set(line, other)
    }
  }
  return pairs
}

/** What the file said of a live schedule at the commit that is live. */
function hadAs(one: SeenSchedule, before: readonly Line[] | 'not known'): Line | 'no' | 'not known' {
  if (before === 'not known') return before
  if (one.slug !== undefined) return before.find(({ slug }) => slug === one.slug) ?? 'no'
  return before.filter(isBare).find((line) => sameWhole(line, one)) ?? 'no'
}

type Times = Readonly<{
  slug?: string | undefined
  kind: string
  at: string | number
  timezone?: string
  parameters: unknown
}>

function isBare({ slug }: Pick<Times, 'slug'>): boolean {
  return slug === undefined
}

function sameTimes(one: Times, other: Times): boolean {
  return one.kind === other.kind && one.at === other.at && (one.timezone ?? 'UTC') === (other.timezone ?? 'UTC')
}

function sameWhole(one: Times, other: Times): boolean {
  return sameTimes(one, other) && canonical(one.parameters) === canonical(other.parameters)
}

/** The automation of a trigger is known by its name and by what it does; Prefect's own names are numbered. */
function dueAutomation(
  trigger: Trigger,
  index: number,
  { live, deploy: { was, now, choice } }: Readonly<{ live: SeenDeployment | undefined; deploy: Deploy }>,
): SeenAutomation {
  const [name, wanted] = [automationName(now, trigger, index), wantsOn(trigger.enabled)]
  const due = { name, event: trigger.event, enabled: wanted }
  const other = live === undefined ? undefined : counterpart(due, { live, now })
  if (other === undefined || !choice.preserve) return due
  if (was === 'not known') return { ...due, enabled: switchedOn({ was, now: trigger.enabled, live: other.enabled }) }
  const at = was.triggers.findIndex((one, place) => automationName(was, one, place) === other.name)
  const said = was.triggers[at]
  if (said === undefined) return due
  return { ...due, enabled: switchedOn({ was: said.enabled, now: trigger.enabled, live: other.enabled }) }
}

function counterpart(
  due: SeenAutomation,
  { live, now }: Readonly<{ live: SeenDeployment; now: Entry }>,
): SeenAutomation | undefined {
  const all = now.triggers.map((one, index) => ({ name: automationName(now, one, index), event: one.event }))
  const isNumbered = ({ name }: Pick<SeenAutomation, 'name'>): boolean => /__automation_\d+$/.test(name)
  const tests: readonly ((one: Omit<SeenAutomation, 'enabled'>, other: SeenAutomation) => boolean)[] = [
    (one, other) => one.name === other.name && one.event === other.event,
    (one, other) => isNumbered(one) && isNumbered(other) && one.event === other.event,
    (one, other) => one.name === other.name,
  ]
  const pairs = new Map<string, SeenAutomation>()
  for (const test of tests) {
    for (const one of all) {
      if (pairs.has(one.name)) continue
      const taken = new Set(pairs.values())
      const other = live.owned.find((each) => !taken.has(each) && test(one, each))
      if (other !== undefined) pairs.set(one.name, other)
    }
  }
  return pairs.get(due.name)
}

/** Where what is live is not what must be. */
export function amiss(found: SeenDeployment | undefined, due: Due): readonly string[] {
  if (found === undefined) return ['it is not there']
  const { id: _, whole: __, schedules, owned, ...plain } = found
  const { schedules: dueSchedulesOf, owned: dueOwned, mayStay, ...duePlain } = due
  const wrong = Object.entries(duePlain).flatMap(([key, wanted]) => {
    const there = Object.entries(plain).find(([each]) => each === key)?.[1]
    return canonical(sortedTags(there)) === canonical(sortedTags(wanted))
      ? []
      : [`${key}: ${canonical(there)}, due ${canonical(wanted)}`]
  })
  const [one, other] = [ordered(schedules), ordered(dueSchedulesOf)]
  const isSame = one.length === other.length && one.every((each, at) => fits(each, other[at]))
  return [
    ...wrong,
    ...(isSame ? [] : [`schedules: ${canonical(one)}, due ${canonical(other)}`]),
    ...([dueOwned, [...dueOwned, ...mayStay]].some(
      (all) => canonical(sortedTexts(owned)) === canonical(sortedTexts(all)),
    )
      ? []
      : [`automations: ${canonical(owned)}, due ${canonical(dueOwned)}`]),
  ]
}

function sortedTags(value: unknown): unknown {
  return Array.isArray(value) ? value.map(String).toSorted() : value
}

function sortedTexts(list: readonly unknown[]): readonly string[] {
  return list.map(canonical).toSorted()
}

function withoutAnchor({ slug, kind, at, timezone, parameters, active }: DueSchedule): DueSchedule {
  return { slug, kind, at, timezone, parameters, active, anchor: undefined }
}

function ordered(list: readonly DueSchedule[]): readonly DueSchedule[] {
  const keyed = list.map((one) => ({ one, key: `${canonical(withoutAnchor(one))} ${one.anchor ?? ''}` }))
  return keyed
    .toSorted((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ one }) => ({ ...withoutAnchor(one), anchor: one.anchor }))
}

function fits(found: DueSchedule, due: DueSchedule | undefined): boolean {
  if (due === undefined || canonical(withoutAnchor(found)) !== canonical(withoutAnchor(due))) return false
  return due.anchor === undefined || due.anchor === found.anchor
}

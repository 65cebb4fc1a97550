import { describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import type { Before } from '../../../src/manifest/file-before.ts'
import type { FileSchedule, FileState, Said } from '../../../src/manifest/file-state.ts'
import { canonical, isJsonObject } from '../../../src/prefect/json.ts'
import { keepOperatorState, type OperatorChoice } from '../../../src/prefect/operator-state/keep.ts'
import type { RecordedDeployment } from '../../../src/prefect/rehearsal/recorded.ts'
import type { LiveDeployment, LiveSchedule } from '../../../src/prefect/survey/shapes.ts'
import { COMMIT, liveAutomation, liveDeployment, recordedOf, UNKNOWN } from './sample.ts'
import { written } from './server-model.ts'

const SAID = fc.constantFrom<Said>(true, false, 'unsaid')
const TIME = fc.constantFrom(
  { kind: 'cron', expression: '0 5 * * *', timezone: undefined } as const,
  { kind: 'cron', expression: '0 6 * * *', timezone: 'Europe/Berlin' } as const,
  { kind: 'interval', expression: 3600, timezone: undefined } as const,
  { kind: 'rrule', expression: 'FREQ=DAILY', timezone: undefined } as const,
)
const PARAMETERS = fc.constantFrom({}, { n: 1 })
const SLUG = fc.constantFrom(undefined, 'a', 'b', 'c')
const NAMED = fc.constantFrom('a', 'b', 'c')

const lines = (slug: fc.Arbitrary<string | undefined>): fc.Arbitrary<readonly FileSchedule[]> =>
  fc.uniqueArray(fc.record({ slug, time: TIME, parameters: PARAMETERS, active: SAID }), {
    maxLength: 3,
    selector: (one) => one.slug ?? canonical([one.time, one.parameters]),
  })
const LINES = fc.oneof(lines(SLUG), lines(NAMED), lines(fc.constant(undefined)))

const STATE: fc.Arbitrary<FileState> = fc.record({
  paused: SAID,
  schedules: LINES,
  hasOpenSchedules: fc.boolean(),
  triggers: fc.uniqueArray(fc.record({ name: fc.constantFrom('x', 'y'), enabled: SAID }), {
    maxLength: 2,
    selector: ({ name }) => name,
  }),
  hasOpenTriggers: fc.boolean(),
})

const ANCHOR = '2026-01-01T00:00:00Z'

function asLive({ slug, time, parameters }: FileSchedule, at: number, active: boolean): LiveSchedule {
  if (time === undefined || parameters === undefined) throw new Error('never open here')
  const schedule = { [time.kind]: time.expression, timezone: time.timezone ?? null }
  return {
    id: `live ${at}`,
    schedule: time.kind === 'interval' ? { ...schedule, anchor_date: ANCHOR } : schedule,
    active,
    parameters,
    slug: slug ?? null,
    max_scheduled_runs: null,
  }
}

type Scene = Readonly<{
  now: FileState
  before: Before
  live: LiveDeployment
  automations: ReturnType<typeof liveAutomation>[]
  choice: OperatorChoice
  recorded: RecordedDeployment
}>

const SCENE: fc.Arbitrary<Scene> = fc
  .record({
    now: STATE.map((state) => ({ ...state, hasOpenSchedules: false, hasOpenTriggers: false })),
    old: fc.option(STATE, { nil: undefined }),
    isUnchanged: fc.boolean(),
    paused: fc.boolean(),
    added: fc.tuple(LINES, fc.array(fc.boolean(), { minLength: 8, maxLength: 8 })),
    keepsFile: fc.boolean(),
    automations: fc.uniqueArray(fc.tuple(fc.constantFrom('x', 'y', 'z'), fc.boolean()), { selector: ([name]) => name }),
    preserve: fc.boolean(),
    orphans: fc.constantFrom('report' as const, 'pause' as const, 'delete' as const),
  })
  .map(({ now, old, isUnchanged, paused, added: [added, active], keepsFile, automations, preserve, orphans }) => {
    const state = isUnchanged ? now : old
    const before: Before = state === undefined ? UNKNOWN : { known: true, commit: COMMIT, state }
    const from = keepsFile ? (state?.schedules ?? []) : []
    const slugs = new Set(from.map(({ slug }) => slug))
    const all = [...from, ...added.filter(({ slug }) => slug === undefined || !slugs.has(slug))]
    const schedules = all.map((one, at) => asLive(one, at, active[at] ?? true))
    const choice = { before, now, preserve, orphans }
    const found = automations.map(([name, enabled]) => liveAutomation(name, enabled))
    return {
      now,
      before,
      live: liveDeployment({ paused, schedules }),
      automations: found,
      choice,
      recorded: recordedOf(now),
    }
  })

/** What a deployment is after a write, ids aside. */
function after(live: LiveDeployment, recorded: RecordedDeployment): LiveDeployment | 'refused' {
  const schedules = written(live.schedules ?? [], recorded)
  if (schedules === 'refused') return 'refused'
  return { ...live, paused: recorded.write.body['paused'] === true, schedules: [...schedules] }
}

function plain({ paused, schedules }: LiveDeployment): unknown {
  const texts = (schedules ?? []).map((one) => canonical({ ...one, id: '' })).sort()
  return { paused, schedules: texts }
}

const runs = { numRuns: 150 }

describe('for any file, any past and anything live', () => {
  test('editing twice is editing once', () => {
    fc.assert(
      fc.property(SCENE, ({ recorded, live, automations, choice }) => {
        // What `orphans: pause` switches off is not the file's, so that a second edit would ask who switched it on.
        fc.pre(choice.orphans !== 'pause')
        const once = keepOperatorState(recorded, live, automations, choice).recorded
        expect(keepOperatorState(once, live, automations, choice).recorded).toEqual(once)
      }),
      runs,
    )
  })

  test('the next deploy of the same file changes nothing more', () => {
    fc.assert(
      fc.property(SCENE, ({ now, recorded, live, automations, choice }) => {
        const first = keepOperatorState(recorded, live, automations, choice).recorded
        const deployed = after(live, first)
        fc.pre(deployed !== 'refused')
        const next: Before = { known: true, commit: 'def67890', state: now }
        const second = keepOperatorState(recorded, deployed, automations, { ...choice, before: next }).recorded
        const again = after(deployed, second)
        if (again === 'refused') throw new Error('a write that was taken once is refused')
        expect(plain(again)).toEqual(plain(deployed))
      }),
      runs,
    )
  })

  test('no write is refused that would not be refused unedited', () => {
    fc.assert(
      fc.property(SCENE, ({ recorded, live, automations, choice }) => {
        const { recorded: edited } = keepOperatorState(recorded, live, automations, choice)
        expect(after(live, edited) === 'refused').toBe(after(live, recorded) === 'refused')
      }),
      runs,
    )
  })

  test('nothing that is off comes on unless the file is known', () => {
    fc.assert(
      fc.property(SCENE, ({ recorded, live, automations, choice }) => {
        fc.pre(choice.preserve && !choice.before.known)
        const { recorded: edited } = keepOperatorState(recorded, live, automations, choice)
        const deployed = after(live, edited)
        fc.pre(deployed !== 'refused')
        if (live.paused === true) expect(deployed.paused).toBe(true)
        for (const one of live.schedules ?? []) {
          const same = (deployed.schedules ?? []).filter(({ slug }) => slug !== null && slug === one.slug)
          if (!one.active) expect(same.filter(({ active }) => active)).toEqual([])
        }
        for (const { name, enabled } of automations) {
          const same = edited.automations.find((one) => one['name'] === name)
          if (!enabled && same !== undefined) expect(same['enabled']).toBe(false)
        }
      }),
      runs,
    )
  })

  test('what is sent is recorded or live, and nothing else', () => {
    fc.assert(
      fc.property(SCENE, ({ recorded, live, automations, choice }) => {
        const { recorded: edited } = keepOperatorState(recorded, live, automations, choice)
        const identity = (one: unknown): string => {
          if (!isJsonObject(one) || !isJsonObject(one['schedule'])) return 'foreign'
          const { anchor_date: _, timezone, ...times } = one['schedule']
          return canonical([times, timezone ?? 'UTC', one['slug'] ?? null, one['parameters'] ?? {}])
        }
        const listOf = ({ write }: RecordedDeployment): unknown[] =>
          Array.isArray(write.body['schedules']) ? write.body['schedules'] : []
        const mine = new Set([...listOf(recorded), ...(live.schedules ?? [])].map(identity))
        expect(listOf(edited).filter((one) => !mine.has(identity(one)))).toEqual([])
        const ids = new Set((live.schedules ?? []).map(({ id }) => id))
        expect(edited.deletedSchedules.filter((id) => !ids.has(id))).toEqual([])
        const without = (one: RecordedDeployment): unknown => ({
          ...one,
          deletedSchedules: [],
          write: { ...one.write, body: { ...one.write.body, paused: 0, schedules: 0 } },
          automations: one.automations.map((each) => ({ ...each, enabled: 0 })),
        })
        expect(without(edited)).toEqual(without(recorded))
      }),
      runs,
    )
  })

  test('without the input only anchors are written otherwise', () => {
    fc.assert(
      fc.property(SCENE, ({ recorded, live, automations, choice }) => {
        const { recorded: edited, kept } = keepOperatorState(recorded, live, automations, {
          ...choice,
          preserve: false,
          orphans: 'report',
        })
        const bare = JSON.stringify(edited).replaceAll(`,"anchor_date":"${ANCHOR}"`, '')
        expect(JSON.parse(bare)).toEqual(recorded)
        expect(kept).toEqual([])
      }),
      runs,
    )
  })
})

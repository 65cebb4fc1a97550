import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { z } from 'zod'
import { fileBefore } from '../../../src/manifest/file-before.ts'
import { fileStateOf } from '../../../src/manifest/file-state.ts'
import type { DeploymentEntry } from '../../../src/manifest/model.ts'
import { canonical, type JsonObject } from '../../../src/prefect/json.ts'
import { keepOperatorState } from '../../../src/prefect/operator-state/keep.ts'
import { scheduleDifferences } from '../../../src/prefect/plan/schedules.ts'
import { scheduleKey } from '../../../src/prefect/operator-state/schedule-identity.ts'
import type { RecordedDeployment } from '../../../src/prefect/rehearsal/recorded.ts'
import {
  deploymentAnswer,
  liveAutomation,
  type LiveDeployment,
  type LiveSchedule,
} from '../../../src/prefect/survey/shapes.ts'
import { manifestFrom } from '../../manifest/sample.ts'
import { sharedPrefect } from '../../world/shared-prefect.ts'
import { recordedOf } from './sample.ts'
import { WRITTEN_AT, written } from './server-model.ts'

const server = sharedPrefect()
const MARK = `operator-${randomUUID().slice(0, 8)}`
const HASH = 'abc1234500000000000000000000000000000000'
const made = z.object({ id: z.string() })
let flow = ''

beforeAll(async () => {
  flow = made.parse(await server.call('POST', '/flows/', { name: MARK })).id
})
afterAll(async () => {
  await server.call('POST', '/deployments/bulk_delete', { deployments: { name: { like_: MARK } }, limit: 50 })
})

async function read(id: string): Promise<LiveDeployment> {
  const answer = deploymentAnswer.parse(await server.call('GET', `/deployments/${id}`))
  return { ...answer, flow: MARK }
}

async function create(name: string, schedules: readonly JsonObject[], paused = false): Promise<LiveDeployment> {
  const body = { name: `${MARK} ${name}`, flow_id: flow, schedules, paused }
  return read(made.parse(await server.call('POST', '/deployments/', body)).id)
}

async function send(id: string, { write, deletedSchedules }: RecordedDeployment): Promise<LiveDeployment> {
  await server.call('PATCH', `/deployments/${id}`, write.body)
  for (const schedule of deletedSchedules) await server.call('DELETE', `/deployments/${id}/schedules/${schedule}`)
  return read(id)
}

/** Schedules in any order, without what the server makes up. */
function plain(schedules: readonly LiveSchedule[], anchors = true): readonly string[] {
  return schedules
    .map((one) => {
      const { slug, active, schedule, max_scheduled_runs: most } = one
      const anchor = anchors ? schedule['anchor_date'] : ''
      return canonical([slug, scheduleKey(one), active, most, anchor])
    })
    .toSorted()
}

function entryOf(name: string, yaml: string): DeploymentEntry {
  const [entry] = manifestFrom(`deployments:\n  - name: ${JSON.stringify(name)}\n${yaml}`).deployments
  if (entry === undefined) throw new Error('no deployment')
  return entry
}

const cron = (text: string, more: JsonObject = {}): JsonObject => ({ schedule: { cron: text }, ...more })
const hourly = (more: JsonObject = {}): JsonObject => ({
  schedule: { interval: 3600, anchor_date: '2026-01-02T03:04:05Z' },
  ...more,
})

type Scene = Readonly<{
  name: string
  /** The file at the commit that is live, and now. */
  old: string
  now?: string
  live: readonly JsonObject[]
  orphans?: 'report' | 'pause' | 'delete'
  after: readonly string[]
}>

const SLUGGED = 'schedules: [{cron: 0 5 * * *, slug: five}, {cron: 0 6 * * *, slug: six, active: true}]'
const PLAIN = 'schedules: [{cron: 0 5 * * *}, {interval: 3600, parameters: {n: 1}}, {rrule: FREQ=DAILY}]'
const DAILY = { schedule: { rrule: 'FREQ=DAILY' } }

/** `after`: what is live in the end, by slug or times. */
const SCENES: readonly Scene[] = [
  {
    name: 'switched off, without slugs',
    old: PLAIN,
    live: [cron('0 5 * * *', { active: false }), hourly({ parameters: { n: 1 }, active: false }), DAILY],
    after: ['cron off', 'interval off', 'rrule on'],
  },
  {
    name: 'added by somebody, without slugs',
    old: PLAIN,
    live: [
      cron('0 5 * * *'),
      cron('0 9 * * 1', { active: false, parameters: { n: 2 } }),
      hourly({ parameters: { n: 1 } }),
      DAILY,
    ],
    after: ['cron off', 'cron on', 'interval on', 'rrule on'],
  },
  {
    name: 'changed by the file, without slugs',
    old: 'schedules: [{cron: 0 5 * * *}]',
    now: 'schedules: [{cron: 0 7 * * *}]',
    live: [cron('0 5 * * *', { active: false })],
    after: ['cron on'],
  },
  {
    name: 'given slugs by the file',
    old: PLAIN,
    now: 'schedules: [{cron: 0 5 * * *, slug: five}, {interval: 3600, parameters: {n: 1}, slug: hour}]',
    live: [cron('0 5 * * *', { active: false }), hourly({ parameters: { n: 1 } }), DAILY],
    after: ['five off', 'hour on'],
  },
  {
    name: 'switched off, with slugs',
    old: SLUGGED,
    live: [
      cron('0 5 * * *', { slug: 'five', active: false }),
      cron('0 6 * * *', { slug: 'six', active: false }),
      cron('0 7 * * *', { slug: 'added' }),
    ],
    after: ['added on', 'five off', 'six off'],
  },
  {
    name: 'added by somebody without a slug beside slugs',
    old: SLUGGED,
    live: [
      cron('0 5 * * *', { slug: 'five', active: false }),
      cron('0 6 * * *', { slug: 'six' }),
      cron('0 7 * * *'),
      hourly({ slug: 'added', active: false }),
    ],
    after: ['added off', 'cron on', 'five off', 'six on'],
  },
  ...(['report', 'pause', 'delete'] as const).flatMap((orphans): readonly Scene[] => [
    {
      name: `no longer in the file, with slugs, ${orphans}`,
      old: SLUGGED,
      now: 'schedules: [{cron: 0 6 * * *, slug: six}]',
      live: [cron('0 5 * * *', { slug: 'five', parameters: { n: 4 } }), cron('0 6 * * *', { slug: 'six' })],
      orphans,
      after: [...{ report: ['five on'], pause: ['five off'], delete: [] }[orphans], 'six on'],
    },
    {
      name: `no longer in the file, without slugs, ${orphans}`,
      old: PLAIN,
      now: 'tags: [x]',
      live: [cron('0 5 * * *'), hourly({ parameters: { n: 1 }, active: false }), cron('0 7 * * *')],
      orphans,
      after: {
        report: ['cron on', 'cron on', 'interval off'],
        pause: ['cron off', 'cron on', 'interval off'],
        delete: ['cron on'],
      }[orphans],
    },
  ]),
]

describe('what is sent is what the server keeps', () => {
  test.each(SCENES.map((scene) => [scene.name, scene] as const))('%s', async (name, scene) => {
    const live = await create(name, scene.live, true)
    const indent = (yaml: string): string => yaml.replaceAll(/^/gm, '    ')
    const old = `deployments:\n  - name: ${JSON.stringify(live.name)}\n${indent(scene.old)}`
    const entry = entryOf(live.name, indent(scene.now ?? scene.old))
    const now = fileStateOf(entry)
    const { recorded, kept } = keepOperatorState(recordedOf(now), live, [], {
      before: fileBefore({ text: old, commit: HASH, display: 'prefect.yaml' }).before(entry),
      now,
      preserve: true,
      orphans: scene.orphans ?? 'report',
    })
    const expected = written(live.schedules ?? [], recorded)
    if (expected === 'refused') throw new Error('the model refuses what is sent')
    const after = await send(live.id, recorded)
    const schedules = after.schedules ?? []
    // Where neither the file nor what is live has an anchor, the server makes one up.
    const isFresh = plain(expected).some((text) => text.includes(WRITTEN_AT))
    expect(plain(schedules, !isFresh)).toEqual(plain(expected, !isFresh))
    const kindOf = ({ slug, schedule }: LiveSchedule): string =>
      slug ?? ['cron', 'interval', 'rrule'].find((kind) => kind in schedule) ?? ''
    expect(schedules.map((one) => `${kindOf(one)} ${one.active ? 'on' : 'off'}`).toSorted()).toEqual(scene.after)
    // Nobody knows of it but the workspace: the deployment was paused from the start.
    expect([after.paused, kept[0]?.field]).toEqual([true, 'paused'])
  })
})

test('the server drops the limit of scheduled runs when it writes a list, whatever is sent', async () => {
  const { id } = await create('limited', [])
  const limited = { schedule: { cron: '0 9 * * 1' }, active: true, max_scheduled_runs: 3 }
  await server.call('POST', `/deployments/${id}/schedules`, [limited])
  const live = await read(id)
  expect(live.schedules).toMatchObject([{ max_scheduled_runs: 3 }])
  const entry = entryOf(live.name, '    schedules: [{cron: 0 5 * * *}]')
  const now = fileStateOf(entry)
  const before = { known: true, commit: 'abc12345', state: now } as const
  const choice = { before, now, preserve: true, orphans: 'report' } as const
  const { recorded } = keepOperatorState(recordedOf(now), live, [], choice)
  expect(recorded.write.body['schedules']).toMatchObject([{}, { max_scheduled_runs: 3 }])
  const after = await send(id, recorded)
  const expected = written(live.schedules ?? [], recorded)
  expect(plain(after.schedules ?? [])).toEqual(expected === 'refused' ? expected : plain(expected))
  expect((after.schedules ?? []).map(({ max_scheduled_runs: most }) => most)).toEqual([null, null])
  expect(scheduleDifferences(recorded, after)).toEqual([])
})

test('a slug that the file drops from a set of slugs is refused by the server, as the model says', async () => {
  const live = await create('dropped slug', [cron('0 5 * * *', { slug: 'five' })])
  const recorded = recordedOf(fileStateOf(entryOf(live.name, '    schedules: [{cron: 0 5 * * *}]')))
  expect(written(live.schedules ?? [], recorded)).toBe('refused')
  await expect(send(live.id, recorded)).rejects.toThrow('422')
})

test('an automation that somebody disabled is found again, though the server gives it ids', async () => {
  const live = await create('triggered', [])
  const entry = entryOf(
    live.name,
    '    triggers: [{expect: [a, b], match: {x: "1"}}, {type: sequence, triggers: [{expect: [c]}, {expect: [d]}]}]',
  )
  const now = fileStateOf(entry)
  const event = (expected: readonly string[], more: JsonObject = {}): JsonObject => ({
    type: 'event',
    expect: expected,
    for_each: [],
    posture: 'Reactive',
    threshold: 1,
    within: 0,
    ...more,
  })
  const triggers = [
    event(['a', 'b'], { match: { x: '1' } }),
    { type: 'sequence', within: 0, triggers: [event(['c']), event(['d'])] },
  ]
  const bodies = triggers.map((trigger, index) => ({
    name: `${live.name}__automation_${index + 1}`,
    description: '',
    enabled: true,
    trigger,
    actions: [{ type: 'run-deployment', source: 'selected', deployment_id: live.id }],
    owner_resource: `prefect.deployment.${live.id}`,
  }))
  const ids = await Promise.all(
    bodies.map(async (body) => made.parse(await server.call('POST', '/automations/', body)).id),
  )
  await server.call('PATCH', `/automations/${ids[1]}`, { enabled: false })
  const related = await server.call('GET', `/automations/related-to/prefect.deployment.${live.id}`)
  const automations = z.array(liveAutomation).parse(related)
  const before = { known: true, commit: 'abc12345', state: now } as const
  const choice = { before, now, preserve: true, orphans: 'report' } as const
  // Another trigger was put before them.
  const moved = [
    { ...bodies[0], name: `${live.name}__automation_1`, trigger: event(['new']) },
    { ...bodies[0], name: `${live.name}__automation_2` },
    { ...bodies[1], name: `${live.name}__automation_3` },
  ]
  const three = { ...now, triggers: moved.map(({ name }) => ({ name, enabled: 'unsaid' as const })) }
  const edited = keepOperatorState({ ...recordedOf(now), id: live.id, automations: moved }, live, automations, {
    ...choice,
    now: three,
  }).recorded
  expect(edited.automations.map(({ enabled }) => enabled)).toEqual([true, true, false])
  await server.call('DELETE', `/automations/owned-by/prefect.deployment.${live.id}`)
})

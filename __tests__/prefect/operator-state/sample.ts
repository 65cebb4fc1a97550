import { z } from 'zod'
import type { Before } from '../../../src/manifest/file-before.ts'
import type { FileSchedule, FileState, Said } from '../../../src/manifest/file-state.ts'
import type { JsonObject } from '../../../src/prefect/json.ts'
import { keepOperatorState, type Kept, type OperatorChoice } from '../../../src/prefect/operator-state/keep.ts'
import type { RecordedDeployment } from '../../../src/prefect/rehearsal/recorded.ts'
import type { LiveAutomation, LiveDeployment, LiveSchedule } from '../../../src/prefect/survey/shapes.ts'

const ID = '11111111-1111-4111-8111-111111111111'
export const COMMIT = 'abc12345'

export const NOTHING: FileState = {
  paused: 'unsaid',
  schedules: [],
  hasOpenSchedules: false,
  triggers: [],
  hasOpenTriggers: false,
}

export const UNKNOWN: Before = { known: false, why: 'the commit abc12345 is not in this checkout' }

export function known(state: Partial<FileState>): Before {
  return { known: true, commit: COMMIT, state: { ...NOTHING, ...state } }
}

type Line = Readonly<{ slug?: string; active?: Said; parameters?: JsonObject | undefined }>

/** A cron line of a file. */
export function line(cron: string, more: Line = {}): FileSchedule {
  return {
    slug: more.slug,
    time: { kind: 'cron', expression: cron, timezone: undefined },
    parameters: 'parameters' in more ? more.parameters : {},
    active: more.active ?? 'unsaid',
  }
}

/** What Prefect writes of a line. */
function asWritten({ slug, time, parameters, active }: FileSchedule): JsonObject {
  if (time === undefined) throw new Error('an open schedule cannot be written')
  return {
    schedule: {
      [time.kind]: time.expression,
      ...(time.timezone === undefined
        ? time.kind === 'cron'
          ? {}
          : { timezone: 'UTC' }
        : { timezone: time.timezone }),
    },
    ...(typeof active === 'boolean' ? { active } : {}),
    ...(Object.keys(parameters ?? {}).length === 0 ? {} : { parameters }),
    ...(slug === undefined ? {} : { slug }),
  }
}

/** A live cron schedule. */
export function live(cron: string, more: Partial<LiveSchedule> = {}): LiveSchedule {
  return {
    id: `id of ${more.slug ?? cron}`,
    schedule: { cron, timezone: null, day_or: true },
    active: true,
    parameters: {},
    slug: null,
    max_scheduled_runs: null,
    ...more,
  }
}

export function liveDeployment(more: Partial<LiveDeployment> = {}): LiveDeployment {
  return {
    id: ID,
    created: '2026-11-01T00:00:00Z',
    updated: '2026-11-01T00:00:00Z',
    name: 'daily',
    flow: 'orders',
    flow_id: '22222222-2222-4222-8222-222222222222',
    paused: false,
    schedules: [],
    ...more,
  }
}

/** The write of a file without placeholders. */
export function recordedOf(now: FileState, more: Partial<RecordedDeployment> = {}): RecordedDeployment {
  return {
    flow: 'orders',
    name: 'daily',
    id: ID,
    write: {
      kind: 'update',
      body: {
        paused: now.paused === true,
        tags: ['etl'],
        ...(now.schedules.length === 0 ? {} : { schedules: now.schedules.map(asWritten) }),
      },
    },
    deletedSchedules: [],
    clearsAutomations: true,
    automations: now.triggers.map(({ name, enabled }) => automation(name, enabled !== false)),
    ...more,
  }
}

/** The body of an automation that runs the deployment. */
export function automation(name: string, enabled: boolean, event = name): JsonObject {
  return {
    name,
    description: '',
    enabled,
    trigger: { type: 'event', posture: 'Reactive', expect: [event], within: 0 },
    actions: [{ type: 'run-deployment', source: 'selected', deployment_id: ID }],
    owner_resource: `prefect.deployment.${ID}`,
  }
}

export function liveAutomation(name: string, enabled: boolean, event = name): LiveAutomation {
  return {
    id: `id of ${name}`,
    name,
    description: '',
    enabled,
    trigger: { type: 'event', id: 'made by the server', posture: 'Reactive', expect: [event], within: 0 },
    actions: [{ type: 'run-deployment', source: 'selected', deployment_id: ID }],
  }
}

type Case = Readonly<{
  before: Before
  now?: Partial<FileState>
  live?: Partial<LiveDeployment>
  automations?: readonly LiveAutomation[] | undefined
  recorded?: Partial<RecordedDeployment>
}> &
  Partial<Pick<OperatorChoice, 'preserve' | 'orphans'>>

/** The edit of one case, which preserves and reports unless the case says otherwise. */
export function kept(one: Case): Kept {
  const now = { ...NOTHING, ...one.now }
  const automations = 'automations' in one ? one.automations : []
  return keepOperatorState(recordedOf(now, one.recorded), liveDeployment(one.live), automations, {
    before: one.before,
    now,
    preserve: one.preserve ?? true,
    orphans: one.orphans ?? 'report',
  })
}

/** What is sent of schedules: when they run, or their slug, with `off` where that is said, and `on` where that is. */
export function sent({ recorded }: Kept): readonly string[] | undefined {
  const list = recorded.write.body['schedules']
  if (!Array.isArray(list)) return undefined
  return z
    .array(sentSchedule)
    .parse(list)
    .map(({ slug, schedule, active }) => {
      const said = active === undefined ? '' : active ? ' on' : ' off'
      return `${slug ?? schedule.cron}${said}`
    })
}

const sentSchedule = z.object({
  slug: z.string().optional(),
  schedule: z.object({ cron: z.string().optional() }),
  active: z.boolean().optional(),
})

/** The fields that are told of. */
export function told({ kept: states, notes }: Kept): Readonly<{ kept: readonly string[]; notes: readonly string[] }> {
  return { kept: states.map(({ field }) => field), notes: notes.map(({ field }) => field) }
}

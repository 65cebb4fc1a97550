import { randomUUID } from 'node:crypto'
import type { JsonObject } from '../../../src/prefect/json.ts'
import type { RecordedDeployment } from '../../../src/prefect/rehearsal/recorded.ts'
import { deploymentKey, type Survey } from '../../../src/prefect/survey/shapes.ts'
import { variedNamed } from '../plan/varied.ts'
import { automationName, type Entry, entrypointOf, type Line, type ProjectFile, wantsOn } from './project.ts'

/** What stands in every body, as Prefect 3.8.8 wrote it. */
const PLAIN = variedNamed('plain')

type Deploy = Readonly<{ commit: string; at: string }>

/**
 * What `prefect deploy --all` would write of a file, of which nothing but the survey is known: creates and updates as they
 * were recorded of 3.8.8, which `model.test.ts` holds them against.
 */
export function recordedOf(file: ProjectFile, survey: Survey, deploy: Deploy): readonly RecordedDeployment[] {
  const placeholders = new Map<string, string>()
  return file.map((entry) => {
    const { flow, name } = entry
    const live = survey.deployments.get(deploymentKey(flow, name))
    const flowId = survey.flows.get(flow)
    const placeholder = placeholders.get(flow) ?? randomUUID()
    placeholders.set(flow, placeholder)
    const isNew = live === undefined
    const id = live?.id ?? randomUUID()
    return {
      flow,
      name,
      id,
      ...(isNew && flowId === undefined
        ? { flowWrite: { placeholder, body: { name: flow, tags: [], labels: {} } } }
        : {}),
      write: isNew
        ? { kind: 'create', body: createBody(entry, flowId ?? placeholder, deploy) }
        : { kind: 'update', body: updateBody(entry, deploy) },
      deletedSchedules: [],
      clearsAutomations: true,
      automations: automationBodies(entry, id),
    }
  })
}

export function createBody(entry: Entry, flowId: string, deploy: Deploy): JsonObject {
  return {
    ...PLAIN.create,
    ...common(entry, deploy),
    name: entry.name,
    flow_id: flowId,
    schedules: entry.lines.map((line) => createdSchedule(line, deploy.at)),
  }
}

export function updateBody(entry: Entry, deploy: Deploy): JsonObject {
  return {
    ...PLAIN.update,
    ...common(entry, deploy),
    ...(entry.lines.length === 0 ? {} : { schedules: entry.lines.map(updatedSchedule) }),
  }
}

function common({ flow, runs, version, tags, parameters, description }: Entry, { commit }: Deploy): JsonObject {
  const stamp = version ?? commit.slice(0, 8)
  return {
    version: stamp,
    version_info: { type: 'vcs:git', version: stamp, commit_sha: commit },
    entrypoint: entrypointOf(flow),
    paused: !wantsOn(runs),
    tags,
    parameters,
    ...(description === undefined ? {} : { description }),
  }
}

/** The client fills in everything, the moment of the deploy as an interval's anchor too. */
function createdSchedule({ slug, kind, at, timezone, anchor, parameters, active }: Line, now: string): JsonObject {
  const schedule = {
    cron: { cron: at, timezone: timezone ?? null, day_or: true },
    interval: { interval: at, anchor_date: anchor ?? now, timezone: timezone ?? 'UTC' },
    rrule: { rrule: startedRule(at), timezone: timezone ?? 'UTC' },
  }[kind]
  return { schedule, active: wantsOn(active), max_scheduled_runs: null, parameters, slug: slug ?? null, replaces: null }
}

/** What the file does not say is not sent. */
function updatedSchedule({ slug, kind, at, timezone, anchor, parameters, active }: Line): JsonObject {
  const schedule = {
    cron: { cron: at, ...(timezone === undefined ? {} : { timezone }) },
    interval: {
      interval: at,
      ...(anchor === undefined ? {} : { anchor_date: anchor }),
      timezone: timezone ?? 'UTC',
    },
    rrule: { rrule: startedRule(at), timezone: timezone ?? 'UTC' },
  }[kind]
  return {
    schedule,
    ...(active === 'nothing' ? {} : { active: wantsOn(active) }),
    ...(Object.keys(parameters).length === 0 ? {} : { parameters }),
    ...(slug === undefined ? {} : { slug }),
  }
}

function startedRule(rule: unknown): string {
  return `DTSTART:20200101T000000\n${String(rule)}`
}

export function automationBodies(entry: Entry, id: string): readonly JsonObject[] {
  return entry.triggers.map((trigger, index) => ({
    name: automationName(entry, trigger, index),
    description: '',
    enabled: wantsOn(trigger.enabled),
    tags: [],
    trigger: {
      type: 'event',
      match: {},
      match_related: {},
      after: [],
      expect: [trigger.event],
      for_each: [],
      posture: 'Reactive',
      threshold: 1,
      within: 0,
    },
    actions: [
      {
        type: 'run-deployment',
        source: 'selected',
        deployment_id: id,
        parameters: null,
        job_variables: null,
        schedule_after: 0,
      },
    ],
    actions_on_trigger: [],
    actions_on_resolve: [],
    owner_resource: `prefect.deployment.${id}`,
  }))
}

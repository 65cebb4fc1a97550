import type { JsonObject } from '../../../src/prefect/json.ts'

/** What a file says of a switch. `filled`: by a placeholder, so that only Prefect knows what it is. */
export type Word = 'on' | 'off' | 'nothing' | 'filled on' | 'filled off'

export const FLOWS = ['first', 'second'] as const
export type FlowName = (typeof FLOWS)[number]

export type Line = Readonly<{
  slug?: string
  kind: 'cron' | 'interval' | 'rrule'
  /** Seconds of an interval. */
  at: string | number
  timezone?: string
  anchor?: string
  parameters: JsonObject
  active: Word
}>

export type Trigger = Readonly<{ name?: string; event: string; enabled: Word }>

/** One deployment of a file; `runs` is the other side of `paused`. */
export type Entry = Readonly<{
  flow: FlowName
  name: string
  runs: Word
  version?: string
  tags: readonly string[]
  parameters: JsonObject
  description?: string
  lines: readonly Line[]
  triggers: readonly Trigger[]
}>

export type ProjectFile = readonly Entry[]

/** Name of the work pool, as in the bodies that were recorded. */
export const POOL = 'varied-pool'

export function entrypointOf(flow: string): string {
  return `flows/${flow}.py:${flow}`
}

/** Whether a switch is on when a deploy has made it as the file says. */
export function wantsOn(word: Word): boolean {
  return word !== 'off' && word !== 'filled off'
}

/** The name that Prefect gives the automation of a trigger. */
export function automationName({ name }: Entry, trigger: Trigger, index: number): string {
  return trigger.name ?? `${name}__automation_${index + 1}`
}

/** The file as its author writes it; JSON is YAML too. */
export function textOf(file: ProjectFile): string {
  return JSON.stringify({
    pull: [{ 'prefect.deployments.steps.git_clone': { repository: 'https://github.com/acme/flows.git' } }],
    deployments: file.map(entryText),
  })
}

function entryText(entry: Entry): JsonObject {
  const { name, flow, runs, version, tags, parameters, description, lines, triggers } = entry
  return {
    name,
    entrypoint: entrypointOf(flow),
    work_pool: { name: POOL },
    ...switchText('paused', runs, { on: false, off: true }),
    ...(version === undefined ? {} : { version }),
    ...(tags.length === 0 ? {} : { tags }),
    ...(Object.keys(parameters).length === 0 ? {} : { parameters }),
    ...(description === undefined ? {} : { description }),
    ...(lines.length === 0 ? {} : { schedules: lines.map(lineText) }),
    ...(triggers.length === 0 ? {} : { triggers: triggers.map(triggerText) }),
  }
}

function lineText({ slug, kind, at, timezone, anchor, parameters, active }: Line): JsonObject {
  return {
    [kind]: at,
    ...(slug === undefined ? {} : { slug }),
    ...(timezone === undefined ? {} : { timezone }),
    ...(anchor === undefined ? {} : { anchor_date: anchor }),
    ...(Object.keys(parameters).length === 0 ? {} : { parameters }),
    ...switchText('active', active, { on: true, off: false }),
  }
}

function triggerText({ name, event, enabled }: Trigger): JsonObject {
  return {
    ...(name === undefined ? {} : { name }),
    ...switchText('enabled', enabled, { on: true, off: false }),
    expect: [event],
  }
}

function switchText(key: string, word: Word, say: Readonly<{ on: boolean; off: boolean }>): JsonObject {
  switch (word) {
    case 'nothing':
      return {}
    case 'on':
    case 'off':
      return { [key]: say[word] }
    case 'filled on':
    case 'filled off':
      return { [key]: `{{ $SWITCHED_${word === 'filled on' ? 'ON' : 'OFF'} }}` }
  }
}

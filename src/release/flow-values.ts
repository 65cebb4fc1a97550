import type { Finding } from '../finding.ts'
import { findingOf } from '../manifest/rules/rule.ts'
import { scheduleItems } from '../manifest/schedule/judged.ts'
import { shown } from '../manifest/shown.ts'
import { entryOf, isGiven, type MapValue, type Place, type Value } from '../manifest/value.ts'
import { nearest } from '../nearest.ts'
import { oneLine } from '../process/one-line.ts'
import type { ImportedFlow, ProbeAnswer, RefusedSchedule } from '../python/probe/answer.ts'
import { type Deployed, entrypointOf, type FlowQuestions, nameOf } from './flow-request.ts'
import { FLOW } from './flow-rules.ts'

/** What the project's own Prefect refuses of schedules, in the words of the rules about prefect.yaml. */
export function scheduleFindings(asked: FlowQuestions['schedules'], refused: ProbeAnswer['schedules']): Finding[] {
  return [...asked].flatMap(([key, { manifest, schedule }]) => {
    const refusal = refused[key]
    const rule = refusal === undefined ? undefined : ruleOf(refusal)
    if (refusal === undefined || rule === undefined) return []
    const at = refusal.field === 'timezone' ? (schedule.timezoneAt ?? schedule.at) : schedule.at
    const message = `The project's own Prefect refuses this schedule: ${oneLine(refusal.reason)}.`
    return [findingOf({ id: rule.id, severity: 'error' }, manifest.file, { message, hint: rule.hint, at })]
  })
}

function ruleOf({ field, reason }: RefusedSchedule): Readonly<{ id: string; hint: string }> | undefined {
  switch (field) {
    case 'cron':
      return {
        id: 'cron-invalid',
        hint: 'Write five fields: minute, hour, day of the month, month, day of the week; for instance `0 6 * * 1-5`.',
      }
    case 'timezone':
      return {
        id: 'time-zone-invalid',
        hint: 'Take a name of the IANA database, for instance `Europe/Berlin` or `UTC`.',
      }
    case 'rrule':
      return { id: 'rrule-invalid', hint: 'Write an RRULE of RFC 5545, for instance `FREQ=WEEKLY;BYDAY=MO`.' }
    case 'anchor_date':
      return { id: 'anchor-date-invalid', hint: 'Write a date as `2026-01-31T06:00:00`.' }
    case 'interval':
      // What else Prefect says of an interval depends on how its file was read, which the rules know better.
      return reason.includes('greater than 0')
        ? { id: 'interval-not-positive', hint: 'The `interval` of a schedule is a number of seconds above 0.' }
        : undefined
    default:
      return undefined
  }
}

/** What the project's own Prefect refuses of parameters and job variables. */
export function refusedValues(questions: FlowQuestions, answer: ProbeAnswer): Finding[] {
  const parameters = [...questions.parameters].flatMap(([key, { manifest, entry, values }]) => {
    const refused = answer.parameters[key]
    if (refused === undefined) return []
    const flow = flowOf(entrypointOf(entry), answer)
    const message = `Prefect refuses ${part('parameter', refused.path)} of ${called({ manifest, entry })}: ${oneLine(refused.reason)}.`
    const hint = `Write what ${whereIs(flow)} takes, or set \`enforce_parameter_schema: false\` for the deployment.`
    return [findingOf(FLOW.parametersRefused, manifest.file, { message, hint, at: placeIn(values, refused.path) })]
  })
  const jobVariables = [...questions.jobVariables].flatMap(([key, { manifest, entry, values, pool }]) => {
    const refused = answer.jobVariables[key]
    if (refused === undefined) return []
    const message = `The work pool \`${shown(pool)}\` refuses ${part('job variable', refused.path)} of ${called({ manifest, entry })}: ${oneLine(refused.reason)}.`
    const hint = 'Write what the template of the work pool takes; a number that should be a text belongs in quotes.'
    return [findingOf(FLOW.jobVariablesRefused, manifest.file, { message, hint, at: placeIn(values, refused.path) })]
  })
  return [...parameters, ...jobVariables]
}

function part(what: string, path: readonly (string | number)[]): string {
  return path.length === 0 ? `the ${what}s` : `the ${what} \`${shown(path.join('.'))}\``
}

/** The place of the innermost part of a value that the path leads to. */
function placeIn(values: MapValue, path: readonly (string | number)[]): Place {
  let found: Value = values
  for (const step of path) {
    const inner: Value | undefined =
      found.kind === 'list' && typeof step === 'number' ? found.items[step] : entryOf(found, String(step))?.value
    if (inner === undefined) break
    found = inner
  }
  return found.at
}

/** Parameters that the flow's function does not have, and such as it needs and a scheduled run is not given. */
export function parameterFindings(deployed: readonly Deployed[], answer: ProbeAnswer): Finding[] {
  return deployed.flatMap((one) => {
    const flow = flowOf(entrypointOf(one.entry), answer)
    const { all, needed } = flow?.parameters ?? {}
    const given = entryOf(one.entry.value, 'parameters')?.value
    if (flow === undefined || all === undefined || needed === undefined) return []
    if (isGiven(given) && given.kind !== 'map') return []
    const values = given?.kind === 'map' ? given : undefined
    return [...unknown(one, values, all, flow), ...missing(one, values, needed, flow)]
  })
}

function unknown(one: Deployed, values: MapValue | undefined, all: readonly string[], flow: ImportedFlow): Finding[] {
  return (values?.entries ?? [])
    .filter(({ key, keyType }) => keyType === 'text' && !key.includes('{{') && !all.includes(key))
    .map(({ key, keyAt }) => {
      const near = nearest(key, all)
      const takes = all.length === 0 ? 'It takes none.' : `It takes ${all.slice(0, MOST_NAMED).map(quoted).join(', ')}.`
      return findingOf(FLOW.parameterUnknown, one.manifest.file, {
        message: `${capital(whereIs(flow))} has no parameter \`${shown(key)}\`, which ${called(one)} gives it: every run fails.`,
        hint: near === undefined ? takes : `Did you mean \`${shown(near)}\`?`,
        at: keyAt,
      })
    })
}

function missing(
  one: Deployed,
  values: MapValue | undefined,
  needed: readonly string[],
  flow: ImportedFlow,
): Finding[] {
  const given = new Set(values?.entries.map(({ key }) => key))
  return scheduleItems(one.entry).flatMap((item) => {
    if (item.kind !== 'map' || !isActive(item) || !isActive(one.entry.value)) return []
    const own = entryOf(item, 'parameters')?.value
    if (isGiven(own) && own.kind !== 'map') return []
    const also = new Set(own?.kind === 'map' ? own.entries.map(({ key }) => key) : [])
    const names = needed.filter((name) => !given.has(name) && !also.has(name))
    if (names.length === 0) return []
    const listed = names.slice(0, MOST_NAMED).map(quoted).join(', ')
    return [
      findingOf(FLOW.parameterMissing, one.manifest.file, {
        message: `This schedule gives no value for ${listed}, which ${whereIs(flow)} needs: its runs of ${called(one)} fail.`,
        hint: `Give one under \`parameters\` of the deployment, or of the schedule, or a default in the function.`,
        at: item.at,
      }),
    ]
  })
}

/** Whether nothing that is written there keeps the runs away. */
function isActive(value: MapValue): boolean {
  const active = entryOf(value, 'active')?.value
  const paused = entryOf(value, 'paused')?.value
  const isTrue = (one: Value): boolean => one.kind === 'scalar' && one.value === true
  return (
    (!isGiven(active) || isTrue(active)) && (!isGiven(paused) || (paused.kind === 'scalar' && paused.value === false))
  )
}

/** Names that one message lists. */
const MOST_NAMED = 5

const quoted = (name: string): string => `\`${shown(name)}\``
const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

function flowOf(entrypoint: string | undefined, { flows }: ProbeAnswer): ImportedFlow | undefined {
  const flow = entrypoint === undefined ? undefined : flows[entrypoint]
  return flow?.kind === 'imported' ? flow : undefined
}

function whereIs(flow: ImportedFlow | undefined): string {
  if (flow === undefined) return 'the flow'
  const place = flow.file === undefined ? '' : ` (\`${shown(flow.file)}\`, line ${flow.line})`
  return `the flow \`${shown(flow.name)}\`${place}`
}

function called({ entry }: Deployed): string {
  const name = nameOf(entry)
  return name === undefined ? 'this deployment' : `the deployment \`${shown(name)}\``
}

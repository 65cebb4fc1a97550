import { nearest } from '../../nearest.ts'
import { isTemplated, type Trigger, triggersOf } from '../triggers/found.ts'
import { entryOf, isNull, isTruthy, type MapValue, textOf, type Value, valueAt } from '../value.ts'
import type { FileRule, Problem } from './rule.ts'

const FILTERS = ['match', 'match_related', 'expect', 'after']
const RESOURCE = 'prefect.resource.id'
const EXAMPLE = `Say what it waits for:
triggers:
  - match:
      prefect.resource.id: prefect.flow-run.*
    match_related:
      prefect.resource.name: orders
    expect: [prefect.flow-run.Completed]`

const matchesEverything: FileRule = {
  id: 'trigger-matches-everything',
  severity: 'error',
  about:
    'A trigger has no `match`, `match_related`, `expect` or `after`: Prefect makes an automation that fires on every event, those of its own runs included.',
  acceptedByPrefect: true,
  find: (manifest) =>
    triggersOf(manifest).flatMap(({ value, kind }) =>
      kind === 'event' && isWithoutFilter(value)
        ? [
            {
              message:
                'This trigger has no `match`, `match_related`, `expect` or `after` that narrows it, so it fires on every event, those of its own runs included.',
              hint: EXAMPLE,
              at: value.at,
            },
          ]
        : [],
    ),
}

/** What is refused, or misspelt, is told by itself. */
function isWithoutFilter(trigger: MapValue): boolean {
  const misspelt = trigger.entries.some(
    ({ key }) => !FILTERS.includes(key) && nearest(key, FILTERS) !== undefined && !OTHERS.has(key),
  )
  if (misspelt) return false
  return FILTERS.every((key) => {
    const value = valueAt(trigger, key)
    if (value === undefined) return true
    if (key === 'match') return matchesAll(value, '*')
    if (key === 'match_related')
      return value.kind === 'list' ? value.items.every((item) => isEmpty(item)) : isEmpty(value)
    return (
      isEmpty(value) || (key === 'expect' && value.kind === 'list' && value.items.some((item) => textOf(item) === '*'))
    )
  })
}

/** Fields that are near to a filter by chance. */
const OTHERS: ReadonlySet<string> = new Set(['type', 'name', 'metric', 'within'])

const isEmpty = (value: Value): boolean => value.kind !== 'scalar' && !isTruthy(value)

/** Whether labels let every resource pass whose id is like `pattern`: they are none, or the id's pattern alone. */
function matchesAll(value: Value, pattern: string): boolean {
  if (value.kind !== 'map') return false
  const [only, ...more] = value.entries
  if (only === undefined) return true
  if (more.length > 0 || only.key !== RESOURCE) return false
  const ids = only.value.kind === 'list' ? only.value.items : [only.value]
  return ids.some((id) => textOf(id) === pattern)
}

const RUNS = 'prefect.flow-run.*'
/** Events of every run, whatever becomes of it. (Prefect: server/events/schemas/automations.py, prevent_run_deployment_loops) */
const OF_EVERY_RUN: ReadonlySet<string> = new Set([
  RUNS,
  'prefect.flow-run.Scheduled',
  'prefect.flow-run.Pending',
  'prefect.flow-run.Running',
])
const OF_GOOD_RUNS = 'prefect.flow-run.Completed'

const feedsItself: FileRule = {
  id: 'trigger-feeds-itself',
  severity: 'error',
  about:
    'A trigger waits for an event that every flow run has, those that it starts included. The server refuses such an automation, after Prefect wrote the deployment.',
  depends:
    'It is a warning where only runs that end well have the event: the server takes that, and each run starts the next.',
  acceptedByPrefect: true,
  find: (manifest) => triggersOf(manifest).flatMap((trigger) => feedingProblem(trigger)),
}

function feedingProblem({ value, kind, nested }: Trigger): Problem[] {
  const expect = valueAt(value, 'expect')
  if (kind !== 'event' || nested || expect?.kind !== 'list' || isOff(value) || isProactive(value)) return []
  const isAimed =
    !matchesAll(valueAt(value, 'match') ?? NO_LABELS, RUNS) || !relatedToAll(valueAt(value, 'match_related'))
  if (isAimed) return []
  const every = expect.items.find((item) => OF_EVERY_RUN.has(textOf(item) ?? ''))
  const hint =
    'Name the flow whose runs it waits for:\nmatch_related:\n  prefect.resource.name: orders\n  prefect.resource.role: flow'
  if (every !== undefined) {
    const message =
      'Every flow run has this event, those that the trigger starts included: the server refuses it, after Prefect wrote the deployment.'
    return [{ message, hint, at: every.at }]
  }
  const good = expect.items.find((item) => textOf(item) === OF_GOOD_RUNS)
  if (good === undefined || isTruthy(valueAt(value, 'after'))) return []
  const message =
    'Every flow run that ends well has this event, those that the trigger starts included: each starts the next.'
  return [{ message, hint, at: good.at, severity: 'warning' }]
}

const NO_LABELS: MapValue = { kind: 'map', entries: [], at: { line: 1, column: 1 } }

function relatedToAll(value: Value | undefined): boolean {
  if (value === undefined) return true
  return value.kind === 'list'
    ? value.items.length === 0 || value.items.some((item) => matchesAll(item, RUNS))
    : matchesAll(value, RUNS)
}

/** Whether the automation is, or may be, switched off. */
function isOff(trigger: MapValue): boolean {
  const enabled = valueAt(trigger, 'enabled')
  if (enabled === undefined) return false
  return (
    isTemplated(enabled) ||
    isNull(enabled) ||
    !isTruthy(enabled) ||
    /^(?:0|off|f|false|n|no)$/i.test(textOf(enabled) ?? '')
  )
}

function isProactive(trigger: MapValue): boolean {
  const posture = valueAt(trigger, 'posture')
  return isTemplated(posture) || textOf(posture) === 'Proactive'
}

const needsCloud: FileRule = {
  id: 'trigger-needs-cloud',
  severity: 'error',
  about:
    'A trigger asks for a metric, and the server is self-hosted: Prefect writes the deployment, and then fails, because only Prefect Cloud has metrics.',
  acceptedByPrefect: true,
  find: (manifest, { cloud }) =>
    cloud !== false
      ? []
      : triggersOf(manifest)
          .filter(({ kind }) => kind === 'metric')
          .map(({ value }) => ({
            message:
              'This trigger asks for a metric, which only Prefect Cloud has; Prefect would fail after it wrote the deployment.',
            hint: 'Wait for events instead, by `expect`, or deploy to Prefect Cloud.',
            at: entryOf(value, 'metric')?.keyAt ?? value.at,
          })),
}

/** Rules about what triggers fire on. */
export const TRIGGER_AIM_RULES: readonly FileRule[] = [matchesEverything, feedsItself, needsCloud]

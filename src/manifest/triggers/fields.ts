import { isLaxBoolean, isLaxInteger, laxText } from '../schema/lax.ts'
import { intervalSeconds } from '../schedule/interval.ts'
import { isNull, type MapValue, type Value, valueAt } from '../value.ts'
import type { TriggerKind } from './found.ts'

/** What is wrong with the value of a field: what it must be, and how to write it. */
export type Misfit = Readonly<{ wanted: string; hint: string; at: Value }>

/** Judges a value without placeholders; nothing where Prefect takes it. */
export type FieldShape = (value: Value, trigger: MapValue) => Misfit | undefined

const one =
  (takes: (value: Value) => boolean, wanted: string, hint: string): FieldShape =>
  (value) =>
    takes(value) ? undefined : { wanted, hint, at: value }

/** Before Prefect looks at a trigger it has made texts of dates. (cli/deploy/_config.py, model_dump in mode `json`) */
const isText = (value: Value): boolean =>
  laxText(value) !== undefined || (value.kind === 'scalar' && value.type === 'date')

const isTexts = (value: Value): boolean => value.kind === 'list' && value.items.every(isText)

const isLabels = (value: Value): boolean =>
  value.kind === 'map' && value.entries.every((entry) => isText(entry.value) || isTexts(entry.value))

const optional = (takes: (value: Value) => boolean) => (value: Value) => isNull(value) || takes(value)
const isMap = (value: Value): boolean => value.kind === 'map'
const isOneOf =
  (...texts: readonly string[]) =>
  (value: Value): boolean =>
    texts.includes(laxText(value) ?? '')
const isSeconds =
  (least: number) =>
  (value: Value): boolean =>
    (intervalSeconds(value) ?? Number.NEGATIVE_INFINITY) >= least

const EVENTS = '[prefect.flow-run.Completed]'
const LABELS = '{prefect.resource.name: orders}'
const mapping = (key: string): FieldShape => one(optional(isMap), 'a mapping', `Write \`${key}: {name: value}\`.`)
const events = (key: string): FieldShape => one(isTexts, 'a list of texts', `Write \`${key}: ${EVENTS}\`.`)
const LABELLED = 'a mapping of texts, or of lists of texts'

/** What a trigger says of the automation that Prefect makes of it. */
const AUTOMATION: Readonly<Record<string, FieldShape>> = {
  name: one(optional(isText), 'a text', 'Write a text, in quotes.'),
  description: one(isText, 'a text', 'Write a text, in quotes, or remove it.'),
  enabled: one(isLaxBoolean, 'true or false', 'Write `enabled: true` or `enabled: false`.'),
  parameters: mapping('parameters'),
  job_variables: mapping('job_variables'),
  schedule_after: one(isSeconds(0), 'a number of seconds, 0 or more', 'Write `schedule_after: 60`.'),
}

const TYPE: Readonly<Record<string, FieldShape>> = { type: () => undefined }

const RESOURCES: Readonly<Record<string, FieldShape>> = {
  match: one(isLabels, LABELLED, `Write \`match: ${LABELS}\`.`),
  match_related: one(
    (value) => isLabels(value) || (value.kind === 'list' && value.items.every(isLabels)),
    `${LABELLED}, or a list of such mappings`,
    `Write \`match_related: ${LABELS}\`.`,
  ),
}

const COMPOSITE: Readonly<Record<string, FieldShape>> = {
  triggers: one(
    (value) => value.kind === 'list' && value.items.every(isMap),
    'a list of triggers',
    'Write `triggers:` with one `- ` for each.',
  ),
  within: one(
    optional((value) => intervalSeconds(value) !== undefined),
    'a number of seconds',
    'Write `within: 60`.',
  ),
}

const LEAST_PROACTIVE = 10

/** Prefect: events/schemas/automations.py, enforce_minimum_within_for_proactive_triggers */
const within: FieldShape = (value, trigger) => {
  const isProactive = isOneOf('Proactive')(valueAt(trigger, 'posture') ?? value)
  const seconds = intervalSeconds(value)
  const hint = `Write \`within: ${isProactive ? 60 : 0}\`.`
  if (!isProactive)
    return (seconds ?? -1) >= 0 ? undefined : { wanted: 'a number of seconds, 0 or more', hint, at: value }
  // What Python takes for nothing becomes the least; what is no number is compared with one, and the command dies of it.
  if (seconds === 0 || isEmpty(value)) return undefined
  if (isNumber(value) && (seconds ?? -1) >= LEAST_PROACTIVE) return undefined
  return { wanted: `a number of seconds, ${LEAST_PROACTIVE} or more, in a Proactive trigger`, hint, at: value }
}

const isNumber = (value: Value): boolean =>
  value.kind === 'scalar' && (value.type === 'integer' || value.type === 'float' || value.type === 'boolean')

function isEmpty(value: Value): boolean {
  if (value.kind === 'list') return value.items.length === 0
  return value.kind === 'map' ? value.entries.length === 0 : laxText(value) === ''
}

const require: FieldShape = (value, trigger) => {
  const parts = valueAt(trigger, 'triggers')
  const most = parts?.kind === 'list' ? parts.items.length : Number.POSITIVE_INFINITY
  const count = isLaxInteger(value) ? numberOf(value) : undefined
  const takes = count === undefined ? isOneOf('any', 'all')(value) : count >= 1 && count <= most
  const hint = 'Write `require: all` or `require: any`.'
  return takes ? undefined : { wanted: '`any`, `all`, or a number from 1 to that of its triggers', hint, at: value }
}

const numberOf = (value: Value): number =>
  value.kind === 'scalar' ? Number((laxText(value) ?? String(Number(value.value))).replaceAll('_', '')) : Number.NaN

/** The fields of a trigger of each kind, but for those of the automation. (Prefect 3.8: events/schemas/automations.py) */
const OF_KIND: Readonly<Record<TriggerKind, Readonly<Record<string, FieldShape>>>> = {
  event: {
    ...TYPE,
    ...RESOURCES,
    after: events('after'),
    expect: events('expect'),
    for_each: one(isTexts, 'a list of texts', 'Write `for_each: [prefect.resource.id]`.'),
    posture: one(isOneOf('Reactive', 'Proactive'), '`Reactive` or `Proactive`', 'Write `posture: Reactive`.'),
    threshold: one(isLaxInteger, 'a whole number', 'Write `threshold: 1`.'),
    within,
  },
  metric: {
    ...TYPE,
    ...RESOURCES,
    posture: one(isOneOf('Metric'), '`Metric`', 'Write `posture: Metric`.'),
    metric: one(isMap, 'a mapping', 'Write `metric: {name: lateness, operator: ">", threshold: 60}`.'),
  },
  compound: { ...TYPE, ...COMPOSITE, require },
  sequence: { ...TYPE, ...COMPOSITE },
}

/** The fields of the query of a metric. */
export const METRIC: ReadonlyMap<string, FieldShape> = new Map(
  Object.entries({
    name: one(
      isOneOf('lateness', 'duration', 'successes'),
      '`lateness`, `duration` or `successes`',
      'Write `name: lateness`.',
    ),
    threshold: one(isLaxFloat, 'a number', 'Write `threshold: 60`.'),
    operator: one(isOneOf('<', '<=', '>', '>='), '`<`, `<=`, `>` or `>=`, in quotes', 'Write `operator: ">"`.'),
    range: one(isSeconds(300), 'a number of seconds, 300 or more', 'Write `range: 300`.'),
    firing_for: one(isSeconds(300), 'a number of seconds, 300 or more', 'Write `firing_for: 300`.'),
  }),
)

function isLaxFloat(value: Value): boolean {
  if (isNumber(value)) return true
  const text = laxText(value)
    ?.trim()
    .replaceAll(/(?<=\d)_(?=\d)/g, '')
  return text !== undefined && /^[-+]?(?:\d+\.?\d*(?:e[-+]?\d+)?|\.\d+(?:e[-+]?\d+)?|inf|infinity|nan)$/i.test(text)
}

/** What cannot be left out. */
export const REQUIRED: Readonly<Record<TriggerKind | 'query', readonly string[]>> = {
  event: [],
  metric: ['metric'],
  compound: ['triggers', 'require'],
  sequence: ['triggers'],
  query: ['name', 'threshold', 'operator'],
}

const fieldsOf = (kind: TriggerKind): ReadonlyMap<string, FieldShape> => new Map(Object.entries(OF_KIND[kind]))

/** The fields of a part of another trigger. */
export const PARTS: Readonly<Record<TriggerKind, ReadonlyMap<string, FieldShape>>> = {
  event: fieldsOf('event'),
  metric: fieldsOf('metric'),
  compound: fieldsOf('compound'),
  sequence: fieldsOf('sequence'),
}

/** What only the outermost trigger has. */
export const OF_AUTOMATION: ReadonlyMap<string, FieldShape> = new Map(Object.entries(AUTOMATION))

import { nearest } from '../../nearest.ts'
import type { Manifest } from '../model.ts'
import { laxText } from '../schema/lax.ts'
import { shown } from '../shown.ts'
import { type FieldShape, METRIC, OF_AUTOMATION, PARTS, REQUIRED } from '../triggers/fields.ts'
import { isTemplated, type Trigger, TRIGGER_KINDS, triggersOf } from '../triggers/found.ts'
import { entryOf, kindOf, type MapValue, type Place, type Value, valueAt } from '../value.ts'
import type { FileRule, Problem } from './rule.ts'
import { TRIGGER_AIM_RULES } from './trigger-aim.ts'

const REFUSED = 'Prefect refuses the deployment for it, after those before it are written.'

/** A mapping whose fields are known: a trigger, or the query of a metric. */
type Fields = Readonly<{
  value: MapValue
  known: ReadonlyMap<string, FieldShape>
  required: readonly string[]
  /** Where it stands, where a field is missing. */
  at: Place
  trigger: Trigger
}>

function fieldsOf(manifest: Manifest): Fields[] {
  return triggersOf(manifest).flatMap((trigger) => {
    const { value, kind, nested } = trigger
    if (kind === 'open' || kind === 'unknown') return []
    const known = nested ? PARTS[kind] : new Map([...OF_AUTOMATION, ...PARTS[kind]])
    const whole: Fields = { value, known, required: REQUIRED[kind], at: value.at, trigger }
    const query = entryOf(value, 'metric')
    if (kind !== 'metric' || query?.value.kind !== 'map') return [whole]
    return [whole, { value: query.value, known: METRIC, required: REQUIRED.query, at: query.keyAt, trigger }]
  })
}

const triggerInvalid: FileRule = {
  id: 'trigger-invalid',
  severity: 'error',
  about:
    'A trigger lacks a field, or one holds what Prefect does not take. Prefect looks at triggers only while it deploys, so the deployments before it are written by then.',
  acceptedByPrefect: true,
  find: (manifest) => [
    ...triggersOf(manifest).flatMap((trigger) => (trigger.kind === 'unknown' ? typeProblem(trigger) : [])),
    ...fieldsOf(manifest).flatMap((fields) => [...missing(fields), ...misfits(fields)]),
  ],
}

function typeProblem({ value }: Trigger): Problem[] {
  const type = valueAt(value, 'type')
  if (type === undefined) return []
  const text = laxText(type)
  const what =
    text === undefined ? `The type of a trigger is ${kindOf(type)}.` : `There is no trigger of type \`${shown(text)}\`.`
  const near = nearest((text ?? '').toLowerCase(), TRIGGER_KINDS)
  const hint = `Write ${near === undefined ? 'one of ' : ''}${(near === undefined ? TRIGGER_KINDS : [near]).map((kind) => `\`type: ${kind}\``).join(', ')}.`
  return [{ message: `${what} ${REFUSED}`, hint, at: type.at }]
}

function missing({ value, required, at, known }: Fields): Problem[] {
  return required
    .filter((key) => entryOf(value, key) === undefined)
    .map((key) => ({
      message: `This ${known === METRIC ? 'query' : 'trigger'} has no \`${key}\`. ${REFUSED}`,
      hint: known.get(key)?.(EMPTY, value)?.hint ?? `Add \`${key}\`.`,
      at,
    }))
}

const EMPTY: Value = { kind: 'scalar', type: 'null', value: null, source: '', at: { line: 1, column: 1 } }

function misfits({ value, known }: Fields): Problem[] {
  return value.entries.flatMap(({ key, value: given }) => {
    if (holdsTemplates(given)) return []
    const misfit = known.get(key)?.(isInfinite(given) ? { ...EMPTY, at: given.at } : given, value)
    if (misfit === undefined) return []
    const is = given.kind === 'scalar' && given.source !== '' ? `\`${shown(given.source)}\`` : kindOf(given)
    const message = `\`${key}\` of a trigger is ${is}; it must be ${misfit.wanted}. ${REFUSED}`
    return [{ message, hint: misfit.hint, at: misfit.at.at }]
  })
}

/** What is no finite number becomes `null` before Prefect looks at it. (cli/deploy/_config.py, model_dump in mode `json`) */
const isInfinite = (value: Value): boolean =>
  value.kind === 'scalar' && value.type === 'float' && !Number.isFinite(value.value)

/** Whether the value, or one of what it holds, is not known yet. Parts of other triggers are judged by themselves. */
function holdsTemplates(value: Value): boolean {
  if (value.kind === 'scalar') return isTemplated(value)
  const inner = value.kind === 'list' ? value.items : value.entries.map((entry) => entry.value)
  return inner.some((item) => isTemplated(item) || (item.kind === 'list' && item.items.some((one) => isTemplated(one))))
}

/** Names that people give to fields, too far from them to be a slip. */
const MEANT: ReadonlyMap<string, string> = new Map([
  ['event', 'expect'],
  ['events', 'expect'],
  ['filter', 'match'],
  ['resource', 'match'],
  ['resources', 'match'],
])

const triggerKeyUnknown: FileRule = {
  id: 'trigger-key-unknown',
  severity: 'error',
  about:
    'A trigger holds a key that Prefect does not know. It drops it without a word, so the trigger fires on more than it should.',
  acceptedByPrefect: true,
  find: (manifest) =>
    fieldsOf(manifest).flatMap((fields) =>
      fields.value.entries
        .filter(({ key }) => !fields.known.has(key) && !key.includes('{{'))
        .map(({ key, keyAt }) => ({
          message: `Prefect knows no \`${shown(key)}\` in ${placeOf(fields)}, and drops it without a word.`,
          hint: unknownHint(key, fields),
          at: keyAt,
        })),
    ),
}

function placeOf({ known, trigger: { kind, nested } }: Fields): string {
  if (known === METRIC) return '`metric`'
  return nested ? `a trigger of type \`${kind}\` that is a part of another` : `a trigger of type \`${kind}\``
}

function unknownHint(key: string, { known, trigger }: Fields): string {
  if (trigger.nested && known !== METRIC && OF_AUTOMATION.has(key)) return `Move \`${key}\` to the outer trigger.`
  const names = [...known.keys()]
  const meant = MEANT.get(key)
  const near = meant !== undefined && known.has(meant) ? meant : nearest(key.toLowerCase(), names)
  return near === undefined ? `Known there: ${names.join(', ')}.` : `Did you mean \`${near}\`?`
}

/** Rules about `triggers`. */
export const TRIGGER_RULES: readonly FileRule[] = [triggerInvalid, triggerKeyUnknown, ...TRIGGER_AIM_RULES]

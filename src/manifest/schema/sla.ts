import { intervalSeconds } from '../schedule/interval.ts'
import { shown } from '../shown.ts'
import { entryOf, kindOf, type MapEntry, type MapValue, textOf, type Value } from '../value.ts'
import { isLaxInteger, laxText } from './lax.ts'
import { boolean, quoteIt } from './scalars.ts'
import {
  always,
  DROPPED,
  type Enters,
  type Fields,
  inFields,
  listOf,
  one,
  type Path,
  type Refusal,
  refusal,
  type Shape,
} from './shape.ts'

const SEVERITIES = ['minor', 'low', 'moderate', 'high', 'critical']

const name = one((value) => laxText(value) !== undefined, { wanted: 'a text', hint: quoteIt })

function* severity(value: Value, path: Path): Generator<Refusal> {
  const text = textOf(value)
  if (text !== undefined && SEVERITIES.includes(text)) return
  const what = text === undefined ? kindOf(value) : `\`${shown(text)}\``
  const message = `The severity of an SLA is ${what}, which Prefect does not know. ${DROPPED}`
  yield { rule: 'value-not-allowed', path, at: value.at, message, hint: `Write one of ${SEVERITIES.join(', ')}.` }
}

const COMMON: Fields = { name, severity, enabled: boolean }

const interval: Shape = one((value) => intervalSeconds(value) !== undefined, {
  wanted: 'an interval',
  hint: (key) => `Write seconds, \`${key}: 600\`, or a duration, \`${key}: PT10M\`.`,
})

/** What an SLA promises; the first of these that is right makes it one of that kind. */
const PROMISES: Fields = {
  duration: one(isLaxInteger, { wanted: 'a whole number', hint: (key) => `Write seconds: \`${key}: 600\`.` }),
  within: interval,
  stale_after: interval,
}

/** Prefect: _experimental/sla/objects.py, SlaTypes */
function* sla(value: Value, path: Path, enters: Enters): Generator<Refusal> {
  if (value.kind !== 'map') {
    yield refusal(value, path, { wanted: 'a mapping', hint: anSla })
    return
  }
  yield* missing(value, path)
  yield* inFields(value, path, COMMON, enters)
  const promises = promisesIn(value).map((entry) => [...inFields(onlyWith(value, entry), path, PROMISES, always)])
  if (promises.every((refusals) => refusals.length > 0)) yield* promises.flat()
}

function promisesIn(map: MapValue): MapEntry[] {
  return Object.keys(PROMISES).flatMap((key) => entryOf(map, key) ?? [])
}

const onlyWith = (map: MapValue, entry: MapEntry): MapValue => ({ ...map, entries: [entry] })

function* missing(map: MapValue, path: Path): Generator<Refusal> {
  const lacks = [
    ...(entryOf(map, 'name') === undefined ? ['`name`'] : []),
    ...(promisesIn(map).length === 0 ? ['one of `duration`, `within` and `stale_after`'] : []),
  ]
  if (lacks.length === 0) return
  const message = `An SLA lacks ${lacks.join(' and ')}. ${DROPPED}`
  yield { rule: 'field-missing', path, at: map.at, message, hint: anSla() }
}

function anSla(): string {
  return 'An SLA looks like this:\nsla:\n  - name: done-in-time\n    duration: 600'
}

/** The value of `sla`. */
export const slas: Shape = listOf(sla, { hint: anSla })

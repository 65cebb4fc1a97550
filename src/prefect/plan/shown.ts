import type { FieldDifference } from './plan.ts'
import { HIDDEN, type Hide, veiled } from './veil.ts'

/** A difference in texts of one line, for a report or a log. */
export type ShownDifference = Readonly<{ field: string; wanted: string; found: string }>

/** Characters of a value, and of the name of a field. */
const SHOWN = 200
/** Characters before the place at which two long values part. */
const LEAD = 40
/** Rows of one deployment. */
const ROWS = 40

/**
 * The differences of one deployment as they may be seen: short, on one line each, without secrets. A row at the end counts
 * those that are too many.
 *
 * @param hide takes known secrets out of a text
 */
export function shownDifferences(differences: readonly FieldDifference[], hide: Hide): readonly ShownDifference[] {
  const rows = differences.slice(0, ROWS).map((one) => shownDifference(one, hide))
  const more = differences.length - rows.length
  return more === 0 ? rows : [...rows, { field: `… and ${more} more`, wanted: '', found: '' }]
}

/**
 * One difference as it may be seen. Where a secret is on one side, the other is hidden too; where what differs is hidden,
 * that is said.
 */
export function shownDifference({ field, wanted, found }: FieldDifference, hide: Hide): ShownDifference {
  const one = textOf(field, wanted, hide)
  const other = textOf(field, found, hide)
  const name = cut(hide(flat(field)), 0)
  if (one === HIDDEN || other === HIDDEN) {
    const both = wanted !== undefined && found !== undefined
    return {
      field: name,
      wanted: asHidden(wanted, both ? '(hidden, changed)' : HIDDEN),
      found: asHidden(found, HIDDEN),
    }
  }
  if (one === other) return { field: name, wanted: `${cut(one, 0)} (changed where it is hidden)`, found: cut(other, 0) }
  const from = Math.max(one.length, other.length) > SHOWN ? parting(one, other) - LEAD : 0
  return { field: name, wanted: cut(one, from), found: cut(other, from) }
}

/** A value of a field as it may be seen. */
export function shownValue(field: string, value: unknown, hide: Hide): string {
  return cut(textOf(field, value, hide), 0)
}

function textOf(field: string, value: unknown, hide: Hide): string {
  if (value === undefined) return 'nothing'
  const seen = veiled(field, value, hide)
  return hide(flat(typeof seen === 'string' ? seen : JSON.stringify(seen)))
}

function asHidden(value: unknown, text: string): string {
  if (value === undefined) return 'nothing'
  return value === null ? 'null' : text
}

const NAMED: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }

/** On one line, without what a terminal would obey, and without what signs in to an address. */
function flat(text: string): string {
  return text
    .replaceAll(/\/\/[^\s/@]+@/g, '//***@')
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (sign) => NAMED[sign] ?? '\ufffd')
    .toWellFormed()
}

function parting(one: string, other: string): number {
  let at = 0
  while (at < one.length && one[at] === other[at]) at += 1
  return at
}

function cut(text: string, from: number): string {
  const start = Math.max(0, Math.min(from, text.length - SHOWN))
  const end = start + SHOWN
  return `${start > 0 ? '…' : ''}${text.slice(start, end).toWellFormed()}${end < text.length ? '…' : ''}`
}

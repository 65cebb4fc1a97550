import { shown } from '../shown.ts'
import { placeholdersIn } from '../placeholders.ts'
import { isNull, textOf, type Value } from '../value.ts'
import { isLaxBoolean, isLaxInteger, laxText } from './lax.ts'
import { one, type RefusalRule, type Shape } from './shape.ts'

/** A text that may be absent; `rule` tells of another type. */
export function text(rule: RefusalRule = 'field-type'): Shape {
  return one((value) => isNull(value) || laxText(value) !== undefined, { wanted: 'a text', hint: quoteIt, rule })
}

/** True or false, which may be absent. */
export const boolean: Shape = one((value) => isNull(value) || isLaxBoolean(value), {
  wanted: 'true or false',
  hint: (key, value) => `${early(value)}Write \`${key}: true\` or \`${key}: false\`.`,
})

/** True, false or a text, which may be absent. */
export const booleanOrText: Shape = one(
  (value) => isNull(value) || isLaxBoolean(value) || laxText(value) !== undefined,
  { wanted: 'true or false', hint: (key) => `Write \`${key}: true\` or \`${key}: false\`.` },
)

/** A whole number, which may be absent. */
export const integer: Shape = one((value) => isNull(value) || isLaxInteger(value), {
  wanted: 'a whole number',
  hint: (key, value) => `${early(value)}Write a number: \`${key}: 1\`.`,
})

/** A text or a list of anything, which may be absent. */
export const textOrList: Shape = one(
  (value) => isNull(value) || value.kind === 'list' || laxText(value) !== undefined,
  { wanted: 'a list', hint: (key) => `Write a list: \`${key}: [first, second]\`.` },
)

/** How to make a text of a value. */
export function quoteIt(key: string, value: Value): string {
  if (value.kind === 'scalar' && !isNull(value)) return `Quote it: \`${key}: "${shown(value.source)}"\`.`
  return `Write a text, in quotes if it begins with \`{\` or \`[\`: \`${key}: "…"\`.`
}

/** What to know first where somebody left a value to a placeholder. */
export function early(value: Value): string {
  const templated = placeholdersIn(textOf(value) ?? '').length > 0
  return templated ? 'Prefect checks the type before it fills in placeholders. ' : ''
}

import type { Finding } from '../../finding.ts'
import type { ManifestRuleFacts } from '../../manifest/rules/rule.ts'
import { nearest } from '../../nearest.ts'
import { oneLine } from '../../process/one-line.ts'
import type { Named } from './asked.ts'

/** Characters of a name that a message shows. */
const LONGEST = 80
/** Names that a hint lists. */
const MOST_NAMED = 10

/** A name as a message shows it. */
export function quoted(name: string): string {
  return `\`${oneLine(name.replaceAll('`', '\ufffd'), LONGEST)}\``
}

/** What to say of a name that is not among `names`: the nearest, and the first of those that there are. */
export function others(wanted: string, names: readonly string[] | undefined, none: string): readonly string[] {
  if (names === undefined) return []
  if (names.length === 0) return [none]
  const listed = names.slice(0, MOST_NAMED).map(quoted).join(', ')
  const more = names.length > MOST_NAMED ? ' and more' : ''
  return [...meant(nearest(wanted, names)), `There are: ${listed}${more}.`]
}

/** The question after a name that is probably meant. */
export function meant(near: string | undefined): readonly string[] {
  return near === undefined ? [] : [`Did you mean ${quoted(near)}?`]
}

/** `; 3 deployments name it`, and nothing where it is one. */
export function shared(deployments: number, does: string): string {
  return deployments > 1 ? `; ${deployments} deployments ${does}` : ''
}

/** What a rule has to say of something that is named. */
export function told(
  rule: Pick<ManifestRuleFacts, 'id' | 'severity'>,
  { position }: Named,
  message: string,
  hint: readonly string[],
): [Finding] {
  return [{ rule: rule.id, severity: rule.severity, message, hint: hint.join(' '), position }]
}

import { distance } from 'fastest-levenshtein'
import { Fault } from '../faults.ts'
import { type DeploymentEntry, isTemplate, type Manifest } from './model.ts'
import { shown } from './shown.ts'

/** What is deployed of one file. */
export type Selected = Readonly<{
  manifest: Manifest
  /** In the order of the file, each once. */
  entries: readonly DeploymentEntry[]
  /** Whether that is every entry of the file that is filled in, so that `--all` says the same. */
  whole: boolean
  /**
   * What to give to `prefect deploy -n`, one for each entry: `function/name`, which names no other entry. Only to be used
   * where `whole` is false: with a single entry in the file, Prefect takes `-n` for a new name.
   */
  names: readonly string[]
}>

/**
 * The entries that the input `deployments` selects, by the rules of `prefect deploy -n`: `name`, `flow/name` with the name of
 * the flow's function (`-` and `_` are the same there), and patterns in which `*` stands for one or more characters. Files
 * of which nothing is selected are left out, and so are entries that are still to be filled in, which Prefect skips.
 *
 * Unlike Prefect, a pattern with a flow selects of that flow only (Prefect 3.8 takes the names that it matches, and then
 * every deployment of such a name), and an unnamed entry breaks no pattern.
 *
 * @throws Fault `user` where an item of `wanted` matches in no file
 */
export function selectDeployments(
  manifests: readonly Manifest[],
  wanted: 'all' | readonly string[],
): readonly Selected[] {
  const tests = wanted === 'all' ? [] : wanted.map((item) => testOf(item, manifests))
  return manifests.flatMap((manifest) => {
    const filledIn = manifest.deployments.filter((entry) => !isTemplate(entry))
    const entries = wanted === 'all' ? filledIn : filledIn.filter((entry) => tests.some((test) => test(entry)))
    const whole = entries.length === filledIn.length
    return entries.length === 0 ? [] : [{ manifest, entries, whole, names: entries.map(selectorOf) }]
  })
}

/** What `-n` takes for exactly this entry. (Prefect: cli/deploy/_config.py, _filter_matching_deploy_config) */
function selectorOf({ name, entrypoint }: DeploymentEntry): string {
  return `${functionOf(entrypoint.text ?? '')}/${name.text ?? ''}`
}

/** What Prefect takes for the flow's name in a selection: what stands behind the last colon of the entrypoint. */
function functionOf(entrypoint: string): string {
  return entrypoint.slice(entrypoint.lastIndexOf(':') + 1)
}

type Test = (entry: DeploymentEntry) => boolean

function testOf(item: string, manifests: readonly Manifest[]): Test {
  const test = parsed(item)
  if (manifests.some(({ deployments }) => deployments.some(test))) return test
  throw new Fault('user', `No deployment matches \`${shown(item)}\` of the input \`deployments\`.`, {
    hint: nearest(item, manifests),
  })
}

function parsed(item: string): Test {
  const slash = item.indexOf('/')
  const name = matcher(item.slice(slash + 1))
  if (slash < 0) return (entry) => entry.name.text !== undefined && name(entry.name.text)
  const flow = matcher(dashed(item.slice(0, slash)))
  return ({ name: { text }, entrypoint }) =>
    text !== undefined && name(text) && flow(dashed(functionOf(entrypoint.text ?? '')))
}

const dashed = (name: string): string => name.replaceAll('_', '-')

/** Prefect: cli/deploy/_config.py, _parse_name_from_pattern: `*` becomes `..*`, so it stands for at least one character. */
function matcher(pattern: string): (text: string) => boolean {
  if (!pattern.includes('*')) return (text) => text === pattern
  const parts = pattern.split('*')
  return (text) => matchesParts(text, parts)
}

/** Whether the text is the parts in order with at least one character between each two. Takes no longer than text times parts. */
function matchesParts(text: string, parts: readonly string[]): boolean {
  const [first = '', ...rest] = parts
  const last = rest.pop() ?? ''
  if (!text.startsWith(first)) return false
  let from = first.length
  for (const part of rest) {
    const found = text.indexOf(part, from + 1)
    if (found < 0 || found === text.length) return false
    from = found + part.length
  }
  return text.length - last.length > from && text.endsWith(last)
}

/** Names that a hint lists. */
const MOST_NAMED = 3

function nearest(item: string, manifests: readonly Manifest[]): string {
  const known = manifests.flatMap(({ deployments }) =>
    deployments.flatMap((entry) => (entry.name.text ? [entry.name.text, selectorOf(entry)] : [])),
  )
  const slashed = item.includes('/')
  const names = [...new Set(known)]
    .filter((name) => name.includes('/') === slashed)
    .map((name) => ({ name, away: distance(name.slice(0, 200), item.slice(0, 200)) }))
    .sort((one, other) => one.away - other.away || (one.name < other.name ? -1 : 1))
    .slice(0, MOST_NAMED)
    .map(({ name }) => `\`${shown(name)}\``)
  if (names.length === 0) return 'The files name no deployment.'
  return `Nearest are ${names.join(', ')}. Write \`name\`, or \`function/name\`; \`*\` stands for one or more characters.`
}

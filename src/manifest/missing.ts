import path from 'node:path'
import { distance } from 'fastest-levenshtein'
import { Fault } from '../faults.ts'
import { filesBelow } from './folders.ts'

/** How far a search for what was meant looks: a hint must not cost more than the work. */
const NEAR = { entries: 20_000, depth: 5, hidden: false } as const
const MOST_NAMED = 3

/**
 * The fault for a name or glob of `prefect-file` that nothing answers to; its hint names the files that were probably
 * meant: another ending, another case, a slip of the keyboard, or the same name in another folder.
 */
export async function missingFile(
  pattern: string,
  search: Readonly<{ workingDirectory: string }>,
  cause?: unknown,
): Promise<Fault> {
  const { names } = await filesBelow(search.workingDirectory, NEAR)
  const near = nearNames(pattern, names)
  return new Fault('user', `No file matches \`${pattern}\`, which the input \`prefect-file\` names.`, {
    hint: near.length === 0 ? NOTHING_NEAR : `There is ${near.join(' and ')}: name it in \`prefect-file\`.`,
    ...(cause === undefined ? {} : { cause }),
  })
}

const NOTHING_NEAR =
  'Paths are relative to `working-directory`. Add the file, or name another one; `prefect-file: none` deploys Modal apps alone.'

function nearNames(pattern: string, names: readonly string[]): string[] {
  const wanted = path.normalize(pattern)
  return names
    .filter((name) => /\.ya?ml$/i.test(name) && isNear(path.basename(name), path.basename(wanted)))
    .map((name) => ({ name, away: distance(name, wanted) }))
    .sort((one, other) => one.away - other.away || (one.name < other.name ? -1 : 1))
    .slice(0, MOST_NAMED)
    .map(({ name }) => `\`${name}\``)
}

function isNear(name: string, wanted: string): boolean {
  return distance(name.toLowerCase(), wanted.toLowerCase()) <= 2
}

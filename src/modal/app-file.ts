import { readdir, stat } from 'node:fs/promises'
import path from 'node:path'
import { distance } from 'fastest-levenshtein'
import { Fault } from '../faults.ts'
import { oneLine } from '../process/one-line.ts'
import type { AppRequest } from './app-request.ts'

/** Entries of a folder that a hint looks through. */
const MOST_LISTED = 1000

/**
 * What is wrong with the files that the app references name: a missing one is found here, before anything is installed.
 * Modules are left to Python, which knows where it finds them.
 */
export async function missingAppFiles(requests: readonly AppRequest[], folder: string): Promise<readonly Fault[]> {
  const faults = await Promise.all(
    requests.map(async ({ reference, module }) => {
      const file = reference.split('::')[0] ?? reference
      if (module || (await isFile(path.resolve(folder, file)))) return []
      return [await missing(file, folder)]
    }),
  )
  return faults.flat()
}

async function isFile(file: string): Promise<boolean> {
  const found = await stat(file).catch(() => undefined)
  return found?.isFile() === true
}

async function missing(file: string, folder: string): Promise<Fault> {
  const beside = await readdir(path.dirname(path.resolve(folder, file))).catch(() => [])
  const wanted = path.basename(file)
  const near = beside
    .slice(0, MOST_LISTED)
    .filter((name) => name.endsWith('.py'))
    .map((name) => ({ name, away: distance(name.slice(0, 200), wanted.slice(0, 200)) }))
    .sort((a, b) => a.away - b.away)[0]
  const meant =
    near !== undefined && near.away <= Math.max(2, wanted.length / 3)
      ? `Did you mean \`${oneLine(path.join(path.dirname(file), near.name), 120)}\`? `
      : ''
  return new Fault('user', `There is no file \`${oneLine(file, 120)}\`, which \`modal-apps\` names.`, {
    hint: `${meant}Paths are relative to \`working-directory\`; a module is written \`-m package.module\`.`,
  })
}

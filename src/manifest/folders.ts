import type { Dirent } from 'node:fs'
import { readdir } from 'node:fs/promises'
import path from 'node:path'

/** Folders that no pattern looks into. */
const SKIPPED: ReadonlySet<string> = new Set(['.venv', '.git', 'node_modules'])
/** What a virtual environment of any name holds; Prefect's own templates lie in there. */
const ENVIRONMENT_MARK = 'pyvenv.cfg'

export type WalkLimits = Readonly<{
  /** Entries of folders looked at in all. */
  entries: number
  /** Levels below the first folder. */
  depth: number
  /** Whether folders whose name begins with a dot are entered. */
  hidden: boolean
}>

/** `whole` is false where a limit ended the walk. */
export type Walked = Readonly<{ names: readonly string[]; whole: boolean }>

/**
 * The names of all files below `folder`, relative to it, with `/`; what cannot be listed is passed over. A link to a folder
 * is not followed: it may lead out of the checkout, or in a circle.
 */
export async function filesBelow(folder: string, limits: WalkLimits): Promise<Walked> {
  const names: string[] = []
  let waiting = ['']
  let seen = 0
  for (let depth = 0; waiting.length > 0; depth += 1) {
    if (depth > limits.depth) return { names, whole: false }
    const below: string[] = []
    for (const name of waiting) {
      const entries = await listed(path.join(folder, name))
      seen += entries.length
      if (seen > limits.entries) return { names, whole: false }
      for (const entry of entries) {
        const inner = name === '' ? entry.name : `${name}/${entry.name}`
        if (!entry.isDirectory()) names.push(inner)
        else if (!SKIPPED.has(entry.name) && (limits.hidden || !entry.name.startsWith('.'))) below.push(inner)
      }
    }
    waiting = below
  }
  return { names, whole: true }
}

async function listed(folder: string): Promise<readonly Dirent[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
  return entries.some((entry) => entry.name === ENVIRONMENT_MARK) ? [] : entries
}

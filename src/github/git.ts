import type { Ask } from '../process/ask.ts'

export type GitTools = Readonly<{ ask: Ask; env: Readonly<Record<string, string>> }>

/** A question about the past asks nobody: neither a person, nor the remote of a clone that left objects out. */
const QUIET = { GIT_TERMINAL_PROMPT: '0', GIT_NO_LAZY_FETCH: '1', GIT_OPTIONAL_LOCKS: '0' } as const

/** A commit's hash, whole or its first digits: never an option, never another way to name a commit. */
export const HASH = /^[0-9a-f]{7,64}$/

type Git = (...args: readonly string[]) => Promise<string | undefined>

/** Asks git in a folder. */
export function gitIn({ ask, env }: GitTools, cwd: string): Git {
  return (...args) => ask('git', args, { cwd, env: { ...env, ...QUIET } })
}

/** Objects of one beginning that are looked at: among millions, one in a hundred has a namesake by 8 digits. */
const MOST_NAMESAKES = 8

/** The whole hash of the commit that begins so, never that of a branch or tag which has the name of a hash. */
export async function commitOf(git: Git, hash: string): Promise<string | undefined> {
  const objects = (await git('rev-parse', `--disambiguate=${hash}`))?.split('\n').slice(0, MOST_NAMESAKES) ?? []
  const peeled = await Promise.all(
    objects.map((object) => git('rev-parse', '--verify', '--quiet', '--end-of-options', `${object}^{commit}`)),
  )
  const [commit, ...others] = objects.filter((object, index) => object !== '' && object === peeled[index])
  return others.length === 0 ? commit : undefined
}

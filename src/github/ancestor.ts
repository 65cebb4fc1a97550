import { commitOf, gitIn, type GitTools, HASH } from './git.ts'

/**
 * Whether a commit is the newer one itself or comes before it; `undefined` where git does not know both, and where the
 * history that it has is cut off before it could tell.
 */
export async function isAncestor(
  tools: GitTools,
  { folder, older, newer }: Readonly<{ folder: string; older: string; newer: string }>,
): Promise<boolean | undefined> {
  if (!HASH.test(older) || !HASH.test(newer)) return undefined
  const git = gitIn(tools, folder)
  const [first, last] = await Promise.all([commitOf(git, older), commitOf(git, newer)])
  if (first === undefined || last === undefined) return undefined
  const outside = await git('rev-list', '--count', '--max-count=1', first, `^${last}`, '--')
  if (outside === undefined) return undefined
  if (outside === '0') return true
  return (await git('rev-parse', '--is-shallow-repository')) === 'false' ? false : undefined
}

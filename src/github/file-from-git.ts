import path from 'node:path'
import { commitOf, gitIn, type GitTools } from './git.ts'
import { absentAt, LARGEST_FILE, notHad, type OldFile, type WantedFile } from './old-file.ts'

const LINK = '120000'

/** `undefined` where git does not have the commit, or cannot be asked. */
export async function fileFromGit(tools: GitTools, wanted: WantedFile): Promise<OldFile | undefined> {
  const git = gitIn(tools, wanted.folder)
  const commit = await commitOf(git, wanted.commit)
  if (commit === undefined) return undefined
  const listed = await git('--literal-pathspecs', 'ls-tree', '-z', '-l', commit, '--', wanted.path)
  if (listed === undefined) return undefined
  if (listed === '') return absentAt(wanted.path, commit)
  const [, mode, blob, size] = /^(\d{6}) blob ([0-9a-f]{40,64}) +(\d+)\t/.exec(listed) ?? []
  const at = `at ${commit.slice(0, 8)}`
  if (blob === undefined || mode === LINK) return notHad(`\`${wanted.path}\` was not a file ${at}`)
  if (Number(size) > LARGEST_FILE) return notHad(`\`${wanted.path}\` was too large ${at}`)
  // The object as it is: neither a filter nor a text conversion of the repository's has a part in it.
  const text = await git('cat-file', 'blob', blob)
  return text === undefined ? undefined : { state: 'read', text, commit }
}

/** The file's path from the root of the repository; `undefined` in a submodule, which is another repository than the run's. */
export async function placeInRepository(
  tools: GitTools,
  wanted: Pick<WantedFile, 'folder' | 'path'>,
): Promise<string | undefined> {
  const said = await gitIn(tools, wanted.folder)('rev-parse', '--show-prefix', '--show-superproject-working-tree')
  const [prefix = '', superproject = ''] = (said ?? '').split('\n')
  return superproject === '' ? path.posix.join(prefix, wanted.path) : undefined
}

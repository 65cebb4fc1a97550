import { fileAtCommit } from '../../github/file-at-commit.ts'
import { type Before, type FileBefore, fileBefore } from '../../manifest/file-before.ts'
import type { DeploymentEntry, Manifest } from '../../manifest/model.ts'
import type { NamedBefore } from '../../prefect/orphans/orphans.ts'
import { liveCommit } from '../../prefect/survey/live-commit.ts'
import type { LiveDeployment, Survey } from '../../prefect/survey/shapes.ts'
import type { PrefectWork } from '../prefect-work.ts'

/** The files as they were at the commits that are live. */
export type LiveFiles = Readonly<{
  /** What the file said of a deployment at the commit that is live, or why that is not known. */
  before: (manifest: Manifest, entry: DeploymentEntry, live: LiveDeployment | undefined) => Before
  /** Every entry of the same files at those commits; absent where none of them can be had. */
  named: readonly NamedBefore[] | undefined
}>

/** Commits that are looked at: each deployment has the one at which it was deployed last. */
const MOST_COMMITS = 20

type Read = FileBefore | Readonly<{ why: string }>

/**
 * Reads the files at the commits that the live deployments are stamped with: from git, else from GitHub. Each is read once.
 *
 * @throws Fault `cancelled`
 */
export async function readLiveFiles(
  work: PrefectWork,
  manifests: readonly Manifest[],
  { deployments }: Pick<Survey, 'deployments'>,
): Promise<LiveFiles> {
  const stamps = [...deployments.values()].flatMap((live) => liveCommit(live) ?? [])
  const commits = [...new Set(stamps)].slice(0, MOST_COMMITS)
  const pairs = commits.flatMap((commit) => manifests.map((manifest) => ({ commit, manifest })))
  const read = await Promise.all(pairs.map(async (pair) => [keyOf(pair), await readThen(work, pair)] as const))
  const files = new Map(read)
  const known = [...files.values()].flatMap((file) => ('named' in file ? [file] : []))
  return {
    before: (manifest, entry, live) => {
      const commit = live === undefined ? undefined : liveCommit(live)
      if (commit === undefined) return unknown('its version is not the stamp of a commit')
      const file = files.get(keyOf({ commit, manifest }))
      if (file === undefined) return unknown('too many commits are live to look at each')
      return 'before' in file ? file.before(entry) : unknown(file.why)
    },
    named: known.length === 0 ? undefined : known.flatMap(({ named }) => named),
  }
}

type Pair = Readonly<{ commit: string; manifest: Manifest }>

function keyOf({ commit, manifest }: Pair): string {
  return `${commit} ${manifest.file}`
}

async function readThen({ inputs, host }: PrefectWork, { commit, manifest }: Pair): Promise<Read> {
  const { context, machine, githubToken: token } = inputs
  const github = token === undefined ? undefined : { token, repository: context.repository, signal: host.signal }
  const found = await fileAtCommit(
    { ask: host.ask, env: machine.childEnv, github },
    { folder: context.workspace, commit, path: manifest.file },
  )
  return found.state === 'read' ? fileBefore({ ...found, display: manifest.file }) : { why: found.why }
}

function unknown(why: string): Before {
  return { known: false, why }
}

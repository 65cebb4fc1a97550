import { isAncestor } from '../../github/ancestor.ts'
import { liveCommit } from '../../prefect/survey/live-commit.ts'
import type { PrefectWork } from '../prefect-work.ts'
import { warn } from '../told.ts'
import type { PrefectPlan } from './plan.ts'

/** Commits that are asked about. */
const MOST_COMMITS = 5

/** Warns where what is live is of a later commit than this one: it may be a wanted way back, or a run that came late. */
export async function warnIfOlder(work: PrefectWork, { entries }: PrefectPlan): Promise<void> {
  const { inputs, host, commit } = work
  const stamps = entries.flatMap(({ planned: { live } }) => (live === undefined ? [] : (liveCommit(live) ?? [])))
  const others = [...new Set(stamps)]
    .filter((stamp) => commit !== '' && !commit.startsWith(stamp))
    .slice(0, MOST_COMMITS)
  const tools = { ask: host.ask, env: inputs.machine.childEnv }
  const later = await Promise.all(
    others.map(async (newer) => {
      const older = await isAncestor(tools, { folder: inputs.context.workspace, older: commit, newer })
      return older === true ? [newer] : []
    }),
  )
  const [first] = later.flat()
  if (first === undefined) return
  warn(
    `This commit (${commit.slice(0, 8)}) is older than the one that is live (${first.slice(0, 8)}): deploying it goes back.`,
    work,
  )
}

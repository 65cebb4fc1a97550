// Which deployments a deploy pauses or deletes because its file gave them up, by docs/rehearsal.md ("Orphans").
import { entrypointOf, type ProjectFile } from './project.ts'
import type { Choice } from './rules.ts'
import type { Seen, SeenDeployment } from './seen.ts'

/** What the file was at a commit, by the first digits of its hash; `undefined`: git does not have it. */
export type Past = (stamp: string) => ProjectFile | undefined

/** Keys of those that are paused or deleted; `too many`: more than half of what is live, so that nothing is done at all. */
export function dueOrphans(
  { deployments }: Seen,
  now: ProjectFile,
  { past, choice }: Readonly<{ past: Past; choice: Choice }>,
): readonly string[] | 'too many' {
  if (choice.orphans === 'report') return []
  const live = [...deployments.values()]
  const wanted = new Set(now.map(({ flow, name }) => `${flow}/${name}`))
  const names = new Set(now.map(({ name }) => name))
  const flows = new Set<string>(now.map(({ flow }) => flow))
  const stamps = new Set(live.filter(({ name }) => names.has(name)).map(stampOf))
  const before = [...stamps].flatMap((stamp) =>
    (stamp === undefined ? [] : (past(stamp) ?? [])).map(({ flow, name }) => ({
      name,
      entrypoint: entrypointOf(flow),
      stamp,
    })),
  )
  // The file may have it under another flow, which it does not tell, or may have had it so until now.
  const isStillNamed = (one: SeenDeployment): boolean =>
    now.some(({ flow, name }) => {
      const entrypoints = [entrypointOf(flow), deployments.get(`${flow}/${name}`)?.entrypoint]
      return name === one.name && entrypoints.includes(one.entrypoint)
    })
  const met = live.filter((one) => !wanted.has(keyOf(one)))
  const proved = met.filter((one) =>
    before.some(({ name, entrypoint, stamp }) => {
      const own = stampOf(one)
      const fits = own === undefined ? flows.has(one.flow) && !isStillNamed(one) : own === stamp
      return name === one.name && entrypoint === one.entrypoint && fits
    }),
  )
  const orphans = proved.filter((one) => {
    if (flows.has(one.flow)) return true
    const rivals = proved.filter((each) => !flows.has(each.flow) && isAlike(each, one))
    return rivals.length === 1 && !isStillNamed(one)
  })
  const managed = live.filter((one) => wanted.has(keyOf(one))).length + orphans.length
  const act = orphans.filter(({ runs }) => choice.orphans === 'delete' || runs)
  return 2 * act.length > managed ? 'too many' : act.map(keyOf)
}

export function keyOf({ flow, name }: Pick<SeenDeployment, 'flow' | 'name'>): string {
  return `${flow}/${name}`
}

/** Without one the version is the file's own. */
function stampOf({ version }: Pick<SeenDeployment, 'version'>): string | undefined {
  return /^[0-9a-f]{8}$/.test(version) ? version : undefined
}

function isAlike(one: SeenDeployment, other: SeenDeployment): boolean {
  return one.name === other.name && one.entrypoint === other.entrypoint
}

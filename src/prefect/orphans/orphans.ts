import { liveCommit } from '../survey/live-commit.ts'
import { deploymentKey, type LiveAutomation, type LiveDeployment, type Survey } from '../survey/shapes.ts'

/** An entry of a file as it was at the commit that is live. */
export type NamedBefore = Readonly<{
  file: string
  name: string
  entrypoint: string
  /** That commit, in full or its first 8 digits; absent where it is not known. */
  commit?: string
}>

/** A deployment that is live and that no file names any more. */
export type Orphan = Readonly<{
  flow: string
  name: string
  live: LiveDeployment
  /** Those that act on it; absent where they may not be read. */
  automations?: readonly LiveAutomation[]
  /** The file that named it at the commit that is live; absent: nobody knows who made it, and it is only reported. */
  file?: string
}>

/**
 * Deployments that were met and are not wanted, by flow and name: all of the flows that the files deploy, and of other
 * flows those that a file named before.
 *
 * The same name and entrypoint may stand in the file of another project in the same workspace (`flow.py:main` as `prod`),
 * and a file does not tell the flow's name. So an orphan is said to be of a file only where it was deployed at the commit
 * at which the file named it, or, without a stamp, where the file still deploys the same flow and has given up its name and
 * entrypoint. One of another flow has to be the only one that fits, and the file must have given it up in the same way.
 *
 * @param wanted entrypoints that are to be live, by keys as `deploymentKey` makes them
 * @param before absent where the files at the commit that is live are not known
 */
export function orphansOf(
  { deployments, automations }: Survey,
  wanted: ReadonlyMap<string, unknown>,
  before: readonly NamedBefore[] | undefined,
): readonly Orphan[] {
  const files = filesOf(wanted, deployments)
  const unwanted = [...deployments.values()].filter(({ flow, name }) => !wanted.has(deploymentKey(flow, name)))
  const met = unwanted.flatMap((live) => {
    const named = (before ?? []).filter(({ name, entrypoint }) => name === live.name && entrypoint === live.entrypoint)
    const ours = files.flows.has(live.flow)
    if (named.length === 0 && !ours) return []
    const unstamped = ours && !files.stillNames(live)
    return [{ live, ours, witness: named.find((entry) => isOf(entry, live, unstamped)) }]
  })
  const rivals = Map.groupBy(
    met.filter(({ ours, witness }) => !ours && witness !== undefined),
    ({ live }) => textOf(live),
  )
  return met
    .map(({ live, ours, witness }): Orphan => {
      const sure = ours || (rivals.get(textOf(live))?.length === 1 && !files.stillNames(live))
      const { flow, name } = live
      return {
        flow,
        name,
        live,
        ...(automations === undefined ? {} : { automations: automations.get(live.id) ?? [] }),
        ...(witness === undefined || !sure ? {} : { file: witness.file }),
      }
    })
    .sort((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1))
}

/** `flow/name`, as Prefect writes it. */
export function keyOf({ flow, name }: Pick<Orphan, 'flow' | 'name'>): string {
  return deploymentKey(flow, name)
}

type Files = Readonly<{
  /** Flows that they deploy. */
  flows: ReadonlySet<string>
  /** Whether they still deploy its name and entrypoint, as another flow, or did so until now. */
  stillNames: (live: LiveDeployment) => boolean
}>

function filesOf(wanted: ReadonlyMap<string, unknown>, deployments: Survey['deployments']): Files {
  const keys = [...wanted].map(([key, entrypoint]) => ({ key, entrypoint, slash: key.indexOf('/') }))
  const named = Map.groupBy(keys, ({ key, slash }) => key.slice(slash + 1))
  return {
    flows: new Set(keys.map(({ key, slash }) => key.slice(0, slash))),
    stillNames: (live) =>
      (named.get(live.name) ?? []).some(({ key, entrypoint }) =>
        // Until now it was theirs as the deployment that is wanted: another one is of another project.
        [entrypoint, deployments.get(key)?.entrypoint].includes(live.entrypoint),
      ),
  }
}

function textOf({ name, entrypoint }: LiveDeployment): string {
  return `${name} ${entrypoint}`
}

/** Digits by which two commits are compared: a stamp has no more. */
const DIGITS = 8

function isOf({ commit }: NamedBefore, live: LiveDeployment, unstamped: boolean): boolean {
  const deployed = liveCommit(live)
  if (commit === undefined || deployed === undefined) return unstamped
  return commit.slice(0, DIGITS) === deployed.slice(0, DIGITS)
}

import { Fault } from '../faults.ts'
import type { DeploymentEntry } from '../manifest/model.ts'
import type { Selected } from '../manifest/select.ts'
import { oneLine } from '../process/one-line.ts'

/** One process of `prefect deploy`. */
export type Shard = Readonly<{
  /** In the order in which Prefect takes them. */
  entries: readonly DeploymentEntry[]
  /** Of `prefect`. */
  args: readonly string[]
}>

/** How what is selected is divided into processes. */
export type Division = Readonly<{
  /** Processes at once, at most four. */
  parallel: number
  /** Entries that a process must have to be worth its start; absent: {@link SMALLEST_SHARD}. */
  smallest?: number
}>

/**
 * Over a network an entry takes 1.3 s of waiting, and Python with Prefect, whose bytecode is there by then, 2 s of work to
 * start: from five on it is a gain on two cores as well.
 */
const SMALLEST_SHARD = 5
/** Processes at once: each makes about 300 requests a minute, and Prefect Cloud grants 1,250 in its second tier. */
const MOST_SHARDS = 4

/** Fills what names no work pool, and a single deployment in spite of the one that it names: see `shardEnvironment`. */
const DEFAULT_POOL = 'PREFECT_DEPLOYMENTS_DEFAULT_WORK_POOL_NAME'

/**
 * The processes that deploy what is selected of one file: `--all` where that is the whole file and few, else one `--name`
 * for each entry. Values are joined to their options, so that none becomes an option (both command lines, of 3.4.25 by
 * typer and of 3.8.8 by cyclopts, take them so).
 *
 * Build and push steps run for each deployment in the same folder, so that such a file stays in one process.
 *
 * @throws Fault `user` where a part of the file is selected and Prefect would select more
 */
export function shardsOf(selected: Selected, { parallel, smallest = SMALLEST_SHARD }: Division): readonly Shard[] {
  const groups = groupsOf(selected)
  const several = divisible(selected)
    ? Math.min(parallel, MOST_SHARDS, Math.floor(selected.entries.length / smallest))
    : 1
  if (several > 1) return parts(groups, several).map((part) => named(selected, part))
  if (selected.whole) return [{ entries: selected.entries, args: deployArguments(selected, ['--all']) }]
  const pattern = selected.names.find((name) => name.includes('*'))
  if (pattern === undefined) return [named(selected, groups)]
  throw new Fault(
    'user',
    `\`${oneLine(pattern, 100)}\` cannot be deployed by itself: Prefect takes its \`*\` for a pattern.`,
    {
      hint: 'Give the deployment a name without `*`, or set `deployments: all`.',
    },
  )
}

/**
 * The environment of a process. With a default work pool Prefect moves a single deployment there in spite of the pool
 * that it names, and none of several (seen in 3.4.25 and 3.8.8): where each names one, the file counts.
 */
export function shardEnvironment(
  env: Readonly<Record<string, string>>,
  { entries }: Shard,
): Readonly<Record<string, string>> {
  return entries.every(({ workPool }) => workPool?.name.text) ? { ...env, [DEFAULT_POOL]: '' } : env
}

/** Entries that one `--name` selects: of flows with the same function name in several files, all. */
type Group = Readonly<{ name: string; entries: readonly DeploymentEntry[] }>

function groupsOf({ entries, names }: Selected): readonly Group[] {
  const groups = new Map<string, DeploymentEntry[]>()
  for (const [index, entry] of entries.entries()) {
    const name = names[index] ?? ''
    groups.set(name, [...(groups.get(name) ?? []), entry])
  }
  return [...groups].map(([name, own]) => ({ name, entries: own }))
}

function divisible({ entries, names }: Selected): boolean {
  return (
    entries.every((entry) => !entry.builds && !entry.pushes && entry.name.text) &&
    names.every((name) => !name.includes('*'))
  )
}

/** The groups in so many parts, in their order, of about the same number of entries. */
function parts(groups: readonly Group[], several: number): readonly (readonly Group[])[] {
  const all = groups.reduce((sum, { entries }) => sum + entries.length, 0)
  const result: Group[][] = [[]]
  let taken = 0
  for (const group of groups) {
    const due = Math.min(several - 1, Math.floor((taken * several) / all))
    while (result.length <= due) result.push([])
    result[due]?.push(group)
    taken += group.entries.length
  }
  return result.filter((part) => part.length > 0)
}

function named(selected: Selected, groups: readonly Group[]): Shard {
  return {
    entries: groups.flatMap(({ entries }) => entries),
    args: deployArguments(
      selected,
      groups.map(({ name }) => `--name=${name}`),
    ),
  }
}

/** `--no-prompt` stands before `deploy`: behind it only the versions from 3.6.19 on know it. */
function deployArguments({ manifest }: Selected, which: readonly string[]): readonly string[] {
  return ['--no-prompt', 'deploy', `--prefect-file=${manifest.path}`, ...which]
}

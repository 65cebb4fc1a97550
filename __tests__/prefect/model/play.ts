import { expect } from '@jest/globals'
import { canonical } from '../../../src/prefect/json.ts'
import { isRed } from '../../../src/report/shape.ts'
import { chanceOf } from './chance.ts'
import type { Command, Run } from './commands.ts'
import { done } from './deeds.ts'
import { edited } from './edits.ts'
import { expectGreen, expectNothing, expectTrue } from './outcome.ts'
import { dueOrphans, keyOf } from './orphans-due.ts'
import type { ProjectFile } from './project.ts'
import { amiss, type Choice, dueAfter } from './rules.ts'
import { type Seen, type SeenDeployment, seen } from './seen.ts'
import { hashAt, type StepOptions, type StepResult } from './step.ts'
import type { Workspace } from './workspace.ts'

/** What was done in sequences, to be told at the end. */
export type Counts = { sequences: number; steps: number; green: number; red: number; deeds: number }

/** Where sequences are played. */
export type Ground = Readonly<{
  /** An empty one. */
  workspace: Workspace
  deployed: (options: StepOptions) => Promise<StepResult>
  /** Commits the file, and something else with it. Gives the whole hash. */
  committed: (file: ProjectFile, nth: number) => string
}>

type Scene = {
  readonly ground: Ground
  file: ProjectFile
  /** Whole hashes, the latest last. */
  readonly history: Map<string, ProjectFile>
  /** Whether something was committed since the last step. */
  isNew: boolean
}

/** A step that nothing happens to. */
export const WELL: Run = { preserve: true, orphans: 'report', shallow: false, seed: 1 }

/** Plays one sequence from an empty workspace, and holds every step against the rules; a well one comes last. */
export async function play(
  first: ProjectFile,
  commands: readonly Command[],
  { ground, counts }: Readonly<{ ground: Ground; counts: Counts }>,
): Promise<void> {
  const scene: Scene = { ground, file: first, history: new Map(), isNew: true }
  for (const command of [...commands, { run: WELL }]) {
    if ('edit' in command) {
      scene.file = edited(scene.file, command)
      scene.isNew = true
    } else if ('deed' in command) {
      counts.deeds += (await done(ground.workspace, command)) ? 1 : 0
    } else {
      await step(scene, command.run, counts)
    }
  }
  counts.sequences += 1
}

async function step(scene: Scene, run: Run, counts: Counts): Promise<void> {
  const { file } = scene
  const { workspace, deployed } = scene.ground
  const commit = committed(scene)
  const before = seen(await workspace.rows())
  let middle = before
  const known = (stamp: string): ProjectFile | undefined => {
    const hash = hashAt(scene.history, stamp)
    return hash === undefined || (run.shallow && hash !== commit) ? undefined : scene.history.get(hash)
  }
  const { preserve, orphans, mishap, meanwhile } = run
  const history = run.shallow ? new Map([[commit, file]]) : scene.history
  const well = { file, commit, history, preserve, orphans }
  const result = await deployed({
    ...well,
    mishap,
    meanwhile: async () => {
      if (meanwhile === undefined) return
      await done(workspace, meanwhile)
      middle = seen(await workspace.rows())
    },
    random: chanceOf(run.seed),
  })
  const after = seen(await workspace.rows())
  const due = dueOf({ before, file, known, commit, choice: run })
  const isRedStep = isRed(result.report.verdict)
  counts.steps += 1
  counts[isRedStep ? 'red' : 'green'] += 1
  if (due === 'refused') {
    expect({ ...result.report, isRedStep }).toMatchObject({ isRedStep: true })
    return expectNothing(result, { before: middle, after })
  }
  const touched = changedKeys(before, middle, contentOf)
  const moved = changedKeys(before, middle, ({ whole }) => whole)
  const heals = run.mishap === undefined || run.mishap.kind === 'reset' || run.mishap.kind === '503'
  const scenery = { before, middle, after, due, touched }
  if (heals && ![...due.deployments.keys(), ...due.orphans].some((key) => moved.has(key))) {
    expect(result.report).toMatchObject({ faults: [] })
  }
  if (isRedStep) return expectTrue(result, scenery)
  expectGreen(result, scenery)
  const second = await deployed({ ...well, random: chanceOf(run.seed) })
  counts.steps += 1
  counts.green += 1
  expect(second.report).toMatchObject({ faults: [] })
  const end = seen(await workspace.rows())
  // With a version of its own nobody knows any more what the file said, so that what is on follows it.
  const again = dueOf({ before: after, file, known, commit, choice: run })
  const isLost =
    again !== 'refused' &&
    [...again.deployments].some(([key, one]) => amiss(after.deployments.get(key), one).length > 0)
  if (isLost && file.some(({ version }) => version !== undefined)) {
    return expectGreen(second, { before: after, middle: after, after: end, due: again, touched: new Set() })
  }
  expect(second.report).toMatchObject({ verdict: 'unchanged', changed: false })
  expectNothing(second, { before: after, after: end })
}

/** The commit of the checkout: a new one where something was committed. */
function committed(scene: Scene): string {
  const last = [...scene.history.keys()].at(-1)
  if (!scene.isNew && last !== undefined) return last
  const hash = scene.ground.committed(scene.file, scene.history.size)
  scene.history.set(hash, scene.file)
  scene.isNew = false
  return hash
}

type Asked = Readonly<{
  before: Seen
  file: ProjectFile
  known: (stamp: string) => ProjectFile | undefined
  commit: string
  choice: Choice
}>

export type AllDue = Readonly<{
  /** By `flow/name`. */
  deployments: ReadonlyMap<string, Exclude<ReturnType<typeof dueAfter>, 'refused'>>
  /** Keys of those that are paused or deleted. */
  orphans: readonly string[]
  act: Choice['orphans']
}>

/** What must be live after a well step; `refused`: a person has to act first. */
export function dueOf({ before, file, known, commit, choice }: Asked): AllDue | 'refused' {
  const orphans = dueOrphans(before, file, { past: known, choice })
  const all = file.map((now) => {
    const live = before.deployments.get(keyOf(now))
    const was = live === undefined ? undefined : entryThen(known(live.version), now)
    return [keyOf(now), dueAfter(live, { was: was ?? 'not known', now, commit, choice })] as const
  })
  const taken = all.flatMap(([key, one]) => (one === 'refused' ? [] : [[key, one] as const]))
  if (orphans === 'too many' || taken.length < all.length) return 'refused'
  return { deployments: new Map(taken), orphans, act: choice.orphans }
}

/** The entry of the same deployment in a former file, which does not tell the name of the flow. */
function entryThen(was: ProjectFile | undefined, { flow, name }: ProjectFile[number]): ProjectFile[number] | undefined {
  return (was ?? []).find((one) => one.name === name && one.flow === flow)
}

/** Without moments, and without the order that comes of them. */
function contentOf(deployment: SeenDeployment): string {
  return canonical({ ...deployment, whole: '', schedules: deployment.schedules.map(canonical).toSorted() })
}

function changedKeys(one: Seen, other: Seen, textOf: (deployment: SeenDeployment) => string): ReadonlySet<string> {
  const texts = ({ deployments }: Seen, key: string): string => {
    const found = deployments.get(key)
    return found === undefined ? '' : textOf(found)
  }
  const keys = [...new Set([...one.deployments.keys(), ...other.deployments.keys()])]
  return new Set(keys.filter((key) => texts(one, key) !== texts(other, key)))
}

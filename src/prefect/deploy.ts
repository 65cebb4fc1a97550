import { asFault, Fault } from '../faults.ts'
import type { DeploymentEntry } from '../manifest/model.ts'
import type { Selected } from '../manifest/select.ts'
import type { ChildResult } from '../process/child.ts'
import { oneLine } from '../process/one-line.ts'
import type { LineView } from '../process/step.ts'
import { type Division, type Shard, shardEnvironment, shardsOf } from './deploy-command.ts'
import { withoutFrame } from './deploy-output.ts'
import { type FailureContext, prefectFailure, silentOmission } from './failures.ts'
import { type EntryOutcome, followDeploy, type Progress } from './outcomes.ts'
import { withoutValues } from './refusal.ts'
import type { PrefectTools } from './tools.ts'

export type { EntryOutcome } from './outcomes.ts'

/** A file that is large and has no build or push steps is divided. */
export type DeployOptions = Division &
  Readonly<{
    /** Hears of each entry once: of an applied one at once, of the others when the command has ended. */
    onOutcome: (outcome: EntryOutcome) => void
    /** What the log shows of a command, beside that values are left out; absent: everything. */
    show?: () => LineView
    /** The word for what is done, of a title and of messages; absent: `Deploying`. */
    verb?: string
  }>

/**
 * Deploys what is selected of one file by `prefect deploy`. An entry counts as applied only by the panel that says so:
 * user code can end the process with status 0, and Prefect passes over what it does not find.
 *
 * Gives the fault that it ended with, if any; that a command was cancelled comes before what else went wrong. Whatever
 * happens, `onOutcome` has heard of every entry by then. Never throws a fault of a command.
 */
export async function deployFile(
  tools: PrefectTools,
  selected: Selected,
  options: DeployOptions,
): Promise<Fault | undefined> {
  let shards: readonly Shard[]
  try {
    shards = shardsOf(selected, options)
  } catch (thrown) {
    for (const entry of selected.entries) options.onOutcome({ entry, state: 'never-tried' })
    return asFault(thrown)
  }
  const { verb = 'Deploying' } = options
  const faults = await Promise.all(
    shards.map(async (shard, index) => {
      const whole = `${verb} ${oneLine(selected.manifest.file, 100)}`
      const title = shards.length === 1 ? whole : `${whole}, part ${index + 1} of ${shards.length}`
      return deployShard(tools, { shard, title, verb, file: selected.manifest.file }, options)
    }),
  )
  const found = faults.filter((fault) => fault !== undefined)
  return found.find(({ kind }) => kind === 'cancelled' || kind === 'timeout') ?? found[0]
}

type Work = Readonly<{ shard: Shard; title: string; verb: string; file: string }>

async function deployShard(tools: PrefectTools, work: Work, options: DeployOptions): Promise<Fault | undefined> {
  const { shard, title } = work
  const { onOutcome } = options
  const progress = followDeploy(shard.entries, onOutcome)
  try {
    const run = await tools.runStep(title, {
      command: tools.command,
      args: shard.args,
      cwd: tools.cwd,
      env: shardEnvironment(tools.env, shard),
      show: () => shownBy(options),
      onLine: progress.line,
    })
    progress.end()
    for (const warning of unsetPlaceholders(run)) tools.log.warning(`${title}: ${warning}`)
    return concluded(run, progress, { tools, work, onOutcome })
  } catch (thrown) {
    progress.end()
    const fault = asFault(thrown)
    const ended = fault.kind === 'cancelled' || fault.kind === 'timeout'
    const doubtful = ended ? progress.begun() : undefined
    for (const entry of progress.open()) onOutcome({ entry, state: entry === doubtful ? 'unknown' : 'never-tried' })
    return fault
  }
}

function shownBy({ show }: DeployOptions): LineView {
  const view = show?.() ?? ((line: string): readonly string[] => [line])
  return (line) => view(withoutValues(line)).flatMap(withoutFrame)
}

type Conclusion = Readonly<{ tools: PrefectTools; work: Work; onOutcome: (outcome: EntryOutcome) => void }>

/** What an ended command means for the entries that are not applied. */
function concluded(run: ChildResult, progress: Progress, { tools, work, onOutcome }: Conclusion): Fault | undefined {
  const open = progress.open()
  const failed = progress.begun()
  if (run.exitCode === 0 && open[0] === undefined) {
    const nameless = progress.applied().find(({ name }) => name === '')
    return nameless === undefined ? undefined : withoutName(nameless, contextOf(nameless.entry, tools, work))
  }
  // What Prefect passed over without a word is as failed as what it had begun with.
  const passedOver = run.exitCode === 0 && failed === undefined
  const context = contextOf(failed ?? (passedOver ? open[0] : undefined), tools, work)
  const fault = run.exitCode === 0 ? silentOmission(run, context) : prefectFailure(run, context)
  for (const entry of open) {
    onOutcome(entry === failed || passedOver ? { entry, state: 'failed', fault } : { entry, state: 'never-tried' })
  }
  return fault
}

function contextOf(
  entry: DeploymentEntry | undefined,
  tools: PrefectTools,
  { title, verb, file }: Work,
): FailureContext {
  const { checkout, cwd, keyFrom, version } = tools
  const common = { checkout, cwd, keyFrom, version }
  if (entry === undefined) return { ...common, doing: title }
  const { line, column } = entry.name.at
  const name = oneLine(entry.name.text ?? '', 100)
  return { ...common, doing: name === '' ? title : `${verb} \`${name}\``, at: { file, line, column } }
}

/** Prefect deploys under an empty name where the variable of which it consists is not set (3.8.8). */
function withoutName({ flow = '' }: EntryOutcome, { doing, at }: FailureContext): Fault {
  return new Fault('user', `${doing}: it was deployed under an empty name, as \`${oneLine(flow, 80)}/\`.`, {
    hint: 'Set the variable that stands in its `name` in the `env:` of the step, and delete the nameless deployment in the Prefect UI.',
    ...(at === undefined ? {} : { position: at }),
  })
}

/** Prefect only warns where a variable of the file is not set, and stores an empty text in its place. */
function unsetPlaceholders({ stderr }: ChildResult): readonly string[] {
  const names = stderr.flatMap(
    (line) => /Value for placeholder '(.{1,200}?)' not found in provided values/.exec(line)?.[1] ?? [],
  )
  return [...new Set(names)].map(
    (name) => `there is no value for \`${oneLine(name, 100)}\`; Prefect leaves that place empty.`,
  )
}

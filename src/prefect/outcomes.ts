import type { Fault } from '../faults.ts'
import type { DeploymentEntry } from '../manifest/model.ts'
import type { Stream } from '../process/child.ts'
import { type DeployedLine, deployOutputReader } from './deploy-output.ts'

/** What became of one entry of the file. */
export type EntryOutcome = Readonly<{
  entry: DeploymentEntry
  /**
   * `applied`: Prefect says so; nothing has been read back yet. `unknown`: it was on its way when the command was ended.
   */
  state: 'applied' | 'failed' | 'never-tried' | 'unknown'
  /** What is known of an applied one; only Prefect knows the name of the flow. */
  flow?: string
  /** With what Prefect has filled in. */
  name?: string
  id?: string
  /** Why it failed. */
  fault?: Fault
}>

/** Follows one `prefect deploy`, which takes its entries one after another and stops at the first that fails. */
export type Progress = Readonly<{
  /** Each line of the command. */
  line: (line: string, stream: Stream) => void
  /** To be called once the command has ended. */
  end: () => void
  /** The entries that are not applied, in their order. */
  open: () => readonly DeploymentEntry[]
  /** The one that it was at last at, unless that was applied; `undefined` also where it had not begun with any. */
  begun: () => DeploymentEntry | undefined
  applied: () => readonly EntryOutcome[]
}>

/** `tell` hears of every applied entry at once. */
export function followDeploy(entries: readonly DeploymentEntry[], tell: (outcome: EntryOutcome) => void): Progress {
  const open = [...entries]
  const applied: EntryOutcome[] = []
  // A single one is not announced (cli/deploy/_commands.py: it is deployed in another way).
  let begun = entries.length === 1
  const reader = deployOutputReader((event) => {
    if (event.kind === 'begun') begun = true
    else {
      const entry = entryOf(event, open)
      if (entry === undefined) return
      begun = false
      open.splice(open.indexOf(entry), 1)
      const outcome = appliedOutcome(entry, event)
      applied.push(outcome)
      tell(outcome)
    }
  })
  return {
    line: (line, stream) => {
      if (stream === 'stdout') reader.line(line)
    },
    end: reader.end,
    open: () => open,
    begun: () => (begun ? open[0] : undefined),
    applied: () => applied,
  }
}

function appliedOutcome(entry: DeploymentEntry, { flow, name, id }: DeployedLine): EntryOutcome {
  const said = isCertain(entry) ? (entry.name.text ?? name) : name
  return { entry, state: 'applied', flow, name: said, ...(id === undefined ? {} : { id }) }
}

/**
 * The entry that a panel tells of. They come in the order of the entries, so that the first is meant; where its name is
 * known for certain, the panel must show it. `undefined` for a panel that is none of Prefect's about these entries.
 */
function entryOf({ name }: DeployedLine, open: readonly DeploymentEntry[]): DeploymentEntry | undefined {
  const [first] = open
  if (first !== undefined && !isCertain(first)) return first
  return open.find((entry) => isCertain(entry) && squeezed(entry.name.text ?? '') === squeezed(name))
}

/** Whether the panel shows the name as it stands in the file: nothing to be filled in, no markup of rich's (`[red]`, `:smile:`). */
function isCertain({ name }: DeploymentEntry): boolean {
  return name.placeholders.length === 0 && !/[[\\]|:\S*:/.test(name.text ?? '')
}

/** Where a panel is wrapped, white space is not what it was. */
function squeezed(name: string): string {
  return name.replaceAll(/[\s\p{Cc}]+/gu, '')
}

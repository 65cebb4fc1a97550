import { Fault } from '../../faults.ts'
import type { DeploymentEntry, Manifest } from '../../manifest/model.ts'
import { oneLine } from '../../process/one-line.ts'
import type { EntryOutcome } from '../outcomes.ts'
import { deploymentKey } from '../survey/shapes.ts'
import type { RecordedDeployment } from './recorded.ts'

/** A deployment of a file with what the command would have written of it. */
export type RehearsedEntry = Readonly<{ manifest: Manifest; entry: DeploymentEntry; recorded: RecordedDeployment }>

/** What the command said of an entry: that it deployed it, under which name and id. */
export type Told = Readonly<{ manifest: Manifest; outcome: EntryOutcome }>

export type Matched = Readonly<{
  /** In the order of the files. */
  entries: readonly RehearsedEntry[]
  /** Entries that the command takes for another deployment, which it would write over. */
  mistaken: readonly Readonly<{ manifest: Manifest; entry: DeploymentEntry; fault: Fault }>[]
  /** What was said and not recorded, or recorded and not said; a sentence each. */
  reasons: readonly string[]
}>

/**
 * Brings together what the command said that it deployed and what it was heard to write. Both must tell the same: the text
 * alone may come from the project's own code, and so may a request.
 */
export function matched(told: readonly Told[], recorded: readonly RecordedDeployment[]): Matched {
  const byId = new Map(recorded.map((one) => [one.id, one]))
  const entries = new Map<RecordedDeployment, RehearsedEntry>()
  const mistaken: Matched['mistaken'][number][] = []
  const reasons: string[] = []
  for (const { manifest, outcome } of inOrder(told)) {
    const { entry, flow = '', name = '', id } = outcome
    // The id is lost where the panel was cut.
    const found = id === undefined ? byName(recorded, flow, name) : byId.get(id)
    if (found === undefined) {
      reasons.push(`Prefect says that it deployed ${quoted(flow, name)}, and wrote nothing of it.`)
    } else if (isMistaken(entry, found)) {
      mistaken.push({ manifest, entry, fault: mistakenFault({ manifest, entry }, found) })
    } else {
      // An entry that stands twice is deployed twice: the last one counts.
      entries.delete(found)
      entries.set(found, { manifest, entry, recorded: found })
    }
  }
  for (const one of mistaken.length > 0 ? [] : recorded) {
    if (!entries.has(one)) {
      reasons.push(
        `${quoted(one.flow, one.name)} was written beside the deployments of the files: by a build or push step, or by code of a flow.`,
      )
    }
  }
  return { entries: [...entries.values()], mistaken, reasons }
}

/**
 * The command looks for `a#1` and for `a?b` under the path of `a`, and updates that one where it is there (Prefect 3.4 to
 * 3.9: client/orchestration/base.py puts names into a path as they are).
 */
function isMistaken({ name }: DeploymentEntry, found: RecordedDeployment): boolean {
  return name.placeholders.length === 0 && name.text !== undefined && name.text !== '' && name.text !== found.name
}

function mistakenFault(
  { manifest, entry }: Readonly<{ manifest: Manifest; entry: DeploymentEntry }>,
  found: RecordedDeployment,
): Fault {
  const name = oneLine(entry.name.text ?? '', 120)
  return new Fault(
    'user',
    `Prefect takes \`${name}\` for ${quoted(found.flow, found.name)}, and would write over that one.`,
    {
      hint: 'Prefect looks for a deployment by what stands before `?` or `#` in its name. Name it without them.',
      position: { file: manifest.file, line: entry.at.line, column: entry.at.column },
    },
  )
}

/** Processes tell side by side of one file. */
function inOrder(told: readonly Told[]): readonly Told[] {
  const manifests = [...new Set(told.map(({ manifest }) => manifest))]
  const all = manifests.flatMap(({ deployments }) => deployments)
  const places = new Map(all.map((entry, at) => [entry, at]))
  const placeOf = ({ outcome }: Told): number => places.get(outcome.entry) ?? all.length
  return told.toSorted((one, other) => placeOf(one) - placeOf(other))
}

function byName(recorded: readonly RecordedDeployment[], flow: string, name: string): RecordedDeployment | undefined {
  return recorded.find((one) => one.flow === flow && one.name === name)
}

function quoted(flow: string, name: string): string {
  return `\`${oneLine(deploymentKey(flow, name), 120)}\``
}

import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { compare, valid } from '@renovatebot/pep440'
import { Fault } from '../../faults.ts'
import type { LeftOut } from '../../manifest/left-out.ts'
import type { DeploymentEntry } from '../../manifest/model.ts'
import type { Selected } from '../../manifest/select.ts'
import type { CopyFor, NeedsBuild } from '../../manifest/without-steps.ts'
import { oneLine } from '../../process/one-line.ts'

/** What is given to the command of one file. */
export type RehearsedFile = Readonly<{
  /** What was selected. */
  selected: Selected
  /** What the command gets: the same, or a copy of the file. */
  given: Selected
  /** The selected entry that one of `given` stands for. */
  original: (entry: DeploymentEntry) => DeploymentEntry
  /** Entries that cannot be rehearsed before their steps have run, and why. */
  needsBuild: readonly Readonly<{ entry: DeploymentEntry; fault: Fault }>[]
}>

/** From here on Prefect keeps items of lists until the steps have run: see `keepsItems`. */
const KEEPS_ITEMS = '3.9.0'

/** Whether Prefect runs a build or push step for what is selected. */
export function hasDeploySteps({ entries }: Selected): boolean {
  return entries.some(({ builds, pushes }) => builds || pushes)
}

/** A file as it is. */
export function asItIs(selected: Selected): RehearsedFile {
  return { selected, given: selected, original: (entry) => entry, needsBuild: [] }
}

export type CopyTools = Readonly<{
  /** `stepsLeftOut` of the manifest. */
  leaveOutSteps: (selected: Selected, copyFor: CopyFor) => LeftOut
  /** Of Prefect. */
  version: string
  cwd: string
  /** What the command will see. */
  env: Readonly<Record<string, string>>
  /** An existing folder that nobody else may read. */
  folder: string
}>

/**
 * A file whose build and push steps do not run: a copy without them is written into the folder. The command takes it from
 * there, because it looks for everything else in its own working folder (3.4 to 3.9). A file without such steps is given
 * as it is.
 *
 * @throws Fault `user` where the copy would be too large
 */
export async function withoutItsSteps(selected: Selected, name: string, tools: CopyTools): Promise<RehearsedFile> {
  if (!hasDeploySteps(selected)) return asItIs(selected)
  const copy = tools.leaveOutSteps(selected, {
    environment: new Set(Object.keys(tools.env)),
    keepsItems: valid(tools.version) !== null && compare(tools.version, KEEPS_ITEMS) >= 0,
    folder: tools.cwd,
  })
  const file = path.join(tools.folder, name)
  await writeFile(file, copy.text, { mode: 0o600, flag: 'wx' })
  const needsBuild = copy.needsBuild.map((one) => ({ entry: one.entry, fault: needsBuildFault(one, selected) }))
  return { selected, given: copy.copyAt(file), original: copy.original, needsBuild }
}

function needsBuildFault({ entry, field, placeholder, at }: NeedsBuild, { manifest }: Selected): Fault {
  const name = oneLine(entry.name.text ?? '', 100)
  return new Fault(
    'user',
    `\`${name}\` cannot be planned before its build steps run: its \`${field}\` asks for \`${oneLine(placeholder, 100)}\`.`,
    {
      hint: 'A deploy runs the steps and goes on with what they give. To see it in a plan, write that field without the output of a step.',
      position: { file: manifest.file, ...at },
    },
  )
}

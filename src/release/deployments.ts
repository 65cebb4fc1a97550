import { Fault } from '../faults.ts'
import { deployFile, type EntryOutcome } from '../prefect/deploy.ts'
import { provePrefectCommand } from '../prefect/prove-command.ts'
import { readBack } from '../prefect/read-back.ts'
import { uiLinks } from '../prefect/ui-url.ts'
import { judgePrefectVersion } from '../prefect/versions.ts'
import type { DeploymentRow } from '../report/shape.ts'
import { untried } from './project.ts'
import { prefectTools, type PrefectWork } from './prefect-work.ts'
import { type Told, warn } from './told.ts'

/** A deployment that the command line says it wrote. */
export type AppliedDeployment = Readonly<{ row: DeploymentRow; outcome: EntryOutcome }>

/**
 * Runs `prefect deploy` for each file in turn; the first that fails ends it.
 *
 * @throws Fault of the file that failed; what was applied before stands in the ledger
 */
export async function appliedDeployments(work: PrefectWork): Promise<readonly AppliedDeployment[]> {
  const applied = new Map<string, AppliedDeployment>()
  const links = uiLinks(work.target.access.url, work.inputs.prefect.settings)
  for (const selected of work.selected) {
    const tools = await prefectTools(work, selected.manifest.environmentVariables)
    const fault = await deployFile(tools, selected, {
      parallel: work.inputs.parallel,
      onOutcome: (outcome) => {
        const row: DeploymentRow = {
          ...untried(selected.manifest, outcome.entry),
          state: outcome.state,
          ...(outcome.flow === undefined ? {} : { flow: outcome.flow }),
          ...(outcome.name === undefined ? {} : { name: certain(outcome.entry.name) ?? outcome.name }),
          ...(outcome.id === undefined ? {} : { id: outcome.id, url: links.deployment(outcome.id) }),
        }
        work.ledger.deployment(row)
        // Of several processes each may fail for a reason of its own.
        if (outcome.fault !== undefined) work.ledger.fault(outcome.fault, 'prefect')
        if (outcome.state === 'applied') applied.set(row.key, { row, outcome })
      },
    })
    if (fault !== undefined) {
      work.ledger.fault(fault, 'prefect')
      // What was applied is still read back, so that the report can vouch for it.
      if (fault.kind !== 'cancelled') await verifiedDeployments([...applied.values()], work).catch(() => undefined)
      throw fault
    }
  }
  return [...applied.values()]
}

/** Says what is to be said of the project's version of Prefect. @throws Fault `user` where it cannot deploy */
export function provenPrefectVersion(version: string | undefined, told: Told): void {
  const warning = judgePrefectVersion(version ?? '')
  if (warning !== undefined) warn(warning, told)
}

/**
 * Starts Prefect's command once while Modal is at work: see `provePrefectCommand`.
 *
 * @throws Fault as it does
 */
export async function startedPrefectCommand(work: PrefectWork): Promise<void> {
  await provePrefectCommand(await prefectTools(work, []))
}

/**
 * Reads every applied deployment back from the API and compares it with the file.
 *
 * @throws Fault `refusal` where one is not as the file says; each stands in the ledger
 */
export async function verifiedDeployments(applied: readonly AppliedDeployment[], work: PrefectWork): Promise<void> {
  const { target, ledger, commit } = work
  const found = await readBack(
    target.api,
    applied.map(({ outcome }) => wantedOf(outcome)),
    { since: target.workspace.at, commit: commit === '' ? undefined : commit },
  )
  const faults: Fault[] = []
  for (const [index, { row }] of applied.entries()) {
    const one = found[index]
    if (one === undefined) continue
    ledger.deployment({
      ...row,
      ...(one.flow === undefined ? {} : { flow: one.flow }),
      ...(one.name === undefined ? {} : { name: one.name }),
      state: one.state,
      mismatches: one.differences,
      ...(one.action === undefined ? {} : { action: one.action }),
    })
    if (one.state !== 'verified') faults.push(notAsWanted(row, one))
  }
  for (const fault of faults) ledger.fault(fault, 'prefect-read-back')
  if (faults[0] !== undefined) throw faults[0]
}

function wantedOf({ entry, id = '' }: EntryOutcome): Parameters<typeof readBack>[1][number] {
  const name = certain(entry.name)
  const entrypoint = certain(entry.entrypoint)
  const workPool = entry.workPool === undefined ? undefined : certain(entry.workPool.name)
  const version = entry.version?.includes('{{') === true ? undefined : entry.version
  return {
    id,
    ...(name === undefined ? {} : { name }),
    ...(entrypoint === undefined ? {} : { entrypoint }),
    ...(workPool === undefined ? {} : { workPool }),
    ...(version === undefined ? {} : { version }),
  }
}

/** A field's text, unless Prefect still had to fill something in. */
function certain({ text, placeholders }: EntryOutcome['entry']['name']): string | undefined {
  return placeholders.length > 0 ? undefined : text
}

function notAsWanted(row: DeploymentRow, found: Awaited<ReturnType<typeof readBack>>[number]): Fault {
  const name = `${row.flow ?? ''}/${row.name}`
  if (found.state === 'missing') {
    return new Fault(
      'refusal',
      `The deployment ${name} is not there, though \`prefect deploy\` said that it was made.`,
      {
        hint: 'Somebody may have deleted it meanwhile. Run the step again.',
      },
    )
  }
  const what = found.differences.map(({ field, wanted, found: is }) => `${field}: wanted ${wanted}, found ${is}`)
  return new Fault('refusal', `The deployment ${name} is live otherwise than the file says: ${what.join('; ')}.`, {
    hint: 'Another deploy may have overwritten it: give the jobs that deploy here one `concurrency` group, and run again.',
  })
}

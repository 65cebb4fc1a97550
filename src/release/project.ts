import { rulesPage } from '../github/run-context.ts'
import type { Inputs } from '../inputs/inputs.ts'
import { manifestFindings, type ReadManifests, readManifests } from '../manifest/check.ts'
import { findManifests } from '../manifest/files.ts'
import type { DeploymentEntry, Manifest } from '../manifest/model.ts'
import type { Surroundings } from '../manifest/rules/rule.ts'
import { entrypointSources } from '../manifest/sources.ts'
import { type Selected, selectDeployments } from '../manifest/select.ts'
import { missingAppFiles } from '../modal/app-file.ts'
import { type AppRequest, referenceOf } from '../modal/app-request.ts'
import type { AppRow, DeploymentRow } from '../report/shape.ts'
import { enterFindings, type Taking } from './findings.ts'
import type { Ledger } from './ledger.ts'
import { ALL_RULES } from './rules.ts'
import { surroundingsOf } from './surroundings.ts'
import type { Told } from './told.ts'

/** What the files of this commit say is to be deployed, without a fault in it. */
export type Project = Readonly<{
  /** By prefect.yaml; none where only apps are deployed. */
  selected: readonly Selected[]
  apps: readonly AppRequest[]
  files: CheckedFiles
}>

/** The files as they were read and judged, to be judged anew when more is known. */
export type CheckedFiles = Readonly<{ read: ReadManifests; known: Surroundings; taking: Taking }>

/**
 * Reads and checks the files, and enters everything that is found in the ledger: every deployment and app as not tried.
 *
 * @throws Fault `user` where a file is missing or `deployments` matches nothing; errors of the check stand in the ledger
 */
export async function checkedProject(inputs: Inputs, deploys: boolean, { log, ledger }: Told): Promise<Project> {
  const faults = await missingAppFiles(inputs.apps, inputs.workingDirectory)
  for (const fault of faults) ledger.fault(fault, 'check')
  const place = { root: inputs.context.workspace, workingDirectory: inputs.workingDirectory }
  const read = readManifests(await findManifests({ ...place, patterns: inputs.prefectFiles }))
  const files = {
    read,
    known: surroundingsOf(inputs, deploys, await entrypointSources(read.manifests, place)),
    taking: {
      strict: inputs.strict,
      comments: read.comments,
      rules: ALL_RULES,
      page: rulesPage(inputs.context),
    },
  }
  judgeFiles(files, {}, ledger)
  for (const { file, deployments } of read.manifests) {
    log.info(`Checked ${file}: ${deployments.length} deployment${deployments.length === 1 ? '' : 's'}`)
  }
  const selected = selectDeployments(read.manifests, inputs.deployments)
  for (const { manifest, entries } of selected) {
    for (const entry of entries) ledger.deployment(untried(manifest, entry))
  }
  for (const [index, app] of inputs.apps.entries()) {
    ledger.app(untriedApp(index, app, app.environment ?? inputs.modal.environment?.value ?? ''))
  }
  const [first] = faults
  if (first !== undefined) throw first
  return { selected, apps: inputs.apps, files }
}

/** Enters what is wrong with the files, in the place of what was entered before `more` was known. */
export function judgeFiles({ read, known, taking }: CheckedFiles, more: Partial<Surroundings>, ledger: Ledger): void {
  const findings = manifestFindings(read, { ...known, ...more })
  enterFindings('files', { findings, comments: read.comments }, taking, ledger)
}

/** The row of an app that nothing has been done with; `index` is its place in the input. */
export function untriedApp(index: number, request: AppRequest, environment: string): AppRow {
  return {
    key: String(index),
    reference: referenceOf(request),
    ...(request.name === undefined ? {} : { name: request.name }),
    environment,
    state: 'never-tried',
    functions: [],
    endpoints: [],
  }
}

/** The row of a deployment that nothing has been done with. */
export function untried(manifest: Manifest, entry: DeploymentEntry): DeploymentRow {
  return {
    key: `${manifest.file}#${entry.index}`,
    file: manifest.file,
    name: entry.name.text ?? '',
    state: 'never-tried',
    mismatches: [],
  }
}

/** Whether the check found an error; then nothing else is done. */
export function hasErrors(ledger: Ledger): boolean {
  return ledger.report().findings.some((finding) => finding.severity === 'error')
}

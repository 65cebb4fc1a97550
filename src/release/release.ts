import { mkdir } from 'node:fs/promises'
import type { Inputs } from '../inputs/inputs.ts'
import { type PythonEnvironment, prepareEnvironment } from '../python/environment.ts'
import { deployedApps, readBackApps } from './apps.ts'
import type { Beginning } from './course.ts'
import { appliedDeployments, provenPrefectVersion, verifiedDeployments } from './deployments.ts'
import { answeringEndpoints } from './endpoints.ts'
import { checkedProject, hasErrors, type Project } from './project.ts'
import { givenCredentials, type ModalTarget, type PrefectTarget, provenModal, provenPrefect } from './targets.ts'
import { together } from './together.ts'
import type { Teller } from './told.ts'

/**
 * Deploys what `inputs` describe, in the order in which a person would: check, prove, install, Modal, health, Prefect,
 * read back. Each stage enters in the ledger how it ended; what one throws ends the story.
 */
export async function release(inputs: Inputs, { course, commit }: Beginning, told: Teller): Promise<void> {
  const { ledger } = told
  const project = await ledger.stage('check', () => checkedProject(inputs, ledger))
  if (course.does === 'check' || hasErrors(ledger)) return
  const credentials = await ledger.stage('credentials', async () => givenCredentials(inputs, project, told))

  const { prefect: access, modal: token } = credentials
  const prefect = access && (await ledger.stage('prefect-target', () => provenPrefect(inputs, project, access, told)))
  const python = await ledger.stage('environment', () => prepared(inputs, project, told))
  const modal = token && (await ledger.stage('modal-target', () => provenModal(inputs, token, python, told)))

  if (modal !== undefined) await modalSide(inputs, modal, { ...told, commit })
  if (prefect !== undefined) await prefectSide(inputs, prefect, { ...told, commit, python, project })
}

async function prepared(inputs: Inputs, project: Project, told: Teller): Promise<PythonEnvironment> {
  const { machine, python } = inputs
  await mkdir(machine.tempFolder, { recursive: true })
  const needs = { prefect: project.selected.length > 0, modal: project.apps.length > 0 }
  const environment = await prepareEnvironment({
    env: machine.childEnv,
    tempFolder: machine.tempFolder,
    toolFolder: machine.toolFolder,
    run: told.host.runStep,
    ask: told.host.ask,
    log: told.log,
    workingDirectory: inputs.workingDirectory,
    checkout: inputs.context.workspace,
    needs,
    ...(python.version === undefined ? {} : { pythonVersion: python.version }),
    ...(python.uvVersion === undefined ? {} : { uvVersion: python.uvVersion }),
    syncArgs: python.syncArgs,
  })
  told.ledger.versions(environment.versions)
  if (needs.prefect) provenPrefectVersion(environment.versions.prefect, told)
  return environment
}

/** Deploys the apps; while their endpoints are asked, Modal is asked for their versions. */
async function modalSide(
  inputs: Inputs,
  target: ModalTarget,
  told: Teller & Readonly<{ commit: string }>,
): Promise<void> {
  const { host, ledger } = told
  const work = { ...told, target, parallel: inputs.parallel }
  const apps = await ledger.stage('modal', () => deployedApps(work))
  host.publish(ledger.report())
  await together([
    ledger.stage('modal-read-back', () => readBackApps(apps, work)),
    ledger.stage('health', () => answeringEndpoints(apps, inputs, told)),
  ])
  host.publish(ledger.report())
}

type PrefectSide = Teller & Readonly<{ commit: string; python: PythonEnvironment; project: Project }>

async function prefectSide(inputs: Inputs, target: PrefectTarget, side: PrefectSide): Promise<void> {
  const { host, ledger, project } = side
  const work = { ...side, inputs, target, selected: project.selected }
  const applied = await ledger.stage('prefect', () => appliedDeployments(work))
  host.publish(ledger.report())
  await ledger.stage('prefect-read-back', () => verifiedDeployments(applied, work))
}

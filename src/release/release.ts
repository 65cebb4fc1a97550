import { mkdir } from 'node:fs/promises'
import type { Inputs } from '../inputs/inputs.ts'
import {
  findEnvironment,
  type FoundProject,
  type PythonEnvironment,
  prepareEnvironment,
} from '../python/environment.ts'
import type { PythonOptions } from '../python/options.ts'
import { checkedApps } from './app-check.ts'
import { deployedAhead, readBackApps } from './apps.ts'
import type { Beginning } from './course.ts'
import { provenPrefectVersion } from './deployments.ts'
import { answeringEndpoints } from './endpoints.ts'
import { tellLeftOut, tellModalLeftOut } from './left-out.ts'
import { openPrefectSide } from './prefect-side.ts'
import { checkedProject, hasErrors, type Project } from './project.ts'
import { givenCredentials, type ModalTarget, provenModal, provenPrefect } from './targets.ts'
import { together } from './together.ts'
import type { Teller } from './told.ts'

/**
 * Deploys what `inputs` describe, in the order in which a person would: check, prove, install, plan, Modal, health, Prefect,
 * read back (docs/decisions/0005-order-of-a-deploy.md); a plan and a comparison with what is live end before Modal. Each
 * stage enters in the ledger how it ended; what one throws ends the story.
 */
export async function release(inputs: Inputs, { course, commit }: Beginning, told: Teller): Promise<void> {
  const { ledger } = told
  const checks = course.does === 'check'
  const deploys = course.does === 'deploy'
  const project = await ledger.stage('check', () => checkedProject(inputs, !checks, told))
  if (checks) tellLeftOut(project, ledger)
  if (checks || hasErrors(ledger)) return
  const { prefect: access, modal: token } = await ledger.stage('credentials', async () =>
    givenCredentials(inputs, project, told),
  )
  const options = pythonOptions(inputs, project, told)
  const found = foundEnvironment(options)
  const [target] = await together([
    access && ledger.stage('prefect-target', () => provenPrefect(inputs, project, access, told)),
    // uv is fetched meanwhile; what keeps it away is told once the workspace is proven.
    Promise.allSettled([found]),
  ])
  const python = await ledger.stage('environment', async () => prepared(await found, options, told))
  const prefect =
    target && openPrefectSide({ ...told, inputs, target, python, selected: project.selected, commit }, course)
  const apps = { ...told, inputs, python, commit }
  const proving =
    deploys && token ? ledger.stage('modal-target', () => provenModal(inputs, token, python, told)) : undefined
  // Everything that can be wrong is told before anything is written.
  const [modal] = await together([
    proving,
    prefect?.look(project.files, proving),
    token && ledger.stage('app-check', () => checkedApps(apps, project.files)),
  ])
  if (hasErrors(ledger)) return
  await prefect?.plan()
  if (!deploys) tellModalLeftOut(project, course, ledger)
  else if (!modal) await prefect?.deploy()
  else await modalSide({ ...apps, target: modal }, async () => prefect?.deploy())
}

type ModalWork = Teller & Readonly<{ inputs: Inputs; target: ModalTarget; python: PythonEnvironment; commit: string }>

/** Deploys the apps, and goes on by `then` once their endpoints answer: flows may call them. */
async function modalSide(work: ModalWork, then: () => Promise<void>): Promise<void> {
  const { inputs, host, ledger } = work
  const deploy = { ...work, parallel: inputs.parallel }
  const { apps, reading } = await ledger.stage('modal', () => deployedAhead(deploy))
  host.publish(ledger.report())
  const answered = async (): Promise<void> => {
    await ledger.stage('health', () => answeringEndpoints(apps, inputs, work))
    host.publish(ledger.report())
    await then()
  }
  // Nothing but the end waits for what Modal says of the versions.
  await together([answered(), ledger.stage('modal-read-back', () => readBackApps(apps, reading, deploy))])
}

function pythonOptions(inputs: Inputs, project: Project, { host, log }: Teller): PythonOptions {
  const { machine, python } = inputs
  return {
    env: machine.childEnv,
    tempFolder: machine.tempFolder,
    toolFolder: machine.toolFolder,
    run: host.runStep,
    ask: host.ask,
    log,
    workingDirectory: inputs.workingDirectory,
    checkout: inputs.context.workspace,
    needs: { prefect: project.selected.length > 0, modal: project.apps.length > 0 },
    ...(python.version === undefined ? {} : { pythonVersion: python.version }),
    ...(python.uvVersion === undefined ? {} : { uvVersion: python.uvVersion }),
    syncArgs: python.syncArgs,
  }
}

async function foundEnvironment(options: PythonOptions): Promise<FoundProject> {
  await mkdir(options.tempFolder, { recursive: true })
  return findEnvironment(options)
}

async function prepared(
  found: FoundProject,
  options: PythonOptions,
  { log, ledger }: Teller,
): Promise<PythonEnvironment> {
  const environment = await prepareEnvironment(found, options)
  ledger.versions(environment.versions)
  if (options.needs.prefect) provenPrefectVersion(environment.versions.prefect, { log, ledger })
  return environment
}

import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { asFault, Fault } from '../faults.ts'
import type { Inputs } from '../inputs/inputs.ts'
import { type ModalToken, modalEnvironment, requireToken, tokenFrom } from '../modal/child-env.ts'
import { checkWorkspace, type PlacedApp, placeApps, surveyModal } from '../modal/survey.ts'
import type { ModalTools } from '../modal/tools.ts'
import { openPrefectApi, type PrefectAccess, type PrefectApi } from '../prefect/client.ts'
import { requirePrefect } from '../prefect/credentials.ts'
import { type Live, poolTypes } from '../prefect/live/live.ts'
import { readLive } from '../prefect/live/read.ts'
import { liveFindings } from '../prefect/live/rules.ts'
import { uiLinks } from '../prefect/ui-url.ts'
import { type ProvenWorkspace, proveWorkspace } from '../prefect/workspace.ts'
import type { PythonEnvironment } from '../python/environment.ts'
import { enterFindings } from './findings.ts'
import { askedOf } from './live.ts'
import { judgeFiles, type Project } from './project.ts'
import { type Teller, type Told, warn } from './told.ts'

/** What opens the two sides; absent for a side that has nothing to do. */
export type Credentials = Readonly<{ prefect?: PrefectAccess; modal?: ModalToken }>

/**
 * The credentials of both sides, before anything is installed or asked.
 *
 * @throws Fault `target` where one is missing or has the wrong shape; the other side's fault is entered too
 */
export function givenCredentials(inputs: Inputs, project: Project, told: Told): Credentials {
  const { ledger } = told
  const { prefect, modal } = inputs
  const access = attempted(project.selected.length > 0, () => {
    const { access: found, warnings } = requirePrefect({
      ...prefect,
      cloudApiUrl: prefect.settings.cloudApiUrl,
      headers: prefect.settings.customHeaders,
    })
    for (const warning of warnings) warn(warning, told)
    return found
  })
  const token = attempted(project.apps.length > 0, () => requireToken(modal.tokenId, modal.tokenSecret))
  const faults = [access, token].flatMap((side) => (side !== undefined && 'fault' in side ? [side.fault] : []))
  for (const fault of faults) ledger.fault(fault, 'credentials')
  if (faults[0] !== undefined) throw faults[0]
  return {
    ...(access !== undefined && 'value' in access ? { prefect: access.value } : {}),
    ...(token !== undefined && 'value' in token ? { modal: token.value } : {}),
  }
}

function attempted<T>(
  wanted: boolean,
  work: () => T,
): { value: T } | { fault: ReturnType<typeof asFault> } | undefined {
  if (!wanted) return undefined
  try {
    return { value: work() }
  } catch (thrown) {
    return { fault: asFault(thrown) }
  }
}

/** A Prefect workspace that answers, and is the one that is meant. */
export type PrefectTarget = Readonly<{ api: PrefectApi; access: PrefectAccess; workspace: ProvenWorkspace }>

/** With what there is in it of what the files name. */
export type SurveyedPrefect = PrefectTarget & Readonly<{ live: Live }>

/**
 * Proves the Prefect side, the credential and the workspace, and enters what it lacks of all that the files name.
 *
 * @throws Fault `target` or `remote`; what is missing in the workspace are findings in the ledger
 */
export async function provenPrefect(
  inputs: Inputs,
  project: Project,
  access: PrefectAccess,
  told: Teller,
): Promise<SurveyedPrefect> {
  const { host, ledger } = told
  const { settings, workspace: wanted } = inputs.prefect
  const http = host.openHttp(settings.tls)
  const api = openPrefectApi({ ...host, http }, access)
  const asked = askedOf(project.selected)
  const [workspace, live] = await Promise.all([
    proveWorkspace(api, wanted),
    // A fault of the workspace explains one of its pools, not the other way round: it is thrown first.
    readLive(api, asked).catch(asFault),
  ])
  const name = workspace.handle ?? new URL(access.url.base).host
  host.log.info(`Prefect: ${name} (${uiLinks(access.url, settings).workspace})`)
  ledger.know({ prefectWorkspace: name })
  if (workspace.serverVersion !== undefined) ledger.versions({ prefectServer: workspace.serverVersion })
  if (live instanceof Fault) throw live
  enterFindings('live', { findings: liveFindings(live, asked), comments: [] }, project.files.taking, ledger)
  // What the type of a pool, or Cloud, makes of a file is known only now.
  judgeFiles(project.files, { pools: poolTypes(live), cloud: access.url.kind === 'cloud' }, ledger)
  return { api, access, workspace, live }
}

/** A Modal workspace, with the environment that each app goes to. */
export type ModalTarget = Readonly<{ tools: ModalTools; apps: readonly PlacedApp[] }>

/**
 * Proves the Modal side: whose token it is, and that every environment is there.
 *
 * @throws Fault `target` or `remote`
 */
export async function provenModal(
  inputs: Inputs,
  token: ModalToken,
  python: PythonEnvironment,
  { host, ledger }: Teller,
): Promise<ModalTarget> {
  const folder = path.join(inputs.machine.tempFolder, 'modal')
  await mkdir(folder, { recursive: true })
  const { serverUrl, workspace: wanted, environment } = inputs.modal
  const tools: ModalTools = {
    runStep: host.runStep,
    log: host.log,
    python: python.python,
    command: path.join(python.bin, 'modal'),
    version: python.versions.modal ?? '',
    cwd: inputs.workingDirectory,
    checkout: inputs.context.workspace,
    env: modalEnvironment(python.env, {
      token,
      folder,
      ...(serverUrl === undefined ? {} : { serverUrl }),
    }),
    tokenFrom: tokenFrom(token),
  }
  const target = await surveyModal(tools)
  if (target.workspace !== undefined) ledger.know({ modalWorkspace: target.workspace.name })
  checkWorkspace(target, wanted)
  const apps = placeApps(target, environment, inputs.apps)
  const names = [...new Set(apps.map((app) => app.environment))]
  host.log.info(`Modal: ${target.workspace?.name ?? 'workspace not known'}, environment ${names.join(', ')}`)
  if (names.length === 1 && names[0] !== undefined) ledger.know({ environment: names[0] })
  return { tools, apps }
}

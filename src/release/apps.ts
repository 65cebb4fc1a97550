import pLimit from 'p-limit'
import { asFault, Fault } from '../faults.ts'
import { referenceOf } from '../modal/app-request.ts'
import { readApps } from '../modal/apps.ts'
import { type AppDeploy, deployApp } from '../modal/deploy.ts'
import type { PlacedApp } from '../modal/survey.ts'
import type { AppRow, EndpointRow } from '../report/shape.ts'
import { untriedApp } from './project.ts'
import type { ModalTarget } from './targets.ts'
import { type Told, warn } from './told.ts'

/** An app that is deployed; `key` is its row's in the ledger. */
export type DeployedApp = Readonly<{ key: string; deploy: AppDeploy }>

type Work = Told & Readonly<{ target: ModalTarget; commit: string; parallel: number }>

/**
 * Deploys the apps, several at once. After the first failure no further one is begun; those on their way go to their end.
 *
 * @throws Fault the first one, after all have ended; each stands in the ledger
 */
async function deployedApps(work: Work): Promise<readonly DeployedApp[]> {
  const { target, parallel, ledger } = work
  const atOnce = pLimit(parallel)
  const faults: Fault[] = []
  const deployed = await Promise.all(
    target.apps.map((app, index) =>
      atOnce(async (): Promise<DeployedApp[]> => {
        if (faults.length > 0) return []
        try {
          const deploy = await deployedApp(index, app, work)
          if (deploy.fault !== undefined) throw deploy.fault
          return [{ key: String(index), deploy }]
        } catch (thrown) {
          const fault = asFault(thrown)
          ledger.fault(fault, 'modal', app.request.reference)
          faults.push(fault)
          return []
        }
      }),
    ),
  )
  if (faults[0] !== undefined) throw faults[0]
  return deployed.flat()
}

async function deployedApp(index: number, { request, environment }: PlacedApp, work: Work): Promise<AppDeploy> {
  const { target, commit, log, ledger } = work
  const row: AppRow = { ...untriedApp(index, request, environment), state: 'deploying' }
  ledger.app(row)
  let publishing = false
  const onPublishing = (): void => {
    publishing = true
  }
  try {
    const deploy = await deployApp(target.tools, request, { environment, commit, onPublishing })
    ledger.app(rowOf(row.key, deploy))
    log.info(`${deploy.name}: ${deploy.state === 'no-op' ? 'nothing had changed' : 'deployed'} in ${environment}`)
    for (const warning of deploy.warnings) warn(`${deploy.name}: ${warning}`, work)
    return deploy
  } catch (thrown) {
    ledger.app({ ...row, state: stateAfter(asFault(thrown), publishing) })
    throw thrown
  }
}

function stateAfter({ kind, tookEffect }: Fault, publishing: boolean): AppRow['state'] {
  if (tookEffect === 'yes') return 'deployed'
  // A publish that was on its way when it was stopped may have arrived.
  const stopped = publishing && (kind === 'cancelled' || kind === 'timeout')
  return tookEffect === 'perhaps' || stopped ? 'unknown' : 'failed'
}

function rowOf(key: string, deploy: AppDeploy): AppRow {
  const { request, name, environment, state, tag, functions, endpoints, dashboardUrl } = deploy
  return {
    key,
    reference: referenceOf(request),
    name,
    environment,
    state,
    // A no-op keeps the tag of the version that is live, which is read back.
    ...(tag === '' || state === 'no-op' ? {} : { tag }),
    functions,
    endpoints: endpoints.map(
      ({ function: of, url, customDomains, requiresProxyAuth }): EndpointRow => ({
        function: of,
        url: customDomains[0] ?? url,
        customDomains,
        requiresProxyAuth,
        state: 'unchecked',
        declared: false,
        attempts: 0,
        seconds: 0,
      }),
    ),
    ...(dashboardUrl === undefined ? {} : { dashboardUrl }),
  }
}

/** What Modal says of each app, in their order. */
type ReadApps = Awaited<ReturnType<typeof readApps>>

/**
 * Deploys the apps as `deployedApps` does, while Python and Modal start for what is read afterwards: that takes a second.
 *
 * @throws Fault as `deployedApps`, once nothing runs any more
 */
export async function deployedAhead(
  work: Work,
): Promise<Readonly<{ apps: readonly DeployedApp[]; reading: Promise<ReadApps> }>> {
  const deploying = deployedApps(work)
  const reading = readApps(
    work.target.tools,
    deploying.then((apps) => apps.map(({ deploy }) => deploy)),
  )
  try {
    // Whoever reads them back hears of its fault.
    reading.catch(() => undefined)
    return { apps: await deploying, reading }
  } catch (thrown) {
    await Promise.allSettled([reading])
    throw thrown
  }
}

/**
 * Enters what Modal itself says: which version of each app is live now, and which was before.
 *
 * @throws Fault the first one; each stands in the ledger
 */
export async function readBackApps(
  apps: readonly DeployedApp[],
  reading: Promise<ReadApps>,
  work: Work,
): Promise<void> {
  const { ledger } = work
  const live = await reading
  const faults: Fault[] = []
  for (const [index, { key, deploy }] of apps.entries()) {
    const found = live[index]
    if (found === undefined) continue
    if (found instanceof Fault) {
      ledger.fault(found, 'modal-read-back', deploy.name)
      faults.push(found)
      continue
    }
    const { id, version, versionBefore, tag, warnings } = found
    ledger.app({
      ...rowOf(key, deploy),
      id,
      version,
      ...(versionBefore === null ? {} : { versionBefore }),
      ...(tag === undefined ? {} : { tag }),
    })
    for (const warning of warnings) warn(warning, work)
  }
  if (faults[0] !== undefined) throw faults[0]
}

import type { Fault } from '../faults.ts'
import type { Inputs } from '../inputs/inputs.ts'
import { type EndpointHealth, pollHealth } from '../modal/health/poll.ts'
import { type HealthTarget, healthTargets } from '../modal/health/targets.ts'
import type { EndpointRow } from '../report/shape.ts'
import type { DeployedApp } from './apps.ts'
import { type Teller, warn } from './told.ts'

/**
 * Asks every web endpoint until it answers as its contract says, all at once.
 *
 * @throws Fault the first one, after all have been asked to their end; each stands in the ledger
 */
export async function answeringEndpoints(
  apps: readonly DeployedApp[],
  { health }: Inputs,
  told: Teller,
): Promise<void> {
  const { host, ledger } = told
  const http = host.openHttp()
  const faults: Fault[] = []
  const enter = (fault: Fault, target: string): void => {
    ledger.fault(fault, 'health', target)
    faults.push(fault)
  }
  const asked = apps.flatMap(({ key, deploy }) => {
    const { targets, faults: wrong } = healthTargets(deploy, health)
    for (const fault of wrong) enter(fault, deploy.name)
    return targets.map((target) => ({ key, app: deploy.name, deploy, target }))
  })
  await Promise.all(
    asked.map(async ({ key, app, deploy, target }) => {
      const outcome = await pollHealth({ ...host, http }, target)
      const published = deploy.endpoints.find((endpoint) => endpoint.function === target.function)
      ledger.endpoint(key, rowOf(target, outcome, published?.requiresProxyAuth ?? false))
      if (outcome.warning !== undefined) warn(`${app}: ${outcome.warning}`, told)
      if (outcome.fault !== undefined) enter(outcome.fault, `${app}.${target.function}`)
    }),
  )
  if (faults[0] !== undefined) throw faults[0]
}

function rowOf(target: HealthTarget, outcome: EndpointHealth, requiresProxyAuth: boolean): EndpointRow {
  return {
    function: target.function,
    url: target.url,
    customDomains: target.customDomains,
    requiresProxyAuth,
    state: outcome.state,
    declared: target.declared,
    asked: target.asked,
    attempts: outcome.attempts,
    seconds: Math.round(outcome.seconds * 10) / 10,
    detail: outcome.detail,
  }
}

import { z } from 'zod'
import type { LoopbackAnswer } from '../../http/loopback.ts'
import type { PrefectApi } from '../client.ts'
import {
  deploymentAnswer,
  deploymentKey,
  type LiveAutomation,
  type LiveDeployment,
  liveAutomation,
  type Survey,
} from '../survey/shapes.ts'
import { detail, json } from './answers.ts'
import type { Reads } from './reads.ts'

/** What is known of the workspace: the survey, and what was found beside it. */
export type Known = Readonly<{
  named: (flow: string, name: string) => LiveDeployment | undefined
  byId: (id: string) => LiveDeployment | undefined
  flowId: (name: string) => string | undefined
  flowName: (id: string) => string | undefined
  /** What the workspace answers to somebody who asks for a deployment by its name; a live one is known from then on. */
  answer: (flow: string, name: string) => Promise<LoopbackAnswer>
  survey: () => Survey
}>

type KnownTools = Readonly<{
  api: PrefectApi
  reads: Reads
  survey: Survey
  /** Names of deployments for which the survey was made: of these it has all that are live. */
  surveyed: ReadonlySet<string>
}>

/** Keeps what is known. Names that the survey did not ask for are asked of the workspace, once each. */
export function openKnown({ api, reads, survey, surveyed }: KnownTools): Known {
  const deployments = new Map(survey.deployments)
  const flows = new Map(survey.flows)
  let automations = survey.automations
  const ids = new Map([...deployments].map(([key, { id }]) => [id, key]))
  const flowNames = new Map([...flows].map(([name, id]) => [id, name]))

  const learn = (flow: string, found: LiveDeployment, own: readonly LiveAutomation[] | 'forbidden'): void => {
    const key = deploymentKey(flow, found.name)
    deployments.set(key, found)
    ids.set(found.id, key)
    flows.set(flow, found.flow_id)
    flowNames.set(found.flow_id, flow)
    if (own === 'forbidden') automations = undefined
    else if (own.length > 0 && automations !== undefined) automations = new Map([...automations, [found.id, own]])
  }
  const lookUp = async (flow: string, name: string): Promise<LoopbackAnswer> => {
    const path = `/deployments/name/${encodeURIComponent(flow)}/${encodeURIComponent(name)}`
    const doing = `Reading the deployment \`${deploymentKey(flow, name)}\``
    const { upstream, answer } = await reads.read({ path, doing, secrets: false })
    if (upstream === undefined || answer.status !== 200) return answer
    const found = deploymentAnswer.safeParse(JSON.parse(upstream.text))
    if (!found.success) return reads.fails(api.faultOf(upstream, doing))
    try {
      learn(flow, { ...found.data, flow }, await automationsOf(api, found.data.id))
      return answer
    } catch (thrown) {
      return reads.fails(thrown)
    }
  }
  const named: Known['named'] = (flow, name) => deployments.get(deploymentKey(flow, name))
  return {
    named,
    byId: (id) => deployments.get(ids.get(id) ?? ''),
    flowId: (name) => flows.get(name),
    flowName: (id) => flowNames.get(id),
    answer: async (flow, name) => {
      const live = named(flow, name)
      if (live !== undefined) return asAnswered(live)
      return surveyed.has(name) ? detail(404, 'Deployment not found') : lookUp(flow, name)
    },
    survey: () => ({ ...survey, deployments, flows, automations }),
  }
}

/** The survey adds the name of the flow, which no server does. */
function asAnswered(live: LiveDeployment): LoopbackAnswer {
  const { flow: _, ...answered } = live
  return json(200, answered)
}

async function automationsOf(api: PrefectApi, id: string): Promise<readonly LiveAutomation[] | 'forbidden'> {
  const found = await api.look({
    doing: 'Reading the automations of a deployment',
    method: 'GET',
    path: `/automations/related-to/prefect.deployment.${id}`,
    answer: z.array(liveAutomation),
  })
  if (found === 'forbidden') return 'forbidden'
  return (found?.value ?? []).filter(({ actions }) => actions.some((action) => action['deployment_id'] === id))
}

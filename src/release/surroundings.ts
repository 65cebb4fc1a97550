import { deployedBranch } from '../github/run-context.ts'
import type { Inputs } from '../inputs/inputs.ts'
import type { EntrypointSources, Surroundings } from '../manifest/rules/rule.ts'

/** What holds outside of the files before anything is asked: the run, its environment, and the sources of the flows. */
export function surroundingsOf(inputs: Inputs, deploys: boolean, sources: EntrypointSources): Surroundings {
  const { context, machine } = inputs
  return {
    defaultWorkPool: machine.childEnv['PREFECT_DEPLOYMENTS_DEFAULT_WORK_POOL_NAME'],
    repository: repositoryOf(context.repository, context.serverUrl),
    branch: deployedBranch(context),
    environment: environmentOf(inputs),
    deploys,
    sources,
    pools: undefined,
    cloud: undefined,
  }
}

function repositoryOf(name: string, serverUrl: string): Surroundings['repository'] {
  if (name === '' || !URL.canParse(serverUrl)) return undefined
  return { host: new URL(serverUrl).host, name }
}

/** The variables of Prefect's command: the step's own ones, and the credentials that a file may name. */
function environmentOf({ machine, prefect, modal }: Inputs): Surroundings['environment'] {
  const credentials = {
    PREFECT_API_URL: prefect.apiUrl,
    PREFECT_API_KEY: prefect.apiKey,
    PREFECT_API_AUTH_STRING: prefect.authString,
    MODAL_TOKEN_ID: modal.tokenId,
    MODAL_TOKEN_SECRET: modal.tokenSecret,
    MODAL_ENVIRONMENT: modal.environment,
  }
  return new Map([
    ...Object.entries(machine.childEnv).map(([name, value]) => [name, value === '' ? 'empty' : 'set'] as const),
    ...Object.entries(credentials).flatMap(([name, given]) => (given === undefined ? [] : [[name, 'set'] as const])),
  ])
}

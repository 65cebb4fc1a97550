import type { Asked } from './asked.ts'
import { appBody, repositoryUrl, userBody } from './bodies.ts'
import { ACTIONS_BOT, type GitHubDeployment, type GitHubDeploymentStatus } from './repository.ts'

export function deploymentBody({ api, repository }: Asked, deployment: GitHubDeployment): object {
  const url = `${repositoryUrl(api, repository.fullName)}/deployments/${deployment.id}`
  return {
    url,
    id: deployment.id,
    node_id: `DE_${deployment.id}`,
    sha: deployment.sha,
    ref: deployment.ref,
    task: deployment.task,
    payload: deployment.payload,
    original_environment: deployment.originalEnvironment,
    environment: deployment.environment,
    description: deployment.description,
    creator: userBody(api, ACTIONS_BOT),
    created_at: deployment.created,
    updated_at: deployment.updated,
    statuses_url: `${url}/statuses`,
    repository_url: repositoryUrl(api, repository.fullName),
    transient_environment: deployment.transient,
    production_environment: deployment.production,
    performed_via_github_app: appBody(api, ACTIONS_BOT),
  }
}

export function statusBody(
  { api, repository }: Asked,
  deployment: GitHubDeployment,
  status: GitHubDeploymentStatus,
): object {
  const url = `${repositoryUrl(api, repository.fullName)}/deployments/${deployment.id}`
  return {
    url: `${url}/statuses/${status.id}`,
    id: status.id,
    node_id: `DES_${status.id}`,
    state: status.state,
    creator: userBody(api, ACTIONS_BOT),
    description: status.description,
    environment: status.environment,
    environment_url: status.environmentUrl,
    log_url: status.logUrl,
    target_url: status.logUrl,
    created_at: status.created,
    updated_at: status.created,
    deployment_url: url,
    repository_url: repositoryUrl(api, repository.fullName),
    performed_via_github_app: appBody(api, ACTIONS_BOT),
  }
}

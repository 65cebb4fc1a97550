import { z } from 'zod'
import { type GitHubAnswer, invalid, notFound, page, refusal } from './answers.ts'
import type { Asked, Operation } from './asked.ts'
import { deploymentBody, statusBody } from './deployment-bodies.ts'
import {
  DEPLOYMENT_STATES,
  type GitHubDeployment,
  type GitHubDeploymentStatus,
  type Repository,
  shaOf,
  timestamp,
} from './repository.ts'

/** Characters of a status's description (GitHub docs: rest/deployments/statuses). */
const LONGEST = 140

/** Defaults as GitHub's description gives them. */
const asDeployment = z.object({
  ref: z.string(),
  task: z.string().default('deploy'),
  auto_merge: z.boolean().default(true),
  required_contexts: z.array(z.string()).optional(),
  payload: z.unknown().optional(),
  environment: z.string().default('production'),
  description: z.string().nullable().default(null),
  transient_environment: z.boolean().default(false),
  production_environment: z.boolean().optional(),
})
const asStatus = z.object({
  state: z.enum(DEPLOYMENT_STATES),
  target_url: z.string().optional(),
  log_url: z.string().optional(),
  description: z.string().default(''),
  environment: z.string().optional(),
  environment_url: z.string().default(''),
  auto_inactive: z.boolean().default(true),
})

type NewDeployment = z.output<typeof asDeployment>
type NewStatus = z.output<typeof asStatus>

export const listDeployments: Operation = (asked) => {
  const { sha, ref, task, environment } = asked.query
  const found = [...asked.repository.deployments.values()].filter(
    (one) =>
      (sha ?? one.sha) === one.sha &&
      (ref ?? one.ref) === one.ref &&
      (task ?? one.task) === one.task &&
      (environment ?? one.environment) === one.environment,
  )
  return page(found.reverse(), asked, (deployment) => deploymentBody(asked, deployment))
}

export const createDeployment: Operation = (asked) => {
  const wanted = asDeployment.parse(asked.body)
  const sha = shaOf(asked.repository, wanted.ref)
  if (sha === undefined) return refusal(422, `No ref found for: ${wanted.ref}`, asked.docs)
  const answer = conflict(asked, wanted, sha)
  if (answer !== undefined) return answer
  const deployment = addDeployment(asked.repository, wanted, sha)
  return { status: 201, body: deploymentBody(asked, deployment) }
}

export const getDeployment: Operation = (asked) => {
  const deployment = deploymentOf(asked)
  return deployment === undefined ? notFound(asked.docs) : { status: 200, body: deploymentBody(asked, deployment) }
}

export const listStatuses: Operation = (asked) => {
  const deployment = deploymentOf(asked)
  if (deployment === undefined) return notFound(asked.docs)
  return page(deployment.statuses.toReversed(), asked, (status) => statusBody(asked, deployment, status))
}

export const getStatus: Operation = (asked) => {
  const deployment = deploymentOf(asked)
  const status = deployment?.statuses.find(({ id }) => String(id) === asked.params['status_id'])
  if (deployment === undefined || status === undefined) return notFound(asked.docs)
  return { status: 200, body: statusBody(asked, deployment, status) }
}

export const createStatus: Operation = (asked) => {
  const deployment = deploymentOf(asked)
  if (deployment === undefined) return notFound(asked.docs)
  const wanted = asStatus.parse(asked.body)
  const wrong = wrongWith(wanted)
  if (wrong !== undefined) return invalid(asked.docs, { resource: 'DeploymentStatus', code: 'custom', ...wrong })
  const status = addStatus(asked.repository, deployment.id, wanted)
  const body = z.looseObject({ url: z.string() }).parse(statusBody(asked, deployment, status))
  return { status: 201, body, headers: { location: body.url } }
}

/** Why there is no deployment although the request is well formed: GitHub merged first, or the commit is not ready. */
function conflict({ repository, docs }: Asked, wanted: NewDeployment, sha: string): GitHubAnswer | undefined {
  const commit = repository.commits.get(sha)
  const { defaultBranch } = repository
  if (wanted.auto_merge && commit?.behind === 'merges')
    return { status: 202, body: { message: `Auto-merged ${defaultBranch} into ${wanted.ref} on deployment.` } }
  if (wanted.auto_merge && commit?.behind === 'conflicts')
    return refusal(409, `Conflict merging ${defaultBranch} into ${wanted.ref}.`, docs)
  const checks = commit?.checks ?? { deploy: 'pending' }
  const required = wanted.required_contexts ?? Object.keys(checks)
  if (required.every((context) => checks[context] === 'success')) return undefined
  const contexts = Object.entries(checks).map(([context, state]) => ({ context, state }))
  return refusal(409, `Conflict: Commit status checks failed for ${wanted.ref}.`, docs, {
    errors: [{ contexts, resource: 'Deployment', field: 'required_contexts', code: 'invalid' }],
  })
}

/** @param sha the commit that `ref` names */
export function addDeployment(
  repository: Repository,
  wanted: z.input<typeof asDeployment>,
  sha: string,
): GitHubDeployment {
  const made = asDeployment.parse(wanted)
  const now = timestamp()
  const deployment: GitHubDeployment = {
    id: repository.nextId(),
    sha,
    ref: made.ref,
    task: made.task,
    payload: made.payload ?? '',
    originalEnvironment: made.environment,
    environment: made.environment,
    description: made.description,
    transient: made.transient_environment,
    production: made.production_environment ?? made.environment === 'production',
    created: now,
    updated: now,
    statuses: [],
  }
  repository.deployments.set(deployment.id, deployment)
  return deployment
}

/** Adds a status with all that follows from it: the deployment's environment, and the end of those before it. */
export function addStatus(
  repository: Repository,
  id: number,
  wanted: z.input<typeof asStatus>,
): GitHubDeploymentStatus {
  const made = asStatus.parse(wanted)
  const status = append(repository, id, made)
  if (made.state !== 'success' || !made.auto_inactive) return status
  for (const other of repository.deployments.values()) {
    if (other.id < id && isReplaceable(other, status.environment))
      append(repository, other.id, asStatus.parse({ state: 'inactive' }))
  }
  return status
}

/** GitHub docs: rest/deployments/statuses, `auto_inactive`: not those of production, and only what had succeeded. */
function isReplaceable(deployment: GitHubDeployment, environment: string): boolean {
  const { transient, production, statuses } = deployment
  return deployment.environment === environment && !transient && !production && statuses.at(-1)?.state === 'success'
}

function append(repository: Repository, id: number, made: NewStatus): GitHubDeploymentStatus {
  const deployment = repository.deployments.get(id)
  if (deployment === undefined) throw new Error(`no deployment ${id}`)
  const status: GitHubDeploymentStatus = {
    id: repository.nextId(),
    state: made.state,
    description: made.description,
    environment: made.environment ?? deployment.environment,
    environmentUrl: made.environment_url,
    logUrl: made.log_url ?? made.target_url ?? '',
    created: timestamp(),
  }
  repository.deployments.set(id, {
    ...deployment,
    environment: status.environment,
    updated: status.created,
    statuses: [...deployment.statuses, status],
  })
  return status
}

function wrongWith(wanted: NewStatus): Readonly<{ field: string; message: string }> | undefined {
  if (Array.from(wanted.description).length > LONGEST)
    return { field: 'description', message: `description is too long (maximum is ${LONGEST} characters)` }
  const urls = { environment_url: wanted.environment_url, target_url: wanted.log_url ?? wanted.target_url ?? '' }
  const field = Object.entries(urls).find(([, url]) => url !== '' && !/^https?:\/\//.test(url))?.[0]
  return field === undefined ? undefined : { field, message: `${field} must use http(s) scheme` }
}

function deploymentOf({ repository, params }: Asked): GitHubDeployment | undefined {
  return repository.deployments.get(Number(params['deployment_id']))
}

/** What a file, a check or a merge conflict hangs on. */
export type GitHubCommit = Readonly<{
  /** Path → content, for the contents API. */
  files?: Readonly<Record<string, string | Buffer>>
  /**
   * State of each check by its name. Absent: one that is pending, as the check of the job that asks always is; a
   * deployment of it is refused unless `required_contexts` says otherwise.
   */
  checks?: Readonly<Record<string, 'success' | 'pending' | 'failure'>>
  /** The default branch went on. With `auto_merge`, GitHub merges it instead of creating a deployment, or cannot. */
  behind?: 'merges' | 'conflicts'
}>

export type GitHubPull = Readonly<{
  number: number
  title?: string
  /** `repository` names a fork. */
  head: Readonly<{ ref: string; sha: string; repository?: string }>
  /** Absent: the default branch. */
  base?: string
  state?: 'open' | 'closed' | 'merged'
  /** The commit that a merge made. */
  mergeCommit?: string
}>

export type GitHubRepositoryOptions = Readonly<{
  defaultBranch?: string
  /** Branch → the commit at its end. */
  branches: Readonly<Record<string, string>>
  tags?: Readonly<Record<string, string>>
  /** By SHA; a commit that a branch, tag or pull request names needs no entry. */
  commits?: Readonly<Record<string, GitHubCommit>>
  pulls?: readonly GitHubPull[]
}>

export const DEPLOYMENT_STATES = [
  'error',
  'failure',
  'inactive',
  'in_progress',
  'queued',
  'pending',
  'success',
] as const

type DeploymentState = (typeof DEPLOYMENT_STATES)[number]

export type GitHubComment = Readonly<{
  id: number
  issue: number
  login: string
  body: string
  created: string
  updated: string
}>

export type GitHubDeploymentStatus = Readonly<{
  id: number
  state: DeploymentState
  description: string
  environment: string
  environmentUrl: string
  logUrl: string
  created: string
}>

export type GitHubDeployment = Readonly<{
  id: number
  sha: string
  ref: string
  task: string
  payload: unknown
  /** The first one; a status may change `environment`. */
  originalEnvironment: string
  environment: string
  description: string | null
  transient: boolean
  production: boolean
  created: string
  updated: string
  /** Oldest first. */
  statuses: readonly GitHubDeploymentStatus[]
}>

/** What one repository holds. The operations change it, and nothing else does. */
export type Repository = {
  readonly id: number
  /** `owner/name`. */
  readonly fullName: string
  readonly defaultBranch: string
  readonly branches: Map<string, string>
  readonly tags: Map<string, string>
  readonly commits: Map<string, GitHubCommit>
  readonly pulls: Map<number, GitHubPull>
  /** By id, in the order of creation. */
  readonly comments: Map<number, GitHubComment>
  /** By id, in the order of creation. */
  readonly deployments: Map<number, GitHubDeployment>
  readonly nextId: () => number
}

/** The account that a job's own token acts as. */
export const ACTIONS_BOT = 'github-actions[bot]'

/** @param nextId an id that no other thing of this GitHub has */
export function openRepository(fullName: string, options: GitHubRepositoryOptions, nextId: () => number): Repository {
  return {
    id: nextId(),
    fullName,
    defaultBranch: options.defaultBranch ?? 'main',
    branches: new Map(Object.entries(options.branches)),
    tags: new Map(Object.entries(options.tags ?? {})),
    commits: new Map(Object.entries(options.commits ?? {})),
    pulls: new Map((options.pulls ?? []).map((pull) => [pull.number, pull])),
    comments: new Map(),
    deployments: new Map(),
    nextId,
  }
}

/** The commit that a branch, a tag or a SHA names. */
export function shaOf(repository: Repository, ref: string): string | undefined {
  const branch = repository.branches.get(ref.replace(/^refs\/heads\//, ''))
  const sha = branch ?? repository.tags.get(ref.replace(/^refs\/tags\//, ''))
  if (sha !== undefined) return sha
  return shasOf(repository).includes(ref) ? ref : undefined
}

/** Every commit that is known, each once. */
export function shasOf(repository: Repository): readonly string[] {
  const known = [
    ...repository.branches.values(),
    ...repository.tags.values(),
    ...repository.commits.keys(),
    ...[...repository.pulls.values()].flatMap(({ head, mergeCommit }) => [head.sha, mergeCommit ?? head.sha]),
  ]
  return [...new Set(known)]
}

/** Now, as GitHub writes it: whole seconds. */
export function timestamp(): string {
  return new Date().toISOString().replace(/\.\d+Z$/, 'Z')
}

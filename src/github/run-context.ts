/** What GitHub says about this run, read once. Absent values are empty strings, as the runner leaves them. */
export type RunContext = Readonly<{
  eventName: string
  /** `owner/name`. */
  repository: string
  /** The commit of the event; a checkout may be another one. */
  sha: string
  /** `refs/heads/main`, `refs/pull/7/merge`. */
  ref: string
  /** The short name: `main`, `7/merge`, `v1.2.0`. */
  refName: string
  /** Where the checkout is, absolute. */
  workspace: string
}>

/** The event runs with the base repository's secrets, while its checkout may be anybody's code. */
export function isPrivileged(eventName: string): boolean {
  return eventName === 'pull_request_target' || eventName === 'workflow_run'
}

/** Events on which a push-like deploy is meant (README: "What runs on which event"); every other one only looks. */
const DEPLOYING: ReadonlySet<string> = new Set([
  'push',
  'workflow_dispatch',
  'schedule',
  'release',
  'repository_dispatch',
  'workflow_run',
])

export function deploysOn(eventName: string): boolean {
  return DEPLOYING.has(eventName)
}

/** `pull_request` of any kind. */
export function isPullRequest(eventName: string): boolean {
  return eventName.startsWith('pull_request')
}

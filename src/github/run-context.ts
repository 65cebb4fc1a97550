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
  /** Of a pull request the branch that it goes to. */
  baseRef: string
  /** GitHub's own address: `https://github.com`. */
  serverUrl: string
  /** This action as the workflow names it, `owner/name` and ref; empty texts for one that lies in the checkout. */
  action: Readonly<{ repository: string; ref: string }>
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

/**
 * The branch whose code this run is about: the pushed one, of a pull request or merge group the one that it goes to;
 * `undefined` on a tag, and where there is none.
 */
export function deployedBranch({ baseRef, ref }: RunContext): string | undefined {
  if (baseRef !== '') return baseRef
  const branch = /^refs\/heads\/(.+)$/s.exec(ref)?.[1]
  // GitHub docs: merge queue, the branch of a group is `gh-readonly-queue/<base>/pr-<number>-<sha>`.
  return /^gh-readonly-queue\/(.+)\/pr-[^/]+$/s.exec(branch ?? '')?.[1] ?? branch
}

/** Where this action's documentation of its rules stands, at the version that runs; `undefined` where nobody can open it. */
export function rulesPage({ serverUrl, action }: RunContext): string | undefined {
  if (!/^[\w.-]+\/[\w.-]+$/.test(action.repository) || !/^[\w./-]+$/.test(action.ref)) return undefined
  return `${serverUrl}/${action.repository}/blob/${action.ref}/docs/rules.md`
}

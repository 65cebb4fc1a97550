import type { Operation } from './asked.ts'
import { getCommit } from './commits.ts'
import { createComment, deleteComment, getComment, listComments, updateComment } from './comments.ts'
import { getContent } from './contents.ts'
import {
  createDeployment,
  createStatus,
  getDeployment,
  getStatus,
  listDeployments,
  listStatuses,
} from './deployments.ts'
import { getPull, listPullsOfCommit } from './pulls.ts'

const NAMES = ['contents', 'deployments', 'issues', 'pull-requests'] as const

/** As a workflow's `permissions` names them. */
export type GitHubPermissions = Readonly<Partial<Record<(typeof NAMES)[number], 'read' | 'write'>>>

type Described = Readonly<{
  /** Any one of these is enough (GitHub docs: rest/authentication/permissions-required-for-github-apps). */
  accepts: GitHubPermissions
  /** Below `rest/` of GitHub's documentation. */
  docs: string
  answer: Operation
}>

const READS_COMMENTS: GitHubPermissions = { issues: 'read', 'pull-requests': 'read' }
const WRITES_COMMENTS: GitHubPermissions = { issues: 'write', 'pull-requests': 'write' }

const ALL = {
  'issues/list-comments': {
    accepts: READS_COMMENTS,
    docs: 'issues/comments#list-issue-comments',
    answer: listComments,
  },
  'issues/create-comment': {
    accepts: WRITES_COMMENTS,
    docs: 'issues/comments#create-an-issue-comment',
    answer: createComment,
  },
  'issues/get-comment': {
    accepts: READS_COMMENTS,
    docs: 'issues/comments#get-an-issue-comment',
    answer: getComment,
  },
  'issues/update-comment': {
    accepts: WRITES_COMMENTS,
    docs: 'issues/comments#update-an-issue-comment',
    answer: updateComment,
  },
  'issues/delete-comment': {
    accepts: WRITES_COMMENTS,
    docs: 'issues/comments#delete-an-issue-comment',
    answer: deleteComment,
  },
  'pulls/get': {
    accepts: { 'pull-requests': 'read' },
    docs: 'pulls/pulls#get-a-pull-request',
    answer: getPull,
  },
  'repos/list-pull-requests-associated-with-commit': {
    accepts: { 'pull-requests': 'read' },
    docs: 'commits/commits#list-pull-requests-associated-with-a-commit',
    answer: listPullsOfCommit,
  },
  'repos/create-deployment': {
    accepts: { deployments: 'write' },
    docs: 'deployments/deployments#create-a-deployment',
    answer: createDeployment,
  },
  'repos/list-deployments': {
    accepts: { deployments: 'read' },
    docs: 'deployments/deployments#list-deployments',
    answer: listDeployments,
  },
  'repos/get-deployment': {
    accepts: { deployments: 'read' },
    docs: 'deployments/deployments#get-a-deployment',
    answer: getDeployment,
  },
  'repos/create-deployment-status': {
    accepts: { deployments: 'write' },
    docs: 'deployments/statuses#create-a-deployment-status',
    answer: createStatus,
  },
  'repos/list-deployment-statuses': {
    accepts: { deployments: 'read' },
    docs: 'deployments/statuses#list-deployment-statuses',
    answer: listStatuses,
  },
  'repos/get-deployment-status': {
    accepts: { deployments: 'read' },
    docs: 'deployments/statuses#get-a-deployment-status',
    answer: getStatus,
  },
  'repos/get-commit': {
    accepts: { contents: 'read' },
    docs: 'commits/commits#get-a-commit',
    answer: getCommit,
  },
  'repos/get-content': {
    accepts: { contents: 'read' },
    docs: 'repos/contents#get-repository-content',
    answer: getContent,
  },
} as const satisfies Readonly<Record<string, Described>>

/** As GitHub's description names them. */
export type GitHubOperation = keyof typeof ALL

export const OPERATIONS: Readonly<Record<GitHubOperation, Described>> = ALL

export function isOperation(id: string): id is GitHubOperation {
  return Object.hasOwn(ALL, id)
}

export function isAllowed(permissions: GitHubPermissions, accepts: GitHubPermissions): boolean {
  return NAMES.some((name) => accepts[name] !== undefined && ['write', accepts[name]].includes(permissions[name] ?? ''))
}

/** The header that names what would be enough; its alternatives as `issues=write; pull_requests=write`. */
export function acceptedHeader(accepts: GitHubPermissions): Readonly<Record<string, string>> {
  const names = NAMES.filter((name) => accepts[name] !== undefined)
  const value = names.map((name) => `${name.replace('-', '_')}=${accepts[name]}`).join('; ')
  return { 'x-accepted-github-permissions': value }
}

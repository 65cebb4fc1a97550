import { z } from 'zod'
import { invalid, notFound, page } from './answers.ts'
import type { Asked, Operation } from './asked.ts'
import { appBody, repositoryUrl, userBody, WEB } from './bodies.ts'
import { ACTIONS_BOT, type GitHubComment, type Repository, timestamp } from './repository.ts'

/** Characters that a comment may have; GitHub's own message names the number. */
const LONGEST = 65_536

const asBody = z.object({ body: z.string() })

/** Comments of one pull request, oldest first. */
export function commentsOf(repository: Repository, issue: number): readonly GitHubComment[] {
  return [...repository.comments.values()].filter((comment) => comment.issue === issue)
}

export function addComment(repository: Repository, issue: number, login: string, body: string): GitHubComment {
  const now = timestamp()
  const comment = { id: repository.nextId(), issue, login, body, created: now, updated: now }
  repository.comments.set(comment.id, comment)
  return comment
}

export const listComments: Operation = (asked) => {
  const issue = Number(asked.params['issue_number'])
  if (!asked.repository.pulls.has(issue)) return notFound(asked.docs)
  const since = Date.parse(asked.query['since'] ?? '1970-01-01T00:00:00Z')
  const found = commentsOf(asked.repository, issue).filter(({ updated }) => Date.parse(updated) >= since)
  return page(found, asked, (comment) => commentBody(asked, comment))
}

export const createComment: Operation = (asked) => {
  const issue = Number(asked.params['issue_number'])
  if (!asked.repository.pulls.has(issue)) return notFound(asked.docs)
  const { body } = asBody.parse(asked.body)
  const wrong = wrongWith(body)
  if (wrong !== undefined) return unprocessable(asked, wrong)
  const comment = addComment(asked.repository, issue, ACTIONS_BOT, body)
  return { status: 201, body: commentBody(asked, comment), headers: { location: urlOf(asked, comment) } }
}

export const getComment: Operation = (asked) => {
  const comment = commentOf(asked)
  return comment === undefined ? notFound(asked.docs) : { status: 200, body: commentBody(asked, comment) }
}

export const updateComment: Operation = (asked) => {
  const comment = commentOf(asked)
  if (comment === undefined) return notFound(asked.docs)
  const { body } = asBody.parse(asked.body)
  const wrong = wrongWith(body)
  if (wrong !== undefined) return unprocessable(asked, wrong)
  const edited = { ...comment, body, updated: timestamp() }
  asked.repository.comments.set(comment.id, edited)
  return { status: 200, body: commentBody(asked, edited) }
}

export const deleteComment: Operation = (asked) => {
  const comment = commentOf(asked)
  if (comment === undefined) return notFound(asked.docs)
  asked.repository.comments.delete(comment.id)
  return { status: 204 }
}

function commentOf(asked: Asked): GitHubComment | undefined {
  return asked.repository.comments.get(Number(asked.params['comment_id']))
}

function wrongWith(body: string): string | undefined {
  if (body.trim() === '') return "Body can't be blank"
  return Array.from(body).length > LONGEST ? `Body is too long (maximum is ${LONGEST} characters)` : undefined
}

function unprocessable(asked: Asked, message: string): ReturnType<Operation> {
  return invalid(asked.docs, { resource: 'IssueComment', code: 'unprocessable', field: 'data', message })
}

function urlOf({ api, repository }: Asked, comment: GitHubComment): string {
  return `${repositoryUrl(api, repository.fullName)}/issues/comments/${comment.id}`
}

function commentBody(asked: Asked, comment: GitHubComment): object {
  const { api, repository } = asked
  return {
    id: comment.id,
    node_id: `IC_${comment.id}`,
    url: urlOf(asked, comment),
    html_url: `${WEB}/${repository.fullName}/pull/${comment.issue}#issuecomment-${comment.id}`,
    issue_url: `${repositoryUrl(api, repository.fullName)}/issues/${comment.issue}`,
    body: comment.body,
    user: userBody(api, comment.login),
    created_at: comment.created,
    updated_at: comment.updated,
    author_association: comment.login === ACTIONS_BOT ? 'NONE' : 'MEMBER',
    performed_via_github_app: appBody(api, comment.login),
  }
}

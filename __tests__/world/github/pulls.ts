import { notFound, page, refusal } from './answers.ts'
import type { Operation } from './asked.ts'
import { mergeBody, pullBody } from './bodies.ts'
import { commentsOf } from './comments.ts'
import { shaOf } from './repository.ts'

export const getPull: Operation = ({ api, repository, params, docs }) => {
  const pull = repository.pulls.get(Number(params['pull_number']))
  if (pull === undefined) return notFound(docs)
  const comments = commentsOf(repository, pull.number).length
  return { status: 200, body: { ...pullBody(api, repository, pull), ...mergeBody(api, pull, comments) } }
}

/**
 * The merged pull request that brought the commit, else those that are open with it (GitHub docs:
 * rest/commits/commits#list-pull-requests-associated-with-a-commit).
 */
export const listPullsOfCommit: Operation = (asked) => {
  const { api, repository, docs } = asked
  const ref = decodeURIComponent(asked.params['commit_sha'] ?? '')
  const sha = shaOf(repository, ref)
  if (sha === undefined) return refusal(422, `No commit found for SHA: ${ref}`, docs)
  const found = [...repository.pulls.values()].filter((pull) => [pull.head.sha, pull.mergeCommit].includes(sha))
  const merged = found.filter(({ state }) => state === 'merged')
  const shown = merged.length > 0 ? merged : found.filter(({ state }) => state !== 'closed')
  return page(shown, asked, (pull) => pullBody(api, repository, pull))
}

import { refusal } from './answers.ts'
import type { Operation } from './asked.ts'
import { shaOf, shasOf } from './repository.ts'

/** Digits of a hash that name a commit where no other begins so. */
const SHORTEST = 4

/** The hash that a ref or the beginning of a hash names, for clients that take just that. */
export const getCommit: Operation = ({ repository, params, accept, docs }) => {
  const ref = decodeURIComponent(params['ref'] ?? '')
  if (!/\.sha\b/.test(accept)) return refusal(415, 'A commit is served here as its hash alone', docs)
  const begun = ref.length < SHORTEST ? [] : shasOf(repository).filter((sha) => sha.startsWith(ref))
  const sha = shaOf(repository, ref) ?? (begun.length === 1 ? begun[0] : undefined)
  if (sha === undefined) return refusal(422, `No commit found for SHA: ${ref}`, docs)
  const headers = { 'content-type': 'application/vnd.github.sha; charset=utf-8' }
  return { status: 200, body: Buffer.from(sha), headers }
}

import type { GitHubAnswer } from './answers.ts'
import type { Repository } from './repository.ts'

/** A request that is well formed and allowed, as an operation gets it. */
export type Asked = Readonly<{
  /** Address of this GitHub, without a slash at the end. */
  api: string
  repository: Repository
  params: Readonly<Record<string, string>>
  query: Readonly<Record<string, string>>
  body: unknown
  /** The media types that the client takes. */
  accept: string
  /** The address of this request without its query, as GitHub writes it into links. */
  url: string
  /** Where GitHub's documentation tells of the operation, below `rest/`. */
  docs: string
}>

export type Operation = (asked: Asked) => GitHubAnswer

import { forbidden, type GitHubAnswer, refusal } from './answers.ts'
import type { GitHubOperation } from './operations.ts'

/** What a client sees instead of the answer. */
export type GitHubTrouble =
  /** 403, as where the workflow's `permissions` are not enough. */
  | Readonly<{ kind: 'forbidden' }>
  /** 403: no requests are left until the hour ends, in so many seconds. */
  | Readonly<{ kind: 'rate-limit'; resetSeconds: number }>
  /** Too many requests at once; GitHub sends either status. Without seconds there is no `Retry-After`. */
  | Readonly<{ kind: 'secondary-rate-limit'; status: 403 | 429; retryAfterSeconds?: number }>
  /** 500 of the application. */
  | Readonly<{ kind: 'server-error' }>
  /** 502 of what stands before it: a page, not JSON. */
  | Readonly<{ kind: 'bad-gateway' }>
  /** The connection breaks before an answer. */
  | Readonly<{ kind: 'reset' }>
  /** No answer until the server is stopped. */
  | Readonly<{ kind: 'hold' }>

export type GitHubFault = Readonly<{
  /** Absent: every one. */
  operation?: GitHubOperation
  /** The first request that is struck, counted from 1 since the fault was set. Absent: the next one. */
  nth?: number
  /** How many in a row are struck. Absent: one. */
  times?: number
  trouble: GitHubTrouble
  /** What was asked for is done all the same: only the answer is lost. */
  applied?: boolean
}>

export type Faults = Readonly<{
  set: (fault: GitHubFault) => void
  /** Counts a request, and tells what strikes it. */
  strike: (operation: GitHubOperation) => GitHubFault | undefined
}>

export function openFaults(): Faults {
  const rules: { readonly fault: GitHubFault; seen: number }[] = []
  return {
    set: (fault) => void rules.push({ fault, seen: 0 }),
    strike: (operation) => {
      const concerned = rules.filter(({ fault }) => (fault.operation ?? operation) === operation)
      for (const rule of concerned) rule.seen += 1
      return concerned.find(({ fault: { nth = 1, times = 1 }, seen }) => seen >= nth && seen < nth + times)?.fault
    },
  }
}

const LIMITS = 'using-the-rest-api/rate-limits-for-the-rest-api'
const SECONDARY =
  'You have exceeded a secondary rate limit. Please wait a few minutes before you try again. If you reach out to GitHub Support for help, please include the request ID.'
const PAGE = '<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>\n'

/** The answer that a trouble is; undefined where there is none. */
export function answerOf(trouble: GitHubTrouble, docs: string): GitHubAnswer | undefined {
  switch (trouble.kind) {
    case 'forbidden':
      return forbidden(docs)
    case 'rate-limit': {
      const reset = Math.floor(Date.now() / 1000) + trouble.resetSeconds
      const headers = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(reset) }
      return { ...refusal(403, 'API rate limit exceeded for installation.', LIMITS), headers }
    }
    case 'secondary-rate-limit': {
      const { status, retryAfterSeconds: seconds } = trouble
      const headers = seconds === undefined ? {} : { 'retry-after': String(seconds) }
      return { ...refusal(status, SECONDARY, `${LIMITS}#about-secondary-rate-limits`), headers }
    }
    case 'server-error':
      return refusal(500, 'Server Error')
    case 'bad-gateway':
      return { status: 502, body: Buffer.from(PAGE), headers: { 'content-type': 'text/html' } }
    case 'reset':
    case 'hold':
      return undefined
  }
}

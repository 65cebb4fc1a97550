/** What the loopback GitHub sends back. */
export type GitHubAnswer = Readonly<{
  status: number
  /** Sent as JSON; a Buffer as it is. */
  body?: unknown
  headers?: Readonly<Record<string, string>>
}>

/** One item of `errors` (GitHub docs: rest/using-the-rest-api/troubleshooting-the-rest-api#validation-failed). */
export type FieldError = Readonly<{ resource: string; field: string; code: string; message?: string }>

const DOCS = 'https://docs.github.com/rest'

/** @param docs the part of the address after `rest/`; empty: all of it */
export function refusal(status: number, message: string, docs = '', more: object = {}): GitHubAnswer {
  const documentation_url = docs === '' ? DOCS : `${DOCS}/${docs}`
  return { status, body: { message, ...more, documentation_url, status: String(status) } }
}

export function notFound(docs: string): GitHubAnswer {
  return refusal(404, 'Not Found', docs)
}

export function invalid(docs: string, ...errors: readonly FieldError[]): GitHubAnswer {
  return refusal(422, 'Validation Failed', docs, { errors })
}

/** The token is good, but the workflow's `permissions` do not hold what is asked for. */
export function forbidden(docs: string): GitHubAnswer {
  return refusal(403, 'Resource not accessible by integration', docs)
}

/** Where a list is read: whose address, and which part of it. */
export type PageRequest = Readonly<{
  /** Address of the whole list, without a query. */
  url: string
  query: Readonly<Record<string, string>>
}>

const DEFAULT_PER_PAGE = 30
const MOST_PER_PAGE = 100

/**
 * One page of a list, with the `Link` header that leads to the others (GitHub docs:
 * rest/using-the-rest-api/using-pagination-in-the-rest-api).
 */
export function page<T>(all: readonly T[], request: PageRequest, bodyOf: (item: T) => object): GitHubAnswer {
  const perPage = Math.min(positive(request.query['per_page'], DEFAULT_PER_PAGE), MOST_PER_PAGE)
  const at = positive(request.query['page'], 1)
  const last = Math.max(1, Math.ceil(all.length / perPage))
  const to = (number: number, rel: string): string => {
    const query = new URLSearchParams({ ...request.query, page: String(number) })
    return `<${request.url}?${query.toString()}>; rel="${rel}"`
  }
  const links = [
    ...(at > 1 ? [to(at - 1, 'prev')] : []),
    ...(at < last ? [to(at + 1, 'next'), to(last, 'last')] : []),
    ...(at > 1 ? [to(1, 'first')] : []),
  ]
  return {
    status: 200,
    body: all.slice((at - 1) * perPage, at * perPage).map(bodyOf),
    ...(links.length === 0 ? {} : { headers: { link: links.join(', ') } }),
  }
}

function positive(text: string | undefined, otherwise: number): number {
  const number = Number(text ?? otherwise)
  return number >= 1 ? number : otherwise
}

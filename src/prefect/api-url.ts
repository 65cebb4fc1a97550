import { Fault } from '../faults.ts'
import { isClouds, judgeCloudUrl } from './cloud-url.ts'

/** The address of one Prefect workspace (Cloud) or server (self-hosted), without a slash at its end. */
export type ApiUrl = Readonly<
  | {
      kind: 'cloud'
      base: string
      accountId: string
      workspaceId: string
      /** The address above all accounts, where `/me/workspaces` is. */
      cloudApi: string
    }
  | { kind: 'self-hosted'; base: string }
>

export type ApiUrlReading = Readonly<{ url: ApiUrl; warnings: readonly string[] }>

export type ApiUrlOptions = Readonly<{
  /** `PREFECT_CLOUD_API_URL`; an address that begins with it is Cloud's (Prefect: client/orchestration/__init__.py). */
  cloudApiUrl: string
  /** How messages call the value; `PREFECT_API_URL` where nothing is said. */
  from?: string
}>

/** What is wrong with an address, the predicate of a sentence, and what is right where that can be told. */
export type WrongUrl = Readonly<{ wrong: string; right?: string | undefined; more?: string }>

type Judgement = ApiUrlReading | WrongUrl

const CREDENTIALS = 'Hand `user:password` of a self-hosted server in by the input `prefect-auth-string`.'

/**
 * Checks the shape of `PREFECT_API_URL`. Prefect itself only warns of the shapes that are refused here, and later calls
 * the 404 that comes of them a missing work pool (Prefect: settings/models/root.py, seen in 3.8.8).
 *
 * @throws Fault `target` that spells the right address out wherever it can be told
 */
export function parseApiUrl(text: string, options: ApiUrlOptions): ApiUrlReading {
  const cloudApi = options.cloudApiUrl.replace(/\/+$/, '')
  const from = options.from ?? 'PREFECT_API_URL'
  const judged = judge(text, cloudApi)
  if ('url' in judged) return { ...judged, warnings: judged.warnings.map((warning) => `${from} ${warning}`) }
  const form = `It has the form ${cloudApi}/accounts/<account id>/workspaces/<workspace id>, or https://<host>/api for a self-hosted server.`
  const hint = judged.right === undefined ? form : `It should be: ${judged.right}`
  throw new Fault('target', `${from} ${judged.wrong}.`, {
    hint: judged.more === undefined ? hint : `${judged.more} ${hint}`,
  })
}

function judge(text: string, cloudApi: string): Judgement {
  const url = read(text, cloudApi)
  if (!(url instanceof URL)) return url
  return isClouds(url, cloudApi) ? judgeCloudUrl(url, cloudApi) : judgeSelfHosted(url)
}

/** The right address for a text that is almost one. */
function rightOf(text: string, cloudApi: string): string | undefined {
  const judged = judge(text, cloudApi)
  return 'url' in judged ? judged.url.base : judged.right
}

function read(text: string, cloudApi: string): URL | WrongUrl {
  if (text.trim() === '') return { wrong: 'is empty' }
  // A key in the wrong secret happens; its value must not come back in a message.
  if (/\bpn[ub]_/.test(text)) return { wrong: 'holds an API key, not an address' }
  if (/\s/.test(text)) return { wrong: 'holds white space', right: rightOf(text.replaceAll(/\s+/g, ''), cloudApi) }
  const bare = text.replaceAll(/["'`<>\\]/g, '')
  if (bare !== text) return { wrong: 'holds quotes or brackets', right: rightOf(bare, cloudApi) }
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return withoutScheme(text, cloudApi)
  const url = URL.parse(text)
  if (url === null || url.hostname === '') return { wrong: 'is not an address' }
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    return { wrong: `begins with \`${url.protocol}//\`; Prefect speaks https, and http on a private network` }
  const plain = `${url.origin}${url.pathname}`
  if (url.username !== '' || url.password !== '')
    return { wrong: 'holds a user name or password', right: rightOf(plain, cloudApi), more: CREDENTIALS }
  if (/[?#]/.test(text)) return { wrong: 'holds a query or a fragment', right: rightOf(plain, cloudApi) }
  return url
}

function withoutScheme(text: string, cloudApi: string): WrongUrl {
  if (!/^[\w.-]+(:\d+)?(\/|$)/.test(text)) return { wrong: 'is not an address' }
  // A port, or a number for a host, is a server in a private network, where https is rare.
  const scheme = /^(localhost|[\d.]+|[^/]*:\d+)(:|\/|$)/.test(text) ? 'http' : 'https'
  return { wrong: 'has no scheme', right: rightOf(`${scheme}://${text}`, cloudApi) }
}

function judgeSelfHosted(url: URL): ApiUrlReading {
  const path = url.pathname.replace(/\/+$/, '')
  const warning = `does not end in \`/api\`, where a Prefect server has its API. If nothing answers there, try ${url.origin}/api.`
  return {
    url: { kind: 'self-hosted', base: `${url.origin}${path}` },
    warnings: path.endsWith('/api') ? [] : [warning],
  }
}

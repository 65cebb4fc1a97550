import type { Clock, Log } from '../../src/host.ts'
import { type Http, openHttp } from '../../src/http/client.ts'
import { parseApiUrl } from '../../src/prefect/api-url.ts'
import { openPrefectApi, type PrefectAccess, type PrefectApi } from '../../src/prefect/client.ts'

/** A clock that never lets anybody wait. */
const clock: Clock = { now: () => new Date(), seconds: () => 0, sleep: async () => undefined }
const log: Log = { info: () => undefined, debug: () => undefined, group: () => undefined, warning: () => undefined }

type Opened = Readonly<{ api: PrefectApi; http: Http }>

/** The client under test, over real connections. */
export function openApi(
  url: string,
  access: Partial<Omit<PrefectAccess, 'url'>> & Readonly<{ cloudApiUrl?: string }> = {},
): Opened {
  const { cloudApiUrl = 'https://api.prefect.cloud/api', ...given } = access
  const http = openHttp({})
  const tools = { http, clock, log, random: () => 0.5, signal: new AbortController().signal }
  const { url: parsed } = parseApiUrl(url, { cloudApiUrl })
  return {
    http,
    api: openPrefectApi(tools, { url: parsed, from: 'the input `prefect-api-key`', headers: {}, ...given }),
  }
}

import { noProxy } from '../../http/proxies.ts'
import { type PrefectChild, prefectEnvironment } from '../child-env.ts'
import type { RecorderAddress } from './recorder.ts'

export type RehearsedChild = Omit<PrefectChild, 'url' | 'apiKey' | 'authString'> &
  Readonly<{
    address: RecorderAddress
    /**
     * A file with `REHEARSAL_CERTIFICATE` in it, which makes the child trust nobody, and quick. Absent: it trusts whom it
     * would, as it must where a build or push step may speak to somebody else.
     */
    certificateFile?: string
  }>

/** The whole environment of a rehearsed `prefect` child: it finds the recorder, and no credential. */
export function rehearsalEnvironment(child: RehearsedChild): Readonly<Record<string, string>> {
  const { address, certificateFile, ...rest } = child
  const { url, uiUrl } = address
  return Object.freeze({
    ...prefectEnvironment({ ...rest, url }),
    ...(url.kind === 'cloud' ? { PREFECT_CLOUD_API_URL: url.cloudApi } : {}),
    // Without it the links that the command prints lead to the recorder.
    PREFECT_UI_URL: uiUrl,
    // Not just absent: a setting of the project's own files would count then. They may hold an `Authorization`.
    PREFECT_CLIENT_CUSTOM_HEADERS: '{}',
    // The recorder's answers are final.
    PREFECT_CLIENT_RETRY_EXTRA_CODES: '',
    ...unproxied(child.base),
    ...(certificateFile === undefined
      ? {}
      : { PREFECT_API_SSL_CERT_FILE: certificateFile, PREFECT_API_TLS_INSECURE_SKIP_VERIFY: 'false' }),
  })
}

function unproxied(base: PrefectChild['base']): Readonly<Record<string, string>> {
  const given = base['NO_PROXY'] ?? base['no_proxy'] ?? ''
  const spared = /(?:^|,)\s*(?:\*|127\.0\.0\.1)\s*(?:,|$)/.test(given) ? given : noProxy({ noProxy: given })
  return { NO_PROXY: spared, no_proxy: spared }
}

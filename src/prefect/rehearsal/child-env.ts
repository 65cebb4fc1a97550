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
    /**
     * Whether every time zone of the files is one that the environment's own packages bring: Prefect walks the machine's
     * database for each schedule several times, a sixth of its computing (3.8.8), and is given none then.
     */
    ownZones?: boolean
  }>

/** The whole environment of a rehearsed `prefect` child: it finds the recorder, and no credential. */
export function rehearsalEnvironment(child: RehearsedChild): Readonly<Record<string, string>> {
  const { address, certificateFile, ownZones = false, ...rest } = child
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
    // Python then looks into the package `tzdata` alone (PEP 615).
    ...(ownZones ? { PYTHONTZPATH: '' } : {}),
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

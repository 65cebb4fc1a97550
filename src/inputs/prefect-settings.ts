import { readFileSync } from 'node:fs'
import { z } from 'zod'
import type { TlsSettings } from '../http/client.ts'
import { headerEntries } from './headers.ts'
import type { Environment } from './names.ts'

/** Settings of Prefect's own client that the action's requests honour too. */
export type PrefectSettings = Readonly<{
  cloudApiUrl: string
  cloudUiUrl?: string
  uiUrl?: string
  customHeaders: Readonly<Record<string, string>>
  tls: TlsSettings
}>

/** Prefect: settings/models/cloud.py */
const CLOUD_API_URL = 'https://api.prefect.cloud/api'

/** Reads them; what is wrong is a sentence in `faults`. */
export function readPrefectSettings(env: Environment): { settings: PrefectSettings; faults: string[] } {
  const faults: string[] = []
  const customHeaders = readCustomHeaders(env['PREFECT_CLIENT_CUSTOM_HEADERS'] ?? '', faults)
  const tls = readTls(env, faults)
  const cloudUiUrl = env['PREFECT_CLOUD_UI_URL'] || undefined
  const uiUrl = env['PREFECT_UI_URL'] || undefined
  return {
    settings: {
      cloudApiUrl: (env['PREFECT_CLOUD_API_URL'] || CLOUD_API_URL).replace(/\/+$/, ''),
      ...(cloudUiUrl === undefined ? {} : { cloudUiUrl }),
      ...(uiUrl === undefined ? {} : { uiUrl }),
      customHeaders,
      tls,
    },
    faults,
  }
}

function readCustomHeaders(text: string, faults: string[]): Readonly<Record<string, string>> {
  if (text.trim() === '') return {}
  const parsed = z.record(z.string(), z.string()).safeParse(jsonOf(text))
  if (!parsed.success) {
    faults.push(
      'The environment variable PREFECT_CLIENT_CUSTOM_HEADERS must be a JSON object of texts, as Prefect reads it.',
    )
    return {}
  }
  const { headers, faults: wrong } = headerEntries(Object.entries(parsed.data))
  faults.push(...wrong.map((fault) => `The environment variable PREFECT_CLIENT_CUSTOM_HEADERS: ${fault}.`))
  return headers
}

function readTls(env: Environment, faults: string[]): TlsSettings {
  const verify = !['1', 'true', 'yes', 'on', 't', 'y'].includes(
    (env['PREFECT_API_TLS_INSECURE_SKIP_VERIFY'] ?? '').toLowerCase(),
  )
  const file = env['PREFECT_API_SSL_CERT_FILE'] ?? ''
  if (file === '') return { verify }
  try {
    return { verify, ca: readFileSync(file, 'utf8') }
  } catch {
    faults.push('The environment variable PREFECT_API_SSL_CERT_FILE names a file that cannot be read.')
    return { verify }
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

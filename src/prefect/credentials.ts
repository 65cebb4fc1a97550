import { Fault } from '../faults.ts'
import { parseApiUrl } from './api-url.ts'
import type { PrefectAccess } from './client.ts'

/** A value that remembers where it came from (`the input …`, `the environment variable …`). */
type Given = Readonly<{ value: string; from: string }>

export type GivenPrefect = Readonly<{
  apiUrl: Given | undefined
  apiKey: Given | undefined
  authString: Given | undefined
  /** `PREFECT_CLOUD_API_URL` */
  cloudApiUrl: string
  /** `PREFECT_CLIENT_CUSTOM_HEADERS` */
  headers: Readonly<Record<string, string>>
}>

/**
 * The address and what opens it, or the reason why that cannot be. Nothing is asked of the network.
 *
 * @throws Fault `target` where something is missing, or where the address has the wrong shape
 */
export function requirePrefect(given: GivenPrefect): Readonly<{ access: PrefectAccess; warnings: readonly string[] }> {
  const { apiUrl, apiKey, authString, headers } = given
  if (apiUrl === undefined) throw missing('API URL', 'prefect-api-url', 'PREFECT_API_URL')
  const { url, warnings } = parseApiUrl(apiUrl.value, { cloudApiUrl: given.cloudApiUrl, from: capital(apiUrl.from) })
  const replaced = headers['authorization'] !== undefined
  if (url.kind === 'cloud' && apiKey === undefined && authString === undefined && !replaced) {
    throw missing('API key', 'prefect-api-key', 'PREFECT_API_KEY')
  }
  for (const credential of [apiKey, authString]) {
    if (credential !== undefined && /[\s\p{Cc}]/u.test(credential.value)) {
      throw new Fault('target', `${capital(credential.from)} holds white space or a line break.`, {
        hint: 'Store it again, as one line and without quotes.',
      })
    }
  }
  if (authString !== undefined && !authString.value.includes(':')) {
    throw new Fault('target', `${capital(authString.from)} is not of the form \`user:password\`.`, {
      hint: 'A key of Prefect Cloud goes into `prefect-api-key`.',
    })
  }
  const from = (authString ?? apiKey)?.from ?? 'no credential'
  return { access: { url, apiKey: apiKey?.value, authString: authString?.value, from, headers }, warnings }
}

function missing(what: string, input: string, variable: string): Fault {
  return new Fault('target', `No Prefect ${what}: \`${input}\` is missing or empty.`, {
    hint: `Store it as a secret of the repository and hand it to the step as \`${input}\`, or as ${variable} in \`env:\`. Without Prefect, set \`prefect-file: none\`.`,
  })
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

import { attachPrefectServer, type PrefectServer } from './prefect-server.ts'

/** The environment variable by which test files learn of the server that the whole run shares. */
export const SHARED_PREFECT = 'WORLD_PREFECT_URL'

/** The Prefect server of this run of tests; each scenario uses a pool and names of its own in it. */
export function sharedPrefect(): PrefectServer {
  const url = process.env[SHARED_PREFECT]
  if (url === undefined) throw new Error('The shared Prefect server was not started; see global-setup.ts.')
  return attachPrefectServer(url)
}

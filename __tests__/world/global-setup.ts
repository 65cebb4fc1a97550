import { type PrefectServer, startPrefectServer } from './prefect-server.ts'
import { SHARED_PREFECT } from './shared-prefect.ts'

let started: PrefectServer | undefined

/** Ends the server, where there is one. */
export async function stopShared(): Promise<void> {
  await started?.stop()
}

/** One Prefect server for all scenarios of a run: it takes seconds to start, and each scenario has its own pool. */
export default async function setUp(
  globalConfig: Readonly<{ testPathPatterns?: Readonly<{ patterns: readonly string[] }> }>,
): Promise<void> {
  const patterns = globalConfig.testPathPatterns?.patterns ?? []
  const wanted = patterns.length === 0 || patterns.some((pattern) => /scenario|prefect/.test(pattern))
  if (!wanted) return
  const server = await startPrefectServer()
  process.env[SHARED_PREFECT] = server.url
  started = server
}

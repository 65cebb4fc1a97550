import { prefectFailure } from './failures.ts'
import type { PrefectTools } from './tools.ts'

/** Seconds within which the command must have started; on a slow runner it compiles for some of them. */
const STARTS_WITHIN = 120

/**
 * Starts the project's `prefect deploy` once without deploying anything, beside the work on the Modal side: what Python
 * compiles for it (3 s of work on a fresh environment) is compiled by the time it deploys, and an environment in which
 * it cannot start is found early.
 *
 * @throws Fault as `prefectFailure`
 */
export async function provePrefectCommand(tools: PrefectTools): Promise<void> {
  const doing = 'Starting prefect deploy'
  const run = await tools.runStep(doing, {
    command: tools.command,
    args: ['--no-prompt', 'deploy', '--help'],
    cwd: tools.cwd,
    env: tools.env,
    deadline: STARTS_WITHIN,
  })
  if (run.exitCode === 0) return
  const { checkout, cwd, keyFrom, version } = tools
  throw prefectFailure(run, { doing, checkout, cwd, keyFrom, version })
}

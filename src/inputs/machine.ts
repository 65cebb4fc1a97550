import { tmpdir } from 'node:os'
import path from 'node:path'
import { noProxy, type ProxySettings } from '../http/proxies.ts'
import { childEnvironment } from './child-environment.ts'
import type { Environment } from './names.ts'

/** The machine that the step runs on, as far as the action needs to know it. */
export type Machine = Readonly<{
  platform: NodeJS.Platform
  arch: string
  /** A folder that is emptied after the job. */
  tempFolder: string
  /** A folder that may outlive the job on a self-hosted runner. */
  toolFolder: string
  proxies: ProxySettings
  /** What every child process starts from. */
  childEnv: Readonly<Record<string, string>>
  /** Debug logging is on: internal errors show their stack. */
  debug: boolean
  /** The file that becomes the job summary, where the runner gives one. */
  summaryFile: string | undefined
}>

export function readMachine(env: Environment, workspace: string, folder: string): Machine {
  const proxies = readProxies(env)
  const tempFolder = path.join(env['RUNNER_TEMP'] || tmpdir(), folder)
  return {
    platform: process.platform,
    arch: process.arch,
    tempFolder,
    toolFolder: env['RUNNER_TOOL_CACHE'] || path.join(env['RUNNER_TEMP'] || tmpdir(), 'tools'),
    proxies,
    childEnv: childEnvironment(env, {
      noProxy: noProxy(proxies),
      bytecode: path.join(tempFolder, 'bytecode'),
      checkout: workspace,
    }),
    debug: env['RUNNER_DEBUG'] === '1' || env['ACTIONS_STEP_DEBUG'] === 'true',
    summaryFile: env['GITHUB_STEP_SUMMARY'] || undefined,
  }
}

/** Either case, the lower one first, as curl and Python read them. */
function readProxies(env: Environment): ProxySettings {
  const http = env['http_proxy'] || env['HTTP_PROXY']
  const https = env['https_proxy'] || env['HTTPS_PROXY']
  const without = env['no_proxy'] || env['NO_PROXY']
  return {
    ...(http === undefined ? {} : { http }),
    ...(https === undefined ? {} : { https }),
    ...(without === undefined ? {} : { noProxy: without }),
  }
}

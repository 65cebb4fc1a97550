import type { Environment } from './names.ts'

/** Files and tokens by which a child could speak to the runner in this step's name. */
const RUNNER_ONLY = /^(INPUT_.*|GITHUB_(OUTPUT|ENV|PATH|STATE|STEP_SUMMARY)|ACTIONS_.*TOKEN|STATE_.*)$/
/** Address, credential, profile and home variables of both tools: the side that starts a child sets its own. */
const TOOL_OWN = new Set([
  'PREFECT_API_URL',
  'PREFECT_API_KEY',
  'PREFECT_API_AUTH_STRING',
  'PREFECT_HOME',
  'PREFECT_PROFILE',
  'PREFECT_PROFILES_PATH',
  'MODAL_TOKEN_ID',
  'MODAL_TOKEN_SECRET',
  'MODAL_PROFILE',
  'MODAL_CONFIG_PATH',
  'MODAL_ENVIRONMENT',
  'MODAL_SERVER_URL',
  'MODAL_OAUTH_REFRESH_TOKEN',
  'MODAL_OAUTH_CLIENT_ID',
  'MODAL_OAUTH_CLIENT_SECRET',
  'MODAL_OAUTH_JWT_KEY',
])

type Additions = Readonly<{
  /** `NO_PROXY` with loopback in it. */
  noProxy: string
  /** Folder for Python's bytecode, so that none is written into the checkout. */
  bytecode: string
  checkout: string
}>

/** What every child starts from: the step's environment without what is only the runner's or one tool's own. */
export function childEnvironment(env: Environment, additions: Additions): Readonly<Record<string, string>> {
  const kept: Record<string, string> = {}
  for (const [name, value] of Object.entries(env)) {
    if (value !== undefined && !RUNNER_ONLY.test(name) && !TOOL_OWN.has(name)) kept[name] = value
  }
  return Object.freeze({
    PYTHONPYCACHEPREFIX: additions.bytecode,
    ...kept,
    NO_PROXY: additions.noProxy,
    no_proxy: additions.noProxy,
    ...safeDirectory(env, additions.checkout),
  })
}

/**
 * git refuses a checkout that another user owns, as in a job container; this says by environment that ours is wanted,
 * behind the settings that are there already (git docs: git-config, GIT_CONFIG_COUNT).
 */
function safeDirectory(env: Environment, checkout: string): Record<string, string> {
  const given = Number(env['GIT_CONFIG_COUNT'] ?? '0')
  const count = Number.isInteger(given) && given > 0 ? given : 0
  return {
    GIT_CONFIG_COUNT: String(count + 1),
    [`GIT_CONFIG_KEY_${count}`]: 'safe.directory',
    [`GIT_CONFIG_VALUE_${count}`]: checkout,
  }
}

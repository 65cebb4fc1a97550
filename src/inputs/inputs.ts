import { statSync } from 'node:fs'
import path from 'node:path'
import type { RunContext } from '../github/run-context.ts'
import { readContext } from './context.ts'
import { credentialSecrets, byLine, sourced, type Sourced } from './credentials.ts'
import { DEFAULTS, type Fields, fields } from './fields.ts'
import { readHeaderLines, secretHeaderValues } from './headers.ts'
import { type Machine, readMachine } from './machine.ts'
import { readModalApps } from './modal-apps.ts'
import { type Environment, INPUT_NAMES, inputValue, unknownInputs } from './names.ts'
import { type PrefectSettings, readPrefectSettings } from './prefect-settings.ts'

/** Everything that the step was told, checked and frozen: nothing else reads an input or the environment. */
export type Inputs = Readonly<{
  mode: Fields['mode']
  /** Absolute, within the checkout. */
  workingDirectory: string
  /** Files and globs; none for Modal apps alone. */
  prefectFiles: readonly string[]
  deployments: Fields['deployments']
  apps: Fields['modal-apps']
  deployRefs: readonly string[]
  /** How `prefect deploy` runs: against a recorder, and then applied; or against the workspace itself. */
  engine: Fields['engine']
  /** What somebody paused or switched off in the workspace stays so. */
  preserveOperatorState: boolean
  orphans: Fields['orphans']
  prefect: Readonly<{
    apiUrl: Sourced | undefined
    apiKey: Sourced | undefined
    authString: Sourced | undefined
    /** `account-handle/workspace-handle` that the URL must be. */
    workspace: string | undefined
    settings: PrefectSettings
  }>
  modal: Readonly<{
    tokenId: Sourced | undefined
    tokenSecret: Sourced | undefined
    environment: Sourced | undefined
    workspace: string | undefined
    serverUrl: string | undefined
  }>
  /** `timeout` in seconds. */
  health: Readonly<{ path: string; timeout: number; headers: Readonly<Record<string, string>> }>
  python: Readonly<{ version: string | undefined; uvVersion: string | undefined; syncArgs: readonly string[] }>
  parallel: number
  /** Seconds for the whole step. */
  timeout: number
  /** Warnings of the check are errors. */
  strict: boolean
  summary: boolean
  /** For what is read from GitHub; absent where the runner gives none. */
  githubToken: string | undefined
  context: RunContext
  machine: Machine
}>

export type Secrets = Readonly<{
  /** Credentials: shown nowhere, whatever the cost. */
  credentials: readonly string[]
  /** Values of headers: masked in every free text, but may be part of a public address by chance. */
  headerValues: readonly string[]
}>

export type InputsReading = Readonly<{
  secrets: Secrets
  /** Said, but no reason to stop. */
  warnings: readonly string[]
  /** One sentence for each thing that is wrong; then there are no inputs. */
  faults: readonly string[]
  /** Known whatever else is wrong. */
  context: RunContext
  machine: Machine
  inputs: Inputs | undefined
}>

/** The longest piece of a wrong value that is shown. */
const SHOWN = 80

/** Reads all inputs at once, so that all their faults are told at once. `folder` names this step's own folder. */
export function readInputs(env: Environment, folder: string): InputsReading {
  const raw = Object.fromEntries(INPUT_NAMES.map((name) => [name, inputValue(env, name) || (DEFAULTS[name] ?? '')]))
  const context = readContext(env)
  const machine = readMachine(env, context.workspace, folder)
  const { settings, faults: settingFaults } = readPrefectSettings(env)
  const parsed = fields.safeParse(raw)
  const workingDirectory = readWorkingDirectory(raw['working-directory'] ?? '.', context.workspace)
  const faults = [
    ...(parsed.error?.issues ?? []).map((issue) => inputFault(String(issue.path[0]), raw, issue.message)),
    ...('fault' in workingDirectory ? [inputFault('working-directory', raw, workingDirectory.fault)] : []),
    ...(parsed.success ? nothingToDo(parsed.data) : []),
    ...settingFaults,
  ]
  const known = { secrets: readSecrets(env, settings), warnings: unknownInputs(env), faults, context, machine }
  if (faults.length > 0 || !parsed.success || 'fault' in workingDirectory) return { ...known, inputs: undefined }
  const inputs = assembled(parsed.data, env, { settings, workingDirectory: workingDirectory.folder, context, machine })
  return { ...known, inputs }
}

function nothingToDo(field: Fields): string[] {
  if (field['prefect-file'].length > 0 || field['modal-apps'].length > 0) return []
  return [
    'Nothing to deploy: the input `prefect-file` is `none` and `modal-apps` is empty. Name a prefect.yaml or an app.',
  ]
}

type Read = Readonly<{ settings: PrefectSettings; workingDirectory: string; context: RunContext; machine: Machine }>

function assembled(field: Fields, env: Environment, read: Read): Inputs {
  const { settings, workingDirectory, context, machine } = read
  return deepFreeze({
    mode: field.mode,
    workingDirectory,
    prefectFiles: field['prefect-file'],
    deployments: field.deployments,
    apps: field['modal-apps'],
    deployRefs: field['deploy-refs'],
    engine: field.engine,
    preserveOperatorState: field['preserve-operator-state'],
    orphans: field.orphans,
    prefect: {
      apiUrl: sourced(env, 'prefect-api-url'),
      apiKey: sourced(env, 'prefect-api-key'),
      authString: sourced(env, 'prefect-auth-string'),
      workspace: field['prefect-workspace'] || undefined,
      settings,
    },
    modal: {
      tokenId: sourced(env, 'modal-token-id'),
      tokenSecret: sourced(env, 'modal-token-secret'),
      environment: sourced(env, 'modal-environment'),
      workspace: field['modal-workspace'] || undefined,
      serverUrl: env['MODAL_SERVER_URL'] || undefined,
    },
    health: { path: field['health-path'], timeout: field['health-timeout'], headers: field['health-headers'] },
    python: {
      version: field['python-version'] || undefined,
      uvVersion: field['uv-version'] || undefined,
      syncArgs: field['sync-args'],
    },
    parallel: field.parallel,
    timeout: field.timeout * 60,
    strict: field.strict,
    summary: field.summary,
    githubToken: inputValue(env, 'github-token') || undefined,
    context,
    machine,
  })
}

/** Values are shown but for the inputs that hold header values or may hold any text. */
function inputFault(name: string, raw: Readonly<Record<string, string>>, allowed: string): string {
  const value = (raw[name] ?? '').replace(/\s+/g, ' ')
  const silent = name === 'health-headers' || name === 'modal-apps' || value === ''
  const got = silent ? '' : ` is \`${value.length > SHOWN ? `${value.slice(0, SHOWN)}…` : value}\``
  return `The input \`${name}\`${got}: ${allowed}.`
}

function readSecrets(env: Environment, settings: PrefectSettings): Secrets {
  const lines = secretHeaderValues(readHeaderLines(inputValue(env, 'health-headers')).headers)
  const contracts = readModalApps(inputValue(env, 'modal-apps')).apps.flatMap((app) =>
    app.health.flatMap((health) => secretHeaderValues(health.headers)),
  )
  const custom = Object.values(settings.customHeaders)
  return { credentials: credentialSecrets(env), headerValues: byLine([...lines, ...contracts, ...custom]) }
}

function readWorkingDirectory(value: string, workspace: string): { folder: string } | { fault: string } {
  const folder = path.resolve(workspace, value)
  const inside = path.relative(workspace, folder)
  if (inside === '..' || inside.startsWith(`..${path.sep}`) || path.isAbsolute(inside)) {
    return { fault: 'allowed: a folder of the checkout' }
  }
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) {
    return { fault: 'there is no such folder in the checkout; is actions/checkout missing before this step' }
  }
  return { folder }
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value)
    for (const inner of Object.values(value)) deepFreeze(inner)
  }
  return value
}

import type { ApiUrl } from './api-url.ts'

export type PrefectChild = Readonly<{
  /** What every child starts from. */
  base: Readonly<Record<string, string>>
  /** Folder of the project's virtual environment. */
  venv: string
  /** An empty folder of this step's own, so that no profile of the machine is read. */
  prefectHome: string
  url: ApiUrl
  /** One of both is enough; Prefect prefers the string (client/orchestration/__init__.py). */
  apiKey?: string | undefined
  authString?: string | undefined
}>

/** What would change how the CLI asks, colours, cuts its lines, or where it deploys to. */
const REMOVED: ReadonlySet<string> = new Set([
  'PREFECT_API_KEY',
  'PREFECT_API_AUTH_STRING',
  'PREFECT_PROFILE',
  'PREFECT_PROFILES_PATH',
  // `false` cuts the panels, and with them the ids (seen in 3.8.4).
  'PREFECT_CLI_WRAP_LINES',
  // The other name of PREFECT_SERVER_ALLOW_EPHEMERAL_MODE (Prefect: settings/models/server/ephemeral.py).
  'PREFECT_SERVER_EPHEMERAL_ENABLED',
  // Any of these makes rich take the pipe for a terminal, and Prefect then asks questions (seen in 3.8.8).
  'FORCE_COLOR',
  'TTY_COMPATIBLE',
  'TTY_INTERACTIVE',
  'PYTHONHOME',
])

/** The whole environment of a `prefect` child: it asks nothing, colours nothing, and finds no other workspace. */
export function prefectEnvironment(child: PrefectChild): Readonly<Record<string, string>> {
  const kept = Object.entries(child.base).filter(([name]) => !REMOVED.has(name))
  return Object.freeze({
    ...Object.fromEntries(kept),
    PATH: `${child.venv}/bin${child.base['PATH'] === undefined ? '' : `:${child.base['PATH']}`}`,
    VIRTUAL_ENV: child.venv,
    PREFECT_API_URL: child.url.base,
    ...(child.apiKey === undefined ? {} : { PREFECT_API_KEY: child.apiKey }),
    ...(child.authString === undefined ? {} : { PREFECT_API_AUTH_STRING: child.authString }),
    PREFECT_HOME: child.prefectHome,
    PREFECT_CLI_PROMPT: 'false',
    PREFECT_CLI_COLORS: 'false',
    NO_COLOR: '1',
    // Wide enough for a panel with the longest names that Prefect takes.
    COLUMNS: '400',
    // Without it an address that got lost deploys to a server that lives for this command only.
    PREFECT_SERVER_ALLOW_EPHEMERAL_MODE: 'false',
    DO_NOT_TRACK: '1',
    PYTHONUTF8: '1',
    PYTHONUNBUFFERED: '1',
  })
}

/** How a containers' change-over goes (`modal deploy --strategy`, since Modal 1.4.0). */
export type Strategy = 'rolling' | 'recreate'

/** What an endpoint must answer to count as healthy, as the input `modal-apps` declares it. */
export type HealthContract = Readonly<{
  /** The endpoint: a function of the app as the deploy output names it (`web`, `Model.api`), or an absolute URL. */
  target: Readonly<{ kind: 'function'; name: string } | { kind: 'url'; url: string }>
  /** Path under the endpoint's URL; absent: the URL itself for `url` and for a function called `health`, else `health-path`. */
  path?: string
  method: 'GET' | 'HEAD' | 'POST' | 'PUT'
  body?: string
  /** The one status that is right; absent: any 2xx. */
  status?: number
  headers: Readonly<Record<string, string>>
  /** Values that the JSON answer must hold; a dot in a key goes one level down. */
  json: Readonly<Record<string, string | number | boolean | null>>
  /** Seconds until the endpoint must have answered well; absent: `health-timeout`. */
  timeout?: number
}>

/** One app to deploy, as the input `modal-apps` names it. */
export type AppRequest = Readonly<{
  /** As `modal deploy` takes it: `modal_app.py`, `app.py::web`, or a module where `module` is set. */
  reference: string
  /** `-m`: the reference is a module path. */
  module: boolean
  /** `--name`: the deployment's name instead of the app's own. */
  name?: string
  /** Environment of this app instead of `modal-environment`. */
  environment?: string
  strategy: Strategy
  /** Functions that must be registered after the deploy. */
  functions: readonly string[]
  health: readonly HealthContract[]
}>

/** The reference as the input `modal-apps` writes it. */
export function referenceOf({ module, reference }: Pick<AppRequest, 'module' | 'reference'>): string {
  return module ? `-m ${reference}` : reference
}

import type { ApiUrl } from './api-url.ts'

export type UiOverrides = Readonly<{
  /** `PREFECT_UI_URL`: where the pages of this workspace are, whatever the API's address says. */
  uiUrl?: string
  /** `PREFECT_CLOUD_UI_URL`: the address of Cloud's console. */
  cloudUiUrl?: string
}>

/** Links for a person to open. */
export type UiLinks = Readonly<{
  /** The workspace's first page. */
  workspace: string
  deployment: (id: string) => string
  flowRun: (id: string) => string
  workPool: (name: string) => string
}>

/** Links into the UI that belongs to an API address (Prefect: settings/models/_defaults.py, utilities/urls.py). */
export function uiLinks(url: ApiUrl, overrides: UiOverrides = {}): UiLinks {
  const root = (overrides.uiUrl ?? inferred(url, overrides.cloudUiUrl)).replace(/\/+$/, '')
  return {
    workspace: root,
    deployment: (id) => `${root}/deployments/deployment/${encodeURIComponent(id)}`,
    flowRun: (id) => `${root}/runs/flow-run/${encodeURIComponent(id)}`,
    workPool: (name) => `${root}/work-pools/work-pool/${encodeURIComponent(name)}`,
  }
}

function inferred(url: ApiUrl, cloudUiUrl: string | undefined): string {
  if (url.kind === 'self-hosted') return url.base.replace(/\/api$/, '')
  const console = (cloudUiUrl ?? consoleOf(url.cloudApi)).replace(/\/+$/, '')
  return `${console}/account/${url.accountId}/workspace/${url.workspaceId}`
}

/** Prefect: settings/models/cloud.py, `default_cloud_ui_url`. */
function consoleOf(cloudApi: string): string {
  const named = /^https:\/\/api[.\w]*\.prefect\.[^.]+\//.test(cloudApi)
  return (named ? cloudApi.replace('https://api', 'https://app') : cloudApi).replace(/\/api$/, '')
}

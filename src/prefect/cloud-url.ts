import type { ApiUrlReading, WrongUrl } from './api-url.ts'

/** Account and workspace as a path names them, in whichever spelling. */
type Named = Readonly<{ accountsWord: string; account: string; workspacesWord: string; workspace: string }>

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i
const WHERE = 'Both ids stand in the address bar of the Prefect console.'
/** The longest piece of a wrong value that is shown. */
const SHOWN = 60

/** Whether an address is Cloud's, or would be if it were spelt right. */
export function isClouds(url: URL, cloudApi: string): boolean {
  return url.href.startsWith(cloudApi) || hosts(cloudApi).includes(url.host) || names(url)?.workspacesWord !== undefined
}

/** Cloud's address as it must be, or what is wrong with it. `url` has neither credentials nor a query. */
export function judgeCloudUrl(url: URL, cloudApi: string): ApiUrlReading | WrongUrl {
  const named = names(url)
  if (named === undefined) return withoutWorkspace(url, cloudApi)
  const right = `${cloudApi}/accounts/${shown(named.account, 'account')}/workspaces/${shown(named.workspace, 'workspace')}`
  if (!hosts(cloudApi).includes(url.host)) return foreign(url, named, cloudApi)
  if (!UUID.test(named.account)) return { wrong: wrongId(named.account, 'account'), right, more: WHERE }
  if (!UUID.test(named.workspace)) return { wrong: wrongId(named.workspace, 'workspace'), right, more: WHERE }
  const wrong = wrongShape(url, named, right, cloudApi)
  if (wrong !== undefined) return { wrong, right }
  const [accountId, workspaceId] = [named.account.toLowerCase(), named.workspace.toLowerCase()]
  return { url: { kind: 'cloud', base: right, accountId, workspaceId, cloudApi }, warnings: [] }
}

function wrongShape(url: URL, named: Named, right: string, cloudApi: string): string | undefined {
  const cloud = new URL(cloudApi)
  if (url.host !== cloud.host)
    return `is an address of the console (\`${url.host}\`), not of the API (\`${cloud.host}\`)`
  if (url.protocol !== cloud.protocol)
    return `begins with \`${url.protocol}//\`; Prefect Cloud wants \`${cloud.protocol}//\``
  if (named.accountsWord !== 'accounts') return `says \`/${named.accountsWord}/\` for \`/accounts/\``
  if (named.workspacesWord !== 'workspaces') return `says \`/${named.workspacesWord}/\` for \`/workspaces/\``
  const found = `${url.origin}${url.pathname}`.replace(/\/+$/, '')
  if (!found.startsWith(`${cloudApi}/accounts/`)) return `does not begin with \`${cloudApi}/accounts/\``
  return found.toLowerCase() === right.toLowerCase() ? undefined : 'goes on behind the workspace'
}

/** The API's host and, of `api.prefect.cloud`, the console's: its address bar is what people copy. */
function hosts(cloudApi: string): string[] {
  const { host } = new URL(cloudApi)
  return [host, host.replace(/^api\./, 'app.')]
}

function names(url: URL): Named | undefined {
  const parts = url.pathname.split('/').filter((part) => part !== '')
  const at = parts.findIndex((part) => /^accounts?$/i.test(part))
  const [accountsWord = '', account = '', workspacesWord = '', workspace = ''] = at < 0 ? [] : parts.slice(at, at + 4)
  return /^workspaces?$/i.test(workspacesWord) ? { accountsWord, account, workspacesWord, workspace } : undefined
}

function shown(id: string, part: 'account' | 'workspace'): string {
  return UUID.test(id) ? id.toLowerCase() : `<${part} id>`
}

function wrongId(id: string, part: 'account' | 'workspace'): string {
  if (id === '') return `lacks the id of the ${part}`
  return `names the ${part} \`${id.slice(0, SHOWN)}\`, which is not an id (a UUID)`
}

function withoutWorkspace(url: URL, cloudApi: string): WrongUrl {
  const account = /\/accounts?\/([^/]+)/i.exec(url.pathname)?.[1]
  return {
    wrong: account === undefined ? 'names neither account nor workspace' : 'names no workspace',
    right: `${cloudApi}/accounts/${shown(account ?? '', 'account')}/workspaces/<workspace id>`,
    more: WHERE,
  }
}

/** Cloud's paths on another host: an organisation's own Cloud, or a gateway before it; only its user can say. */
function foreign(url: URL, named: Named, cloudApi: string): WrongUrl {
  const account = shown(named.account, 'account')
  const workspace = shown(named.workspace, 'workspace')
  return {
    wrong: `names an account and a workspace on \`${url.host}\`, but Prefect Cloud is ${cloudApi}`,
    right: `${url.origin}/api/accounts/${account}/workspaces/${workspace}`,
    more: `If \`${url.host}\` is your organisation's Cloud, say so by the environment variable PREFECT_CLOUD_API_URL: ${url.origin}/api.`,
  }
}

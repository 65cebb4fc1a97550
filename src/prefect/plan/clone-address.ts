/** A repository on a host, both in lower case: `github.com`, `acme/flows`. */
export type CloneAddress = Readonly<{ host: string; name: string }>

/** As `scp` writes it: `git@github.com:acme/flows.git`. */
const BY_SCP = /^[\w.-]+@([\w.-]+):\/*([^\s/].*)$/

/** The repository that the address of a live `git_clone` step names; `undefined` for a folder, and for what is not filled in. */
export function cloneAddress(address: string): CloneAddress | undefined {
  const text = address.trim()
  const [, scpHost, scpPath] = BY_SCP.exec(text) ?? []
  const url = scpHost === undefined && URL.canParse(text) ? new URL(text) : undefined
  const host = (scpHost ?? url?.hostname ?? '').toLowerCase().replace(/^(?:www|ssh)\.(?=github\.com$)/, '')
  const name = (scpPath ?? url?.pathname ?? '')
    .replace(/^\/+|\/+$/g, '')
    .replace(/\.git$/i, '')
    .toLowerCase()
  return host !== '' && /^[^/\s{}%]+(?:\/[^/\s{}%]+)+$/.test(name) ? { host, name } : undefined
}
